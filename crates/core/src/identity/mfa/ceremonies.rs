//! What passes between server and browser while a passkey is made or used (WebAuthn): the server asks for a signature over a
//! random challenge, and remembers the question in a row that is removed when the answer comes, right or wrong.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{FromRow, Json, Tx, sql};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PublicKeyCredential, Url, Webauthn, WebauthnBuilder,
};

use crate::{
    Error, Result, Services,
    identity::{AccountState, lifecycle, lifecycle::AccountStatus},
    ids::{CeremonyId, PasskeyId, UserId},
};

/// So long the person may take.
const CEREMONY_LIFE: TimeDelta = TimeDelta::minutes(5);

/// What a signature is asked for. An answer to one question is no answer to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Register,
    SignIn,
    SecondFactor,
    StepUp,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign-in",
            Self::SecondFactor => "second-factor",
            Self::StepUp => "step-up",
        }
    }
}

/// What the browser is asked.
#[derive(Debug, Clone)]
pub struct Ceremony {
    /// Sent back with the answer.
    pub id: CeremonyId,
    /// The `publicKey` of `navigator.credentials.create()` or `get()`, in WebAuthn's JSON form.
    pub public_key: Value,
}

/// Whether passkeys can be used here: browsers tie them to the name of a host, so an address of bare numbers has none.
#[must_use]
pub fn passkeys_available(s: &Services) -> bool {
    relying_party(s).is_ok()
}

/// This site, as authenticators know it.
pub(super) fn relying_party(s: &Services) -> Result<Webauthn> {
    let none = || {
        Error::conflict("passkeys-unavailable", "Passkeys need a site that is reached by a name, over HTTPS.")
    };
    let origin: Url = s.settings.base_url.parse().map_err(|_| none())?;
    let host = origin.domain().ok_or_else(none)?;
    WebauthnBuilder::new(host, &origin)
        .and_then(|builder| builder.rp_name(&s.site_name()).timeout(to_std(CEREMONY_LIFE)).build())
        .map_err(|_| none())
}

fn to_std(time: TimeDelta) -> std::time::Duration {
    time.to_std().unwrap_or_default()
}

/// Remembers a question.
pub(super) async fn remember(
    tx: &mut Tx,
    purpose: Purpose,
    user: Option<UserId>,
    state: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<CeremonyId> {
    let id = CeremonyId::new();
    tx.run(sql!(
        "INSERT INTO passkey_ceremonies (id, purpose, user_id, state, expires_at) VALUES ($1, $2, $3, $4, $5)",
        id,
        purpose.as_str(),
        user.map(|user| user.0),
        serde_json::to_value(state).map_err(Error::internal)?,
        now + CEREMONY_LIFE
    ))
    .await?;
    Ok(id)
}

/// The question that this answers, which is forgotten at once: of twenty answers at the same moment one finds it.
pub(super) async fn take<T: DeserializeOwned>(
    s: &Services,
    id: CeremonyId,
    purpose: Purpose,
    user: Option<UserId>,
) -> Result<Option<T>> {
    let mut tx = s.db.begin().await?;
    let taken: Option<(Option<UserId>, Json<Value>, DateTime<Utc>)> = tx
        .opt(sql!(
            "DELETE FROM passkey_ceremonies WHERE id = $1 AND purpose = $2 RETURNING user_id, state, expires_at",
            id,
            purpose.as_str()
        ))
        .await?;
    tx.commit().await?;
    match taken {
        Some((owner, Json(state), expires_at)) if owner == user && expires_at > s.clock.now() => {
            serde_json::from_value(state).map(Some).map_err(Error::internal)
        }
        _ => Ok(None),
    }
}

/// Asks for a signature: of one of these passkeys, or of any that the authenticator finds by itself.
pub(super) async fn ask(
    s: &Services,
    tx: &mut Tx,
    purpose: Purpose,
    user: Option<UserId>,
    credential_ids: &[Vec<u8>],
) -> Result<Ceremony> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let (question, state) = relying_party(s)?.start_discoverable_authentication().map_err(Error::internal)?;
    let id = remember(tx, purpose, user, &state, s.clock.now()).await?;
    let mut public_key = serde_json::to_value(question.public_key).map_err(Error::internal)?;
    public_key["allowCredentials"] = credential_ids
        .iter()
        .map(|id| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(id) }))
        .collect();
    Ok(Ceremony { id, public_key })
}

#[derive(FromRow)]
struct PasskeyRow {
    id: PasskeyId,
    user_id: UserId,
    credential: Json<Value>,
    state: AccountState,
    is_demo: bool,
}

/// How an answer was judged.
pub(super) enum Verdict {
    /// Whose passkey answered.
    Accepted(UserId),
    /// Whose passkey it seems to be, if anybody's.
    Refused(Option<UserId>),
}

/// Whose passkey answered. The signature has to be over the question that was asked, by an authenticator that has made sure
/// of the person, with a counter that has not gone back (a copy of the key would show by that); the account has to be one
/// that can be used. Every other answer is refused, and the log says why.
///
/// `user` is whose passkey it has to be; without it the authenticator has to say whose it is.
pub(super) async fn verify(
    s: &Services,
    tx: &mut Tx,
    state: DiscoverableAuthentication,
    user: Option<UserId>,
    answer: &Value,
) -> Result<Verdict> {
    let Ok(answer) = serde_json::from_value::<PublicKeyCredential>(answer.clone()) else {
        return Ok(Verdict::Refused(user));
    };
    let owner = match (user, answer.get_user_unique_id().map(uuid::Uuid::from_slice)) {
        (Some(user), None) => user,
        (Some(user), Some(Ok(named))) if named == user.0 => user,
        (None, Some(Ok(named))) => UserId(named),
        _ => return Ok(Verdict::Refused(user)),
    };
    let now = s.clock.now();
    // The update locks the row, so that two answers can't both be the next one by its counter.
    tx.run(sql!(
        "UPDATE passkeys SET last_used_at = $3 WHERE credential_id = $1 AND user_id = $2",
        answer.get_credential_id(),
        owner,
        now
    ))
    .await?;
    let row: Option<PasskeyRow> = tx
        .opt(sql!(
            "SELECT p.id, p.user_id, p.credential, u.state, u.is_demo FROM passkeys p JOIN users u ON u.id = p.user_id
             WHERE p.credential_id = $1 AND p.user_id = $2",
            answer.get_credential_id(),
            owner
        ))
        .await?;
    let Some(row) = row else { return Ok(Verdict::Refused(user)) };
    let mut passkey: Passkey = serde_json::from_value(row.credential.0).map_err(Error::internal)?;
    let key = DiscoverableKey::from(&passkey);
    let result = match relying_party(s)?.finish_discoverable_authentication_v2(&answer, state, key) {
        Ok(result) => result,
        Err(error) => {
            tracing::warn!(user = %row.user_id, passkey = %row.id, %error, "a passkey was refused");
            return Ok(Verdict::Refused(Some(row.user_id)));
        }
    };
    let status = AccountStatus { state: row.state, is_demo: row.is_demo };
    if !result.user_verified() || !lifecycle::pre_authentication(s, status) {
        return Ok(Verdict::Refused(Some(row.user_id)));
    }
    passkey.update_credential(&result);
    tx.run(sql!(
        "UPDATE passkeys SET credential = $2 WHERE id = $1",
        row.id,
        serde_json::to_value(&passkey).map_err(Error::internal)?
    ))
    .await?;
    Ok(Verdict::Accepted(row.user_id))
}
