//! `momentum admin`: what an operator does from the shell.

use std::io::Read;

use momentum_core::{
    Error, engagement,
    identity::{self, NewAccount, Role, SignUp, SigningKeys},
    search,
};

use crate::{config::Config, output, wiring};

/// Who the new account is for.
#[derive(Debug, clap::Args)]
pub struct CreateUser {
    /// Email address to sign in with.
    #[arg(long)]
    email: String,
    /// free, premium or admin.
    #[arg(long)]
    role: Role,
    /// Display name; without it the part of the address before the @.
    #[arg(long)]
    name: Option<String>,
    /// IANA time zone, such as Europe/Berlin.
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// Read the password from standard input instead of asking for it.
    #[arg(long)]
    password_stdin: bool,
}

/// `momentum admin create-user`
///
/// # Errors
/// With a message for the operator.
pub async fn create_user(config: Config, arguments: CreateUser) -> Result<(), String> {
    let password = read_password(arguments.password_stdin)?;
    let db = wiring::open_database(&config).await?;
    db.migrate().await.map_err(|error| error.to_string())?;
    let s = wiring::services(&config, db)?;
    let name =
        arguments.name.unwrap_or_else(|| arguments.email.split('@').next().unwrap_or_default().to_owned());
    let sign_up = SignUp { email: arguments.email, password, name, time_zone: Some(arguments.time_zone) };
    let account = NewAccount { sign_up, role: arguments.role, is_demo: false };
    let made = identity::create_account(&s, account).await;
    s.db.close().await;
    match made {
        Ok(user) => {
            output::line(format_args!("created {} ({}) with id {}", user.email, user.role.as_str(), user.id))
        }
        Err(Error::Invalid(errors)) => {
            let lines: Vec<String> =
                errors.as_slice().iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
            Err(lines.join("\n"))
        }
        Err(other) => Err(other.to_string()),
    }
}

/// Whose second factors to remove.
#[derive(Debug, clap::Args)]
pub struct ResetMfa {
    /// Email address of the account.
    #[arg(long)]
    email: String,
}

/// `momentum admin reset-mfa`
///
/// # Errors
/// With a message for the operator.
pub async fn reset_mfa(config: Config, arguments: ResetMfa) -> Result<(), String> {
    let db = wiring::open_database(&config).await?;
    db.migrate().await.map_err(|error| error.to_string())?;
    let s = wiring::services(&config, db)?;
    let reset = identity::reset_mfa(&s, &arguments.email).await;
    s.db.close().await;
    let email = arguments.email;
    match reset {
        Ok(true) => {
            output::line(format_args!("{email} has no second factor any more and is signed out everywhere"))
        }
        Ok(false) => output::line(format_args!("{email} had no second factor; it is signed out everywhere")),
        Err(error) => Err(format!("{email}: {error}")),
    }
}

fn read_password(from_stdin: bool) -> Result<String, String> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    rpassword::prompt_password("Password: ").map_err(|error| format!("the password can't be read: {error}"))
}

/// `momentum admin rebuild-statistics`
///
/// # Errors
/// With a message for the operator.
pub async fn rebuild_statistics(config: Config) -> Result<(), String> {
    let db = wiring::open_database(&config).await?;
    db.migrate().await.map_err(|error| error.to_string())?;
    let s = wiring::services(&config, db)?;
    let report = engagement::rebuild_statistics(&s).await;
    s.db.close().await;
    let report = report.map_err(|error| error.to_string())?;
    output::line(format_args!(
        "{} learners, {} of them had other numbers than their ledger",
        report.learners, report.corrected
    ))
}

/// `momentum admin rotate-keys`
///
/// # Errors
/// With a message for the operator.
pub fn rotate_keys(config: &Config) -> Result<(), String> {
    std::fs::create_dir_all(config.keys_dir()).map_err(|error| error.to_string())?;
    SigningKeys::add_key(&config.keys_dir()).map_err(|error| error.to_string())?;
    let folder = config.keys_dir();
    output::line(format_args!("a new signing key is in {}; restart the servers to use it", folder.display()))
}

/// `momentum admin rebuild-search`
///
/// # Errors
/// With a message for the operator.
pub async fn rebuild_search(config: &Config) -> Result<(), String> {
    let db = wiring::open_database(config).await?;
    db.migrate().await.map_err(|error| error.to_string())?;
    let s = wiring::services(config, db)?;
    let asked = search::rebuild(&s).await;
    s.db.close().await;
    asked.map_err(|error| error.to_string())?;
    output::line(
        "every server builds its search index anew, beginning within a second; searches go on meanwhile",
    )
}
