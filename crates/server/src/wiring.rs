//! Puts the services together from the configuration: one place where every choice is made.

use std::{fs, path::Path, sync::Arc, time::Duration};

use momentum_core::{
    Error, KnownPeople, Parts, Services, Settings, announcements, audit,
    catalog::CatalogCache,
    engagement::{self, Boards, KnownBadges, live::Listeners},
    identity::{self, KnownSessions, Limits, PasswordKeeper, Providers, SecretKey, SetupToken, SigningKeys},
    jobs::{Handlers, Schedule},
    learning,
    media::{self, MediaStore},
    messaging, operations,
    ports::{Mailer, SystemClock},
    recommendations::{self, Impressions},
    reviews::{self, KnownRatings},
    search::{self, Search, SearchIndex},
    settings::Live,
    studio::{self, Prompts, Studio, StudioOptions},
};
use momentum_db::{Db, Options};
use momentum_providers::{search::Embedded, smtp::Smtp, text};

use crate::config::Config;

/// Opens the database.
///
/// # Errors
/// With a message for the operator.
pub async fn open_database(config: &Config) -> Result<Db, String> {
    if config.database_url.is_none() {
        check_folder(&config.data_dir)?;
    }
    let options = Options {
        connections: config.database_connections,
        acquire_timeout: Duration::from_secs(10),
        schema: None,
    };
    Db::open(&config.database_url(), &options)
        .await
        .map_err(|error| format!("the database can't be opened: {error}"))
}

/// Whether the data folder can be written; it is made when it isn't there.
///
/// # Errors
/// With a message for the operator.
pub(crate) fn check_folder(folder: &Path) -> Result<(), String> {
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&probe, b"x"))
        .map_err(|error| format!("the data folder {} can't be written: {error}", folder.display()))?;
    // Another server on this folder may have taken it for its own.
    let _ = fs::remove_file(&probe);
    Ok(())
}

/// The services on an open database, for work that doesn't search.
///
/// # Errors
/// With a message for the operator.
pub fn services(config: &Config, db: Db) -> Result<Services, String> {
    with_index(config, db, Arc::new(Embedded::in_memory()?))
}

/// The services on an open database, for serving people.
///
/// # Errors
/// With a message for the operator.
pub fn serving(config: &Config, db: Db) -> Result<Services, String> {
    with_index(config, db, search_index(config)?)
}

/// Where courses are searched: in the cluster that is configured, or in an index in the data folder.
///
/// # Errors
/// With a message for the operator.
pub(crate) fn search_index(config: &Config) -> Result<Arc<dyn SearchIndex>, String> {
    let opened: Result<Arc<dyn SearchIndex>, String> = match config.opensearch() {
        Some(cluster) => cluster.open().map(|index| Arc::new(index) as _),
        None => Embedded::open(&config.data_dir.join("search")).map(|index| Arc::new(index) as _),
    };
    opened.map_err(|why| format!("search: {why}"))
}

fn with_index(config: &Config, db: Db, index: Arc<dyn SearchIndex>) -> Result<Services, String> {
    let wrong = |error: Error| error.to_string();
    let keys = config.keys_dir();
    let secret = match &config.secret_key {
        Some(key) => SecretKey::new(key.as_bytes()),
        None => SecretKey::load(&keys).map_err(wrong)?,
    };
    Ok(Services::new(Parts {
        db,
        clock: Arc::new(SystemClock),
        settings: Settings {
            base_url: config.base_url(),
            site_name: config.site_name.clone(),
            mail_from: config.mail_from(),
            demo: config.demo,
            scratch: config.data_dir.join("scratch"),
        },
        passwords: PasswordKeeper::new().map_err(wrong)?,
        secret,
        signing: SigningKeys::load(&keys, &config.base_url()).map_err(wrong)?,
        limits: Limits::new(config.demo),
        live: Live::default(),
        announcements: announcements::Live::default(),
        providers: identity_providers(config)?,
        setup: SetupToken::default(),
        mailer: mailer(config)?,
        sessions: KnownSessions::default(),
        catalog: CatalogCache::default(),
        badges: KnownBadges::default(),
        boards: Boards::default(),
        listeners: Listeners::default(),
        known: KnownPeople::default(),
        impressions: Impressions::default(),
        ratings: KnownRatings::default(),
        media: media_store(config)?,
        search: Search::new(index),
        studio: studio(config)?,
    }))
}

/// Where media files stand: in a bucket, or in the data folder.
///
/// # Errors
/// With a message for the operator.
pub(crate) fn media_store(config: &Config) -> Result<MediaStore, String> {
    let opened = match config.media_s3() {
        Some(s3) => s3.open(config.media_largest()),
        None => momentum_providers::objects::folder(&config.data_dir.join("media"), config.media_largest()),
    };
    opened.map_err(|why| format!("media: {why}"))
}

fn identity_providers(config: &Config) -> Result<Providers, String> {
    let mut ids = std::collections::BTreeSet::new();
    let mut providers = Vec::new();
    for provider in &config.identity_providers {
        if !ids.insert(&provider.id) {
            return Err(format!("identity_providers: {:?} is there twice", provider.id));
        }
        providers.push(momentum_providers::identity::build(provider)?);
    }
    Ok(Providers::new(providers))
}

/// The mail server, when there is one; otherwise mails stay in the mailbox.
fn mailer(config: &Config) -> Result<Option<Arc<dyn Mailer>>, String> {
    let Some(url) = &config.smtp_url else { return Ok(None) };
    let smtp = Smtp::new(url).map_err(|why| format!("smtp_url: {why}"))?;
    Ok(Some(Arc::new(smtp)))
}

/// The language model, when there is one, and how it is used.
pub(crate) fn studio(config: &Config) -> Result<Studio, String> {
    let prompts = match &config.ai_prompts {
        Some(folder) => Prompts::overridden_by(folder).map_err(|why| format!("ai_prompts: {why}"))?,
        None => Prompts::built_in(),
    };
    let model = config.language_model()?.map(|model| text::open(&model)).transpose();
    Ok(Studio {
        model: model.map_err(|why| format!("ai_provider: {why}"))?,
        prompts,
        options: StudioOptions {
            final_model: config.ai_model.clone().unwrap_or_default(),
            draft_model: config.ai_draft_model.clone().unwrap_or_default(),
            prices: config.ai_prices.clone(),
            concurrency: config.ai_concurrency,
            ..StudioOptions::default()
        },
    })
}

/// The background work of all areas.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    quick_handlers(s).merge(studio::jobs::handlers(s))
}

/// The background work that takes moments. What waits for language models has a worker of its own, so that mails don't wait
/// with it.
#[must_use]
pub fn quick_handlers(s: &Services) -> Handlers {
    audit::jobs::handlers(s)
        .merge(identity::jobs::handlers(s))
        .merge(media::jobs::handlers(s))
        .merge(messaging::jobs::handlers(s))
        .merge(engagement::jobs::handlers(s))
        .merge(learning::jobs::handlers(s))
        .merge(recommendations::jobs::handlers(s))
        .merge(reviews::jobs::handlers(s))
        .merge(operations::jobs::handlers(s))
        .merge(search::jobs::handlers(s))
}

/// What recurs.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    [
        audit::jobs::schedules(),
        identity::jobs::schedules(),
        media::jobs::schedules(),
        messaging::jobs::schedules(),
        operations::jobs::schedules(),
        recommendations::jobs::schedules(),
        reviews::jobs::schedules(),
        search::jobs::schedules(),
        studio::jobs::schedules(),
    ]
    .concat()
}
