//! People, as administrators see them: the list, one person with all that helps to help them, and removing somebody.

mod bulk;
mod edit;
mod list;
mod remove;
mod show;
mod standing;

pub use bulk::{BulkAction, BulkRefusal, BulkReport, MAX_BULK, change_accounts};
pub use edit::update_user;
pub use list::{UserRow, UserSort, UsersFilter, export_users, users, users_by_id};
pub use remove::{Consequences, consequences, delete_user};
pub use show::{UserDetail, UserEnrollment, user_detail};
pub use standing::{restore_user, suspend_user};
