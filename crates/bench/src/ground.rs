//! A seeded database to measure on.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use momentum_db::{Db, Options as DbOptions};

use crate::{
    Options, Result,
    process::{self, Server},
};

/// What links in pages begin with. Nothing listens there; requests go to the address that the server prints.
const BASE_URL: &str = "http://127.0.0.1:3000";

/// A database with a folder for the server's keys and logs.
pub(crate) struct Ground {
    pub db: Db,
    pub learners: usize,
    folder: PathBuf,
    program: PathBuf,
    url: String,
    /// To be dropped: the server's address and the schema's name.
    schema: Option<(String, String)>,
}

impl Ground {
    /// Finds the database of this size that an earlier run kept, or seeds one.
    pub(crate) async fn prepare(options: &Options, learners: usize) -> Result<Self> {
        let program = process::server_program(options.server.as_deref())?;
        let size = format!("{learners}x{}", options.courses);
        match &options.database_url {
            Some(server) => {
                let folder = options.folder.join(format!("postgres-{size}"));
                renew(&folder)?;
                let schema = format!("bench_{}", uuid::Uuid::now_v7().simple());
                let in_schema = DbOptions { schema: Some(schema.clone()), ..DbOptions::default() };
                let db = Db::open(server, &in_schema).await?;
                let joint = if server.contains('?') { '&' } else { '?' };
                let url = format!("{server}{joint}options[search_path]={schema}");
                let ground =
                    Self { db, learners, folder, program, url, schema: Some((server.clone(), schema)) };
                if let Err(error) = ground.seed(options.courses) {
                    ground.leave().await?;
                    return Err(error);
                }
                Ok(ground)
            }
            None => {
                std::fs::create_dir_all(&options.folder)?;
                let folder = options.folder.canonicalize()?.join(format!("sqlite-{size}"));
                let url = format!("sqlite://{}", folder.join("momentum.db").display());
                let stamp = folder.join("seeded");
                let mut kept = stamp.exists() && !options.fresh;
                if kept {
                    let db = Db::open(&url, &DbOptions::default()).await?;
                    // Made by another version of the program, it lacks tables and rows, or can't be used at all.
                    kept = db.pending_migrations().await? == 0 && db.migrate().await.is_ok();
                    db.close().await;
                }
                if !kept {
                    renew(&folder)?;
                }
                let db = Db::open(&url, &DbOptions::default()).await?;
                let ground = Self { db, learners, folder, program, url, schema: None };
                if !kept {
                    ground.seed(options.courses)?;
                    std::fs::write(stamp, "")?;
                }
                Ok(ground)
            }
        }
    }

    fn seed(&self, courses: usize) -> Result<()> {
        let begun = Instant::now();
        eprintln!("seeding {} learners and {courses} courses", self.learners);
        let log = std::fs::File::create(self.folder.join("seed.log"))?;
        let status = Command::new(&self.program)
            .arg("seed")
            .args(["--learners", &self.learners.to_string(), "--courses", &courses.to_string()])
            .args(["--database-url", &self.url, "--data-dir"])
            .arg(&self.folder)
            .stdout(log.try_clone()?)
            .stderr(log)
            .status()?;
        if !status.success() {
            return Err(
                format!("seeding failed; {} says more", self.folder.join("seed.log").display()).into()
            );
        }
        eprintln!("seeded in {:.0} s", begun.elapsed().as_secs_f64());
        Ok(())
    }

    /// Starts the server on it.
    pub(crate) fn serve(&self) -> Result<Server> {
        let mut command = Command::new(&self.program);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--base-url", BASE_URL, "--database-url", &self.url])
            .arg("--data-dir")
            .arg(&self.folder);
        Server::start(&mut command, &self.folder.join("serve.log"))
    }

    /// Where the server keeps its keys.
    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.join("keys")
    }

    /// The issuer of the server's tokens.
    pub(crate) fn issuer(&self) -> &'static str {
        BASE_URL
    }

    /// A folder for the bare handler's answers.
    pub(crate) fn answers(&self) -> PathBuf {
        self.folder.join("answers")
    }

    /// The program that is measured.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    pub(crate) fn binary_mib(&self) -> Result<f64> {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let bytes = std::fs::metadata(&self.program)?.len() as f64;
        Ok(bytes / 1_048_576.0)
    }

    /// Closes the database, and removes it where it stands among other people's.
    pub(crate) async fn leave(self) -> Result<()> {
        self.db.close().await;
        if let Some((server, schema)) = &self.schema {
            Db::drop_schema(server, schema).await?;
        }
        Ok(())
    }
}

/// An empty folder.
fn renew(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(std::fs::create_dir_all(folder)?)
}
