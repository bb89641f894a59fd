//! Who somebody is and what they may do: accounts, sign-in, sessions, tokens, profiles.
//!
//! A browser carries a cookie, an API client a short-lived JWT and a refresh token. Behind both stands one row in
//! `sessions`; a JWT is good only while its session is, so that "sign out" and "suspend" take effect at once.

mod access_token;
mod account_tokens;
mod accounts;
pub mod administration;
mod avatar;
mod devices;
mod email_change;
pub mod external;
pub mod jobs;
mod known_sessions;
mod lifecycle;
mod limits;
mod lockout;
mod mfa;
mod password;
mod profile;
mod recovery;
mod seal;
mod secret;
mod sessions;
mod setup;
mod sign_in;
mod types;
mod verification;

pub use access_token::{ACCESS_TOKEN_LIFE, SigningKeys};
pub use accounts::{
    DEMO_PASSWORD, NewAccount, SignUp, change_password, create_account, create_demo_accounts, sign_up,
};
pub use avatar::{MAX_AVATAR, avatar, remove_avatar, set_avatar};
pub use devices::{app_name, device_name};
pub use email_change::{
    EmailConfirmation, EmailStatus, PendingEmail, cancel_email_change, confirm_email_change,
    email_change_of_link, email_status, request_email_change,
};
pub use external::Providers;
pub use known_sessions::KnownSessions;
pub use limits::Limits;
pub(crate) use limits::{count_calendar_read, count_unknown_link};
pub use lockout::unlock;
pub use mfa::{
    CHALLENGE_LIFE, Ceremony, FactorChoice, MfaState, NewPasskey, PasskeyInfo, PendingTotp, ProofChoice, Qr,
    add_passkey, begin_passkey, begin_passkey_sign_in, begin_second_factor_passkey, begin_step_up_passkey,
    begin_totp, confirm_totp, finish_second_factor, finish_second_factor_with_passkey, list_passkeys,
    mfa_state, passkeys_available, pending_totp, regenerate_recovery_codes, remove_passkey, remove_totp,
    rename_passkey, reset_mfa, second_factor_choice, sign_in_api_with_passkey, sign_in_browser_with_passkey,
    step_up, step_up_choice, step_up_with_passkey,
};
pub use password::PasswordKeeper;
pub use profile::{
    AGE_RANGES, EDUCATION_LEVELS, ProfileUpdate, PublicProfile, TIMES_OF_DAY, avatar_path, missing_parts,
    profile, public_profile,
};
pub(crate) use profile::{change_profile, load as load_user, profile_percent};
pub use recovery::{check_reset_link, request_password_reset, reset_password};
pub(crate) use secret::token_hash;
pub use secret::{SecretKey, random_token, same};
pub use sessions::{
    ApiTokens, authenticate_cookie, authenticate_token, list_sessions, refresh, revoke_other_sessions,
    revoke_session, sign_out, sign_out_refresh_token,
};
pub use setup::{SetupToken, create_first_admin, setup_needed};
pub use sign_in::{BrowserSession, SignIn, sign_in_api, sign_in_browser};
pub use types::{
    AccountState, Actor, Email, Method, Origin, PROOF_LIFE, Role, SessionInfo, User, parse_time_zone,
};
pub use verification::{resend_verification, verify_email};

use std::{io::Write, path::Path};

use crate::{Error, Result};

/// Writes a file that only its owner may read; an existing file is left alone.
fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(Error::internal)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(Error::internal)
}

impl SecretKey {
    /// Reads `secret.key` in `folder`, making it at the first start.
    ///
    /// # Errors
    /// [`Error::Internal`] when the folder can't be used.
    pub fn load(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::internal)?;
        let path = folder.join("secret.key");
        if !path.exists() {
            write_private(&path, &secret::random_bytes::<32>()?)?;
        }
        let bytes = std::fs::read(&path).map_err(Error::internal)?;
        if bytes.len() < 32 {
            return Err(Error::internal(format!("{} is too short to be a key", path.display())));
        }
        Ok(Self::new(&bytes))
    }
}
