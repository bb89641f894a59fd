use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use momentum_db::{Db, Json};

use super::{
    Branding, General, Learning, Logo, MailColors, Notifications, Section, Security, Sheet, Studio, System,
};
use crate::{Result, Services, Settings, kept::Kept};

/// All sections as they are in force.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Differs when anything in it differs.
    pub number: u64,
    pub general: General,
    pub branding: Branding,
    pub security: Security,
    pub notifications: Notifications,
    pub learning: Learning,
    pub studio: Studio,
    pub system: System,
    pub logo: Logo,
    /// The generated style sheet, if colors were chosen.
    pub sheet: Option<Sheet>,
    pub mail_colors: MailColors,
}

/// The settings in memory: changes made here are in force at once, those made by other servers within a second.
#[derive(Default)]
pub struct Live(Kept<Snapshot>);

impl Live {
    /// What is in force.
    ///
    /// # Errors
    /// When it was never read and the database fails.
    pub async fn get(&self, db: &Db) -> Result<Arc<Snapshot>> {
        self.0.get(|| read(db)).await
    }

    /// What is in force, read now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fresh(&self, db: &Db) -> Result<Arc<Snapshot>> {
        self.0.fresh(read(db)).await
    }

    /// What was in force when it was last read; the defaults before.
    #[must_use]
    pub fn now(&self) -> Arc<Snapshot> {
        self.0.last().unwrap_or_default()
    }

    /// How long this process has been running.
    #[must_use]
    pub fn running_for(&self) -> Duration {
        self.0.begun().elapsed()
    }
}

async fn read(db: &Db) -> Result<Snapshot> {
    let rows: Vec<(String, Json<serde_json::Value>)> =
        db.read().await?.all("SELECT section, content FROM settings ORDER BY section").await?;
    let mut snapshot = Snapshot::default();
    let mut hasher = DefaultHasher::new();
    for (section, Json(content)) in rows {
        (&section, content.to_string()).hash(&mut hasher);
        match section.as_str() {
            General::NAME => snapshot.general = super::parse(content)?,
            Branding::NAME => snapshot.branding = super::parse(content)?,
            Security::NAME => snapshot.security = super::parse(content)?,
            Notifications::NAME => snapshot.notifications = super::parse(content)?,
            Learning::NAME => snapshot.learning = super::parse(content)?,
            Studio::NAME => snapshot.studio = super::parse(content)?,
            System::NAME => snapshot.system = super::parse(content)?,
            Logo::NAME => snapshot.logo = super::parse(content)?,
            // Of a newer version of the program.
            _ => {}
        }
    }
    snapshot.number = hasher.finish();
    snapshot.sheet = snapshot.branding.sheet();
    snapshot.mail_colors = snapshot.branding.mail_colors();
    Ok(snapshot)
}

impl Snapshot {
    /// The site's name: the one that was set, or the configuration's.
    #[must_use]
    pub fn site_name<'a>(&'a self, configured: &'a Settings) -> &'a str {
        Some(self.general.site_name.as_str()).filter(|name| !name.is_empty()).unwrap_or(&configured.site_name)
    }

    /// Who mails come from, `"Name" <address>`.
    #[must_use]
    pub fn mail_from(&self, configured: &Settings) -> String {
        let Branding { sender_name, sender_address, .. } = &self.branding;
        let site_name = &self.general.site_name;
        if sender_name.is_empty() && sender_address.is_empty() && site_name.is_empty() {
            return configured.mail_from.clone();
        }
        let (known_name, known_address) = match configured.mail_from.rsplit_once('<') {
            Some((name, address)) => (name.trim().trim_matches('"'), address.trim_end_matches('>')),
            None => ("", configured.mail_from.as_str()),
        };
        let name = [sender_name.as_str(), site_name, known_name, &configured.site_name]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .replace(['"', '\\'], "");
        let address = if sender_address.is_empty() { known_address } else { sender_address };
        format!("\"{name}\" <{address}>")
    }
}

impl Services {
    /// The site's name, as it was when the settings were last read.
    #[must_use]
    pub fn site_name(&self) -> String {
        self.live.now().site_name(&self.settings).to_owned()
    }
}
