//! What administrators set: checked, audited, in force at once and everywhere.

mod branding;
mod maintenance;
mod sections;
mod sessions;

use momentum_testkit::{Answer, Api};
use serde_json::Value;

/// A section with these fields changed.
async fn change(admin: &Api, section: &str, fields: Value) -> Answer {
    let path = format!("/admin/settings/{section}");
    let mut body = admin.get(&path).await.expect(200).json();
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    admin.put(&path, body).await
}
