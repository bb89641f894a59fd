use crate::{Result, Services, catalog, engagement};

/// Brings what every instance has into a database that lacks it: the standard categories and badges.
///
/// # Errors
/// When the database fails.
pub async fn prepare(s: &Services) -> Result<()> {
    if catalog::categories(s).await?.is_empty() {
        let mut tx = s.db.begin().await?;
        catalog::content_changes(s, &mut tx).await?;
        catalog::seed_categories(&mut tx).await?;
        tx.commit().await?;
    }
    engagement::jobs::prepare(s).await
}
