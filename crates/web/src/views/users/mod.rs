//! Accounts, for administrators.

mod import;
mod person;

pub use import::{UserImportPage, UsersImportPage};
pub use person::{NewUserPage, UserDeletePage, UserEditPage, UserPage};
