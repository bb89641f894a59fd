//! Taking the rows in.
//!
//! Each step is one transaction: some hundred rows, and how far the file was read. After a crash the job runs again and goes
//! on behind the last step, so nobody is taken in twice.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use momentum_db::{FromRow, Rows, Tx, Value, row, sql};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Result, Services,
    audit::{self, Event},
    identity::{Role, administration::create::invite},
    ids::{UserId, UserImportId},
    jobs::Job,
};

/// Takes in the rows of a file.
pub(in crate::identity) const IMPORT_USERS: &str = "identity.import-users";

/// Rows of a step.
const STEP: i64 = 500;

#[derive(Deserialize)]
struct Payload {
    import: UserImportId,
}

#[derive(FromRow)]
struct Running {
    position: i64,
    update_existing: bool,
    invite: bool,
    created_by: UserId,
    address: String,
}

#[derive(FromRow)]
struct Row {
    line: i64,
    email: String,
    name: String,
    role: String,
    time_zone: String,
}

impl Row {
    /// What the file says, if it says something.
    fn role(&self) -> Option<Role> {
        self.role.parse().ok()
    }
}

#[derive(FromRow)]
struct Existing {
    id: UserId,
    email: String,
    name: String,
    role: Role,
    time_zone: String,
    is_demo: bool,
}

/// What a step did.
#[derive(Default)]
struct Done {
    created: i64,
    updated: i64,
    skipped: i64,
}

/// Takes in what is left of the file.
pub(in crate::identity) async fn run(s: &Services, job: &Job) -> Result<()> {
    let Payload { import } = job.parse()?;
    // Read before a transaction is open; its steps then use what is in memory.
    s.live.get(&s.db).await?;
    while step(s, import).await? {}
    Ok(())
}

/// Takes in the next rows; `false` when there are none.
async fn step(s: &Services, id: UserImportId) -> Result<bool> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let running: Option<Running> = tx
        .opt(sql!(
            "UPDATE user_imports SET state = 'running' WHERE id = $1 AND state = 'running'
             RETURNING position, update_existing, invite, created_by, address",
            id
        ))
        .await?;
    let Some(running) = running else { return Ok(false) };
    let (may,): (i64,) = tx
        .one(sql!(
            "SELECT COUNT(*) FROM users WHERE id = $1 AND role = 'admin' AND state = 'active'",
            running.created_by
        ))
        .await?;
    let rows: Vec<Row> = tx
        .all(sql!(
            "SELECT line, email, name, role, time_zone FROM user_import_rows
             WHERE import_id = $1 AND line > $2 AND error IS NULL ORDER BY line LIMIT $3",
            id,
            running.position,
            STEP
        ))
        .await?;
    let Some(last) = rows.last().map(|row| row.line).filter(|_| may > 0) else {
        end(&mut tx, id, &running, may > 0, now).await?;
        tx.commit().await?;
        return Ok(false);
    };
    let done = take_in(s, &mut tx, &running, &rows, now).await?;
    tx.run(sql!(
        "UPDATE user_imports SET position = $2, created = created + $3, updated = updated + $4, skipped = skipped + $5
         WHERE id = $1",
        id,
        last,
        done.created,
        done.updated,
        done.skipped
    ))
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// Notes how it went, and forgets the rows that were taken in.
async fn end(
    tx: &mut Tx,
    id: UserImportId,
    running: &Running,
    complete: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    let (created, updated, skipped): (i64, i64, i64) = tx
        .one(sql!(
            "UPDATE user_imports SET state = $2, finished_at = $3 WHERE id = $1 RETURNING created, updated, skipped",
            id,
            if complete { "done" } else { "stopped" },
            now
        ))
        .await?;
    tx.run(sql!("DELETE FROM user_import_rows WHERE import_id = $1 AND error IS NULL", id)).await?;
    let event = Event {
        actor: Some(running.created_by),
        action: if complete { "identity.user-import-finished" } else { "identity.user-import-stopped" },
        target_kind: "user-import",
        target_id: id.to_string(),
        address: &running.address,
        before: serde_json::Value::Null,
        after: json!({ "created": created, "updated": updated, "skipped": skipped }),
    };
    audit::record(tx, &event, now).await
}

async fn take_in(
    s: &Services,
    tx: &mut Tx,
    running: &Running,
    rows: &[Row],
    now: DateTime<Utc>,
) -> Result<Done> {
    let mut query = sql!("SELECT id, email, name, role, time_zone, is_demo FROM users WHERE email IN (");
    query.push_list(rows.iter().map(|row| row.email.as_str())).push(")");
    let existing: HashMap<String, Existing> =
        tx.all::<Existing>(query).await?.into_iter().map(|user| (user.email.clone(), user)).collect();
    let new: Vec<&Row> = rows.iter().filter(|row| !existing.contains_key(&row.email)).collect();
    let created = create(s, tx, running, &new, now).await?;
    let mut updated = 0;
    if running.update_existing {
        for row in rows {
            if let Some(user) = existing.get(&row.email)
                && update(tx, running, user, row, now).await?
            {
                updated += 1;
            }
        }
    }
    let all = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(Done { created, updated, skipped: all - created - updated })
}

/// Makes accounts without a password. Somebody may sign up meanwhile; then their account stands.
async fn create(
    s: &Services,
    tx: &mut Tx,
    running: &Running,
    rows: &[&Row],
    now: DateTime<Utc>,
) -> Result<i64> {
    if rows.is_empty() {
        return Ok(0);
    }
    let live = s.live.now();
    let general = &live.general;
    let mut insert =
        sql!("INSERT INTO users (id, email, name, role, state, time_zone, created_at, updated_at) VALUES ");
    for (index, row) in rows.iter().enumerate() {
        insert.push(if index == 0 { "(" } else { ", (" });
        let zone = if row.time_zone.is_empty() { &general.default_time_zone } else { &row.time_zone };
        insert
            .push_list([
                Value::from(UserId::new()),
                Value::from(row.email.as_str()),
                Value::from(row.name.as_str()),
                Value::from(row.role().unwrap_or(Role::Free).as_str()),
                Value::from("active"),
                Value::from(zone.as_str()),
                Value::from(now),
                Value::from(now),
            ])
            .push(")");
    }
    insert.push(" ON CONFLICT (email) DO NOTHING RETURNING id, email, name");
    let users: Vec<(UserId, String, String)> = tx.all(insert).await?;
    let mut profiles = Rows::new("profiles", ["user_id", "favorite_categories", "locale"]);
    for (id, ..) in &users {
        profiles.push(row![*id, json!([]), general.default_language.as_str()]);
    }
    tx.load(profiles).await?;
    if running.invite {
        for (id, email, name) in &users {
            invite(s, tx, *id, email, name, now).await?;
        }
    }
    Ok(i64::try_from(users.len()).unwrap_or(i64::MAX))
}

/// Gives an account what the file says. Administrators and demo accounts stay as they are: a file must not take away the
/// last administrator.
async fn update(
    tx: &mut Tx,
    running: &Running,
    user: &Existing,
    row: &Row,
    now: DateTime<Utc>,
) -> Result<bool> {
    let role = row.role().unwrap_or(user.role);
    let zone = if row.time_zone.is_empty() { &user.time_zone } else { &row.time_zone };
    let same = role == user.role && *zone == user.time_zone && row.name == user.name;
    if user.role == Role::Admin || user.is_demo || same {
        return Ok(false);
    }
    let changed = tx
        .run(sql!(
            "UPDATE users SET name = $2, role = $3, time_zone = $4, updated_at = $5 WHERE id = $1 AND role <> 'admin'",
            user.id,
            row.name.as_str(),
            role.as_str(),
            zone.as_str(),
            now
        ))
        .await?;
    if changed == 0 {
        return Ok(false);
    }
    let event = Event {
        actor: Some(running.created_by),
        action: "identity.user-changed",
        target_kind: "user",
        target_id: user.id.to_string(),
        address: &running.address,
        before: json!({ "role": user.role, "time_zone": user.time_zone }),
        after: json!({ "role": role, "time_zone": zone, "name": if row.name == user.name { "same" } else { "changed" } }),
    };
    audit::record(tx, &event, now).await?;
    Ok(true)
}
