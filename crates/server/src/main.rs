//! `momentum`: one program for the site, its background work and its care.
#![forbid(unsafe_code)]

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use momentum_server::{
    commands::{self, admin, doctor, openapi},
    config::{self, Config, Flags},
    output,
};

/// Many small allocations on many threads: the system's allocator is slower and keeps more memory for them. What it is told stands in
/// `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A learning platform for bite-sized courses of 7, 14 or 21 days.
#[derive(Debug, Parser)]
#[command(name = "momentum", version, about, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    /// TOML file with the configuration.
    #[arg(long, global = true, env = "MOMENTUM_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site and run its background jobs.
    Serve {
        /// Refuse to start on a database whose schema is not up to date, instead of migrating it.
        #[arg(long)]
        no_migrate: bool,
    },
    /// Run background jobs only.
    Worker,
    /// Bring the database's schema up to date.
    Migrate,
    /// Fill the database with made-up courses and learners, for benchmarks.
    Seed {
        /// How many learners.
        #[arg(long, default_value_t = 1_000)]
        learners: u32,
        /// How many courses.
        #[arg(long, default_value_t = 50)]
        courses: u32,
    },
    /// Accounts and keys.
    #[command(subcommand)]
    Admin(Admin),
    /// Look at everything an instance stands on.
    Doctor,
    /// Print the OpenAPI document.
    Openapi,
    /// Show the configuration.
    Config {
        /// Every key with its default and meaning.
        #[arg(long)]
        explain: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Make an account.
    CreateUser(admin::CreateUser),
    /// Remove every second factor of an account whose owner has lost them all, and end its sessions.
    ResetMfa(admin::ResetMfa),
    /// Add a new key for signing access tokens.
    RotateKeys,
    /// Compute points, streaks and all other numbers of learners anew from the points ledger.
    RebuildStatistics,
    /// Have every server build its search index anew, from the database.
    RebuildSearch,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    match runtime.block_on(run(cli)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => fail(&message),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("momentum: {message}");
    ExitCode::FAILURE
}

async fn run(cli: Cli) -> Result<bool, String> {
    let config = Config::load(cli.flags, cli.config)?;
    if matches!(
        cli.command,
        Command::Serve { .. } | Command::Worker | Command::Migrate | Command::Seed { .. }
    ) {
        commands::start_logs(&config)?;
        for unknown in config::unknown_variables() {
            tracing::warn!("{unknown}");
        }
    }
    match cli.command {
        Command::Serve { no_migrate } => commands::serve(config, !no_migrate).await?,
        Command::Worker => commands::work(config).await?,
        Command::Migrate => migrate(&config).await?,
        Command::Seed { learners, courses } => commands::seed::run(config, learners, courses).await?,
        Command::Admin(Admin::CreateUser(arguments)) => admin::create_user(config, arguments).await?,
        Command::Admin(Admin::ResetMfa(arguments)) => admin::reset_mfa(config, arguments).await?,
        Command::Admin(Admin::RebuildStatistics) => admin::rebuild_statistics(config).await?,
        Command::Admin(Admin::RebuildSearch) => admin::rebuild_search(&config).await?,
        Command::Admin(Admin::RotateKeys) => admin::rotate_keys(&config)?,
        Command::Doctor => return doctor::run(&config).await,
        Command::Openapi => openapi::print(config).await?,
        Command::Config { explain: true } => output::line(config::explain().trim_end())?,
        Command::Config { explain: false } => output::line(config.describe().trim_end())?,
    }
    Ok(true)
}

async fn migrate(config: &Config) -> Result<(), String> {
    let db = commands::open_database(config).await?;
    db.migrate().await.map_err(|error| format!("the database can't be migrated: {error}"))?;
    db.close().await;
    tracing::info!("the schema is up to date");
    Ok(())
}
