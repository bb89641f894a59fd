//! Setting up and removing an authenticator app; recovery codes.

use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::identity::{self, Role};
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::json;

use super::{Phone, Protected, audited, mails_about};

#[tokio::test]
async fn an_app_is_a_factor_once_it_has_shown_a_right_code() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    assert_eq!(api.get("/me/mfa").await.expect(200).json()["totp_since"], json!(null));
    let nothing = api.post("/me/mfa/totp/confirm", json!({ "code": "123456" })).await.expect(409);
    assert_eq!(nothing.problem(), "totp-not-begun");

    let set_up = api.post("/me/mfa/totp", json!({})).await.expect(200).json();
    let url = set_up["otpauth_url"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/Momentum:") && url.contains("issuer=Momentum"), "{url}");
    assert!(set_up["qr_svg"].as_str().unwrap().starts_with("<svg "));
    assert_eq!(set_up["secret"].as_str().unwrap().len(), 32, "160 bits");
    let first = Phone::scan(&set_up);
    let phone = Phone::scan(&api.post("/me/mfa/totp", json!({})).await.expect(200).json());
    for code in
        [first.code(app.now()), phone.wrong_code(app.now()), "".into(), "12345".into(), "abcdef".into()]
    {
        let wrong = api.post("/me/mfa/totp/confirm", json!({ "code": code })).await.expect(422).json();
        assert_eq!(wrong["errors"][0]["field"], "code", "{code}");
    }
    app.visitor().sign_in(&email, PASSWORD).await;

    let late = phone.code(app.now() - TimeDelta::seconds(30));
    let confirmed = api.post("/me/mfa/totp/confirm", json!({ "code": late })).await.expect(200).json();
    let codes = confirmed["recovery_codes"].as_array().unwrap();
    assert_eq!(codes.len(), 10);
    let state = api.get("/me/mfa").await.json();
    assert_eq!((state["recovery_codes_left"].as_i64(), state["totp_since"].is_string()), (Some(10), true));
    assert_eq!(api.post("/me/mfa/totp", json!({})).await.expect(409).problem(), "totp-enabled");
    let refused = app.visitor().post("/auth/sign-in", json!({ "email": email, "password": PASSWORD })).await;
    assert_eq!(refused.expect(401).problem(), "mfa-required");
    assert_eq!(audited(&app).await, ["identity.totp-added"]);
    assert_eq!(mails_about(&app, &email).await, ["An authenticator app was added"]);

    api.delete("/me/mfa/totp").await.expect(204);
    api.delete("/me/mfa/totp").await.expect(404);
    assert_eq!(api.get("/me/mfa").await.json()["recovery_codes_left"], 0);
    app.visitor().sign_in(&email, PASSWORD).await;
    assert_eq!(audited(&app).await, ["identity.totp-added", "identity.totp-removed"]);
}

#[tokio::test]
async fn a_secret_that_was_not_confirmed_in_an_hour_is_gone() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    let phone = Phone::scan(&api.post("/me/mfa/totp", json!({})).await.expect(200).json());
    app.wait(TimeDelta::minutes(61));
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    let code = json!({ "code": phone.code(app.now()) });
    assert_eq!(api.post("/me/mfa/totp/confirm", code).await.expect(409).problem(), "totp-not-begun");
}

#[tokio::test]
async fn twenty_confirmations_at_once_are_one() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let phone = Phone::scan(&api.post("/me/mfa/totp", json!({})).await.expect(200).json());
    let code = json!({ "code": phone.code(app.now()) });
    let answers = join_all((0..20).map(|_| api.post("/me/mfa/totp/confirm", code.clone()))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 10);
}

#[tokio::test]
async fn nothing_of_a_secret_or_a_recovery_code_stands_in_the_database() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let mut conn = app.s.db.read().await.unwrap();
    let (sealed,): (Vec<u8>,) = conn.one("SELECT secret FROM totp_factors").await.unwrap();
    assert!(!sealed.windows(20).any(|part| part == ada.phone.secret));
    let hashes: Vec<(Vec<u8>,)> = conn.all("SELECT code_hash FROM recovery_codes").await.unwrap();
    assert_eq!(hashes.len(), 10);
    use sha2::Digest;
    let plain: Vec<u8> = sha2::Sha256::digest(ada.recovery_codes[0].replace('-', "")).to_vec();
    assert!(hashes.iter().all(|(hash,)| *hash != plain), "not even guessing finds it without the key");
}

#[tokio::test]
async fn new_recovery_codes_end_the_old_ones() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let visitor = app.visitor();
    let typed = ada.recovery_codes[0].to_uppercase().replace('-', " ").replace('0', "O");
    visitor.post("/auth/sign-in", ada.credentials(&typed)).await.expect(200);
    assert_eq!(ada.api.get("/me/mfa").await.json()["recovery_codes_left"], 9);
    let again = visitor.post("/auth/sign-in", ada.credentials(&ada.recovery_codes[0])).await.expect(401);
    assert_eq!(again.problem(), "invalid-otp");

    let new = ada.api.post("/me/mfa/recovery-codes", json!({})).await.expect(200).json();
    let old = visitor.post("/auth/sign-in", ada.credentials(&ada.recovery_codes[1])).await.expect(401);
    assert_eq!(old.problem(), "invalid-otp");
    let code = new["recovery_codes"][3].as_str().unwrap();
    visitor.post("/auth/sign-in", ada.credentials(code)).await.expect(200);
    let told = mails_about(&app, &ada.email).await;
    assert_eq!(told[1], "A recovery code was used to sign in; 9 are left");
    assert_eq!(told[2], "New recovery codes were made; the old ones no longer work");
    assert!(audited(&app).await.contains(&"identity.recovery-code-used".to_owned()));

    let other = app.user(Role::Free).await;
    let none = other.post("/me/mfa/recovery-codes", json!({})).await.expect(409);
    assert_eq!(none.problem(), "no-second-factor");
}

#[tokio::test]
async fn twenty_uses_of_one_recovery_code_are_one() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let visitor = app.visitor();
    let body = ada.credentials(&ada.recovery_codes[0]);
    let answers = join_all((0..20).map(|_| visitor.post("/auth/sign-in", body.clone()))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 401, 429].contains(status)), "{statuses:?}");
    assert_eq!(ada.api.get("/me/mfa").await.json()["recovery_codes_left"], 9);
}

#[tokio::test]
async fn the_pages_lead_through_it_without_a_script() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let home = "/settings/security";
    assert_eq!(browser.get("/settings/security/authenticator").await.expect(303).header("location"), home);
    let begun = browser.submit(home, "/settings/security/authenticator/begin", &[]).await.expect(303);
    let path = begun.header("location").to_owned();
    let page = browser.get(&path).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let url = page.text.split("href=\"otpauth:").nth(1).unwrap().split('"').next().unwrap();
    let secret = url.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    let phone = Phone::scan(&json!({ "secret": secret, "otpauth_url": url.replace("&#38;", "&") }));

    let wrong = browser.submit(&path, &path, &[("code", &phone.wrong_code(app.now()))]).await.expect(422);
    assert!(wrong.text.contains(&secret[..4]), "the same secret is shown again");
    let code = phone.code(app.now());
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let saved = browser.submit(&path, &path, &[("code", &spaced)]).await.expect(200);
    assert_eq!(saved.text.matches("<code>").count(), 10);
    assert!(saved.text.contains("download=\"momentum-recovery-codes.txt\""));
    assert_eq!(saved.header("cache-control"), "no-store");
    let settings = browser.get(home).await.expect(200).text;
    assert!(settings.contains("10 of 10 left") && !settings.contains(secret));
    assert_eq!(browser.get(&path).await.expect(303).header("location"), home, "never shown again");
    let new = browser.submit(home, "/settings/security/recovery-codes", &[]).await.expect(200);
    assert!(new.text.contains("The old codes no longer work"));
    browser.submit(home, "/settings/security/authenticator/remove", &[]).await.expect(303);
    assert!(browser.get(home).await.text.contains("protected by your password alone"));
}

#[tokio::test]
async fn an_operator_helps_somebody_who_lost_everything() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    assert!(identity::reset_mfa(&app.s, &ada.email.to_uppercase()).await.unwrap());
    ada.api.get("/me").await.expect(401);
    let api = app.visitor().sign_in(&ada.email, PASSWORD).await;
    assert_eq!(api.get("/me/mfa").await.json()["recovery_codes_left"], 0);
    assert!(!identity::reset_mfa(&app.s, &ada.email).await.unwrap());
    assert!(identity::reset_mfa(&app.s, "nobody@example.com").await.is_err());
    assert_eq!(audited(&app).await.iter().filter(|action| *action == "identity.mfa-reset").count(), 2);
    assert!(mails_about(&app, &ada.email).await[1].contains("removed by an operator"));
}
