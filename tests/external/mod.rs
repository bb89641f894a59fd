//! Signing in with an account elsewhere, against a provider that lies when told to. A real one is asked in the browser tests.

mod liar;

use std::sync::Arc;

use momentum_core::{identity::Providers, ports::IdentityProvider};
use momentum_providers::identity::{ProviderConfig, build};
use momentum_testkit::{Answer, Browser, TestApp};
use reqwest::{Method, Url};
use serde_json::Value;

/// The provider that this configuration describes.
fn provider(config: Value) -> Arc<dyn IdentityProvider> {
    let config: ProviderConfig = serde_json::from_value(config).unwrap();
    build(&config).unwrap()
}

async fn site(config: Value) -> TestApp {
    TestApp::with_providers(Providers::new(vec![provider(config)])).await
}

/// Begins to sign in; answers where the provider is.
async fn begin(browser: &Browser, start: &str) -> Url {
    let answer = browser.get(start).await.expect(303);
    Url::parse(answer.header("location")).expect("the provider's address")
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Comes back from the provider.
async fn come_back(browser: &Browser, query: &[(&str, &str)]) -> Answer {
    let request = browser.request(Method::GET, "/sign-in/with/test/callback").query(query);
    browser.send(request).await
}

async fn signed_in(browser: &Browser) -> bool {
    browser.get("/dashboard").await.status == 200
}
