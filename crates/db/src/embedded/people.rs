//! Whose rows a connection changes.
//!
//! The engine tells which row of which table has changed, not whose it is. So a temporary trigger stands on every table
//! with a column `user_id`, which names a person; it belongs to this connection and is in no file.

use rusqlite::{functions::FunctionFlags, types::Null};

use super::Connection;
use crate::Result;

const TABLES_OF_PEOPLE: &str =
    "SELECT t.name FROM main.sqlite_schema t JOIN pragma_table_info(t.name) c ON c.name = 'user_id'
     WHERE t.type = 'table'";

const TRIGGERS: &str = "SELECT name FROM temp.sqlite_schema WHERE type = 'trigger'";

impl Connection {
    /// Calls `noted` with the person whom a row names that this connection adds, changes or removes, once the tables are
    /// watched.
    pub(crate) fn on_person(&mut self, noted: impl Fn(&[u8; 16]) + Send + 'static) -> Result<()> {
        self.raw().create_scalar_function("note_person", 1, FunctionFlags::SQLITE_UTF8, move |call| {
            if let Some(person) = call.get_raw(0).as_blob_or_null()?.and_then(|id| id.try_into().ok()) {
                noted(person);
            }
            Ok(Null)
        })?;
        Ok(())
    }

    /// Watches the tables that there are now.
    pub(crate) fn watch_people(&mut self) -> Result<()> {
        for table in self.names(TABLES_OF_PEOPLE)? {
            let watch = |event: &str, row: &str| {
                let name = event.replace(' ', "_").to_lowercase();
                format!(
                    "CREATE TEMP TRIGGER people_{table}_{name} AFTER {event} ON main.{table}
                     BEGIN SELECT note_person({row}.user_id); END;"
                )
            };
            self.raw().execute_batch(
                &[
                    watch("INSERT", "NEW"),
                    watch("UPDATE", "NEW"),
                    // A row that goes to another person concerns both.
                    watch("UPDATE OF user_id", "OLD"),
                    watch("DELETE", "OLD"),
                ]
                .concat(),
            )?;
        }
        Ok(())
    }

    /// Leaves the tables alone, so that they can be rebuilt.
    pub(crate) fn unwatch_people(&mut self) -> Result<()> {
        for trigger in self.names(TRIGGERS)? {
            self.raw().execute_batch(&format!("DROP TRIGGER temp.{trigger}"))?;
        }
        Ok(())
    }

    fn names(&mut self, query: &'static str) -> Result<Vec<String>> {
        let names: Vec<(String,)> = self.all(&query.into())?;
        Ok(names.into_iter().map(|(name,)| name).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::embedded::Options;

    /// Runs a statement and answers whose rows it has changed, each once.
    fn noted_by(conn: &mut Connection, noted: &Mutex<Vec<u8>>, statement: &str) -> Vec<u8> {
        noted.lock().unwrap().clear();
        conn.raw().execute_batch(statement).unwrap();
        let mut people = noted.lock().unwrap().clone();
        people.sort_unstable();
        people.dedup();
        people
    }

    #[test]
    fn whoever_is_named_by_a_row_that_changes_is_noted() {
        let mut conn =
            Connection::open(&Options { path: ":memory:".into(), writes: true, cache_kib: 2_000 }).unwrap();
        let noted = Arc::new(Mutex::new(Vec::new()));
        let notes = noted.clone();
        conn.on_person(move |person| notes.lock().unwrap().push(person[15])).unwrap();
        conn.raw()
            .execute_batch(
                "CREATE TABLE users (id UUID PRIMARY KEY);
                 CREATE TABLE joined (user_id UUID REFERENCES users (id) ON DELETE CASCADE, n BIGINT, UNIQUE (user_id, n));
                 CREATE TABLE others (id UUID, n BIGINT);
                 INSERT INTO users VALUES (x'00000000000000000000000000000001'), (x'00000000000000000000000000000002')",
            )
            .unwrap();
        conn.watch_people().unwrap();
        let mut by = |statement: &str| noted_by(&mut conn, &noted, statement);
        assert_eq!(by("INSERT INTO joined SELECT id, 1 FROM users"), [1, 2]);
        assert_eq!(by("UPDATE joined SET n = 2 WHERE user_id = x'00000000000000000000000000000001'"), [1]);
        let upsert = "INSERT INTO joined VALUES (x'00000000000000000000000000000002', 1)
                      ON CONFLICT (user_id, n) DO UPDATE SET n = 3";
        assert_eq!(by(upsert), [2]);
        let passed_on = "UPDATE joined SET user_id = x'00000000000000000000000000000002' WHERE n = 2";
        assert_eq!(by(passed_on), [1, 2]);
        assert!(by("INSERT INTO others VALUES (x'00000000000000000000000000000001', 1)").is_empty());
        assert_eq!(
            by("DELETE FROM users WHERE id = x'00000000000000000000000000000002'"),
            [2],
            "cascades too"
        );
        conn.unwatch_people().unwrap();
        let unwatched = "INSERT INTO joined VALUES (x'00000000000000000000000000000001', 9)";
        assert!(noted_by(&mut conn, &noted, unwatched).is_empty());
    }
}
