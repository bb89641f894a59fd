//! Badges as administrators make them.

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{
    Error, FieldErrors, Services,
    catalog::{self, Category},
    engagement::{self, Badge, BadgeDetails, BadgeStatistics, EMBLEMS, Rule, Tier},
    identity::Actor,
    ids::BadgeId,
};
use serde::Deserialize;

use super::{have_it, look, tier_label};
use crate::{
    App, badge_art,
    pages::{
        account::{mark, refused},
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Posted},
    },
    present,
    views::{BadgeAdminPage, BadgeAdminRow, BadgeFormPage, Check, Choice, EmblemChoice, Field, StoredBadge},
};

const LIST: &str = "/admin/badges";

/// `GET /admin/badges`
pub(crate) async fn index(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let s = &app.services;
    let actor = ctx.actor()?;
    let categories = catalog::categories(s).await?;
    let now = s.clock.now();
    let rows = engagement::badge_statistics(s, actor).await?.into_iter().map(|item| BadgeAdminRow {
        look: look(&item.badge),
        rule: rule_words(&item.badge.rule, &categories),
        active: item.badge.active,
        holders: present::number(item.holders),
        share: format!("{:.1}%", item.share_percent),
        recent: present::number(item.recent),
        last: item.last_earned_at.map(|at| present::moment(at, now, actor.time_zone)),
    });
    let rows = rows.collect();
    ctx.render(&BadgeAdminPage { page: ctx.private_page("Badges", LIST), rows })
}

/// A rule in words.
pub(super) fn rule_words(rule: &Rule, categories: &[Category]) -> String {
    let in_category = |id: &Option<momentum_core::ids::CategoryId>| {
        id.and_then(|id| categories.iter().find(|category| category.id == id))
            .map(|category| format!(" in {}", category.name))
            .unwrap_or_default()
    };
    let within = |days: &Option<i64>| {
        days.map(|days| format!(" within {}", present::count(days, "day", "days"))).unwrap_or_default()
    };
    match rule {
        Rule::Lessons { count, category_id, within_days } => format!(
            "Complete {}{}{}",
            present::count(*count, "lesson", "lessons"),
            in_category(category_id),
            within(within_days)
        ),
        Rule::Courses { count, category_id, within_days, pace_percent } => format!(
            "Complete {}{}{}{}",
            present::count(*count, "course", "courses"),
            in_category(category_id),
            within(within_days),
            match (pace_percent, count) {
                (None, _) => String::new(),
                (Some(pace), 1) => format!(" in {pace} % of its days or less"),
                (Some(pace), _) => format!(", each in {pace} % of its days or less"),
            }
        ),
        Rule::CoursesInOneCategory { count } => {
            format!("Complete {} in any one category", present::count(*count, "course", "courses"))
        }
        Rule::CategoriesExplored { count } => {
            format!("Complete lessons in {}", present::count(*count, "category", "categories"))
        }
        Rule::EveryCategory { courses } => {
            format!("Complete {} in every category", present::count(*courses, "course", "courses"))
        }
        Rule::Streak { days } => format!("Learn on {} in a row", present::count(*days, "day", "days")),
        Rule::DaysLearned { days } => format!("Learn on {} in all", present::count(*days, "day", "days")),
        Rule::Profile => "Fill in the whole profile".to_owned(),
        Rule::Quizzes { count, perfect: false } => {
            format!("Pass {}", present::count(*count, "quiz", "quizzes"))
        }
        Rule::Quizzes { count, perfect: true } => {
            format!("Answer {} without a mistake", present::count(*count, "quiz", "quizzes"))
        }
        Rule::Points { count } => format!("Collect {}", present::count(*count, "point", "points")),
    }
}

/// Kinds of rules as the form offers them.
const KINDS: [(&str, &str); 11] = [
    ("lessons", "Complete lessons"),
    ("courses", "Complete courses"),
    ("courses-in-one-category", "Complete courses in any one category"),
    ("categories-explored", "Complete lessons in different categories"),
    ("every-category", "Complete courses in every category"),
    ("streak", "Learn on days in a row"),
    ("days-learned", "Learn on days in all"),
    ("profile", "Fill in the whole profile"),
    ("quizzes", "Pass quizzes"),
    ("perfect-quizzes", "Answer quizzes without a mistake"),
    ("points", "Collect points"),
];

/// The form as it is sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct BadgeForm {
    version: String,
    name: String,
    description: String,
    tier: String,
    kind: String,
    count: String,
    category: String,
    within_days: String,
    pace_percent: String,
    emblem: String,
    active: bool,
}

impl BadgeForm {
    fn of(badge: &Badge, categories: &[Category]) -> Self {
        let mut form = Self {
            version: badge.version.to_string(),
            name: badge.name.clone(),
            description: badge.description.clone(),
            tier: badge.tier.as_str().into(),
            emblem: badge.emblem.clone(),
            active: badge.active,
            ..Self::default()
        };
        let slug = |id: &Option<momentum_core::ids::CategoryId>| {
            id.and_then(|id| categories.iter().find(|category| category.id == id))
                .map(|category| category.slug.clone())
                .unwrap_or_default()
        };
        let number = |n: &Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let (kind, count) = match &badge.rule {
            Rule::Lessons { count, category_id, within_days } => {
                (form.category, form.within_days) = (slug(category_id), number(within_days));
                ("lessons", Some(*count))
            }
            Rule::Courses { count, category_id, within_days, pace_percent } => {
                (form.category, form.within_days) = (slug(category_id), number(within_days));
                form.pace_percent = number(pace_percent);
                ("courses", Some(*count))
            }
            Rule::CoursesInOneCategory { count } => ("courses-in-one-category", Some(*count)),
            Rule::CategoriesExplored { count } => ("categories-explored", Some(*count)),
            Rule::EveryCategory { courses } => ("every-category", Some(*courses)),
            Rule::Streak { days } => ("streak", Some(*days)),
            Rule::DaysLearned { days } => ("days-learned", Some(*days)),
            Rule::Profile => ("profile", None),
            Rule::Quizzes { count, perfect: false } => ("quizzes", Some(*count)),
            Rule::Quizzes { count, perfect: true } => ("perfect-quizzes", Some(*count)),
            Rule::Points { count } => ("points", Some(*count)),
        };
        kind.clone_into(&mut form.kind);
        form.count = number(&count);
        form
    }

    fn details(&self, categories: &[Category]) -> Result<BadgeDetails, Error> {
        let mut errors = FieldErrors::default();
        let tier = Tier::ALL.into_iter().find(|tier| tier.as_str() == self.tier);
        errors.check(tier.is_some(), "tier", "unknown", "Choose a tier.");
        let whole = |text: &str| text.trim().replace(',', "").parse::<i64>().ok();
        let mut optional = |field: &'static str, text: &str, applies: bool, kinds: &str| {
            if text.trim().is_empty() {
                return None;
            }
            let message = format!("This goes only with {kinds}: leave it empty.");
            errors.check(applies, field, "not-applicable", message);
            errors.check(whole(text).is_some(), field, "invalid", "Enter a whole number.");
            whole(text)
        };
        let timed = ["lessons", "courses"].contains(&self.kind.as_str());
        let within_days = optional("within_days", &self.within_days, timed, "lessons or courses");
        let pace_percent = optional("pace_percent", &self.pace_percent, self.kind == "courses", "courses");
        let category_id = match self.category.as_str() {
            "" => None,
            slug => {
                errors.check(
                    timed,
                    "category",
                    "not-applicable",
                    "This goes only with lessons or courses: choose all categories.",
                );
                let found = categories.iter().find(|category| category.slug == slug);
                errors.check(found.is_some(), "category", "unknown", "Choose one of the categories.");
                found.map(|category| category.id)
            }
        };
        let count = whole(&self.count);
        errors.check(count.is_some() || self.kind == "profile", "count", "invalid", "Enter a whole number.");
        let count = count.unwrap_or(1);
        let rule = match self.kind.as_str() {
            "lessons" => Some(Rule::Lessons { count, category_id, within_days }),
            "courses" => Some(Rule::Courses { count, category_id, within_days, pace_percent }),
            "courses-in-one-category" => Some(Rule::CoursesInOneCategory { count }),
            "categories-explored" => Some(Rule::CategoriesExplored { count }),
            "every-category" => Some(Rule::EveryCategory { courses: count }),
            "streak" => Some(Rule::Streak { days: count }),
            "days-learned" => Some(Rule::DaysLearned { days: count }),
            "profile" => Some(Rule::Profile),
            "quizzes" => Some(Rule::Quizzes { count, perfect: false }),
            "perfect-quizzes" => Some(Rule::Quizzes { count, perfect: true }),
            "points" => Some(Rule::Points { count }),
            _ => None,
        };
        errors.check(rule.is_some(), "kind", "unknown", "Choose what it takes.");
        errors.into_result()?;
        let (Some(tier), Some(rule)) = (tier, rule) else {
            return Err(Error::internal("a badge without a rule was not refused"));
        };
        Ok(BadgeDetails {
            name: self.name.clone(),
            description: self.description.clone(),
            tier,
            emblem: self.emblem.clone(),
            rule,
            active: self.active,
        })
    }

    /// The form; `stored` is the badge that it changes.
    fn view(&self, ctx: &Ctx, categories: &[Category], stored: Option<&BadgeStatistics>) -> BadgeFormPage {
        let title = if stored.is_some() { "Edit the badge" } else { "A new badge" };
        let tiers = Tier::ALL.map(|tier| (tier.as_str(), tier_label(tier)));
        let mut in_category = vec![("", "All categories")];
        in_category
            .extend(categories.iter().map(|category| (category.slug.as_str(), category.name.as_str())));
        let tier = Tier::ALL.into_iter().find(|tier| tier.as_str() == self.tier).unwrap_or(Tier::Bronze);
        BadgeFormPage {
            page: ctx.private_page(title, LIST),
            action: stored.map_or_else(|| LIST.to_owned(), |stored| format!("{LIST}/{}", stored.badge.id)),
            stored: stored.map(|stored| StoredBadge {
                id: stored.badge.id.to_string(),
                holders: (stored.holders > 0).then(|| have_it(stored.holders)),
                active: stored.badge.active,
            }),
            version: self.version.clone(),
            alert: None,
            name: Field::text("name", "Name").required().max_length(60).value(&self.name),
            description: Field::text("description", "What it is for")
                .required()
                .max_length(200)
                .hint("Said to those who have it, such as: You completed three design courses.")
                .value(&self.description),
            tier: Field::select("tier", "Tier", Choice::list(&tiers, &self.tier)),
            kind: Field::select("kind", "What it takes", Choice::list(&KINDS, &self.kind)),
            count: Field::text("count", "How many").max_length(9).value(&self.count),
            category: Field::select("category", "Only in", Choice::list(&in_category, &self.category))
                .hint("For lessons and courses."),
            within_days: Field::text("within_days", "Within this many days")
                .max_length(4)
                .hint("For lessons and courses. Empty: no matter when.")
                .value(&self.within_days),
            pace_percent: Field::text("pace_percent", "Each in this share of its days (percent)")
                .max_length(3)
                .hint("For courses. 50 means a course of 14 days in 7. Empty: no matter how fast.")
                .value(&self.pace_percent),
            emblems: EMBLEMS
                .iter()
                .map(|(value, label)| EmblemChoice {
                    value,
                    label,
                    image: badge_art::url(value, tier),
                    checked: *value == self.emblem,
                })
                .collect(),
            emblem_error: None,
            active: Check::switch(
                "active",
                "It can be earned",
                "A badge that is retired stays with those who have it.",
                self.active,
            ),
        }
    }
}

/// `GET /admin/badges/new`
pub(crate) async fn new(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let categories = catalog::categories(&app.services).await?;
    let form = BadgeForm {
        tier: "bronze".into(),
        kind: "courses".into(),
        count: "3".into(),
        emblem: "star".into(),
        active: true,
        ..BadgeForm::default()
    };
    ctx.render(&form.view(&ctx, &categories, None))
}

/// `POST /admin/badges`
pub(crate) async fn create(State(app): State<App>, posted: Posted<BadgeForm>) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let s = &app.services;
    let categories = catalog::categories(s).await?;
    let made = match form.details(&categories) {
        Ok(details) => engagement::create_badge(s, ctx.actor()?, details).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(ctx.redirect_with(LIST, Notice::BadgeSaved)),
        Err(error) => again(&ctx, form.view(&ctx, &categories, None), error),
    }
}

/// `GET /admin/badges/{id}`
pub(crate) async fn edit(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let id = parse(&id)?;
    let categories = catalog::categories(s).await?;
    let stored = stored(s, ctx.actor()?, id).await?;
    ctx.render(&BadgeForm::of(&stored.badge, &categories).view(&ctx, &categories, Some(&stored)))
}

async fn stored(s: &Services, actor: &Actor, id: BadgeId) -> Result<BadgeStatistics, Error> {
    let all = engagement::badge_statistics(s, actor).await?;
    all.into_iter().find(|item| item.badge.id == id).ok_or(Error::NotFound("badge"))
}

/// `POST /admin/badges/{id}`
pub(crate) async fn save(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<BadgeForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let s = &app.services;
    let id = parse(&id)?;
    let actor = ctx.actor()?;
    let categories = catalog::categories(s).await?;
    let saved = match form.details(&categories) {
        Ok(details) => engagement::update_badge(s, actor, id, details, form.version.parse().ok()).await,
        Err(error) => Err(error),
    };
    let Err(error) = saved else {
        return Ok(ctx.redirect_with(LIST, Notice::BadgeSaved));
    };
    let stored = stored(s, actor, id).await?;
    let form = match error {
        Error::Conflict { .. } => BadgeForm { version: stored.badge.version.to_string(), ..form },
        _ => form,
    };
    again(&ctx, form.view(&ctx, &categories, Some(&stored)), error)
}

fn again(ctx: &Ctx, mut view: BadgeFormPage, error: Error) -> Result<Response, PageError> {
    match &error {
        Error::Invalid(errors) => {
            // The rule's numbers are fields of their own here.
            let mut renamed = FieldErrors::default();
            for error in errors.as_slice() {
                let field = match error.field.as_ref() {
                    "rule.count" | "rule.days" | "rule.courses" => "count",
                    "rule.within_days" => "within_days",
                    "rule.pace_percent" => "pace_percent",
                    "rule.category_id" => "category",
                    "emblem" => {
                        view.emblem_error = Some(error.message.to_string());
                        continue;
                    }
                    _ => {
                        renamed.add_named(error.field.to_string(), error.code, error.message.clone());
                        continue;
                    }
                };
                renamed.add(field, error.code, error.message.clone());
            }
            mark(&renamed, &mut view.fields_mut());
        }
        Error::Conflict { .. } => {
            view.alert = Some(format!("{error} Yours is kept below: save again to replace theirs."));
        }
        _ => return Err(error.into()),
    }
    refused(ctx, &error, &view)
}

/// `POST /admin/badges/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let ctx = posted.ctx;
    let id = parse(&id)?;
    match engagement::delete_badge(&app.services, ctx.actor()?, id).await {
        Ok(()) => Ok(ctx.redirect_with(LIST, Notice::BadgeDeleted)),
        Err(Error::Conflict { .. }) => Ok(ctx.redirect_with(&format!("{LIST}/{id}"), Notice::BadgeKept)),
        Err(other) => Err(other.into()),
    }
}

fn parse(id: &str) -> Result<BadgeId, Error> {
    id.parse().map_err(|_| Error::NotFound("badge"))
}
