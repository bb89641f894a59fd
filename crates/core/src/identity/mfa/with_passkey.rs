//! Proving who one is with a passkey: instead of the password, after it, or again.
//!
//! A passkey counts as both factors: the authenticator has it, and has made sure of the person by fingerprint, face or PIN.

use momentum_db::Tx;
use serde_json::Value;

use super::{
    ceremonies::{self, Ceremony, Purpose, Verdict},
    challenge,
    codes::Used,
    passkeys::credential_ids,
    step_up,
};
use crate::{
    Error, Result, Services,
    identity::{
        Actor, ApiTokens, BrowserSession, Method, Origin, limits,
        sign_in::{self, Proven},
    },
    ids::{CeremonyId, UserId},
};

fn refused() -> Error {
    Error::unauthenticated(
        "invalid-passkey",
        "This passkey is not known here, or it took too long. Try again.",
    )
}

/// Asks for a passkey of whomever.
///
/// # Errors
/// [`Error::Conflict`] `passkeys-unavailable`; [`Error::TooManyRequests`].
pub async fn begin_passkey_sign_in(s: &Services, origin: &Origin) -> Result<Ceremony> {
    limits::passkey(s, &origin.address).await?;
    let mut tx = s.db.begin().await?;
    let ceremony = ceremonies::ask(s, &mut tx, Purpose::SignIn, None, &[]).await?;
    tx.commit().await?;
    Ok(ceremony)
}

/// Signs a browser in with a passkey alone. The session it had before, if any, ends.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-passkey`.
pub async fn sign_in_browser_with_passkey(
    s: &Services,
    ceremony: CeremonyId,
    answer: &Value,
    previous_token: Option<&str>,
    origin: &Origin,
) -> Result<BrowserSession> {
    let (mut tx, proven) = prove(s, ceremony, answer, origin).await?;
    let session = sign_in::open_browser_in(s, &mut tx, proven, previous_token, origin, s.clock.now()).await?;
    tx.commit().await?;
    Ok(session)
}

/// Signs an API client in with a passkey alone.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-passkey`.
pub async fn sign_in_api_with_passkey(
    s: &Services,
    ceremony: CeremonyId,
    answer: &Value,
    origin: &Origin,
) -> Result<ApiTokens> {
    let (tx, proven) = prove(s, ceremony, answer, origin).await?;
    tx.commit().await?;
    sign_in::open_api(s, proven, None, origin).await
}

async fn prove(s: &Services, ceremony: CeremonyId, answer: &Value, origin: &Origin) -> Result<(Tx, Proven)> {
    let (tx, user) = answered(s, ceremony, Purpose::SignIn, None, answer, origin).await?;
    Ok((tx, Proven::otherwise(user, Method::Passkey, true)))
}

/// The transaction in which the passkey was accepted, and whose it is. A refused one stands in the audit log, as a wrong password
/// or code does; an answer to no question does not, because anybody can send any number of those.
async fn answered(
    s: &Services,
    ceremony: CeremonyId,
    purpose: Purpose,
    user: Option<UserId>,
    answer: &Value,
    origin: &Origin,
) -> Result<(Tx, UserId)> {
    let state = ceremonies::take(s, ceremony, purpose, user).await?.ok_or_else(refused)?;
    let mut tx = s.db.begin().await?;
    let owner = match ceremonies::verify(s, &mut tx, state, user, answer).await? {
        Verdict::Accepted(user) => return Ok((tx, user)),
        Verdict::Refused(owner) => owner,
    };
    // What the refused answer has written is taken back.
    drop(tx);
    let action = match purpose {
        Purpose::SecondFactor | Purpose::StepUp => "identity.second-factor-failed",
        Purpose::SignIn | Purpose::Register => "identity.sign-in-failed",
    };
    let mut tx = s.db.begin().await?;
    limits::note_refusal(&mut tx, action, owner, origin, s.clock.now()).await?;
    tx.commit().await?;
    Err(refused())
}

/// Asks for a passkey of the account whose challenge this is.
///
/// # Errors
/// [`Error::Unauthenticated`] `challenge-expired`; [`Error::Conflict`] `passkeys-unavailable`.
pub async fn begin_second_factor_passkey(s: &Services, token: &str) -> Result<Ceremony> {
    let mut tx = s.db.begin().await?;
    let user = challenge::user_of(&mut tx, token, s.clock.now()).await?;
    let known = credential_ids(&mut tx, user).await?;
    let ceremony = ceremonies::ask(s, &mut tx, Purpose::SecondFactor, Some(user), &known).await?;
    tx.commit().await?;
    Ok(ceremony)
}

/// Answers a challenge with a passkey.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-passkey` or `challenge-expired`.
pub async fn finish_second_factor_with_passkey(
    s: &Services,
    token: &str,
    ceremony: CeremonyId,
    answer: &Value,
    previous_token: Option<&str>,
    origin: &Origin,
) -> Result<BrowserSession> {
    let user = challenge::user_of(&mut s.db.read().await?, token, s.clock.now()).await?;
    let (mut tx, _) = answered(s, ceremony, Purpose::SecondFactor, Some(user), answer, origin).await?;
    let pending = challenge::count_try(&mut tx, token, s.clock.now()).await?;
    challenge::finish(s, tx, token, &pending, Used::Passkey, previous_token, origin).await
}

/// Asks for one of the actor's passkeys, to prove again who they are.
///
/// # Errors
/// [`Error::Conflict`] `passkeys-unavailable`.
pub async fn begin_step_up_passkey(s: &Services, actor: &Actor) -> Result<Ceremony> {
    let mut tx = s.db.begin().await?;
    let known = credential_ids(&mut tx, actor.user).await?;
    let ceremony = ceremonies::ask(s, &mut tx, Purpose::StepUp, Some(actor.user), &known).await?;
    tx.commit().await?;
    Ok(ceremony)
}

/// Renews the proof of the actor's session with a passkey.
///
/// # Errors
/// [`Error::Invalid`] for `credential`.
pub async fn step_up_with_passkey(
    s: &Services,
    actor: &Actor,
    ceremony: CeremonyId,
    answer: &Value,
) -> Result<()> {
    let answered = answered(s, ceremony, Purpose::StepUp, Some(actor.user), answer, &actor.origin).await;
    let (mut tx, _) = answered.map_err(|error| match error {
        Error::Unauthenticated { message, .. } => Error::invalid("credential", "rejected", message),
        other => other,
    })?;
    step_up::renew(&mut tx, actor, s.clock.now()).await?;
    Ok(tx.commit().await?)
}
