use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_providers::smtp::Smtp;
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::json;

use super::server::{MailServer, Mood};

async fn app_with(server: &MailServer) -> TestApp {
    TestApp::with_mailer(Arc::new(Smtp::new(&server.url).unwrap())).await
}

/// Somebody signs up; a welcome is on its way.
async fn sign_up(app: &TestApp) {
    let body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada <b>Lovelace</b>" });
    app.visitor().post("/auth/sign-up", body).await.expect(201);
}

/// The one mail as administrators see it.
async fn the_mail(app: &TestApp) -> serde_json::Value {
    let list = app.user(Role::Admin).await.get("/admin/mails").await.expect(200).json();
    assert_eq!(list["total"], 1);
    list["items"][0].clone()
}

#[tokio::test]
async fn a_mail_server_gets_what_the_mailbox_shows() {
    let server = MailServer::start(&[]).await;
    let app = app_with(&server).await;
    sign_up(&app).await;
    assert!(server.mails().is_empty(), "nothing is sent while the request runs");
    app.run_jobs().await;
    let mail = the_mail(&app).await;
    assert_eq!((mail["state"].as_str(), mail["attempts"].as_i64()), (Some("sent"), Some(1)));
    let sent = server.mails();
    assert_eq!(sent.len(), 1);
    let id = mail["id"].as_str().unwrap();
    for part in [
        format!("Message-ID: <{id}@momentum.example>"),
        "From: \"Momentum\" <no-reply@momentum.example>".into(),
        "<ada@example.com>".into(),
        "Subject: Welcome to Momentum: confirm your address".into(),
        "multipart/alternative".into(),
    ] {
        let loose = part.replace('"', "");
        assert!(sent[0].replace('"', "").contains(&loose), "{part} is missing in {}", sent[0]);
    }
    assert!(!sent[0].contains("<b>Lovelace</b></h1>"), "a name is only text");
    app.run_jobs().await;
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_later() {
    let server = MailServer::start(&[Mood::Busy, Mood::Busy]).await;
    let app = app_with(&server).await;
    sign_up(&app).await;
    for tries in 1..=2 {
        let ran = app.try_jobs().await;
        assert!(ran.failures[0].contains("try again later"), "{:?}", ran.failures);
        let mail = the_mail(&app).await;
        assert_eq!((mail["state"].as_str(), mail["attempts"].as_i64()), (Some("queued"), Some(tries)));
        assert!(mail["error"].as_str().unwrap().contains("451"));
        assert!(app.try_jobs().await.failures.is_empty(), "it waits");
        app.wait(TimeDelta::minutes(1));
    }
    app.run_jobs().await;
    assert_eq!(the_mail(&app).await["state"], "sent");
    assert_eq!((server.mails().len(), server.moods_left()), (1, 0));
}

#[tokio::test]
async fn a_mail_that_nobody_takes_fails_with_the_reason_and_can_be_sent_again() {
    let server = MailServer::start(&[Mood::Refuses]).await;
    let app = app_with(&server).await;
    sign_up(&app).await;
    app.run_jobs().await;
    let mail = the_mail(&app).await;
    assert_eq!(mail["state"], "failed");
    assert!(mail["error"].as_str().unwrap().contains("no such mailbox"));
    let path = format!("/admin/mails/{}/retry", mail["id"].as_str().unwrap());
    app.user(Role::Free).await.post(&path, json!({})).await.expect(403);
    let admin = app.user(Role::Admin).await;
    admin.post(&path, json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(the_mail(&app).await["state"], "sent");
    assert_eq!(admin.post(&path, json!({})).await.expect(409).problem(), "not-failed");
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn after_ten_tries_it_is_enough() {
    let server = MailServer::start(&[Mood::Busy; 10]).await;
    let app = app_with(&server).await;
    sign_up(&app).await;
    for _ in 0..10 {
        app.try_jobs().await;
        app.wait(TimeDelta::hours(7));
    }
    app.run_jobs().await;
    let mail = the_mail(&app).await;
    assert_eq!((mail["state"].as_str(), mail["attempts"].as_i64()), (Some("failed"), Some(10)));
    assert_eq!(app.count("SELECT COUNT(*) FROM jobs").await, 0);
}

#[tokio::test]
async fn a_lost_answer_is_not_a_reason_to_send_twice() {
    let server = MailServer::start(&[Mood::HangsUp]).await;
    let app = app_with(&server).await;
    sign_up(&app).await;
    app.run_jobs().await;
    let mail = the_mail(&app).await;
    assert_eq!(mail["state"], "failed");
    assert!(mail["error"].as_str().unwrap().contains("before the mail server confirmed"));
    app.wait(TimeDelta::hours(1));
    app.run_jobs().await;
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_worker_that_is_killed_while_it_hands_over_sends_nothing_twice() {
    let server = MailServer::start(&[Mood::FallsSilent]).await;
    let app = app_with(&server).await;
    sign_up(&app).await;
    // Dropping a worker in its work is what a crash is.
    tokio::select! {
        _ = app.try_jobs() => panic!("the server never answers"),
        () = async {
            while server.mails().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        } => {}
    }
    let mail = the_mail(&app).await;
    assert_eq!(mail["state"], "sending");
    app.wait(TimeDelta::minutes(5));
    app.run_jobs().await;
    let mail = the_mail(&app).await;
    assert_eq!(mail["state"], "failed");
    assert!(mail["error"].as_str().unwrap().contains("It may have arrived"));
    assert_eq!(server.mails().len(), 1, "the killed worker's mail and no other");
}

#[tokio::test]
async fn without_a_server_running_the_mail_waits() {
    let server = MailServer::start(&[]).await;
    let app = app_with(&server).await;
    drop(server);
    tokio::time::timeout(Duration::from_secs(20), async {
        sign_up(&app).await;
        app.try_jobs().await
    })
    .await
    .unwrap();
    assert_eq!(the_mail(&app).await["state"], "queued");
    // Nobody will come: the mail is taken back so that the queue is empty.
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run("DELETE FROM jobs").await.unwrap();
    tx.commit().await.unwrap();
}
