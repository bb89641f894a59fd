use std::{net::SocketAddr, path::Path, sync::Arc};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use momentum_core::{
    KnownPeople, Parts, Services, Settings, announcements,
    catalog::CatalogCache,
    engagement::{Boards, KnownBadges, live::Listeners},
    identity::{
        self, KnownSessions, Limits, NewAccount, PasswordKeeper, Providers, Role, SecretKey, SetupToken,
        SignUp, SigningKeys,
    },
    jobs::{Ran, Worker},
    media::MediaStore,
    operations,
    ports::{Mailer, ManualClock},
    recommendations::Impressions,
    reviews::KnownRatings,
    search::{self, Search, SearchIndex},
    settings::Live,
    studio::Studio,
};
use momentum_db::{Db, sql};
use momentum_providers::{objects, search::Embedded};
use momentum_web::{App, RouteInfo, WebSettings};
use tempfile::TempDir;

use crate::{Api, Browser, CourseBuilder, ScriptedModel, TestDb, TestMail};

/// The password of every account that the kit makes.
pub const PASSWORD: &str = "Secret-Lesson-42!";

/// The real site on a database of its own, on a real port, with a clock that the test moves.
///
/// Dropping it fails the test when jobs are left in the queue: what a test sets going it has to see through with
/// [`TestApp::run_jobs`].
pub struct TestApp {
    /// The services, for looking behind the door.
    pub s: Services,
    /// Stands still until it is moved. Begins on Monday, March 2, 2026, at noon UTC.
    pub clock: ManualClock,
    /// Where the site listens, without a slash at the end.
    pub url: String,
    app: App,
    worker: Worker,
    server: tokio::task::JoinHandle<()>,
    db: TestDb,
    keys: TempDir,
}

/// What differs between test sites.
struct Kind {
    generous: bool,
    demo: bool,
    host: &'static str,
    mailer: Option<Arc<dyn Mailer>>,
    providers: Providers,
    media: Option<MediaStore>,
    index: Option<Arc<dyn SearchIndex>>,
    studio: Studio,
}

impl Default for Kind {
    fn default() -> Self {
        Self {
            generous: true,
            demo: false,
            host: "127.0.0.1",
            mailer: None,
            providers: Providers::default(),
            media: None,
            index: None,
            studio: Studio::without_model(),
        }
    }
}

impl TestApp {
    /// A site with the standard categories and nothing else, generous limits.
    pub async fn new() -> Self {
        Self::build(Kind::default()).await
    }

    /// A site whose public address has a name, as passkeys need it.
    pub async fn with_a_name() -> Self {
        Self::build(Kind { host: "localhost", ..Kind::default() }).await
    }

    /// A site with the limits of a real instance.
    pub async fn with_real_limits() -> Self {
        Self::build(Kind { generous: false, ..Kind::default() }).await
    }

    /// A site in demo mode, without the demo's content.
    pub async fn demo() -> Self {
        Self::build(Kind { demo: true, ..Kind::default() }).await
    }

    /// A site that hands its mails to `mailer` instead of keeping them.
    pub async fn with_mailer(mailer: Arc<dyn Mailer>) -> Self {
        Self::build(Kind { mailer: Some(mailer), ..Kind::default() }).await
    }

    /// A site on which people can sign in with these services.
    pub async fn with_providers(providers: Providers) -> Self {
        Self::build(Kind { providers, ..Kind::default() }).await
    }

    /// A site whose media files stand in this store.
    pub async fn with_media(media: MediaStore) -> Self {
        Self::build(Kind { media: Some(media), ..Kind::default() }).await
    }

    /// A site that searches in this index.
    pub async fn with_index(index: Arc<dyn SearchIndex>) -> Self {
        Self::build(Kind { index: Some(index), ..Kind::default() }).await
    }

    /// A site whose studio asks this model.
    pub async fn with_model(model: &ScriptedModel) -> Self {
        Self::build(Kind { studio: model.studio(), ..Kind::default() }).await
    }

    async fn build(kind: Kind) -> Self {
        let host = kind.host;
        let db = TestDb::new().await;
        let keys = tempfile::tempdir().expect("a temporary folder");
        let start = Utc.with_ymd_and_hms(2026, 3, 2, 12, 0, 0).single().expect("a real moment");
        let clock = ManualClock::at(start);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let url = format!("http://{address}");
        let base_url = format!("http://{host}:{}", address.port());
        let s = services(&db, &clock, keys.path(), &base_url, kind);
        operations::prepare(&s).await.expect("the standard categories");
        let app = App::new(s.clone(), WebSettings::default(), None);
        let router = momentum_web::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let server =
            tokio::spawn(async move { axum::serve(listener, router).await.expect("the server runs") });
        let worker = Worker::new(
            s.db.clone(),
            s.clock.clone(),
            momentum_server::handlers(&s),
            momentum_server::schedules(),
        );
        Self { s, clock, url, app, worker, server, db, keys }
    }

    /// The time that the site sees.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        use momentum_core::ports::Clock;
        self.clock.now()
    }

    /// Lets time pass.
    pub fn wait(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// Runs every job that is due.
    pub async fn run_jobs(&self) {
        self.worker.drain().await.expect("the jobs succeed");
        // Counts are shown some seconds late; a test doesn't wait for that.
        self.s.catalog.clear();
    }

    /// Brings the search index in step, as a server does every second.
    pub async fn index(&self) {
        search::catch_up(&self.s).await.expect("the index follows");
    }

    /// Runs every job that is due within the next minute, which passes meanwhile.
    pub async fn run_later_jobs(&self) {
        self.run_jobs().await;
        self.wait(TimeDelta::minutes(1));
        self.run_jobs().await;
    }

    /// Runs every job that is due, whether they succeed or not.
    pub async fn try_jobs(&self) -> Ran {
        self.worker.run_due().await.expect("the queue can be read")
    }

    /// The mails to this address, the oldest first, after the jobs that deliver them.
    pub async fn mails_to(&self, email: &str) -> Vec<TestMail> {
        self.run_jobs().await;
        let mut conn = self.s.db.read().await.expect("a connection");
        let rows: Vec<(String, String, String, String, String)> = conn
            .all(sql!(
                "SELECT template, state, subject, html, text_part FROM mails WHERE email = $1 ORDER BY created_at, id",
                email
            ))
            .await
            .expect("the mails");
        rows.into_iter()
            .map(|(template, state, subject, html, text)| TestMail { template, state, subject, html, text })
            .collect()
    }

    /// The latest mail to this address; there has to be one.
    pub async fn mail_to(&self, email: &str) -> TestMail {
        self.mails_to(email).await.pop().unwrap_or_else(|| panic!("nobody wrote to {email}"))
    }

    /// Every route with who may call it.
    #[must_use]
    pub fn routes(&self) -> Vec<RouteInfo> {
        momentum_web::route_table(&self.app)
    }

    /// The API's document.
    #[must_use]
    pub fn openapi(&self) -> serde_json::Value {
        serde_json::to_value(momentum_web::openapi(&self.app)).expect("a document")
    }

    /// Names of schemas that several types of the API have.
    #[must_use]
    pub fn contested_schemas(&self) -> Vec<String> {
        momentum_web::contested_schemas(&self.app)
    }

    /// A course to be described and published.
    #[must_use]
    pub fn course(&self, slug: &str) -> CourseBuilder<'_> {
        CourseBuilder::new(&self.s, slug)
    }

    /// An API client that is not signed in.
    #[must_use]
    pub fn visitor(&self) -> Api {
        Api::new(&self.url)
    }

    /// An API client of a new account with this role.
    pub async fn user(&self, role: Role) -> Api {
        self.user_in(role, "UTC").await
    }

    /// As [`TestApp::user`], living in this time zone.
    pub async fn user_in(&self, role: Role, time_zone: &str) -> Api {
        let email = self.account(role, time_zone).await;
        self.visitor().sign_in(&email, PASSWORD).await
    }

    /// A browser that is not signed in.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// A browser that calls itself so.
    #[must_use]
    pub fn browser_called(&self, user_agent: &str) -> Browser {
        Browser::called(&self.url, user_agent)
    }

    /// A browser signed in to a new account with this role.
    pub async fn browser_of(&self, role: Role) -> Browser {
        let email = self.account(role, "UTC").await;
        let browser = self.browser();
        browser.sign_in(&email, PASSWORD).await;
        browser
    }

    /// A new account; answers its email address.
    pub async fn account(&self, role: Role, time_zone: &str) -> String {
        let email = format!("{}-{}@example.com", role.as_str(), uuid::Uuid::new_v4().simple());
        let sign_up = SignUp {
            email: email.clone(),
            password: PASSWORD.into(),
            name: "Test Person".into(),
            time_zone: Some(time_zone.into()),
        };
        let account = NewAccount { sign_up, role, is_demo: false };
        identity::create_account(&self.s, account).await.expect("a new account");
        email
    }

    /// One number from the database, for what no door shows.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let (count,): (i64,) = self.s.db.read().await.expect("a connection").one(sql).await.expect("a count");
        count
    }

    /// Where the site's media files stand, unless the test chose another store.
    #[must_use]
    pub fn media_folder(&self) -> std::path::PathBuf {
        self.keys.path().join("media")
    }

    /// The services of another server on the same database, as another process would have them.
    pub async fn other_server(&self) -> Services {
        services(
            &self.db.reopen().await,
            &self.clock,
            self.keys.path(),
            &self.s.settings.base_url,
            Kind::default(),
        )
    }

    /// As [`TestApp::other_server`], with this model.
    pub async fn other_server_with(&self, model: &ScriptedModel) -> Services {
        let kind = Kind { studio: model.studio(), ..Kind::default() };
        services(&self.db.reopen().await, &self.clock, self.keys.path(), &self.s.settings.base_url, kind)
    }

    /// Suspends or restores the account.
    pub async fn set_state(&self, email: &str, state: &str) {
        let mut tx = self.s.db.begin().await.expect("a transaction");
        tx.run(sql!("UPDATE users SET state = $2 WHERE email = $1", email, state)).await.expect("an update");
        tx.commit().await.expect("a commit");
    }
}

/// The services of a server on this database.
fn services(db: &Db, clock: &ManualClock, keys: &Path, base_url: &str, kind: Kind) -> Services {
    Services::new(Parts {
        db: db.clone(),
        clock: Arc::new(clock.clone()),
        settings: Settings {
            base_url: base_url.to_owned(),
            site_name: "Momentum".into(),
            mail_from: "Momentum <no-reply@momentum.example>".into(),
            demo: kind.demo,
            scratch: keys.join("scratch"),
        },
        // The cheapest cost there is: tests are about what happens, not how long it takes.
        passwords: PasswordKeeper::with_cost(8, 1).expect("a password keeper"),
        secret: SecretKey::load(keys).expect("a secret"),
        signing: SigningKeys::load(keys, base_url).expect("signing keys"),
        limits: Limits::new(kind.generous),
        live: Live::default(),
        announcements: announcements::Live::default(),
        providers: kind.providers,
        setup: SetupToken::default(),
        mailer: kind.mailer,
        sessions: KnownSessions::default(),
        catalog: CatalogCache::default(),
        badges: KnownBadges::default(),
        boards: Boards::default(),
        listeners: Listeners::default(),
        known: KnownPeople::default(),
        impressions: Impressions::default(),
        ratings: KnownRatings::default(),
        media: kind.media.unwrap_or_else(|| {
            objects::folder(&keys.join("media"), 256 << 20).expect("a folder for media files")
        }),
        search: Search::new(
            kind.index.unwrap_or_else(|| Arc::new(Embedded::in_memory().expect("an index in memory"))),
        ),
        studio: kind.studio,
    })
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
        if std::thread::panicking() {
            return;
        }
        let (url, options) = (self.db.url().to_owned(), self.db.options().clone());
        let left = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let db = momentum_db::Db::open(&url, &options).await.expect("the database opens");
                let mut conn = db.read().await.expect("a connection");
                let kinds: Vec<(String,)> = conn.all("SELECT kind FROM jobs").await.expect("the queue");
                drop(conn);
                db.close().await;
                kinds
            })
        })
        .join()
        .expect("the queue can be read");
        assert!(left.is_empty(), "the test left jobs in the queue: {left:?}");
    }
}
