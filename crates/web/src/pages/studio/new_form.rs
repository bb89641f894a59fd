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
        let zone = ctx.actor.as_ref().map_or(chrono_tz::UTC, |actor| actor.time_zone);
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
        let estimate =
            studio::estimate(&app.services, ctx.actor()?, days, author, self.grade(), &references).await?;
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

fn estimate_look(estimate: &Estimate, courses: usize) -> EstimateLook {
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let many = i64::try_from(courses).unwrap_or(i64::MAX);
    let micros = estimate.cost_usd.map(present::micros);
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
        all: micros.filter(|_| courses > 1).map(|micros| present::dollars(micros.saturating_mul(many))),
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
        };
        let look = estimate_look(&estimate, 3);
        assert_eq!(look.cost.as_deref(), Some("$0.42"));
        assert_eq!(look.all.as_deref(), Some("$1.26"));
        assert_eq!(look.time, "About 3 minutes");
        assert_eq!(look.tokens.as_deref(), Some("23 requests, 121,000 tokens in and 30,000 out"));
        assert_eq!(estimate_look(&Estimate { cost_usd: None, calls: 0, ..estimate }, 1).tokens, None);
    }
}
