//! The program embeds the migrations: a new file there has to build it anew, which the macro alone doesn't notice.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
