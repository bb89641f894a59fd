//! People, as administrators see them: the list, one person with all that helps to help them, and removing somebody.

mod list;
mod remove;
mod show;

pub use list::{UserRow, UserSort, UsersFilter, export_users, users};
pub use remove::{Consequences, consequences, delete_user};
pub use show::{UserDetail, UserEnrollment, user_detail};
