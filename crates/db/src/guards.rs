//! Seam "append-only": the database itself refuses to change the audit log and the points ledger. Triggers are written
//! differently for each engine, so they stand here and not in a migration; making them again changes nothing.

use crate::Engine;

/// Entries of the log can't be changed or replaced, and can be removed only when they are a month old: that is for keeping
/// the log within its retention time. Lines of the ledger can't be changed, and go only with the account that they belong to.
const SQLITE: [&str; 5] = [
    "CREATE TRIGGER IF NOT EXISTS audit_log_no_update BEFORE UPDATE ON audit_log
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_log_no_delete BEFORE DELETE ON audit_log
     WHEN OLD.at > strftime('%Y-%m-%dT%H:%M:%S', 'now', '-30 days')
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_log_no_replace BEFORE INSERT ON audit_log
     WHEN EXISTS (SELECT 1 FROM audit_log WHERE sequence = NEW.sequence OR id = NEW.id)
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS points_ledger_no_update BEFORE UPDATE ON points_ledger
     BEGIN SELECT RAISE(ABORT, 'the points ledger is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS points_ledger_no_delete BEFORE DELETE ON points_ledger
     WHEN EXISTS (SELECT 1 FROM users WHERE id = OLD.user_id)
     BEGIN SELECT RAISE(ABORT, 'the points ledger is append-only'); END",
];

/// The lock comes first: several servers that start at once would be in each other's way.
const POSTGRES: [&str; 7] = [
    "SELECT pg_advisory_xact_lock(hashtext('momentum audit log'))",
    "CREATE OR REPLACE FUNCTION audit_log_keep() RETURNS trigger AS $$
     BEGIN
         IF TG_OP = 'DELETE' AND OLD.at < now() - interval '30 days' THEN RETURN OLD; END IF;
         RAISE EXCEPTION 'the audit log is append-only';
     END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
     FOR EACH ROW EXECUTE FUNCTION audit_log_keep()",
    "CREATE OR REPLACE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
     FOR EACH STATEMENT EXECUTE FUNCTION audit_log_keep()",
    "CREATE OR REPLACE FUNCTION points_ledger_keep() RETURNS trigger AS $$
     BEGIN
         IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM users WHERE id = OLD.user_id) THEN RETURN OLD; END IF;
         RAISE EXCEPTION 'the points ledger is append-only';
     END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE TRIGGER points_ledger_append_only BEFORE UPDATE OR DELETE ON points_ledger
     FOR EACH ROW EXECUTE FUNCTION points_ledger_keep()",
    "CREATE OR REPLACE TRIGGER points_ledger_no_truncate BEFORE TRUNCATE ON points_ledger
     FOR EACH STATEMENT EXECUTE FUNCTION points_ledger_keep()",
];

/// What makes the guards.
pub(crate) fn of(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
    }
}
