//! Checking a file, and starting to take it in.

use std::collections::HashMap;

use momentum_db::{Rows, row, sql};
use serde_json::{Value, json};

use super::{ImportError, ImportOptions, UserImport, columns, file, run::IMPORT_USERS};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    identity::{Actor, Role},
    ids::UserImportId,
    jobs::{NewJob, enqueue},
};

/// Addresses that are looked for at once.
const LOOKED_UP: usize = 500;

/// Rows that are stored at once.
const STORED: usize = 5_000;

/// Reads a file and says what taking it in would do. Nothing is done yet.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] `file`.
pub async fn check_import(
    s: &Services,
    actor: &Actor,
    file_name: &str,
    bytes: Vec<u8>,
) -> Result<UserImport> {
    actor.require_admin()?;
    let live = s.live.get(&s.db).await?;
    let file::Table { rows, left_out } =
        tokio::task::spawn_blocking(move || file::read(&bytes, &live.security))
            .await
            .map_err(Error::internal)??;

    let mut roles: HashMap<String, Role> = HashMap::new();
    let mut conn = s.db.read().await?;
    let good: Vec<&str> =
        rows.iter().filter(|row| row.error.is_none()).map(|row| row.email.as_str()).collect();
    for some in good.chunks(LOOKED_UP) {
        let mut query = sql!("SELECT email, role FROM users WHERE email IN (");
        query.push_list(some.iter().copied()).push(")");
        roles.extend(conn.all::<(String, Role)>(query).await?);
    }
    drop(conn);
    let (mut new, mut existing, mut wrong, mut admins) = (0_i64, 0_i64, 0_i64, 0_i64);
    for row in &rows {
        let role = roles.get(&row.email).copied();
        match (&row.error, role) {
            (Some(_), _) => wrong += 1,
            (None, None) => new += 1,
            (None, Some(_)) => existing += 1,
        }
        if row.error.is_none() && row.role == Some(Role::Admin) && role != Some(Role::Admin) {
            admins += 1;
        }
    }

    let id = UserImportId::new();
    let file_name: String = file_name.chars().filter(|c| !c.is_control()).take(200).collect();
    let mut tx = s.db.begin().await?;
    tx.run(sql!(
        "INSERT INTO user_imports (id, file_name, created_by, created_at, state, total, new_rows, existing_rows,
                wrong_rows, admin_rows)
         VALUES ($1, $2, $3, $4, 'checked', $5, $6, $7, $8, $9)",
        id,
        file_name,
        actor.user,
        s.clock.now(),
        i64::try_from(rows.len()).unwrap_or(i64::MAX),
        new,
        existing,
        wrong,
        admins
    ))
    .await?;
    for some in rows.chunks(STORED) {
        let mut stored = Rows::new(
            "user_import_rows",
            ["import_id", "line", "email", "name", "role", "time_zone", "error"],
        );
        for row in some {
            stored.push(row![
                id,
                row.line,
                row.email.as_str(),
                row.name.as_str(),
                row.role.map_or("", Role::as_str),
                row.time_zone.as_str(),
                &row.error
            ]);
        }
        tx.load(stored).await?;
    }
    tx.commit().await?;
    Ok(UserImport { left_out, ..import(s, actor, id).await? })
}

/// The latest imports, the newest first.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn imports(s: &Services, actor: &Actor) -> Result<Vec<UserImport>> {
    actor.require_admin()?;
    let query =
        concat!("SELECT ", columns!(), " FROM user_imports ORDER BY created_at DESC, id DESC LIMIT 10");
    Ok(s.db.read().await?.all(query).await?)
}

/// One import.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn import(s: &Services, actor: &Actor, id: UserImportId) -> Result<UserImport> {
    actor.require_admin()?;
    let query = sql!(concat!("SELECT ", columns!(), " FROM user_imports WHERE id = $1"), id);
    s.db.read().await?.opt(query).await?.ok_or(Error::NotFound("import"))
}

/// The rows that can't be taken in, in the order of the file.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn import_errors(
    s: &Services,
    actor: &Actor,
    id: UserImportId,
    limit: i64,
    offset: i64,
) -> Result<Vec<ImportError>> {
    import(s, actor, id).await?;
    Ok(s.db
        .read()
        .await?
        .all(sql!(
            "SELECT line, email, error FROM user_import_rows WHERE import_id = $1 AND error IS NOT NULL
             ORDER BY line LIMIT $2 OFFSET $3",
            id,
            limit,
            offset
        ))
        .await?)
}

/// Begins to take the rows in. Works once.
///
/// # Errors
/// [`Error::Forbidden`], also `step-up-required` when the file makes administrators; [`Error::NotFound`];
/// [`Error::Conflict`] `already-started`, `nothing-to-do`.
pub async fn start_import(
    s: &Services,
    actor: &Actor,
    id: UserImportId,
    options: ImportOptions,
) -> Result<UserImport> {
    let found = import(s, actor, id).await?;
    let now = s.clock.now();
    if found.admin_rows > 0 {
        actor.require_recent_proof(now)?;
    }
    if found.good_rows() == 0 {
        return Err(Error::conflict(
            "nothing-to-do",
            "None of the rows can be taken in. Mend the file first.",
        ));
    }
    let mut tx = s.db.begin().await?;
    // Whoever starts it answers for it, whoever has uploaded the file.
    let started = tx
        .run(sql!(
            "UPDATE user_imports SET state = 'running', update_existing = $2, invite = $3, created_by = $4, address = $5,
                    started_at = $6
             WHERE id = $1 AND state = 'checked'",
            id,
            options.update_existing,
            options.invite,
            actor.user,
            actor.origin.address.as_str(),
            now
        ))
        .await?;
    if started == 0 {
        return Err(Error::conflict("already-started", "This import was started already."));
    }
    let job = NewJob::new(IMPORT_USERS, json!({ "import": id })).dedup(format!("{IMPORT_USERS}:{id}"));
    enqueue(&mut tx, job, now).await?;
    let event = Event {
        actor: Some(actor.user),
        action: "identity.user-import-started",
        target_kind: "user-import",
        target_id: id.to_string(),
        address: &actor.origin.address,
        before: Value::Null,
        after: json!({
            "rows": found.good_rows(),
            "update_existing": options.update_existing,
            "invite": options.invite,
            "administrators": found.admin_rows,
        }),
    };
    audit::record(&mut tx, &event, now).await?;
    tx.commit().await?;
    import(s, actor, id).await
}

/// Forgets a file that was not started.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::Conflict`] `already-started`.
pub async fn discard_import(s: &Services, actor: &Actor, id: UserImportId) -> Result<()> {
    import(s, actor, id).await?;
    let mut tx = s.db.begin().await?;
    let removed = tx.run(sql!("DELETE FROM user_imports WHERE id = $1 AND state = 'checked'", id)).await?;
    if removed == 0 {
        return Err(Error::conflict("already-started", "This import was started already."));
    }
    tx.commit().await?;
    Ok(())
}
