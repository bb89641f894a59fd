//! What keeps an instance running well: repeated requests answered once, cleaning, health, the mailbox.

mod audit_log;
mod demo;
mod health;
mod idempotency;
pub mod jobs;
mod logo;
mod mailbox;
mod overview;
mod prepare;
mod search;
mod seed;
mod site_settings;
mod system;
mod users;

pub use audit_log::{audit_entries, export_audit, verify_audit};
pub use demo::{demo_is_loaded, wants_demo};
pub use health::{check_ready, measure};
pub use idempotency::{Attempt, StoredAnswer, abandon, begin, finish};
pub use logo::{LogoFile, MAX_LOGO, logo_file, remove_logo, set_logo};
pub use mailbox::{OpenedMail, mail_html, mails, open_mail, retry_mail};
pub use overview::{LatestEnrollment, LatestUser, Overview, overview};
pub use prepare::prepare;
pub use search::{Found, Hit, search};
pub use seed::{SeedReport, SeedSize, seed};
pub use site_settings::{change_settings, differing_fields, settings};
pub use system::{SystemFacts, system_facts};
pub use users::{
    BulkAction, BulkRefusal, BulkReport, Consequences, MAX_BULK, UserDetail, UserEnrollment, UserRow,
    UserSort, UsersFilter, change_accounts, consequences, delete_user, export_users, restore_user,
    suspend_user, update_user, user_detail, users, users_by_id,
};
