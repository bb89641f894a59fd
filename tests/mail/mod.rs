//! Mail on its way out: handed over after the commit, tried again, never twice.

mod delivery;
mod mailbox;
mod server;
