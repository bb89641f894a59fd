//! Categories as administrators add and change them. The six that every site begins with are in the `catalog`.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::slug::{is_slug, slugify};
use crate::{
    Error, FieldErrors, Result, Services,
    audit::{self, Event},
    catalog::content_changes,
    identity::Actor,
    ids::CategoryId,
    names,
};

/// The longest name, in characters.
pub const MAX_CATEGORY_NAME: usize = 60;

/// The longest description and audience, in characters.
pub const MAX_CATEGORY_TEXT: usize = 300;

/// All of them are kept in memory and stand on the home page.
const MOST: i64 = 60;

/// How a category looks that an administrator adds: the interface has colors of its own for the first six only.
const COLOR: &str = "coral";
const ICON: &str = "shapes";

macro_rules! select {
    () => {
        "SELECT k.id, k.slug, k.name, k.description, k.target_audience, k.version,
                (SELECT COUNT(*) FROM courses c WHERE c.category_id = k.id) AS courses
         FROM categories k"
    };
}
/// What an administrator says of a category.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CategoryDetails {
    /// At most 60 characters.
    pub name: String,
    /// A sentence, at most 300 characters.
    pub description: String,
    /// Whom its courses are for, at most 300 characters.
    pub target_audience: String,
}

/// A category as its authors see it.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct AuthoredCategory {
    pub id: CategoryId,
    /// In addresses; never changes.
    pub slug: String,
    pub name: String,
    pub description: String,
    pub target_audience: String,
    /// Courses in any state.
    pub courses: i64,
    /// Counts the saves.
    pub version: i64,
}

/// All categories in their order.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn authored_categories(s: &Services, actor: &Actor) -> Result<Vec<AuthoredCategory>> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    Ok(conn.all(concat!(select!(), " ORDER BY k.position, k.name")).await?)
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`].
pub async fn authored_category(s: &Services, actor: &Actor, id: CategoryId) -> Result<AuthoredCategory> {
    actor.require_admin()?;
    find(&mut s.db.read().await?, id).await
}

/// Adds one behind the others. Its slug is made of its name.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field, also when there is one of that name; [`Error::Conflict`]
/// `too-many-categories`; [`Error::Forbidden`] to everybody but administrators.
pub async fn create_category(
    s: &Services,
    actor: &Actor,
    details: CategoryDetails,
) -> Result<AuthoredCategory> {
    actor.require_admin()?;
    let details = details.tidy()?;
    let slug = slugify(&details.name);
    if !is_slug(&slug) {
        return Err(Error::invalid("name", "invalid", "Use at least one letter from a to z or a digit."));
    }
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    // Those who add categories at the same time wait for each other here.
    content_changes(s, &mut tx).await?;
    check_name(&mut tx, &details.name, None).await?;
    let (there, last): (i64, i64) =
        tx.one("SELECT COUNT(*), COALESCE(MAX(position), 0) FROM categories").await?;
    if there >= MOST {
        return Err(Error::conflict("too-many-categories", "There are 60 categories, which is the most."));
    }
    let id = CategoryId::new();
    let added = tx
        .run(sql!(
            "INSERT INTO categories (id, slug, name, description, target_audience, icon, color, position)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (slug) DO NOTHING",
            id,
            slug,
            details.name,
            details.description,
            details.target_audience,
            ICON,
            COLOR,
            last + 1
        ))
        .await?;
    if added == 0 {
        return Err(name_taken());
    }
    let made = find(&mut tx, id).await?;
    note(&mut tx, actor, "authoring.category-created", id, (Value::Null, json!(made)), now).await?;
    tx.commit().await?;
    Ok(made)
}

/// Changes one. `version` is the one that the change was made from; without it whatever is there is replaced.
///
/// # Errors
/// As [`create_category`]; [`Error::NotFound`]; [`Error::Conflict`] `category-changed` when somebody else was faster.
pub async fn save_category(
    s: &Services,
    actor: &Actor,
    id: CategoryId,
    version: Option<i64>,
    details: CategoryDetails,
) -> Result<AuthoredCategory> {
    actor.require_admin()?;
    let details = details.tidy()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    content_changes(s, &mut tx).await?;
    let before = find(&mut tx, id).await?;
    check_name(&mut tx, &details.name, Some(id)).await?;
    let changed = tx
        .run(sql!(
            "UPDATE categories SET name = $3, description = $4, target_audience = $5, version = version + 1
             WHERE id = $1 AND version = $2",
            id,
            version.unwrap_or(before.version),
            details.name,
            details.description,
            details.target_audience
        ))
        .await?;
    if changed == 0 {
        return Err(Error::conflict(
            "category-changed",
            "Somebody else changed this category meanwhile. Yours is kept below; save again to replace theirs.",
        ));
    }
    let after = find(&mut tx, id).await?;
    note(&mut tx, actor, "authoring.category-changed", id, (json!(before), json!(after)), now).await?;
    tx.commit().await?;
    Ok(after)
}

/// Deletes one that has no courses. Points that were earned in it stay.
///
/// # Errors
/// [`Error::Conflict`] `category-in-use`; [`Error::NotFound`]; [`Error::Forbidden`].
pub async fn delete_category(s: &Services, actor: &Actor, id: CategoryId) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    content_changes(s, &mut tx).await?;
    let before = find(&mut tx, id).await?;
    if before.courses > 0 {
        return Err(Error::conflict(
            "category-in-use",
            "There are courses in this category. Move them to another one first.",
        ));
    }
    tx.run(sql!("DELETE FROM categories WHERE id = $1", id)).await?;
    note(&mut tx, actor, "authoring.category-deleted", id, (json!(before), Value::Null), now).await?;
    Ok(tx.commit().await?)
}

impl CategoryDetails {
    fn tidy(self) -> Result<Self> {
        let line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let tidy = Self {
            name: line(self.name),
            description: line(self.description),
            target_audience: line(self.target_audience),
        };
        let mut errors = FieldErrors::default();
        errors.check(!tidy.name.is_empty(), "name", "required", "Enter a name.");
        let fits = tidy.name.chars().count() <= MAX_CATEGORY_NAME;
        errors.check(fits, "name", "too-long", "A name has at most 60 characters.");
        names::check(&mut errors, "name", &tidy.name);
        for (field, text) in [("description", &tidy.description), ("target_audience", &tidy.target_audience)]
        {
            let fits = text.chars().count() <= MAX_CATEGORY_TEXT;
            errors.check(fits, field, "too-long", "Write at most 300 characters.");
            names::check(&mut errors, field, text);
        }
        errors.into_result()?;
        Ok(tidy)
    }
}

async fn find(conn: &mut Conn, id: CategoryId) -> Result<AuthoredCategory> {
    conn.opt(sql!(concat!(select!(), " WHERE k.id = $1"), id)).await?.ok_or(Error::NotFound("category"))
}

async fn check_name(tx: &mut Tx, name: &str, own: Option<CategoryId>) -> Result<()> {
    let same: Vec<(CategoryId,)> =
        tx.all(sql!("SELECT id FROM categories WHERE LOWER(name) = LOWER($1)", name)).await?;
    if same.iter().any(|(id,)| Some(*id) != own) { Err(name_taken()) } else { Ok(()) }
}

fn name_taken() -> Error {
    Error::invalid("name", "taken", "There is a category of this name.")
}

async fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    id: CategoryId,
    (before, after): (Value, Value),
    now: DateTime<Utc>,
) -> Result<()> {
    let event = Event {
        actor: Some(actor.user),
        action,
        target_kind: "category",
        target_id: id.to_string(),
        address: &actor.origin.address,
        before,
        after,
    };
    audit::record(tx, &event, now).await
}
