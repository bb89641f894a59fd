//! Looking through what a program wrote.

use askama::Template;

use super::PassageLook;
use crate::views::{
    authoring::ChangedField,
    common::DateText,
    forms::{Choice, Field, wrong},
    gallery::Samples,
    page::{Page, SafeHtml},
};

/// A lesson in the list of a course.
#[derive(Clone, Debug)]
pub struct ReviewLine {
    /// Id.
    pub id: String,
    /// From 1.
    pub day: i64,
    /// Title.
    pub title: String,
    /// `pending`, `approved`, `flagged` or `none`.
    pub state: &'static str,
    /// The same in words.
    pub state_label: &'static str,
    /// Such as `16 min · quality 84 · rated 4 of 5`.
    pub facts: String,
    /// Why somebody flagged it.
    pub flag: Option<String>,
}

/// `GET /admin/ai/review/{course}`
#[derive(Template)]
#[template(path = "admin/ai/review.html")]
pub struct StudioReviewPage {
    /// Shared page data.
    pub page: Page,
    /// Id of the course.
    pub course_id: String,
    /// Its title.
    pub title: String,
    /// Such as `AI: gpt-oss-120b` or `Extracted, not AI`; empty when that isn't known any more.
    pub author: String,
    /// How the gates judge it as a whole, 0 to 100.
    pub score: u8,
    /// By day.
    pub lessons: Vec<ReviewLine>,
    /// What went wrong with what was just done.
    pub alert: Option<String>,
    /// Lessons that are approved.
    pub approved: usize,
    /// Why not all can be approved at once; none when they can.
    pub not_at_once: Option<String>,
    /// What is still missing before it can be published, besides the review.
    pub missing: Vec<String>,
    /// `draft`, `published` or `archived`.
    pub status: &'static str,
    /// Where learners find it; only while it is published.
    pub public_url: Option<String>,
    /// Where it was written.
    pub job_url: Option<String>,
    /// Passages that no lesson rests on.
    pub untaught: usize,
    /// What is said in its video; may be empty.
    pub intro_script: String,
}

impl StudioReviewPage {
    /// Whether nothing waits for approval.
    #[must_use]
    pub fn all_approved(&self) -> bool {
        self.approved == self.lessons.len()
    }

    fn sample(approved: bool) -> Self {
        let line = |day: i64, title: &str, state, state_label| ReviewLine {
            id: format!("01935e1c-{day}"),
            day,
            title: title.into(),
            state,
            state_label,
            facts: "16 min · quality 84 · rated 4 of 5".into(),
            flag: (state == "flagged").then(|| "The example contradicts the handbook.".into()),
        };
        let lessons = if approved {
            vec![line(1, "Why people negotiate", "approved", "Approved")]
        } else {
            vec![
                line(1, "Why people negotiate", "approved", "Approved"),
                line(2, "Listening for interests", "flagged", "Flagged"),
                line(3, "Making the first offer", "pending", "Waits for approval"),
            ]
        };
        Self {
            page: Page::sample_signed_in("Negotiating without fear", "/admin/ai/review/01935e1c"),
            course_id: "01935e1c".into(),
            title: "Negotiating without fear".into(),
            author: "AI: gpt-oss-120b".into(),
            score: 84,
            lessons,
            alert: None,
            approved: 1,
            not_at_once: (!approved)
                .then(|| "Day 2 is flagged. Change it or approve it by itself first.".into()),
            missing: Vec::new(),
            status: "draft",
            public_url: None,
            job_url: Some("/admin/ai/jobs/01935e1c".into()),
            untaught: 4,
            intro_script: "Welcome! In seven days you will negotiate without fear.".into(),
        }
    }
}

impl Samples for StudioReviewPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut waiting = Self::sample(false);
        waiting.lessons.remove(1);
        waiting.not_at_once = None;
        let mut refused = Self::sample(false);
        refused.alert = Some("Day 2 is flagged. Change it or approve it by itself first.".into());
        let mut missing = Self::sample(true);
        missing.missing = vec!["A subtitle".into()];
        let mut published = Self::sample(true);
        published.status = "published";
        published.public_url = Some("/courses/negotiating-without-fear".into());
        (published.job_url, published.untaught) = (None, 0);
        published.intro_script.clear();
        vec![
            ("admin-ai-review", waiting),
            ("admin-ai-review-flagged", refused),
            ("admin-ai-review-approved", Self::sample(true)),
            ("admin-ai-review-missing", missing),
            ("admin-ai-review-published", published),
        ]
    }
}

/// `GET /admin/ai/review/{course}/untaught`
#[derive(Template)]
#[template(path = "admin/ai/untaught.html")]
pub struct StudioUntaughtPage {
    /// Shared page data.
    pub page: Page,
    /// Id of the course.
    pub course_id: String,
    /// Its title.
    pub title: String,
    /// Passages that no lesson rests on.
    pub passages: Vec<PassageLook>,
    /// Such as `1–100 of 240 passages`.
    pub total_label: String,
    /// The passages before.
    pub newer_url: Option<String>,
    /// The passages after.
    pub older_url: Option<String>,
}

impl Samples for StudioUntaughtPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |passages: Vec<PassageLook>| Self {
            page: Page::sample_signed_in("Not taught", "/admin/ai/review/01935e1c/untaught"),
            course_id: "01935e1c".into(),
            title: "Negotiating without fear".into(),
            total_label: format!("{} passages", passages.len()),
            passages,
            newer_url: None,
            older_url: None,
        };
        vec![
            ("admin-ai-untaught", view(vec![PassageLook::sample(3), PassageLook::sample(9)])),
            ("admin-ai-untaught-none", view(Vec::new())),
        ]
    }
}

/// An answer of a question.
#[derive(Clone, Debug)]
pub struct ReviewAnswer {
    /// What it says.
    pub text: SafeHtml,
    /// It is right.
    pub right: bool,
}

/// A question with its right answers.
#[derive(Clone, Debug)]
pub struct QuestionLook {
    /// Such as `Single choice`.
    pub kind: &'static str,
    /// What is asked.
    pub text: SafeHtml,
    /// Answers.
    pub answers: Vec<ReviewAnswer>,
    /// Their order is the answer.
    pub ordered: bool,
    /// Why that is right; may be empty.
    pub explanation: SafeHtml,
}

/// What a gate says.
#[derive(Clone, Debug)]
pub struct GateLook {
    /// Its name.
    pub title: &'static str,
    /// 0 to 100; none when it can't judge.
    pub score: Option<u8>,
    /// It is passed.
    pub passed: bool,
    /// What was measured.
    pub measured: Option<String>,
    /// Sentences that say where and what to do.
    pub findings: Vec<String>,
}

/// A new text of a lesson that learners read.
#[derive(Clone, Debug)]
pub struct ProposalLook {
    /// The job that wrote it.
    pub job: String,
    /// When it came.
    pub at: DateText,
    /// From what learners read now.
    pub changes: Vec<ChangedField>,
}

/// How people changed what a program wrote.
#[derive(Clone, Debug)]
pub struct ChangeLook {
    /// They put an earlier version back.
    pub restored: bool,
    /// Who; empty when the account is gone.
    pub by: String,
    /// When.
    pub at: DateText,
}

/// `GET /admin/ai/review/lessons/{lesson}`, and the answers to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/ai/lesson.html")]
pub struct StudioLessonPage {
    /// Shared page data.
    pub page: Page,
    /// Id.
    pub id: String,
    /// Id of the course.
    pub course_id: String,
    /// Title of the course.
    pub course_title: String,
    /// Its language, as HTML names it.
    pub language: String,
    /// From 1.
    pub day: i64,
    /// Title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Such as `16 min`.
    pub minutes: String,
    /// The version that is shown.
    pub version: i64,
    /// `pending`, `approved`, `flagged` or `none`.
    pub state: &'static str,
    /// The same in words.
    pub state_label: &'static str,
    /// Learners read it.
    pub published: bool,
    /// A working copy holds what is not shown here.
    pub has_draft: bool,
    /// The new text that is shown in place of the lesson, if one waits.
    pub proposal: Option<ProposalLook>,
    /// Who changed it since a program wrote it.
    pub changed: Option<ChangeLook>,
    /// What a person wrote while a program wrote this.
    pub kept_url: Option<String>,
    /// Where it is being written anew.
    pub rewriting_url: Option<String>,
    /// It can be rated.
    pub rateable: bool,
    /// Such as `AI: gpt-oss-120b` or `Extracted, not AI`; empty when that isn't known any more.
    pub author: String,
    /// Where it was written.
    pub job_url: Option<String>,
    /// Who decided last, and when; none before that.
    pub decided: Option<(String, DateText)>,
    /// What went wrong.
    pub alert: Option<String>,
    /// Why somebody flagged it.
    pub flag: Option<String>,
    /// The lesson itself.
    pub content: SafeHtml,
    /// Action items.
    pub action_items: Vec<String>,
    /// Takeaways.
    pub takeaways: Vec<String>,
    /// Its quiz.
    pub questions: Vec<QuestionLook>,
    /// What is said in its video; may be empty.
    pub script: String,
    /// How the gates judged it, 0 to 100.
    pub score: Option<u8>,
    /// Gate by gate.
    pub gates: Vec<GateLook>,
    /// What it rests on.
    pub passages: Vec<PassageLook>,
    /// 1 to 5; 0 before it is rated.
    pub rating: i64,
    /// What is wrong with the rating.
    pub rating_error: Option<String>,
    /// `rating_reason`
    pub rating_reason: Field,
    /// `reason`
    pub flag_reason: Field,
    /// `instructions`; none without a model.
    pub instructions: Option<Field>,
    /// `grade`; none when one model writes drafts and finals.
    pub grade: Option<Field>,
    /// The month's budget doesn't reach for writing it anew.
    pub budget_used_up: bool,
    /// The lesson of the day before.
    pub previous: Option<String>,
    /// The lesson of the day after.
    pub next: Option<String>,
}

impl StudioLessonPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        let mut fields = vec![&self.flag_reason, &self.rating_reason];
        fields.extend(&self.instructions);
        wrong(&fields)
    }

    /// Gates that found something to put right.
    #[must_use]
    pub fn failed(&self) -> Vec<&GateLook> {
        self.gates.iter().filter(|gate| gate.score.is_some() && !gate.passed).collect()
    }

    /// All other gates.
    #[must_use]
    pub fn passed(&self) -> Vec<&GateLook> {
        self.gates.iter().filter(|gate| gate.score.is_none() || gate.passed).collect()
    }

    /// What would change for learners.
    #[must_use]
    pub fn changes(&self) -> &[ChangedField] {
        self.proposal.as_ref().map(|proposal| proposal.changes.as_slice()).unwrap_or_default()
    }

    /// The form for a new text is shown because something is wrong with it.
    #[must_use]
    pub fn instructions_open(&self) -> bool {
        self.instructions.as_ref().is_some_and(|field| field.error.is_some() || !field.value.is_empty())
    }

    /// The fields of its forms: why it is flagged, why it is rated so, what is to be different.
    #[must_use]
    pub fn fields() -> [Field; 3] {
        [
            Field::textarea("reason", "What is wrong?", 3).required().max_length(1_000),
            Field::textarea("rating_reason", "Why?", 2)
                .max_length(1_000)
                .hint("Helps to better the prompts. It may stay empty."),
            Field::textarea("instructions", "What is to be different?", 3)
                .max_length(2_000)
                .hint("Such as: shorter, with an example from a hospital."),
        ]
    }

    fn sample() -> Self {
        let [flag_reason, rating_reason, instructions] = Self::fields();
        let html = |text: &str| SafeHtml::from_sanitized(text.into());
        let answer = |text: &str, right| ReviewAnswer { text: html(text), right };
        let gate = |title, score: u8, finding: Option<&str>| GateLook {
            title,
            score: Some(score),
            passed: finding.is_none(),
            measured: Some("17 minutes".into()),
            findings: finding.into_iter().map(Into::into).collect(),
        };
        let mut unjudged = gate("Supported numbers", 0, None);
        (unjudged.score, unjudged.measured) = (None, Some("There are no references.".into()));
        Self {
            page: Page::sample_signed_in("Listening for interests", "/admin/ai/review/lessons/01935e1c"),
            id: "01935e1c".into(),
            course_id: "01935e1d".into(),
            course_title: "Negotiating without fear".into(),
            language: "en".into(),
            day: 2,
            title: "Listening for interests".into(),
            summary: "Hear what somebody needs behind what they say.".into(),
            minutes: "16 min".into(),
            version: 3,
            state: "pending",
            state_label: "Waits for approval",
            published: false,
            has_draft: false,
            proposal: None,
            changed: None,
            kept_url: None,
            rewriting_url: None,
            rateable: true,
            author: "AI: gpt-oss-120b".into(),
            job_url: Some("/admin/ai/jobs/01935e1c".into()),
            decided: None,
            alert: None,
            flag: None,
            content: html(
                "<h2>Interests, not positions</h2><p>A position is what somebody says they want.</p>",
            ),
            action_items: vec!["Ask one person why, three times".into()],
            takeaways: vec!["Behind every position is an interest.".into()],
            questions: vec![
                QuestionLook {
                    kind: "Single choice",
                    text: html("What is an interest?"),
                    answers: vec![answer("What somebody says", false), answer("What somebody needs", true)],
                    ordered: false,
                    explanation: html("<p>A position is only one way to an interest.</p>"),
                },
                QuestionLook {
                    kind: "Ordering",
                    text: html("Put the steps in order."),
                    answers: vec![answer("Ask", true), answer("Listen", true)],
                    ordered: true,
                    explanation: html(""),
                },
            ],
            script: "Hello again! Yesterday you saw why people negotiate.".into(),
            score: Some(84),
            gates: vec![
                gate("Structure", 100, None),
                gate("Length", 40, Some("It takes 9 minutes; write about 900 words more.")),
                unjudged,
            ],
            passages: vec![PassageLook::sample(4), PassageLook::sample(7)],
            rating: 0,
            rating_error: None,
            rating_reason,
            flag_reason,
            instructions: Some(instructions),
            grade: Some(Field::select("grade", "How good", Choice::list(&[("final", "Final")], "final"))),
            budget_used_up: false,
            previous: Some("/admin/ai/review/lessons/01935e1b".into()),
            next: Some("/admin/ai/review/lessons/01935e1f".into()),
        }
    }
}

impl Samples for StudioLessonPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut flagged = Self::sample();
        (flagged.state, flagged.state_label) = ("flagged", "Flagged");
        flagged.budget_used_up = true;
        flagged.flag = Some("The example contradicts the handbook.".into());
        flagged.decided = Some(("Ada Admin".into(), DateText::sample("yesterday")));
        flagged.alert = Some("The lesson was changed after this page was opened.".into());
        flagged.flag_reason = flagged.flag_reason.error(Some("Say what is wrong.".into()));
        flagged.rating_error = Some("Give 1 to 5 stars.".into());
        let mut extracted = Self::sample();
        extracted.author = "Extracted, not AI".into();
        (extracted.state, extracted.state_label, extracted.published) = ("approved", "Approved", true);
        (extracted.instructions, extracted.grade, extracted.next) = (None, None, None);
        extracted.gates.retain(|gate| gate.passed);
        extracted.has_draft = true;
        extracted.rating = 4;
        extracted.changed =
            Some(ChangeLook { restored: false, by: "Ada Admin".into(), at: DateText::sample("yesterday") });
        let mut proposed = Self::sample();
        (proposed.published, proposed.has_draft, proposed.rateable) = (true, true, false);
        proposed.state_label = "New text waits for approval";
        proposed.proposal = Some(ProposalLook {
            job: "01935e1c".into(),
            at: DateText::sample("today"),
            changes: vec![ChangedField::sample()],
        });
        let mut rewriting = Self::sample();
        rewriting.rewriting_url = Some("/admin/ai/jobs/01935e1d".into());
        rewriting.kept_url = Some("/admin/courses/01935e1d/history/9".into());
        let mut unknown = Self::sample();
        unknown.changed =
            Some(ChangeLook { restored: true, by: String::new(), at: DateText::sample("yesterday") });
        unknown.rateable = false;
        unknown.author.clear();
        unknown.script.clear();
        (unknown.job_url, unknown.score, unknown.previous) = (None, None, None);
        unknown.gates.clear();
        unknown.passages.clear();
        unknown.questions.clear();
        vec![
            ("admin-ai-lesson", Self::sample()),
            ("admin-ai-lesson-flagged", flagged),
            ("admin-ai-lesson-extracted", extracted),
            ("admin-ai-lesson-proposed", proposed),
            ("admin-ai-lesson-rewriting", rewriting),
            ("admin-ai-lesson-unknown", unknown),
        ]
    }
}
