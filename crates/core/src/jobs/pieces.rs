//! Changing very many rows without keeping everybody else from writing.

use momentum_db::Statement;

use crate::{Result, Services};

/// Rows of a piece. SQLite has one writer, and a transaction keeps each page that it changes in memory as it was.
pub(crate) const PIECE: i64 = 500;

/// Runs statements that change at most so many rows, each in a transaction of its own, until there is nothing left to change.
/// Answers how many rows were changed. A statement says twice what it is about, where it chooses rows and where it changes
/// them: PostgreSQL looks at the latter alone once more when somebody else has changed a chosen row meanwhile.
pub(crate) async fn piece_by_piece(
    s: &Services,
    statement: impl Fn(i64) -> Statement + Send + Sync,
) -> Result<u64> {
    let mut changed = 0;
    loop {
        let mut tx = s.db.begin().await?;
        let now = tx.run(statement(PIECE)).await?;
        tx.commit().await?;
        if now == 0 {
            return Ok(changed);
        }
        changed += now;
    }
}
