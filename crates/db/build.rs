//! Migrations are embedded: a new file has to build the crate anew.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
