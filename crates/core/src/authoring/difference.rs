//! How two states of a course or lesson differ, field by field and line by line.

use serde::Serialize;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use utoipa::ToSchema;

use super::{CourseDetails, LessonContent, Snapshot};
use crate::catalog::{Question, QuizPolicy};

/// Lines that are shown around a change.
const CONTEXT: usize = 2;

/// The fields that differ, in their order.
pub type Difference = Vec<FieldChange>;

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Such as `key_takeaways`.
    pub field: String,
    pub lines: Vec<LineChange>,
}

/// A line of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineChange {
    pub kind: LineKind,
    pub text: String,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    Same,
    Removed,
    Added,
    /// Stands for lines that are the same; `text` says how many.
    Skipped,
}

/// How two texts of a lesson differ.
#[must_use]
pub fn compare(before: &LessonContent, after: &LessonContent) -> Difference {
    compare_with_quiz((before, &[]), (after, &[]))
}

/// How two texts of a lesson differ, and their quizzes.
#[must_use]
pub fn compare_with_quiz(
    before: (&LessonContent, &[Question]),
    after: (&LessonContent, &[Question]),
) -> Difference {
    // The slug is made from the title.
    let snapshot = |(content, quiz): (&LessonContent, &[Question])| Snapshot::Lesson {
        day: 0,
        content: LessonContent { slug: String::new(), ..content.clone() },
        quiz: quiz.to_vec(),
        quiz_policy: None,
    };
    between(Some(&snapshot(before)), &snapshot(after))
}

/// How the details of a course differ.
#[must_use]
pub fn compare_courses(before: &CourseDetails, after: &CourseDetails) -> Difference {
    let snapshot = |details: &CourseDetails| Snapshot::Course { details: details.clone() };
    between(Some(&snapshot(before)), &snapshot(after))
}

/// What changed from one state to the next; everything is new without one before.
pub(super) fn between(before: Option<&Snapshot>, after: &Snapshot) -> Difference {
    let old = before.map(texts).unwrap_or_default();
    let new = texts(after);
    let mut fields: Vec<&str> = new.iter().map(|(field, _)| field.as_str()).collect();
    for (field, _) in &old {
        if !fields.contains(&field.as_str()) {
            fields.push(field);
        }
    }
    let text_of = |list: &[(String, String)], field: &str| {
        list.iter().find(|(name, _)| name == field).map(|(_, text)| text.clone()).unwrap_or_default()
    };
    fields
        .into_iter()
        .map(|field| (field, text_of(&old, field), text_of(&new, field)))
        .filter(|(_, old, new)| old != new)
        .map(|(field, old, new)| FieldChange { field: field.to_owned(), lines: lines(&old, &new) })
        .collect()
}

/// The fields of a state as text; what people read first comes first.
fn texts(snapshot: &Snapshot) -> Vec<(String, String)> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(snapshot) else { return Vec::new() };
    if let Snapshot::Lesson { quiz, quiz_policy, .. } = snapshot {
        fields.insert("quiz".to_owned(), quiz_text(quiz).into());
        fields.insert("quiz_policy".to_owned(), quiz_policy.as_ref().map(policy_text).into());
    }
    let mut list: Vec<(String, String)> = fields
        .into_iter()
        .filter(|(field, _)| field != "of")
        .map(|(field, value)| {
            let text = text(&value, 0);
            (field, text)
        })
        .collect();
    let first = ["title", "subtitle", "summary", "description", "body"];
    list.sort_by_key(|(field, _)| first.iter().position(|name| name == field).unwrap_or(first.len()));
    list
}

/// A quiz as one would write it down: a paragraph for each question, with the right answers marked.
fn quiz_text(quiz: &[Question]) -> String {
    quiz.iter().map(question_text).collect::<Vec<_>>().join("\n\n")
}

fn question_text(question: &Question) -> String {
    let right = |is_right: bool| if is_right { " ✓" } else { "" };
    let (hint, answers): (&str, Vec<String>) = match question {
        Question::Single { options, .. } | Question::Multiple { options, .. } => {
            let hint =
                if matches!(question, Question::Single { .. }) { "one is right" } else { "choose all" };
            (hint, options.iter().map(|one| format!("- {}{}", one.text, right(one.correct))).collect())
        }
        Question::TrueFalse { answer, .. } => {
            let lines = vec![format!("- True{}", right(*answer)), format!("- False{}", right(!answer))];
            ("true or false", lines)
        }
        Question::ShortAnswer { answers, .. } => {
            ("short answer", answers.iter().map(|answer| format!("- {answer} ✓")).collect())
        }
        Question::Ordering { items, .. } => {
            let lines = (1..).zip(items).map(|(number, item): (usize, _)| format!("{number}. {item}"));
            ("bring into order", lines.collect())
        }
        Question::Matching { pairs, .. } => {
            let lines = pairs.iter().map(|pair| format!("- {} → {}", pair.left, pair.right));
            ("match", lines.collect())
        }
    };
    let mut lines = vec![question.text().to_owned(), format!("({hint})")];
    lines.extend(answers);
    if !question.explanation().is_empty() {
        lines.push(format!("Explanation: {}", question.explanation()));
    }
    lines.join("\n")
}

/// The rules of a quiz, a line each.
fn policy_text(policy: &QuizPolicy) -> String {
    let attempts = match policy.max_attempts {
        None => "As many attempts as one likes".to_owned(),
        Some(1) => "1 attempt".to_owned(),
        Some(most) => format!("At most {most} attempts"),
    };
    let answers = if policy.show_answers {
        "after every attempt"
    } else {
        "only after the quiz is passed or no attempt is left"
    };
    format!("{} % right is a pass\n{attempts}\nRight answers are shown {answers}", policy.pass_percent)
}

fn text(value: &Value, depth: usize) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items
            .iter()
            .map(|item| text(item, depth + 1))
            .collect::<Vec<_>>()
            .join(if depth == 0 { "\n" } else { "; " }),
        Value::Object(fields) => {
            let plain = |name: &str| fields.get(name).map(|value| text(value, depth + 1));
            // An action item is its text; its id says nothing.
            if let (Some(words), true) = (plain("text"), fields.len() <= 2) {
                return words;
            }
            fields
                .iter()
                .filter(|(name, _)| *name != "id")
                .map(|(name, value)| format!("{}: {}", name.replace('_', " "), text(value, depth + 1)))
                .collect::<Vec<_>>()
                .join(" · ")
        }
        other => other.to_string(),
    }
}

/// Line by line, with long runs of same lines left out.
fn lines(old: &str, new: &str) -> Vec<LineChange> {
    let diff = TextDiff::from_lines(old, new);
    let all: Vec<LineChange> = diff
        .iter_all_changes()
        .map(|change| LineChange {
            kind: match change.tag() {
                ChangeTag::Equal => LineKind::Same,
                ChangeTag::Delete => LineKind::Removed,
                ChangeTag::Insert => LineKind::Added,
            },
            text: change.value().trim_end_matches('\n').to_owned(),
        })
        .filter(|line| line.kind == LineKind::Same || !line.text.is_empty() || !old.is_empty())
        .collect();
    let near = |at: usize| {
        let from = at.saturating_sub(CONTEXT);
        all[from..(at + CONTEXT + 1).min(all.len())].iter().any(|line| line.kind != LineKind::Same)
    };
    let mut shown = Vec::new();
    let mut skipped = 0;
    for (at, line) in all.iter().enumerate() {
        if near(at) {
            push_skipped(&mut shown, &mut skipped);
            shown.push(line.clone());
        } else {
            skipped += 1;
        }
    }
    push_skipped(&mut shown, &mut skipped);
    shown
}

fn push_skipped(shown: &mut Vec<LineChange>, skipped: &mut usize) {
    if *skipped > 0 {
        let text = format!("{skipped} unchanged {}", if *skipped == 1 { "line" } else { "lines" });
        shown.push(LineChange { kind: LineKind::Skipped, text });
        *skipped = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{authoring::ActionItemText, catalog::AnswerOption};

    fn lesson(body: &str, items: &[&str]) -> Snapshot {
        let action_items =
            items.iter().map(|text| ActionItemText { id: None, text: (*text).to_owned() }).collect();
        let content = LessonContent {
            title: "Water".into(),
            body: body.into(),
            action_items,
            ..LessonContent::default()
        };
        Snapshot::Lesson { day: 1, content, quiz: Vec::new(), quiz_policy: None }
    }

    #[test]
    fn only_what_differs_is_shown() {
        let body = (1..=20).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n");
        let changed = body.replace("line 10\n", "line ten\n");
        let difference = between(Some(&lesson(&body, &["Boil"])), &lesson(&changed, &["Boil", "Pour"]));
        let fields: Vec<_> = difference.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["body", "action_items"]);
        let body: Vec<_> = difference[0].lines.iter().map(|line| (line.kind, line.text.as_str())).collect();
        assert_eq!(body[0], (LineKind::Skipped, "7 unchanged lines"));
        assert!(
            body.contains(&(LineKind::Removed, "line 10")) && body.contains(&(LineKind::Added, "line ten"))
        );
        assert!(difference[1].lines.iter().any(|line| line.kind == LineKind::Added && line.text == "Pour"));
        let same = lesson("x", &[]);
        assert!(between(Some(&same), &same).is_empty());
    }

    #[test]
    fn a_quiz_reads_like_text() {
        let question = |explanation: &str, correct: usize| {
            let options = ["SELECT", "WHERE"].iter().enumerate();
            let options =
                options.map(|(at, text)| AnswerOption { text: (*text).into(), correct: at == correct });
            Question::Single {
                question: "Which clause picks the rows?".into(),
                options: options.collect(),
                explanation: explanation.into(),
            }
        };
        let with = |quiz: Question, max_attempts| Snapshot::Lesson {
            day: 1,
            content: LessonContent::default(),
            quiz: vec![quiz],
            quiz_policy: Some(QuizPolicy { max_attempts, ..QuizPolicy::default() }),
        };
        let before = with(question("It keeps rows.", 0), None);
        let difference = between(Some(&before), &with(question("It keeps rows.", 1), Some(3)));
        let shown = |change: &FieldChange| -> Vec<(LineKind, String)> {
            change.lines.iter().map(|line| (line.kind, line.text.clone())).collect()
        };
        assert_eq!(difference[0].field, "quiz");
        let quiz = [
            (LineKind::Same, "Which clause picks the rows?"),
            (LineKind::Same, "(one is right)"),
            (LineKind::Removed, "- SELECT ✓"),
            (LineKind::Removed, "- WHERE"),
            (LineKind::Added, "- SELECT"),
            (LineKind::Added, "- WHERE ✓"),
            (LineKind::Same, "Explanation: It keeps rows."),
        ];
        assert_eq!(shown(&difference[0]), quiz.map(|(kind, text)| (kind, text.to_owned())));
        assert_eq!(difference[1].field, "quiz_policy");
        let rules = shown(&difference[1]);
        assert!(rules.contains(&(LineKind::Same, "70 % right is a pass".to_owned())), "{rules:?}");
        assert!(rules.contains(&(LineKind::Added, "At most 3 attempts".to_owned())), "{rules:?}");
    }
}
