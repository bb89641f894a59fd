//! What a provider publishes about itself: its addresses and keys, kept for an hour.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use momentum_core::ports::ProviderError;
use openidconnect::{DiscoveryError, IssuerUrl, core::CoreProviderMetadata};
use tokio::sync::Mutex;

use crate::web::Web;

const FRESH_FOR: Duration = Duration::from_secs(3_600);

/// Tokens with made-up keys must not make us ask the provider more often.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(10);

pub(super) struct Metadata {
    issuer: IssuerUrl,
    web: Web,
    /// Held while asking, so that a crowd asks once.
    known: Mutex<Option<Known>>,
}

struct Known {
    asked: Instant,
    /// When it was asked for before its time, because of a key.
    refreshed: Option<Instant>,
    metadata: Arc<CoreProviderMetadata>,
}

impl Metadata {
    pub(super) fn new(issuer: IssuerUrl, web: Web) -> Self {
        Self { issuer, web, known: Mutex::new(None) }
    }

    /// What is known, asked for when it is old.
    pub(super) async fn get(&self) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let mut known = self.known.lock().await;
        if let Some(known) = &*known
            && known.asked.elapsed() < FRESH_FOR
        {
            return Ok(known.metadata.clone());
        }
        let metadata = self.ask().await?;
        *known = Some(Known { asked: Instant::now(), refreshed: None, metadata: metadata.clone() });
        Ok(metadata)
    }

    /// As [`Metadata::get`], after a key was not found: the provider may have changed its keys.
    pub(super) async fn refresh(&self) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let mut known = self.known.lock().await;
        if let Some(Known { refreshed: Some(refreshed), metadata, .. }) = &*known
            && refreshed.elapsed() < ASK_AGAIN_AFTER
        {
            return Ok(metadata.clone());
        }
        let metadata = self.ask().await?;
        let now = Instant::now();
        *known = Some(Known { asked: now, refreshed: Some(now), metadata: metadata.clone() });
        Ok(metadata)
    }

    async fn ask(&self) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let asked = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.web).await;
        asked.map(Arc::new).map_err(|error| match error {
            DiscoveryError::Request(error) => ProviderError::Unavailable(error.to_string()),
            other => ProviderError::Refused(other.to_string()),
        })
    }
}
