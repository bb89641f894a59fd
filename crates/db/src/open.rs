use std::{path::PathBuf, str::FromStr, time::Duration};

use sqlx::{
    PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    Changes, Conn, Error, Result, Tx,
    conn::Inner,
    embedded::{self, make_folder},
    guards,
    lane::Lane,
    writer::Writer,
};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How many statements a connection to PostgreSQL keeps prepared; more than the product has.
const STATEMENT_CACHE: usize = 400;

/// Pages of SQLite's file that the writer keeps in memory, in KiB.
const WRITER_CACHE: u32 = 4_000;

/// Pages that a reader keeps, in KiB. What people read again and again is remembered above the database.
const READER_CACHE: u32 = 2_000;

/// A handle on the database; cheap to clone.
#[derive(Clone)]
pub enum Db {
    /// An embedded file.
    Sqlite {
        /// The one connection that writes.
        writer: Writer,
        /// Connections that can't write.
        readers: Lane,
    },
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// Which engine is behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections in all (PostgreSQL), or that read, at most (SQLite).
    pub connections: u32,
    /// How long a request waits for a free connection before it is told to come back later.
    pub acquire_timeout: Duration,
    /// PostgreSQL: the schema to work in, made when it is missing.
    pub schema: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 8, acquire_timeout: Duration::from_secs(10), schema: None }
    }
}

/// How many connections read a SQLite file: one for each processor, at least two. They work in this very process, so
/// more of them only take turns, each with fewer pages in memory.
fn readers(most: u32) -> u32 {
    let processors =
        std::thread::available_parallelism().map_or(2, |count| u32::try_from(count.get()).unwrap_or(2));
    processors.max(2).min(most)
}

impl Db {
    /// Opens `sqlite:///path/file.db` (making the file and its folder) or `postgres://…`.
    ///
    /// # Errors
    /// When the address is not understood or the database can't be opened.
    pub async fn open(url: &str, options: &Options) -> Result<Self> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url, options)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url, options).await
        } else {
            Err(Error::Schema("the database address must start with sqlite: or postgres:".into()))
        }
    }

    fn open_sqlite(url: &str, options: &Options) -> Result<Self> {
        // What other programs understand behind a question mark (`?mode=rwc`) goes without saying here.
        let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
        let path = PathBuf::from(path.split('?').next().unwrap_or(path));
        make_folder(&path)?;
        let file = embedded::Options { path, writes: true, cache_kib: WRITER_CACHE };
        let writer = Writer::open(&file, options.acquire_timeout)?;
        let file = embedded::Options { writes: false, cache_kib: READER_CACHE, ..file };
        let readers = Lane::open(file, readers(options.connections), options.acquire_timeout)?;
        Ok(Self::Sqlite { writer, readers })
    }

    async fn open_postgres(url: &str, options: &Options) -> Result<Self> {
        let mut connect = PgConnectOptions::from_str(url)?
            .application_name("momentum")
            .statement_cache_capacity(STATEMENT_CACHE);
        if let Some(schema) = &options.schema {
            check_schema_name(schema)?;
            // The name lets `drop_schema` find who is still in there.
            connect =
                connect.options([("search_path", schema.as_str())]).application_name(&client_name(schema));
        }
        let pool = PgPoolOptions::new()
            .max_connections(options.connections)
            .test_before_acquire(false)
            .acquire_timeout(options.acquire_timeout)
            .connect_with(connect)
            .await?;
        if let Some(schema) = &options.schema {
            let create = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
            sqlx::query(sqlx::AssertSqlSafe(create)).execute(&pool).await?;
        }
        Ok(Self::Postgres(pool))
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Conn> {
        Ok(Conn(match self {
            Self::Sqlite { readers, .. } => Inner::Sqlite(readers.lend().await?),
            Self::Postgres(pool) => Inner::Postgres(pool.acquire().await?),
        }))
    }

    /// A transaction that may write. On SQLite it holds the one writer until it ends: no network call and no
    /// slow computation while it is open.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx::new(Conn(match self {
            Self::Sqlite { writer, .. } => Inner::SqliteTx(writer.begin().await?),
            Self::Postgres(pool) => Inner::PostgresTx(pool.begin().await?),
        })))
    }

    /// What has changed, for those who remember what they read. Nobody can say on PostgreSQL, where other servers
    /// write too: there one reads each time.
    #[must_use]
    pub fn changes(&self) -> Option<&Changes> {
        match self {
            Self::Sqlite { writer, .. } => Some(writer.changes()),
            Self::Postgres(_) => None,
        }
    }

    /// Brings the schema up to this program's.
    ///
    /// # Errors
    /// [`Error::Schema`] when the database was made by a newer program or a migration was changed afterwards.
    pub async fn migrate(&self) -> Result<()> {
        self.migrate_with(&MIGRATIONS).await?;
        let mut tx = self.begin().await?;
        for guard in guards::of(self.engine()) {
            tx.run(*guard).await?;
        }
        tx.commit().await
    }

    /// Brings an empty database to where an older program left it, whose newest migration was `version`: for tests of what
    /// becomes of its data.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn migrate_to(&self, version: i64) -> Result<()> {
        let old = MIGRATIONS.iter().filter(|migration| migration.version <= version).cloned().collect();
        self.migrate_with(&Migrator::with_migrations(old)).await
    }

    async fn migrate_with(&self, migrator: &Migrator) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => writer.migrate(migrator).await,
            Self::Postgres(pool) => Ok(migrator.run(pool).await?),
        }
    }

    /// Removes a PostgreSQL schema with all that is in it: for tests, each of which works in one of its own. Whoever
    /// still uses it is cut off.
    ///
    /// # Errors
    /// When the name is not a schema's, or the server doesn't answer.
    pub async fn drop_schema(url: &str, schema: &str) -> Result<()> {
        check_schema_name(schema)?;
        let connect = PgConnectOptions::from_str(url)?.options([("lock_timeout", "2s")]);
        let pool = PgPoolOptions::new().max_connections(1).connect_with(connect).await?;
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1")
            .bind(client_name(schema))
            .execute(&pool)
            .await?;
        let drop = format!("DROP SCHEMA IF EXISTS {schema} CASCADE");
        sqlx::query(sqlx::AssertSqlSafe(drop)).execute(&pool).await?;
        pool.close().await;
        Ok(())
    }

    /// How many of the program's migrations the database lacks; an empty database lacks all.
    pub async fn pending_migrations(&self) -> Result<usize> {
        let all = MIGRATIONS.iter().count();
        let applied = match self.read().await?.one::<(i64,)>("SELECT COUNT(*) FROM _sqlx_migrations").await {
            Ok((count,)) => usize::try_from(count).unwrap_or(0),
            // There is no such table yet.
            Err(Error::Other(_)) => 0,
            Err(other) => return Err(other),
        };
        Ok(all.saturating_sub(applied))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        let (_one,): (i64,) = self.read().await?.one("SELECT CAST(1 AS BIGINT)").await?;
        Ok(())
    }

    /// Waits for running statements and closes every connection; SQLite folds its log into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A name that needs no quotes, so that it can't be anything but a name.
fn check_schema_name(schema: &str) -> Result<()> {
    if !schema.is_empty() && schema.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    {
        Ok(())
    } else {
        Err(Error::Schema("a schema's name has lower-case letters, digits and _".into()))
    }
}

/// What a connection into a schema calls itself.
fn client_name(schema: &str) -> String {
    format!("momentum/{schema}")
}
