//! Writes every sample page and a few covers to a folder, to be looked at in a browser.
//!
//! `cargo run -p momentum-web --example gallery -- target/gallery`, after `npm run build` in `frontend/`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use momentum_web::cover::{Palette, cover_svg, og_default_svg};
use momentum_web::views::{Assets, gallery};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = env::args().nth(1).map_or_else(|| root.join("target/gallery"), PathBuf::from);
    let dist = root.join("frontend/dist");
    fs::create_dir_all(target.join("covers"))?;
    copy_files(&dist, &target.join("assets"))?;

    let manifest = fs::read_to_string(dist.join(".vite/manifest.json"))?;
    for (name, html) in gallery(Some(&assets(&manifest)))? {
        for slug in html.split("/covers/").skip(1).filter_map(|rest| rest.split(".svg").next()) {
            let palette = palette_near(slug);
            let title = title_of(slug);
            let svg = cover_svg(&title, palette, palette.icon());
            fs::write(target.join(format!("covers/{slug}.svg")), svg)?;
        }
        fs::write(target.join(format!("{name}.html")), html)?;
    }
    fs::write(target.join("covers/og-default.svg"), og_default_svg("Momentum", "One lesson a day"))?;
    Ok(())
}

fn copy_files(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// Reads the few entries that are needed; the server has a real parser.
fn assets(manifest: &str) -> Assets {
    let value_after = |entry: &str, key: &str| {
        let rest = manifest.split_once(&format!("\"{entry}\": {{")).map_or("", |(_, rest)| rest);
        let rest = rest.split_once(&format!("\"{key}\":")).map_or("", |(_, rest)| rest);
        format!("/assets/{}", rest.split('"').nth(1).unwrap_or_default())
    };
    let fonts = manifest.split('"').filter(|part| part.ends_with("-latin-wght-normal.woff2"));
    Assets {
        css: value_after("src/main.ts", "css"),
        js: value_after("src/main.ts", "file"),
        icons: value_after("src/icons.svg", "file"),
        favicon: value_after("src/brand/favicon.svg", "file"),
        fonts: fonts.map(|entry| value_after(entry, "file")).collect(),
    }
}

fn title_of(slug: &str) -> String {
    let words = slug.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-').replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn palette_near(slug: &str) -> Palette {
    match slug.split('-').next() {
        Some("sql") => Palette::Technology,
        Some("speak") => Palette::PersonalDevelopment,
        Some("your") => Palette::Finance,
        Some("interfaces") => Palette::Design,
        Some("write") => Palette::Marketing,
        Some("run") => Palette::Business,
        _ => Palette::Other,
    }
}
