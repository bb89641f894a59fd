//! The built frontend is embedded in the binary. Without it (a first `cargo check`) there is nothing to embed yet.

fn main() {
    let folder = "../../frontend/dist";
    let _ = std::fs::create_dir_all(folder);
    println!("cargo::rerun-if-changed={folder}");
}
