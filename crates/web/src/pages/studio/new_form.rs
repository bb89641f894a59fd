//! The form that asks for a course: from fields to requests, and back.

use momentum_core::{
    Error, authoring,
    catalog::Level,
    ids::ReferenceId,
    studio::{self, Author, Brief, CourseRequest, Estimate, Grade},
};
use serde::Deserialize;

use super::documents::facts;
use crate::{
    App,
    pages::{authoring::lines, context::Ctx, failure::PageError, form::local_moment},
    present,
    views::{Choice, Control, DocumentChoice, EstimateLook, Field, StudioNewPage},
};

const DAYS: [(&str, &str); 3] = [("7", "7 days"), ("14", "14 days"), ("21", "21 days")];

/// The form as it is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewForm {
    pub(super) topic: String,
    pub(super) more_topics: String,
    category_id: String,
    duration_days: String,
    target_audience: String,
    goals: String,
    level: String,
    tone: String,
    language: String,
    author: String,
    grade: String,
    pub(super) reference_ids: Vec<String>,
    starts_at: String,
}

impl NewForm {
    /// What was asked for first, then the others.
    pub(super) fn topics(&self) -> Vec<String> {
        let mut topics = vec![self.topic.trim().to_owned()];
        topics.extend(lines(&self.more_topics));
        topics
    }

    fn author(&self) -> Option<Author> {
        Author::parse(&self.author)
    }

    fn grade(&self) -> Grade {
        Grade::parse(&self.grade).unwrap_or(Grade::Final)
    }

    fn references(&self) -> Result<Vec<ReferenceId>, Error> {
        let unknown =
            |_| Error::invalid("reference_ids", "unknown", "One of the documents doesn’t exist any more.");
        self.reference_ids.iter().map(|id| id.parse().map_err(unknown)).collect()
    }

    /// A course about this topic.
    pub(super) fn request(&self, ctx: &Ctx, topic: String) -> Result<CourseRequest, Error> {
        let choose = |field: &'static str| Error::invalid(field, "invalid", "Choose one of these.");
        let zone = ctx.actor.as_deref().map_or(chrono_tz::UTC, |actor| actor.time_zone);
        Ok(CourseRequest {
            brief: Brief {
                topic,
                category: self.category_id.clone(),
                duration_days: self.duration_days.parse().map_err(|_| choose("duration_days"))?,
                target_audience: self.target_audience.clone(),
                goals: self.goals.replace("\r\n", "\n"),
                level: Level::parse(&self.level).ok_or_else(|| choose("level"))?,
                tone: self.tone.clone(),
                language: self.language.clone(),
                grade: self.grade(),
                instructions: String::new(),
            },
            references: self.references()?,
            author: self.author(),
            starts_at: local_moment("starts_at", &self.starts_at, zone)?,
        })
    }

    /// What it will take, as far as it is filled in.
    pub(super) async fn estimate(&self, app: &App, ctx: &Ctx) -> Result<EstimateLook, PageError> {
        let days = self.duration_days.parse().ok().filter(|days| [7, 14, 21].contains(days)).unwrap_or(7);
        // A model that isn't there can't be estimated.
        let author =
            self.author().filter(|author| app.services.studio.model.is_some() || *author != Author::Model);
        let references = self.references().unwrap_or_default();
        let actor = ctx.actor()?;
        let starts_at = local_moment("starts_at", &self.starts_at, actor.time_zone).unwrap_or_default();
        let estimate =
            studio::estimate(&app.services, actor, days, author, self.grade(), &references, starts_at)
                .await?;
        Ok(estimate_look(&estimate, self.topics().iter().filter(|topic| !topic.is_empty()).count().max(1)))
    }

    /// The page with what was typed.
    pub(super) async fn view(&self, app: &App, ctx: &Ctx) -> Result<StudioNewPage, PageError> {
        let (s, actor) = (&app.services, ctx.actor()?);
        let known = authoring::categories(s).await?;
        let mut categories = vec![("", "Choose one")];
        categories.extend(known.iter().map(|(slug, name)| (slug.as_str(), name.as_str())));
        let zone = actor.time_zone.name().replace('_', " ");
        let mut view = StudioNewPage::new(
            ctx.private_page("New course", "/admin/ai/new"),
            Choice::list(&categories, &self.category_id),
            &zone,
            self.estimate(app, ctx).await?,
        );
        for (field, value) in view.fields().into_iter().zip([
            &self.topic,
            &self.more_topics,
            &self.category_id,
            &self.target_audience,
            &self.goals,
            &self.duration_days,
            &self.level,
            &self.language,
            &self.tone,
            &self.starts_at,
        ]) {
            field.value.clone_from(value);
        }
        if view.language.value.is_empty() {
            view.language.value = "en".into();
        }
        view.days.control = Control::Select(Choice::list(&DAYS, &self.duration_days));
        let levels = [Level::Beginner, Level::Intermediate, Level::Advanced];
        let levels = levels.map(|level| (level.as_str(), present::level(level)));
        view.level.control = Control::Select(Choice::list(&levels, &self.level));
        if s.studio.model.is_some() {
            view.model = Some(s.studio.model_name(self.grade()).to_owned());
            view.by_model = self.author() != Some(Author::Extractive);
            view.grade = grades(app, self.grade());
        }
        view.documents = studio::references(s, actor)
            .await?
            .iter()
            .map(|reference| {
                let id = reference.id.to_string();
                DocumentChoice {
                    checked: self.reference_ids.contains(&id),
                    id,
                    name: reference.name.clone(),
                    facts: facts(reference),
                }
            })
            .collect();
        // The list is long and scrolls: what is chosen stands where it is seen.
        view.documents.sort_by_key(|document| !document.checked);
        view.words_needed = words_needed();
        Ok(view)
    }
}

/// The choice between the two models, where there are two.
pub(super) fn grades(app: &App, chosen: Grade) -> Option<Field> {
    let studio = &app.services.studio;
    let (last, first) = (studio.model_name(Grade::Final), studio.model_name(Grade::Draft));
    let (last_label, first_label) = (format!("Final: {last}"), format!("A first look: {first}"));
    let choices = [(Grade::Final.as_str(), last_label.as_str()), (Grade::Draft.as_str(), &first_label)];
    (last != first).then(|| Field::select("grade", "How good", Choice::list(&choices, chosen.as_str())))
}

/// Such as `3,500 words for 7 days, 7,000 for 14 and 10,500 for 21`.
fn words_needed() -> String {
    let needed = |days| present::number(i64::try_from(studio::words_needed(days)).unwrap_or(i64::MAX));
    format!("{} words for 7 days, {} for 14 and {} for 21", needed(7), needed(14), needed(21))
}

/// What the budget has to say about it, when it doesn't reach.
fn warning(estimate: &Estimate, cost: Option<i64>) -> Option<String> {
    if estimate.budget_used_up {
        return Some(
            "What is left of the month’s budget doesn’t pay the next request, so nothing can be begun. Raise \
             it under Settings, AI, or begin next month."
                .to_owned(),
        );
    }
    let left = estimate.budget_left_usd.map(present::micros)?;
    (cost? > left).then(|| {
        format!(
            "That is more than the {} that are left of the month’s budget. The work stops when they are used up, and can go on \
             when there is more.",
            present::dollars(left)
        )
    })
}

fn estimate_look(estimate: &Estimate, courses: usize) -> EstimateLook {
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let many = i64::try_from(courses).unwrap_or(i64::MAX);
    let micros = estimate.cost_usd.map(present::micros);
    let all = micros.map(|micros| micros.saturating_mul(many));
    EstimateLook {
        time: present::about(estimate.seconds),
        cost: micros.map(present::dollars),
        tokens: (estimate.calls > 0).then(|| {
            format!(
                "{}, {} tokens in and {} out",
                present::count(whole(estimate.calls), "request", "requests"),
                present::number(whole(estimate.input_tokens)),
                present::number(whole(estimate.output_tokens))
            )
        }),
        all: all.filter(|_| courses > 1).map(present::dollars),
        warning: warning(estimate, all),
        used_up: estimate.budget_used_up,
        courses,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_topic() {
        let form = NewForm {
            topic: " Knots ".into(),
            more_topics: "Sails\r\n\r\n  Winds\n".into(),
            ..NewForm::default()
        };
        assert_eq!(form.topics(), ["Knots", "Sails", "Winds"]);
    }

    #[test]
    fn an_estimate_is_put_in_words() {
        let estimate = Estimate {
            author: Author::Model,
            calls: 23,
            input_tokens: 121_000,
            output_tokens: 30_000,
            cost_usd: Some(0.42),
            seconds: 190,
            budget_left_usd: Some(1.0),
            budget_used_up: false,
        };
        let look = estimate_look(&estimate, 3);
        assert_eq!(look.cost.as_deref(), Some("$0.42"));
        assert_eq!(look.all.as_deref(), Some("$1.26"));
        assert!(look.warning.expect("three cost more").contains("the $1.00 that are left"));
        assert_eq!(estimate_look(&estimate, 2).warning, None, "two cost less");
        let used_up = Estimate { budget_used_up: true, ..estimate };
        assert!(
            estimate_look(&used_up, 1)
                .warning
                .expect("it can't begin")
                .contains("doesn’t pay the next request")
        );
        assert!(estimate_look(&used_up, 1).used_up && !look.used_up);
        assert_eq!(look.time, "About 3 minutes");
        assert_eq!(look.tokens.as_deref(), Some("23 requests, 121,000 tokens in and 30,000 out"));
        assert_eq!(estimate_look(&Estimate { cost_usd: None, calls: 0, ..estimate }, 1).tokens, None);
    }
}
