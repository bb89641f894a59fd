//! The way to the provider and back.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{FromRow, sql};

use super::links;
use crate::{
    Error, Result, Services,
    identity::{
        Actor, Origin, SignIn, limits, parse_time_zone,
        secret::{random_token, token_hash},
        sign_in,
    },
    ids::UserId,
    ports::Attempt,
};

/// Longer than this nobody takes to sign in at the provider.
const ATTEMPT_LIFE: TimeDelta = TimeDelta::minutes(10);

/// An attempt that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where to send the browser.
    pub url: String,
    /// To be kept in the browser, which has to show it when it comes back.
    pub browser_token: String,
}

/// What came of an attempt.
#[derive(Debug)]
pub enum Finished {
    /// Signed in, or asked for the second factor; go on to the path, if there is one.
    SignedIn(SignIn, Option<String>),
    /// The provider is connected to the account of whoever is signed in.
    Linked,
}

/// What whoever begins an attempt would like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// The page to go on to.
    pub return_to: Option<&'a str>,
    /// Where they live, for the account that may be made: an IANA name. Unknown ones are as good as none.
    pub time_zone: Option<&'a str>,
}

/// Begins an attempt: for `actor`, to connect the provider to their account, else to sign in. `browser_token` is what an
/// earlier attempt gave this browser, if it still has it: both can be ended then.
///
/// # Errors
/// [`Error::NotFound`] for an unknown provider; [`Error::Unavailable`] when it doesn't answer;
/// [`Error::TooManyRequests`]; [`Error::Forbidden`] `step-up-required`.
pub async fn begin(
    s: &Services,
    provider: &str,
    actor: Option<&Actor>,
    wish: Wish<'_>,
    browser_token: Option<&str>,
    origin: &Origin,
) -> Result<Begun> {
    let provider = s.providers.get(provider)?;
    if let Some(actor) = actor {
        actor.require_recent_proof(s.clock.now())?;
    }
    limits::sign_in(s, &format!("external:{}", origin.address), &origin.address).await?;
    let (state, nonce, pkce_verifier) = (random_token()?, random_token()?, random_token()?);
    let browser_token = browser_token.map_or_else(random_token, |kept| Ok(kept.to_owned()))?;
    let redirect_uri = redirect_uri(s, &provider.info().id);
    let attempt =
        Attempt { redirect_uri: &redirect_uri, state: &state, nonce: &nonce, pkce_verifier: &pkce_verifier };
    let url = provider.authorization_url(attempt).await?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    tx.run(sql!(
        "INSERT INTO external_sign_ins (state_hash, provider, browser_hash, nonce, pkce_verifier, link_to, return_to,
                time_zone, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        token_hash(&state),
        provider.info().id.as_str(),
        token_hash(&browser_token),
        nonce.as_str(),
        pkce_verifier.as_str(),
        actor.map(|actor| actor.user.0),
        wish.return_to,
        wish.time_zone.and_then(parse_time_zone).map(|zone| zone.name()),
        now + ATTEMPT_LIFE
    ))
    .await?;
    tx.commit().await?;
    Ok(Begun { url, browser_token })
}

/// What the browser brings back.
#[derive(Debug, Clone, Copy)]
pub struct Returned<'a> {
    pub state: &'a str,
    pub code: &'a str,
    /// The name that Apple tells only here, and only the first time. Unsigned, so it is no more than a suggestion.
    pub name: Option<&'a str>,
    /// What [`begin`] gave the browser.
    pub browser_token: &'a str,
    /// The session that the browser has already; it ends.
    pub previous_session: Option<&'a str>,
}

#[derive(FromRow)]
struct AttemptRow {
    nonce: String,
    pkce_verifier: String,
    link_to: Option<UserId>,
    return_to: Option<String>,
    time_zone: Option<String>,
    expires_at: DateTime<Utc>,
}

/// Ends an attempt with what the browser brought back.
///
/// # Errors
/// [`Error::Unauthenticated`] `attempt-unknown` when it was not begun here, by this browser, or too long ago;
/// `provider-refused`; [`Error::Conflict`] `email-taken`, `linked-elsewhere`; [`Error::Unavailable`].
pub async fn finish(
    s: &Services,
    provider: &str,
    returned: Returned<'_>,
    actor: Option<&Actor>,
    origin: &Origin,
) -> Result<Finished> {
    let provider = s.providers.get(provider)?;
    let id = provider.info().id.as_str();
    let now = s.clock.now();
    let row = take_attempt(s, id, &returned, now).await?;
    let redirect_uri = redirect_uri(s, id);
    let attempt = Attempt {
        redirect_uri: &redirect_uri,
        state: returned.state,
        nonce: &row.nonce,
        pkce_verifier: &row.pkce_verifier,
    };
    let mut profile = provider.redeem(returned.code, attempt, now).await?;
    if profile.name.is_none() {
        profile.name = returned.name.map(ToOwned::to_owned);
    }
    match (row.link_to, actor) {
        (Some(user), Some(actor)) if actor.user == user => {
            links::link(s, actor, id, &profile).await?;
            Ok(Finished::Linked)
        }
        (Some(_), _) => Err(attempt_unknown()),
        (None, _) => {
            let proven = links::sign_in_or_up(s, id, &profile, row.time_zone, origin).await?;
            let session = sign_in::open_browser(s, proven, returned.previous_session, origin).await?;
            Ok(Finished::SignedIn(session, row.return_to))
        }
    }
}

/// The page that an attempt of this browser was begun for, while it isn't ended.
///
/// # Errors
/// When the database fails.
pub async fn wanted_page(s: &Services, state: &str, browser_token: &str) -> Result<Option<String>> {
    let page: Option<(Option<String>,)> =
        s.db.read()
            .await?
            .opt(sql!(
                "SELECT return_to FROM external_sign_ins WHERE state_hash = $1 AND browser_hash = $2",
                token_hash(state),
                token_hash(browser_token)
            ))
            .await?;
    Ok(page.and_then(|(page,)| page))
}

/// Takes the attempt out: whatever comes of it, it can't be ended twice. Another browser leaves it alone.
async fn take_attempt(
    s: &Services,
    provider: &str,
    returned: &Returned<'_>,
    now: DateTime<Utc>,
) -> Result<AttemptRow> {
    let mut tx = s.db.begin().await?;
    let row: Option<AttemptRow> = tx
        .opt(sql!(
            "DELETE FROM external_sign_ins WHERE state_hash = $1 AND provider = $2 AND browser_hash = $3
             RETURNING nonce, pkce_verifier, link_to, return_to, time_zone, expires_at",
            token_hash(returned.state),
            provider,
            token_hash(returned.browser_token)
        ))
        .await?;
    tx.commit().await?;
    row.filter(|row| row.expires_at > now).ok_or_else(attempt_unknown)
}

fn attempt_unknown() -> Error {
    Error::unauthenticated(
        "attempt-unknown",
        "This sign-in was begun in another browser, too long ago, or is done already. Start again.",
    )
}

fn redirect_uri(s: &Services, provider: &str) -> String {
    format!("{}/sign-in/with/{provider}/callback", s.settings.base_url)
}
