//! The house's absences, checked: who may not know whom. The tables below are the design; a fault names the file, the
//! rule and the way out.

mod source;

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};
use source::{first_segments, in_root_of_crate, without_comments};

/// Which package is which room, and which rooms it may know.
const ROOMS: &[(&str, &str, &[&str])] = &[
    ("momentum-db", "db", &[]),
    ("momentum-drafting", "drafting", &[]),
    ("momentum-core", "core", &["db", "drafting"]),
    ("momentum-providers", "providers", &["core"]),
    ("momentum-web", "web", &["core"]),
    ("momentum", "server", &["web", "providers", "core", "db"]),
    ("momentum-testkit", "testkit", &["server", "web", "providers", "core", "db"]),
    ("momentum-tests", "tests", &["testkit", "server", "web", "providers", "core", "db"]),
    ("momentum-bench", "bench", &["testkit", "server", "core", "db"]),
];

/// Libraries that a room must not depend on, because what they do is another room's work.
const STRANGERS: &[(&str, &[&str])] = &[
    ("core", &["axum", "axum-extra", "askama", "reqwest", "hyper", "tower-http"]),
    ("web", &["sqlx", "reqwest"]),
];

const ALL_AREAS: &[&str] = &[
    "audit",
    "settings",
    "identity",
    "catalog",
    "learning",
    "engagement",
    "discovery",
    "authoring",
    "recommendations",
    "reviews",
    "daily_review",
    "studio",
    "media",
    "commerce",
    "messaging",
    "insights",
    "announcements",
    "search",
    "operations",
];

/// The ground under all areas; it knows none of them.
const GROUND: &[&str] = &[
    "cache",
    "error",
    "ids",
    "jobs",
    "kept",
    "known",
    "language",
    "names",
    "packed",
    "pictures",
    "ports",
    "remembered",
    "words",
];

/// Where the parts are put together: knows all areas and is known by all. It holds parts and decides nothing.
const WIRING: &[&str] = &["lib", "services"];

/// Which areas an area may know, ground and wiring aside. Nothing points back.
const AREAS: &[(&str, &[&str])] = &[
    ("audit", &[]),
    ("settings", &[]),
    ("messaging", &["settings"]),
    ("identity", &["audit", "settings", "messaging"]),
    ("catalog", &[]),
    ("announcements", &["audit", "settings", "identity", "catalog"]),
    ("media", &["audit", "identity"]),
    ("engagement", &["audit", "identity", "catalog"]),
    ("insights", &["identity", "catalog"]),
    ("learning", &["identity", "catalog", "engagement", "messaging", "insights"]),
    ("authoring", &["audit", "identity", "catalog", "learning", "media"]),
    ("recommendations", &["identity", "catalog", "learning"]),
    ("reviews", &["audit", "identity", "catalog", "learning"]),
    ("daily_review", &["identity", "catalog", "engagement", "learning"]),
    ("search", &["identity", "catalog", "learning"]),
    ("studio", &["audit", "settings", "messaging", "identity", "catalog", "authoring"]),
    ("operations", ALL_AREAS),
];

/// Words by which code outside the db crate would name an engine or use what only one of them has.
const ENGINE_WORDS: &[&str] = &[
    "Sqlite",
    "Postgres",
    "PgPool",
    "PgConnection",
    "PgRow",
    "sqlx::query",
    "ILIKE",
    "date_trunc(",
    "strftime(",
    "json_extract(",
    "SKIP LOCKED",
    "FOR UPDATE",
    "= ANY(",
    "PRAGMA ",
    "AUTOINCREMENT",
];

fn room_of(package: &str) -> Option<(&'static str, &'static [&'static str])> {
    ROOMS.iter().find(|(name, ..)| *name == package).map(|(_, room, allowed)| (*room, *allowed))
}

/// What is wrong with a package's depending on another one.
fn dependency_fault(package: &str, dependency: &str) -> Option<String> {
    let Some((room, allowed)) = room_of(package) else {
        return Some(format!(
            "{package}: a room that the plan doesn't have; add it to ROOMS with the rooms it may know"
        ));
    };
    if let Some((target, _)) = room_of(dependency) {
        return (!allowed.contains(&target))
            .then(|| format!("{package} depends on {dependency}: `{room}` may only know {allowed:?}"));
    }
    STRANGERS
        .iter()
        .any(|(stranger_to, names)| *stranger_to == room && names.contains(&dependency))
        .then(|| format!("{package} depends on {dependency}, which is the work of another room"))
}

/// What is wrong in a source file. `path` starts at the room's `src`, as in `learning/service.rs`.
fn source_faults(room: &str, path: &str, source: &str) -> Vec<String> {
    let code = without_comments(source);
    let mut faults = Vec::new();
    if room == "db" || room == "tests" {
        return faults;
    }
    for word in ENGINE_WORDS {
        if code.contains(word) {
            faults.push(format!(
                "{room}/{path} says `{word}`: only crates/db names an engine; make it a seam there"
            ));
        }
    }
    if room == "web" && code.contains("momentum_db") {
        faults.push(format!("web/{path} uses momentum_db: call a service of the core instead"));
    }
    if room == "core" {
        faults.extend(area_faults(path, &code));
    }
    faults
}

fn area_faults(path: &str, code: &str) -> Vec<String> {
    let area = path.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    if WIRING.contains(&area) {
        return Vec::new();
    }
    let allowed = match AREAS.iter().find(|(name, _)| *name == area) {
        Some((_, allowed)) => *allowed,
        None if GROUND.contains(&area) => &[],
        None => {
            return vec![format!(
                "core/{path}: `{area}` is not in the plan; add it to AREAS with whom it may know"
            )];
        }
    };
    let known = first_segments(code, "crate").into_iter().chain(in_root_of_crate(path, code));
    known
        .filter(|used| ALL_AREAS.contains(&used.as_str()) && used != area && !allowed.contains(&used.as_str()))
        .map(|used| {
            format!("core/{path} uses `{used}`: `{area}` may only know {allowed:?}; let `{used}` call it with plain facts")
        })
        .collect()
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .expect("cargo describes the workspace")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn packages_only_know_the_rooms_below_them() {
    let faults: Vec<_> = metadata()
        .packages
        .iter()
        .flat_map(|package| {
            package
                .dependencies
                .iter()
                .filter_map(|dependency| dependency_fault(&package.name, &dependency.name))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn sources_only_know_what_they_may() {
    let mut faults = Vec::new();
    let mut seen = 0;
    for package in &metadata().packages {
        let Some((room, _)) = room_of(&package.name) else { continue };
        let folder = package.manifest_path.parent().unwrap().join("src");
        let mut files = Vec::new();
        if folder.exists() {
            rust_files(folder.as_std_path(), &mut files);
        }
        seen += files.len();
        for file in files {
            let path = file.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
            faults.extend(source_faults(room, &path, &std::fs::read_to_string(&file).unwrap()));
        }
    }
    assert!(seen > 10, "only {seen} files were looked at");
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn the_areas_form_a_line() {
    // Nobody is reached again from himself.
    fn reaches(from: &str, target: &str) -> bool {
        let next = AREAS.iter().find(|(name, _)| *name == from).map_or(&[][..], |(_, allowed)| *allowed);
        next.iter().any(|area| *area == target || (*area != from && reaches(area, target)))
    }
    for (area, _) in AREAS.iter().filter(|(area, _)| *area != "operations") {
        assert!(!reaches(area, area), "{area} knows itself in a circle");
    }
}

#[test]
fn a_backward_dependency_would_be_found() {
    for (package, dependency) in [
        ("momentum-web", "momentum-db"),
        ("momentum-web", "momentum-providers"),
        ("momentum-core", "momentum-web"),
        ("momentum-core", "axum"),
        ("momentum-core", "reqwest"),
        ("momentum-db", "momentum-core"),
        ("momentum-somewhere", "momentum-core"),
    ] {
        assert!(dependency_fault(package, dependency).is_some(), "{package} → {dependency} went unseen");
    }
    assert_eq!(dependency_fault("momentum", "momentum-web"), None);
    assert_eq!(dependency_fault("momentum-core", "serde"), None);
}

#[test]
fn a_backward_use_would_be_found() {
    for (room, path, line) in [
        ("core", "identity/service.rs", "use crate::learning::rules;"),
        (
            "core",
            "catalog/mod.rs",
            "use crate::{\n    Error,\n    ids::{CourseId, LessonId},\n    learning::{self, x},\n};",
        ),
        ("core", "catalog/mod.rs", "fn x() { crate::identity::find() }"),
        ("core", "catalog/repo.rs", "use super::super::learning;"),
        ("core", "identity/mod.rs", "use super::learning::rules;"),
        ("core", "jobs/worker.rs", "use crate::catalog::Course;"),
        ("core", "ids.rs", "use crate::identity::Actor;"),
        ("core", "engagement/mod.rs", "use crate::learning::Progress;"),
        ("core", "gossip/mod.rs", "fn nothing() {}"),
        ("core", "learning/repo.rs", "fn x(pool: &sqlx::SqlitePool) {}"),
        ("core", "learning/repo.rs", "let q = \"SELECT 1 WHERE name ILIKE $1\";"),
        ("web", "pages/home.rs", "use momentum_db::sql;"),
        ("server", "main.rs", "use sqlx::PgPool;"),
    ] {
        assert_eq!(source_faults(room, path, line).len(), 1, "{room}/{path}: {line}");
    }
}

#[test]
fn what_is_allowed_is_not_found_fault_with() {
    for (room, path, line) in [
        ("core", "learning/service.rs", "use crate::{Services, catalog::Course, identity::Actor, jobs};"),
        (
            "core",
            "learning/service.rs",
            "// SQLite would use crate::operations and SqlitePool here\nfn x() {}",
        ),
        ("core", "identity/repo.rs", "use super::types::Actor; use momentum_db::{FromRow, sql};"),
        ("core", "catalog/mod.rs", "#[cfg(test)] mod tests { use super::*; }"),
        ("core", "services.rs", "use crate::{catalog::CatalogCache, identity::Limits};"),
        ("db", "open.rs", "use sqlx::{PgPool, SqlitePool};"),
        ("server", "config.rs", "let url = \"sqlite://data/momentum.db\";"),
    ] {
        assert_eq!(source_faults(room, path, line), Vec::<String>::new(), "{room}/{path}: {line}");
    }
}
