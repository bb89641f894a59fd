//! `momentum openapi`: prints the API's document.

use momentum_web::{App, WebSettings};

use crate::{config::Config, output, wiring};

/// Prints the document. It comes from the code, so a throwaway database in memory is enough.
///
/// # Errors
/// When the document can't be made.
pub async fn print(mut config: Config) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("momentum-openapi-{}", std::process::id()));
    config.data_dir.clone_from(&folder);
    config.database_url = None;
    let db = wiring::open_database(&config).await?;
    let s = wiring::services(&config, db)?;
    let app = App::new(s.clone(), WebSettings::default(), None);
    let text = momentum_web::openapi(&app).to_pretty_json().map_err(|error| error.to_string());
    s.db.close().await;
    let _ = std::fs::remove_dir_all(&folder);
    output::line(text?)
}
