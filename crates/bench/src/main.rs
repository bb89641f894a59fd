//! `momentum-bench`: drives a real server on a big made-up database and prints what came of it as a table.
//!
//! Three processes, so that each one's share of the processors can be told: the server, the driver (this one), and a
//! bare handler that answers the same bytes, as the measure of what is possible here.
#![forbid(unsafe_code)]

mod bare;
mod drive;
mod ground;
mod people;
mod plan;
mod process;
mod relevance;
mod scenarios;
mod studio;
mod table;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

/// What goes wrong is told and ends the run.
pub(crate) type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// Load on a seeded server, and a table of what came of it.
#[derive(Debug, Parser)]
#[command(name = "momentum-bench", version, about, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The bare handler for comparison; the bench starts it by itself.
    #[command(hide = true)]
    Bare {
        /// Folder with the answers.
        folder: PathBuf,
    },
}

/// What to measure.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Learners in the big database; each has about 5 enrollments.
    #[arg(long, default_value_t = 100_000)]
    pub learners: usize,
    /// Courses in both databases.
    #[arg(long, default_value_t = 2_000)]
    pub courses: usize,
    /// Learners in the small database, against which growth is measured; 0 leaves it out.
    #[arg(long, default_value_t = 1_000)]
    pub small: usize,
    /// How long each page is measured.
    #[arg(long, default_value_t = 8.0)]
    pub seconds: f64,
    /// Connections that ask without a pause.
    #[arg(long, default_value_t = 32)]
    pub connections: usize,
    /// Measure on this PostgreSQL server, in a schema that is dropped afterwards, instead of on SQLite.
    #[arg(long)]
    pub database_url: Option<String>,
    /// Seed anew, also when a database of this size is kept from an earlier run.
    #[arg(long)]
    pub fresh: bool,
    /// Measure only pages whose name contains this.
    #[arg(long)]
    pub only: Option<String>,
    /// The program to measure [default: `momentum` beside this program].
    #[arg(long)]
    pub server: Option<PathBuf>,
    /// Where databases are kept between runs.
    #[arg(long, default_value = ".tools/bench")]
    pub folder: PathBuf,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Some(Command::Bare { folder }) => bare::serve(&folder),
        None => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Into::into)
            .and_then(|runtime| runtime.block_on(plan::run(&cli.options))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("momentum-bench: {error}");
            ExitCode::FAILURE
        }
    }
}
