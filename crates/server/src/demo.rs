//! The demo: courses from `content/`, embedded in the program, and accounts whose passwords everybody knows.

use std::collections::BTreeMap;

use momentum_core::{
    Error, Services,
    catalog::{self, package},
    identity, operations,
};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../content"]
struct Content;

/// Loads the demo into a database that nobody uses yet, once: what was changed or deleted of it since stays so. Answers how
/// many courses were added; `None` when it is not loaded.
///
/// # Errors
/// As [`load_demo`].
pub async fn load_demo_once(s: &Services) -> Result<Option<usize>, Error> {
    if !operations::wants_demo(s).await? {
        return Ok(None);
    }
    let added = load_demo(s).await?;
    operations::demo_is_loaded(s).await?;
    Ok(Some(added))
}

/// Loads the demo courses and accounts that are missing; answers how many courses were added.
///
/// # Errors
/// When a package is broken or the database fails.
pub async fn load_demo(s: &Services) -> Result<usize, Error> {
    let mut packages: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for path in Content::iter() {
        let Some((folder, file)) = path.split_once('/') else { continue };
        let Some(content) = Content::get(&path) else { continue };
        let text = String::from_utf8(content.data.into_owned()).map_err(Error::internal)?;
        packages.entry(folder.to_owned()).or_default().push((file.to_owned(), text));
    }
    let mut added = 0;
    for (folder, files) in packages {
        let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let package = package::parse(files).map_err(|error| Error::internal(format!("{folder}/{error}")))?;
        added += usize::from(catalog::import_package(s, &package).await?.is_some());
    }
    identity::create_demo_accounts(s).await?;
    Ok(added)
}
