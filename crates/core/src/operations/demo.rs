use momentum_db::sql;

use crate::{Result, Services};

/// Whether the demo is to be loaded: into a database that nobody uses yet, once. Where loading it was broken off, it goes on.
///
/// # Errors
/// When the database fails.
pub async fn wants_demo(s: &Services) -> Result<bool> {
    let (wants,): (bool,) =
        s.db.read()
            .await?
            .one(
                "SELECT demo_loaded_at IS NULL AND NOT EXISTS (SELECT 1 FROM users WHERE NOT is_demo)
             FROM instance WHERE id = 1",
            )
            .await?;
    Ok(wants)
}

/// Notes that all of the demo is there.
///
/// # Errors
/// When the database fails.
pub async fn demo_is_loaded(s: &Services) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.run(sql!("UPDATE instance SET demo_loaded_at = $1 WHERE id = 1", s.clock.now())).await?;
    Ok(tx.commit().await?)
}
