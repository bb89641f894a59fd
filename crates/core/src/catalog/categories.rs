use momentum_db::{Tx, sql};

use crate::{Result, ids::CategoryId};

struct Seed {
    slug: &'static str,
    name: &'static str,
    description: &'static str,
    audience: &'static str,
    icon: &'static str,
    color: &'static str,
}

const SEEDS: [Seed; 6] = [
    Seed {
        slug: "technology",
        name: "Technology",
        description: "Data, code and the tools behind them, explained so that you can use them tomorrow.",
        audience: "Curious professionals and beginners who want to build, automate or understand",
        icon: "cpu",
        color: "teal",
    },
    Seed {
        slug: "business",
        name: "Business",
        description: "Write, lead, sell and decide better at work.",
        audience: "Founders, managers and everybody who works with others",
        icon: "briefcase",
        color: "indigo",
    },
    Seed {
        slug: "personal-development",
        name: "Personal Development",
        description: "Habits, attention and energy: small changes that last.",
        audience: "Anybody who wants their days to feel more like their own",
        icon: "sprout",
        color: "green",
    },
    Seed {
        slug: "marketing",
        name: "Marketing",
        description: "Find the people you can help, and tell them so.",
        audience: "Marketers, freelancers and small teams with something to offer",
        icon: "megaphone",
        color: "rose",
    },
    Seed {
        slug: "design",
        name: "Design",
        description: "See what works, and make things people enjoy using.",
        audience: "Designers, developers and product people at every level",
        icon: "palette",
        color: "violet",
    },
    Seed {
        slug: "finance",
        name: "Finance",
        description: "Understand your money, plan it, and stop worrying about it.",
        audience: "Households and professionals who want calm, clear finances",
        icon: "piggy-bank",
        color: "gold",
    },
];

/// Adds those of the six standard categories that are missing (product.md C1).
///
/// # Errors
/// When the database fails.
pub async fn seed_categories(tx: &mut Tx) -> Result<()> {
    for (position, seed) in (0_i64..).zip(&SEEDS) {
        tx.run(sql!(
            "INSERT INTO categories (id, slug, name, description, target_audience, icon, color, position)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (slug) DO NOTHING",
            CategoryId::new(),
            seed.slug,
            seed.name,
            seed.description,
            seed.audience,
            seed.icon,
            seed.color,
            position
        ))
        .await?;
    }
    Ok(())
}
