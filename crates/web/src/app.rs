use std::{ops::Deref, sync::Arc, time::Duration};

use metrics_exporter_prometheus::PrometheusHandle;
use momentum_core::{Services, cache::Cache, catalog::COUNTS_FRESH_FOR};
use tokio_util::sync::CancellationToken;

use crate::{assets::Assets, pages::visitor_page::VisitorPage, views::KeptPart};

/// How often what is too old to be shown is freed.
const TIDIED_EVERY: Duration = Duration::from_secs(10);

/// What the operator chose, as far as HTTP cares.
#[derive(Debug, Clone, Default)]
pub struct WebSettings {
    /// Believe `X-Forwarded-For`: a proxy that sets it stands in front.
    pub trust_proxy: bool,
    /// Says that the server is stopping, to answers that would go on.
    pub stop: CancellationToken,
}

/// What handlers need. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of [`App`].
pub struct Parts {
    pub services: Services,
    pub(crate) settings: WebSettings,
    pub(crate) assets: Assets,
    pub(crate) metrics: Option<PrometheusHandle>,
    /// Pages that look the same to every visitor, rendered.
    pub(crate) visitor_pages: Cache<String, VisitorPage>,
    /// Parts of pages that look the same to everybody, rendered.
    pub(crate) parts: Cache<String, KeptPart>,
    /// Whether the public address is HTTPS: then cookies are `Secure` and browsers are told to stay.
    pub(crate) https: bool,
}

impl App {
    /// Puts the parts together. Without a metrics handle `/metrics` is empty.
    #[must_use]
    pub fn new(services: Services, settings: WebSettings, metrics: Option<PrometheusHandle>) -> Self {
        let https = services.settings.base_url.starts_with("https:");
        Self(Arc::new(Parts {
            services,
            settings,
            assets: Assets::load(),
            metrics,
            visitor_pages: rendered(16 << 20, 8_000, |key, page| key.len() + page.size()),
            parts: rendered(4 << 20, 4_000, |key, part| key.len() + part.size()),
            https,
        }))
    }

    /// Frees what is kept and too old to be shown, every few seconds, as long as the program runs.
    pub async fn keep_tidy(self) {
        loop {
            tokio::time::sleep(TIDIED_EVERY).await;
            self.visitor_pages.forget_old();
            self.parts.forget_old();
            self.services.catalog.forget_old();
        }
    }
}

/// A cache by key and edition, bounded in bytes.
fn rendered<V: Clone>(bytes: usize, each: usize, size: fn(&String, &V) -> usize) -> Cache<String, V> {
    Cache::of_bytes(bytes, each, size).for_at_most(COUNTS_FRESH_FOR)
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
