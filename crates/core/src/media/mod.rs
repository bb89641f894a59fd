//! The media library: pictures, videos, sounds and documents that authors put into courses.
//!
//! A file is known by its content, never by its name ([`Format`]). Pictures are decoded and written anew, so that nothing
//! but the picture is left, and are kept in smaller widths too. Files stand in an object store ([`MediaStore`]); a row says
//! what they are. Addresses are `/media/{id}/{name}`, stand as plain text wherever authors write, and stay when the content
//! is replaced. What is private is delivered only by an address with a signature ([`signed_url`]).
//!
//! Small files come in one piece ([`upload`]), large ones in many ([`begin_upload`]), which survive a restart.

mod address;
mod delivery;
mod format;
pub mod jobs;
mod library;
mod picture;
mod responsive;
mod store;
mod types;
mod uploads;
mod uses;

pub use address::{SignedUrl, address_id, is_address, named_in_all, signed_url, srcset};
pub use delivery::{Content, Delivery, Wanted, deliver, original};
pub use format::Format;
pub use library::{delete, edit, find, give_alt, known, list, replace, upload, with_content};
pub use responsive::responsive;
pub use store::MediaStore;
pub use types::{ListedMedia, Media, MediaChanges, MediaFilter, MediaKind, MediaSort, NewFile, Visibility};
pub use uploads::{Received, UploadState, abandon_upload, begin_upload, receive, upload_state};
pub use uses::{
    MediaUse, OwnerKind, UseCounts, Wanted as WantedMedia, check_addresses, names_gone, set_uses, uses,
};

/// The largest file that comes in one piece, and the largest picture, in bytes.
pub const MAX_IN_ONE_PIECE: usize = 20 * 1024 * 1024;

/// The longest name that people give to a file, in characters.
pub const MAX_NAME: usize = 200;

/// The longest text for who can't see a picture, in characters.
pub const MAX_ALT: usize = 500;

/// Widths in which pictures are kept besides their own, in pixels.
pub const WIDTHS: [u32; 4] = [320, 640, 960, 1600];
