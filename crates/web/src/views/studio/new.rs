//! The form that asks for a course.

use askama::Template;

use crate::views::{
    forms::{Choice, Field, wrong},
    gallery::Samples,
    page::Page,
};

/// A document to choose.
#[derive(Clone, Debug)]
pub struct DocumentChoice {
    /// Id.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// Such as `PDF · 12 pages · 4,210 words`.
    pub facts: String,
    /// Chosen now.
    pub checked: bool,
}

/// What a course will take.
#[derive(Clone, Debug)]
pub struct EstimateLook {
    /// Such as `About 3 minutes`.
    pub time: String,
    /// Such as `$0.42`; none for a model without a price.
    pub cost: Option<String>,
    /// Such as `23 requests, 121,000 tokens in and 30,000 out`; none when no model is asked.
    pub tokens: Option<String>,
    /// Courses that are asked for.
    pub courses: usize,
    /// What all of them cost together; only for more than one.
    pub all: Option<String>,
    /// What the month's budget has to say about it.
    pub warning: Option<String>,
    /// So little is left of the budget that it can't be begun.
    pub used_up: bool,
}

impl EstimateLook {
    fn sample() -> Self {
        Self {
            time: "About 3 minutes".into(),
            cost: Some("$0.42".into()),
            tokens: Some("23 requests, 121,000 tokens in and 30,000 out".into()),
            courses: 1,
            all: None,
            warning: None,
            used_up: false,
        }
    }
}

/// `POST /admin/ai/estimate` with the header `HX-Request`.
#[derive(Template)]
#[template(path = "admin/ai/estimate.html")]
pub struct StudioEstimatePart {
    /// Shared page data.
    pub page: Page,
    /// The estimate.
    pub estimate: EstimateLook,
}

impl Samples for StudioEstimatePart {
    fn samples() -> Vec<(&'static str, Self)> {
        let view =
            |estimate| Self { page: Page::sample_signed_in("Estimate", "/admin/ai/estimate"), estimate };
        let free = EstimateLook { cost: Some("$0.00".into()), tokens: None, ..EstimateLook::sample() };
        let warning = Some(
            "What is left of the month’s budget doesn’t pay the next request, so nothing can be begun."
                .into(),
        );
        let batch = EstimateLook { courses: 3, all: Some("$1.26".into()), ..EstimateLook::sample() };
        vec![
            ("fragment-ai-estimate", view(EstimateLook::sample())),
            ("fragment-ai-estimate-free", view(free)),
            ("fragment-ai-estimate-batch", view(batch)),
            (
                "fragment-ai-estimate-warning",
                view(EstimateLook { warning, used_up: true, ..EstimateLook::sample() }),
            ),
            ("fragment-ai-estimate-unpriced", view(EstimateLook { cost: None, ..EstimateLook::sample() })),
        ]
    }
}

/// `GET /admin/ai/new`, and the answers to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/ai/new.html")]
pub struct StudioNewPage {
    /// Shared page data.
    pub page: Page,
    /// What went wrong as a whole.
    pub alert: Option<String>,
    /// `topic`
    pub topic: Field,
    /// `more_topics`: one a line.
    pub more_topics: Field,
    /// `category_id`: a slug; the service calls the field so.
    pub category: Field,
    /// `target_audience`
    pub audience: Field,
    /// `goals`
    pub goals: Field,
    /// `duration_days`
    pub days: Field,
    /// `level`
    pub level: Field,
    /// `language`
    pub language: Field,
    /// `tone`
    pub tone: Field,
    /// Name of the model that writes; none when none is set up.
    pub model: Option<String>,
    /// The model is to write, not the built-in author.
    pub by_model: bool,
    /// `grade`; none when one model writes drafts and finals.
    pub grade: Option<Field>,
    /// Such as `3,500 words for 7 days, 7,000 for 14 and 10,500 for 21`: what the built-in author needs.
    pub words_needed: String,
    /// `reference_ids`: the chosen ones first.
    pub documents: Vec<DocumentChoice>,
    /// What is wrong with them.
    pub documents_error: Option<String>,
    /// Why the file was refused.
    pub file_error: Option<String>,
    /// `starts_at`
    pub starts_at: Field,
    /// What it will take.
    pub estimate: EstimateLook,
}

impl StudioNewPage {
    /// Every field, in the order of the form, to be filled and marked.
    pub fn fields(&mut self) -> [&mut Field; 10] {
        [
            &mut self.topic,
            &mut self.more_topics,
            &mut self.category,
            &mut self.audience,
            &mut self.goals,
            &mut self.days,
            &mut self.level,
            &mut self.language,
            &mut self.tone,
            &mut self.starts_at,
        ]
    }

    /// How many documents are chosen.
    #[must_use]
    pub fn chosen(&self) -> String {
        match self.documents.iter().filter(|document| document.checked).count() {
            0 => "None chosen".to_owned(),
            count => format!("{count} chosen"),
        }
    }

    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[
            &self.topic,
            &self.more_topics,
            &self.category,
            &self.audience,
            &self.goals,
            &self.days,
            &self.level,
            &self.language,
            &self.tone,
            &self.starts_at,
        ])
    }

    /// An empty form. Times are those of `zone`.
    #[must_use]
    pub fn new(page: Page, categories: Vec<Choice>, zone: &str, estimate: EstimateLook) -> Self {
        let mut starts_at = Field::text("starts_at", "Begin at")
            .hint(format!("Empty: at once. Otherwise a date and a time in {zone}, within 90 days."));
        starts_at.control = crate::views::Control::Input("datetime-local");
        Self {
            page,
            alert: None,
            topic: Field::text("topic", "Topic")
                .required()
                .max_length(200)
                .hint("A few words, such as Negotiating a salary."),
            more_topics: Field::textarea("more_topics", "More topics", 3)
                .max_length(4_000)
                .hint("One a line. Each becomes a course of its own with everything below."),
            category: Field::select("category_id", "Category", categories).required(),
            audience: Field::text("target_audience", "For whom")
                .max_length(300)
                .hint("Who they are and what they know already."),
            goals: Field::textarea("goals", "Goals", 4)
                .max_length(2_000)
                .hint("What they can do at the end, one a line."),
            days: Field::select("duration_days", "Length", Vec::new()),
            level: Field::select("level", "Level", Vec::new()),
            language: Field::text("language", "Language").max_length(35).hint("Such as en or pt-BR."),
            tone: Field::text("tone", "Tone").max_length(200).hint("Such as warm and direct."),
            model: None,
            by_model: false,
            grade: None,
            words_needed: String::new(),
            documents: Vec::new(),
            documents_error: None,
            file_error: None,
            starts_at,
            estimate,
        }
    }

    fn sample() -> Self {
        let document = |id: &str, name: &str, checked| DocumentChoice {
            id: id.into(),
            name: name.into(),
            facts: "PDF · 12 pages · 4,210 words".into(),
            checked,
        };
        let categories = Choice::list(&[("", "Choose one"), ("business", "Business")], "");
        let page = Page::sample_signed_in("New course", "/admin/ai/new");
        let mut view = Self::new(page, categories, "Europe/Berlin", EstimateLook::sample());
        view.days.control = crate::views::Control::Select(Choice::list(&[("7", "7 days")], "7"));
        view.level.control =
            crate::views::Control::Select(Choice::list(&[("beginner", "Beginner")], "beginner"));
        view.language = view.language.value("en");
        view.model = Some("gpt-oss-120b".into());
        view.by_model = true;
        view.grade = Some(Field::select(
            "grade",
            "How good",
            Choice::list(&[("final", "Final: gpt-oss-120b"), ("draft", "Draft: gpt-oss-20b")], "final"),
        ));
        view.words_needed = "3,500 words for 7 days, 7,000 for 14 and 10,500 for 21".into();
        view.documents = vec![
            document("d1", "handbook.pdf", true),
            document("d2", "a-rather-long-name-of-a-document-that-somebody-scanned-last-year.pdf", false),
        ];
        view
    }
}

impl Samples for StudioNewPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut without = Self::sample();
        (without.model, without.by_model, without.grade) = (None, false, None);
        without.documents.clear();
        without.estimate =
            EstimateLook { cost: Some("$0.00".into()), tokens: None, ..EstimateLook::sample() };
        let mut failed = Self::sample();
        failed.topic = failed.topic.error(Some("Say in a few words what it is about.".into()));
        failed.documents_error = Some("One of the documents doesn’t exist any more.".into());
        failed.file_error = Some("Upload a PDF, a Word document (.docx), Markdown or plain text.".into());
        failed.alert = Some("This month’s budget is used up.".into());
        vec![
            ("admin-ai-new", Self::sample()),
            ("admin-ai-new-no-model", without),
            ("admin-ai-new-failed", failed),
        ]
    }
}
