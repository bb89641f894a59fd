use std::{ops::Deref, time::Duration};

use momentum_db::{Db, Options};
use tempfile::TempDir;

/// Which server to test against; SQLite when it is not set.
const POSTGRES: &str = "MOMENTUM_TEST_DATABASE_URL";

/// A fresh, migrated database of a test's own: a SQLite file, or a schema on the PostgreSQL server that
/// `MOMENTUM_TEST_DATABASE_URL` names. Gone when it is dropped.
pub struct TestDb {
    db: Db,
    url: String,
    options: Options,
    // Last, so that the pools are closed before what they stand on is removed.
    _ground: Ground,
}

enum Ground {
    Folder { _folder: TempDir },
    Schema { url: String, schema: String },
}

impl TestDb {
    /// A database with the program's schema and no rows but what the migrations bring.
    pub async fn new() -> Self {
        let test = Self::empty().await;
        test.db.migrate().await.expect("the migrations run on an empty database");
        test
    }

    /// A database without any table.
    pub async fn empty() -> Self {
        // Few connections: many tests share one server.
        let mut options = Options { connections: 5, acquire_timeout: Duration::from_secs(30), schema: None };
        let (url, ground) = match std::env::var(POSTGRES) {
            Ok(url) if !url.is_empty() => {
                let schema = format!("test_{}", uuid::Uuid::new_v4().simple());
                options.schema = Some(schema.clone());
                (url.clone(), Ground::Schema { url, schema })
            }
            _ => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = format!("sqlite://{}", folder.path().join("momentum.db").display());
                (url, Ground::Folder { _folder: folder })
            }
        };
        let db = Db::open(&url, &options).await.expect("a test database opens");
        Self { db, url, options, _ground: ground }
    }

    /// The database's address, for a program that opens it by itself.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How it was opened; on PostgreSQL this names the schema.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The same database opened again, as another process would.
    pub async fn reopen(&self) -> Db {
        Db::open(&self.url, &self.options).await.expect("the test database opens again")
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let Self::Schema { url, schema } = self else { return };
        let (url, schema) = (std::mem::take(url), std::mem::take(schema));
        // Dropping can't wait inside the test's runtime, so another thread does, with a runtime of its own. A schema
        // that stays behind because a forgotten task still uses it harms no other test.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(Db::drop_schema(&url, &schema)).map_err(std::io::Error::other)
        })
        .join();
        if !matches!(dropped, Ok(Ok(()))) {
            eprintln!("a test's schema was left behind: {dropped:?}");
        }
    }
}
