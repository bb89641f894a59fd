mod changes;
mod import;
mod last_admin;
mod list;
mod pages;

use momentum_core::identity::Role;
use momentum_testkit::{Api, PASSWORD, TestApp};
use serde_json::{Value, json};

/// An account with this role: its id, its address and a client that is signed in to it.
pub(super) async fn somebody(app: &TestApp, role: Role) -> (String, String, Api) {
    let email = app.account(role, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    let me = api.get("/me").await.expect(200).json();
    (me["id"].as_str().unwrap().to_owned(), email, api)
}

/// An account made by this administrator; answers its id.
pub(super) async fn created(admin: &Api, email: &str, name: &str, role: &str) -> String {
    let body = json!({ "email": email, "name": name, "role": role });
    let user: Value = admin.post("/admin/users", body).await.expect(201).json();
    user["id"].as_str().unwrap().to_owned()
}
