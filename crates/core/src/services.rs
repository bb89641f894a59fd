use std::{ops::Deref, path::PathBuf, sync::Arc};

use momentum_db::Db;

use crate::{
    announcements,
    catalog::CatalogCache,
    engagement::{Boards, KnownBadges, live::Listeners},
    identity::{KnownSessions, Limits, PasswordKeeper, Providers, SecretKey, SetupToken, SigningKeys},
    known::KnownPeople,
    media::MediaStore,
    ports::{Clock, Mailer},
    recommendations::Impressions,
    reviews::KnownRatings,
    search::Search,
    settings,
    studio::Studio,
};

/// Everything that services need, built once at start and handed to each of them. Cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Parts>);

/// The parts of [`Services`].
pub struct Parts {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub settings: Settings,
    pub passwords: PasswordKeeper,
    /// Signs forms and links.
    pub secret: SecretKey,
    /// Sign access tokens.
    pub signing: SigningKeys,
    /// Brakes on guessing and on mass sign-up.
    pub limits: Limits,
    /// What administrators set.
    pub live: settings::Live,
    /// What administrators tell everybody.
    pub announcements: announcements::Live,
    /// Where people may have an account already.
    pub providers: Providers,
    /// Opens the first-run page while there is no administrator.
    pub setup: SetupToken,
    /// Takes mails to people; without one they stay in the mailbox, where administrators read them.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Sessions in use.
    pub sessions: KnownSessions,
    /// What was read of people who are here.
    pub known: KnownPeople,
    /// What everybody reads: published cards, courses and lessons.
    pub catalog: CatalogCache,
    /// What there is to earn.
    pub badges: KnownBadges,
    /// What is remembered of leaderboards.
    pub boards: Boards,
    /// Who wants to hear at once what happens to them.
    pub listeners: Listeners,
    /// What was recommended to whom and isn't written yet.
    pub impressions: Impressions,
    /// How the reviews of courses are spread.
    pub ratings: KnownRatings,
    /// The files of the media library.
    pub media: MediaStore,
    /// Finds courses by their text.
    pub search: Search,
    /// Writes courses.
    pub studio: Studio,
}

/// What the operator chose, as far as services care.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Public address without a slash at the end.
    pub base_url: String,
    /// Name of the site, unless administrators gave it another: ask [`Services::site_name`].
    pub site_name: String,
    /// Who mails come from: `Name <address>`, unless administrators chose somebody else: ask
    /// [`settings::Snapshot::mail_from`].
    pub mail_from: String,
    /// Demo accounts may sign in; limits are generous.
    pub demo: bool,
    /// A folder for large files on their way in and out.
    pub scratch: PathBuf,
}

impl Services {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Services {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
