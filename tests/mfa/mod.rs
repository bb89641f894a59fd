//! Second factors: authenticator apps, recovery codes, the second step of signing in, and proving again who one is.

mod authenticator;
mod enrolling;
mod passkeys;
mod required;
mod second_step;
mod soft_key;
mod step_up;

use hmac::{Hmac, KeyInit, Mac};
use momentum_core::identity::Role;
use momentum_testkit::{Api, PASSWORD, TestApp};
use serde_json::{Value, json};
use sha1::Sha1;

/// An authenticator app of our own, written from RFC 6238 and RFC 4226.
pub struct Phone {
    secret: Vec<u8>,
}

impl Phone {
    /// Scans what the site shows.
    pub fn scan(set_up: &Value) -> Self {
        let url = set_up["otpauth_url"].as_str().unwrap();
        let secret = url.split("secret=").nth(1).unwrap().split('&').next().unwrap();
        assert_eq!(set_up["secret"], secret, "what is typed and what is scanned are the same");
        Self { secret: base32(secret) }
    }

    /// What it shows at this moment.
    pub fn code(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        let counter = u64::try_from(at.timestamp()).unwrap() / 30;
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.secret).unwrap();
        mac.update(&counter.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let offset = usize::from(hash[19] & 15);
        let number = u32::from_be_bytes(hash[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// A code that is wrong now and in the steps around.
    pub fn wrong_code(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        let near: Vec<String> =
            (-2..=2).map(|step| self.code(at + chrono::TimeDelta::seconds(30 * step))).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

fn base32(text: &str) -> Vec<u8> {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter).unwrap();
        buffer = (buffer << 5) | u32::try_from(value).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).unwrap());
        }
    }
    bytes
}

/// Somebody whose account has an authenticator app.
pub struct Protected {
    pub email: String,
    pub api: Api,
    pub phone: Phone,
    pub recovery_codes: Vec<String>,
}

impl Protected {
    /// Sets the app up; afterwards the app shows a code that was not used yet.
    pub async fn new(app: &TestApp) -> Self {
        Self::with_role(app, Role::Free).await
    }

    pub async fn with_role(app: &TestApp, role: Role) -> Self {
        let email = app.account(role, "UTC").await;
        let api = app.visitor().sign_in(&email, PASSWORD).await;
        let set_up = api.post("/me/mfa/totp", json!({})).await.expect(200).json();
        let phone = Phone::scan(&set_up);
        let code = json!({ "code": phone.code(app.now()) });
        let confirmed = api.post("/me/mfa/totp/confirm", code).await.expect(200).json();
        let recovery_codes = serde_json::from_value(confirmed["recovery_codes"].clone()).unwrap();
        app.wait(chrono::TimeDelta::seconds(30));
        Self { email, api, phone, recovery_codes }
    }

    /// The body of a sign-in through the API.
    pub fn credentials(&self, otp: &str) -> Value {
        json!({ "email": self.email, "password": PASSWORD, "otp": otp })
    }
}

/// The mails that wait for somebody, as what they say about the account.
pub async fn mails_about(app: &TestApp, email: &str) -> Vec<String> {
    let mut conn = app.s.db.read().await.unwrap();
    let rows: Vec<(momentum_db::Json<Value>,)> = conn
        .all(momentum_db::sql!(
            "SELECT content FROM mails WHERE email = $1 AND template = 'security-changed' ORDER BY id",
            email
        ))
        .await
        .unwrap();
    rows.into_iter().map(|(content,)| content.0["what"].as_str().unwrap().to_owned()).collect()
}

/// What the audit log says of accounts, besides signing up, in and out.
pub async fn audited(app: &TestApp) -> Vec<String> {
    let mut conn = app.s.db.read().await.unwrap();
    let rows: Vec<(String,)> = conn
        .all("SELECT action FROM audit_log WHERE action LIKE 'identity.%' 
              AND action NOT IN ('identity.signed-up', 'identity.signed-in', 'identity.signed-out') ORDER BY sequence")
        .await
        .unwrap();
    rows.into_iter().map(|(action,)| action).collect()
}
