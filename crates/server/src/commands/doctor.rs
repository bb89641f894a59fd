//! `momentum doctor`: looks at everything an instance stands on and says what is wrong and how to mend it. What isn't there yet
//! it leaves to the first start.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
};

use momentum_core::{
    identity::{SecretKey, SigningKeys},
    studio::Grade,
};
use momentum_providers::smtp::Smtp;

use crate::{config::Config, output, wiring};

/// How one check ended.
enum Finding {
    Good(String),
    /// Works, but ought to be known.
    Note(String),
    Bad(String),
}

/// Prints the findings; `true` when nothing is bad.
///
/// # Errors
/// When they can't be printed.
pub async fn run(config: &Config) -> Result<bool, String> {
    let mut good = true;
    let mut report = |name: &str, finding: Finding| {
        let (mark, text) = match finding {
            Finding::Good(text) => ("ok  ", text),
            Finding::Note(text) => ("note", text),
            Finding::Bad(text) => {
                good = false;
                ("BAD ", text)
            }
        };
        output::line(format_args!("{mark}  {name:<12} {text}"))
    };
    report("data folder", check_folder(&config.data_dir))?;
    report("keys", check_keys(config))?;
    report("address", check_listen(config))?;
    report("base URL", check_base_url(config))?;
    report("demo", check_demo(config))?;
    report("mail", check_mail(config).await)?;
    report("media", check_media(config).await)?;
    report("search", check_search(config).await)?;
    report("fonts", check_fonts())?;
    report("AI", check_model(config))?;
    for (name, finding) in check_database(config).await {
        report(name, finding)?;
    }
    Ok(good)
}

/// What the first start makes, while it isn't there.
fn not_made(path: &Path) -> Option<Finding> {
    let note = || format!("{} is not there yet; the first `momentum serve` makes it", path.display());
    (!path.exists()).then(|| Finding::Note(note()))
}

fn check_folder(folder: &Path) -> Finding {
    if !folder.exists() {
        return Finding::Bad(format!(
            "there is no {}: either another folder is meant (--data-dir), or nothing was started yet; \
             `momentum serve` makes it",
            folder.display()
        ));
    }
    match wiring::check_folder(folder) {
        Ok(()) => Finding::Good(format!("{} can be written", folder.display())),
        Err(why) => Finding::Bad(why),
    }
}

fn check_keys(config: &Config) -> Finding {
    if let Some(note) = not_made(&config.keys_dir()) {
        return note;
    }
    let secret = match &config.secret_key {
        Some(_) => Ok(()),
        None => SecretKey::load(&config.keys_dir()).map(|_| ()),
    };
    match secret.and_then(|()| {
        SigningKeys::load(&config.keys_dir(), &config.base_url()).map(|keys| keys.public().keys.len())
    }) {
        Ok(count) => Finding::Good(format!("{count} signing key(s) in {}", config.keys_dir().display())),
        Err(error) => Finding::Bad(error.to_string()),
    }
}

fn check_listen(config: &Config) -> Finding {
    match TcpListener::bind(config.listen) {
        Ok(_) => Finding::Good(format!("{} is free", config.listen)),
        Err(error) => {
            Finding::Note(format!("{} is taken ({error}); a running server explains that", config.listen))
        }
    }
}

fn check_base_url(config: &Config) -> Finding {
    let base = config.base_url();
    let local = base.contains("//localhost") || base.contains("//127.") || base.contains("//[::1]");
    if base.starts_with("https://") || local {
        Finding::Good(base)
    } else {
        Finding::Note(format!(
            "{base} is not HTTPS: cookies travel in the open; put a proxy with TLS in front"
        ))
    }
}

fn check_demo(config: &Config) -> Finding {
    if config.demo {
        Finding::Note("demo mode is on: never for real learners".into())
    } else {
        Finding::Good("off".into())
    }
}

async fn check_mail(config: &Config) -> Finding {
    let Some(url) = &config.smtp_url else {
        return Finding::Note(
            "no mail server (smtp_url): mails stay in the database, see /admin/mail".into(),
        );
    };
    let smtp = match Smtp::new(url) {
        Ok(smtp) => smtp,
        Err(why) => return Finding::Bad(why),
    };
    match smtp.greet().await {
        Ok(()) => Finding::Good(format!("{} answers; mails come from {}", smtp.server(), config.mail_from())),
        Err(why) => Finding::Bad(format!("{} does not take mail: {why}", smtp.server())),
    }
}

async fn check_media(config: &Config) -> Finding {
    if config.media_bucket.is_none()
        && let Some(note) = not_made(&config.data_dir.join("media"))
    {
        return note;
    }
    let place = match (&config.media_bucket, &config.media_endpoint) {
        (None, _) => config.data_dir.join("media").display().to_string(),
        (Some(bucket), None) => format!("bucket {bucket}"),
        (Some(bucket), Some(endpoint)) => format!("bucket {bucket} at {endpoint}"),
    };
    let store = match wiring::media_store(config) {
        Ok(store) => store,
        Err(why) => return Finding::Bad(why),
    };
    match store.probe().await {
        Ok(()) => Finding::Good(format!("{place} can be written, read and deleted in")),
        Err(why) => Finding::Bad(format!("{place}: {why}")),
    }
}

fn check_fonts() -> Finding {
    let lacking = momentum_web::scripts_without_font();
    if lacking.is_empty() {
        Finding::Good("shared pictures can show names in every script that was tried".into())
    } else {
        Finding::Note(format!(
            "none for {}: shared pictures leave such names out; see \"Fonts\" in docs/OPERATIONS.md",
            lacking.join(", ")
        ))
    }
}

async fn check_search(config: &Config) -> Finding {
    if config.opensearch().is_none()
        && let Some(note) = not_made(&config.data_dir.join("search"))
    {
        return note;
    }
    let index = match wiring::search_index(config) {
        Ok(index) => index,
        Err(why) => return Finding::Bad(why),
    };
    match index.listing().await {
        Ok(courses) => Finding::Good(format!("{}: {} courses", index.describe(), courses.len())),
        Err(error) => Finding::Bad(format!("{}: {error}", index.describe())),
    }
}

/// Nothing is asked of the model: that would cost money.
fn check_model(config: &Config) -> Finding {
    match wiring::studio(config) {
        Err(why) => Finding::Bad(why),
        Ok(studio) if studio.model.is_none() => {
            Finding::Note("no language model (ai_provider): courses are extracted from documents".into())
        }
        Ok(studio) => {
            let (last, first) = (studio.model_name(Grade::Final), studio.model_name(Grade::Draft));
            let provider = config.ai_provider.as_deref().unwrap_or_default();
            match [last, first].into_iter().find(|name| studio.price(name).is_none()) {
                None => Finding::Good(format!("{last} at {provider}")),
                Some(name) => Finding::Note(format!(
                    "{last} at {provider}; {name} has no price (ai_prices), so its budget can't be kept"
                )),
            }
        }
    }
}

/// Where SQLite keeps the database.
fn database_file(config: &Config) -> Option<PathBuf> {
    let url = config.database_url();
    let path = url.strip_prefix("sqlite:")?.split('?').next()?;
    Some(path.strip_prefix("//").unwrap_or(path).into())
}

async fn check_database(config: &Config) -> Vec<(&'static str, Finding)> {
    if let Some(note) = database_file(config).and_then(|file| not_made(&file)) {
        return vec![("database", note)];
    }
    let db = match wiring::open_database(config).await {
        Ok(db) => db,
        Err(error) => return vec![("database", Finding::Bad(error))],
    };
    let mut findings = vec![match db.ping().await {
        Ok(()) => ("database", Finding::Good(format!("{} answers", db.engine()))),
        Err(error) => ("database", Finding::Bad(error.to_string())),
    }];
    findings.push(match db.pending_migrations().await {
        Ok(0) => ("schema", Finding::Good("up to date".into())),
        Ok(n) => (
            "schema",
            Finding::Note(format!("{n} migrations to run; `serve` runs them, or: momentum migrate")),
        ),
        Err(error) => ("schema", Finding::Bad(error.to_string())),
    });
    db.close().await;
    findings
}
