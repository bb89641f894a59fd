//! The form of a quiz: from questions to fields, and back to answers.

use momentum_core::{
    catalog::markdown::{to_inline_html, to_inline_text, to_question_html},
    learning::quiz::{Answer, QuestionResult, ShownQuestion},
};

use crate::views::{
    Choice, QuizInput, QuizOption, QuizPage, QuizPlaced, QuizQuestion, QuizVerdict, SafeHtml,
};

/// The fields of a posted form, in their order.
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    pub(super) fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.first(name).and_then(|text| text.parse().ok())
    }
}

/// What is asked, and why an answer is right.
pub(super) fn text(markdown: &str) -> SafeHtml {
    SafeHtml::from_sanitized(to_question_html(markdown))
}

/// An option, item or side.
pub(super) fn line(markdown: &str) -> SafeHtml {
    SafeHtml::from_sanitized(to_inline_html(markdown))
}

/// The questions of an attempt with what was answered so far.
pub(super) fn questions(shown: &[ShownQuestion], answers: &[Option<Answer>]) -> Vec<QuizQuestion> {
    let answers = answers.iter().map(Option::as_ref).chain(std::iter::repeat(None));
    let question = |(at, (shown, answer)): (usize, (&ShownQuestion, Option<&Answer>))| {
        let name = format!("q{at}");
        QuizQuestion {
            number: at + 1,
            html: text(shown.text()),
            input: input(&name, shown, answer),
            name,
            missing: false,
        }
    };
    shown.iter().zip(answers).enumerate().map(question).collect()
}

fn input(name: &str, shown: &ShownQuestion, answer: Option<&Answer>) -> QuizInput {
    let options = |texts: &[String], chosen: &[usize]| -> Vec<QuizOption> {
        let option = |(at, text): (usize, &String)| QuizOption {
            value: at.to_string(),
            html: line(text),
            checked: chosen.contains(&at),
        };
        texts.iter().enumerate().map(option).collect()
    };
    match (shown, answer) {
        (ShownQuestion::Single { options: texts, .. }, answer) => {
            let chosen =
                if let Some(Answer::Single { choice }) = answer { vec![*choice] } else { Vec::new() };
            QuizInput::One(options(texts, &chosen))
        }
        (ShownQuestion::Multiple { options: texts, .. }, answer) => {
            let chosen = if let Some(Answer::Multiple { choices }) = answer { &choices[..] } else { &[] };
            QuizInput::Many(options(texts, chosen))
        }
        (ShownQuestion::TrueFalse { .. }, answer) => QuizInput::One(
            [("true", "True", true), ("false", "False", false)]
                .map(|(value, label, meaning)| QuizOption {
                    value: value.into(),
                    html: line(label),
                    checked: matches!(answer, Some(Answer::TrueFalse { answer }) if *answer == meaning),
                })
                .into(),
        ),
        (ShownQuestion::ShortAnswer { .. }, answer) => QuizInput::Text(match answer {
            Some(Answer::ShortAnswer { text }) => text.clone(),
            _ => String::new(),
        }),
        (ShownQuestion::Ordering { items, .. }, answer) => {
            let places: &[_] = if let Some(Answer::Ordering { places }) = answer { places } else { &[] };
            let labels: Vec<String> = (1..=items.len()).map(|place| place.to_string()).collect();
            QuizInput::Order(placed(name, items, &labels, "Place", places))
        }
        (ShownQuestion::Matching { left, right, .. }, answer) => {
            let matches: &[_] = if let Some(Answer::Matching { matches }) = answer { matches } else { &[] };
            let labels: Vec<String> = right.iter().map(|text| to_inline_text(text)).collect();
            QuizInput::Match(placed(name, left, &labels, "Choose", matches))
        }
    }
}

fn placed(
    name: &str,
    items: &[String],
    labels: &[String],
    empty: &str,
    chosen: &[Option<usize>],
) -> Vec<QuizPlaced> {
    // A right side that belongs to two left ones is one choice.
    let first = |label: &String| labels.iter().position(|known| known == label);
    let item = |(at, text): (usize, &String)| {
        let chosen = chosen.get(at).copied().flatten().and_then(|place| first(labels.get(place)?));
        let mut choices =
            vec![Choice { value: String::new(), label: empty.into(), selected: chosen.is_none() }];
        let different = labels.iter().enumerate().filter(|(place, label)| first(label) == Some(*place));
        choices.extend(different.map(|(place, label)| Choice {
            value: place.to_string(),
            label: label.clone(),
            selected: chosen == Some(place),
        }));
        QuizPlaced { name: format!("{name}-{at}"), html: line(text), text: to_inline_text(text), choices }
    };
    items.iter().enumerate().map(item).collect()
}

/// What a form answers.
pub(super) fn answers(shown: &[ShownQuestion], fields: &Fields) -> Vec<Option<Answer>> {
    shown.iter().enumerate().map(|(at, question)| answer(&format!("q{at}"), question, fields)).collect()
}

fn answer(name: &str, question: &ShownQuestion, fields: &Fields) -> Option<Answer> {
    let places = |count: usize| -> Option<Vec<Option<usize>>> {
        let places: Vec<_> = (0..count).map(|at| fields.number(&format!("{name}-{at}"))).collect();
        places.iter().any(Option::is_some).then_some(places)
    };
    match question {
        ShownQuestion::Single { .. } => fields.number(name).map(|choice| Answer::Single { choice }),
        ShownQuestion::Multiple { .. } => {
            let choices: Vec<usize> = fields.all(name).filter_map(|text| text.parse().ok()).collect();
            (!choices.is_empty()).then_some(Answer::Multiple { choices })
        }
        ShownQuestion::TrueFalse { .. } => {
            fields.first(name).and_then(|text| text.parse().ok()).map(|answer| Answer::TrueFalse { answer })
        }
        ShownQuestion::ShortAnswer { .. } => fields
            .first(name)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| Answer::ShortAnswer { text: text.to_owned() }),
        ShownQuestion::Ordering { items, .. } => {
            places(items.len()).map(|places| Answer::Ordering { places })
        }
        ShownQuestion::Matching { left, .. } => {
            places(left.len()).map(|matches| Answer::Matching { matches })
        }
    }
}

/// Whether nothing of an answer is left open.
pub(super) fn is_complete(answer: Option<&Answer>) -> bool {
    match answer {
        None => false,
        Some(Answer::Ordering { places }) => places.iter().all(Option::is_some),
        Some(Answer::Matching { matches }) => matches.iter().all(Option::is_some),
        Some(_) => true,
    }
}

/// Marks the questions of the page that are not answered.
pub(super) fn mark_missing(view: &mut QuizPage) {
    let open = |choices: &[Choice]| choices.iter().any(|choice| choice.selected && choice.value.is_empty());
    for question in view.form.iter_mut().flat_map(|form| &mut form.questions) {
        question.missing = match &question.input {
            QuizInput::One(options) | QuizInput::Many(options) => {
                !options.iter().any(|option| option.checked)
            }
            QuizInput::Text(text) => text.is_empty(),
            QuizInput::Order(rows) | QuizInput::Match(rows) => rows.iter().any(|row| open(&row.choices)),
        };
    }
}

/// What became of the questions.
pub(super) fn verdicts(results: &[QuestionResult]) -> Vec<QuizVerdict> {
    let verdict = |(at, result): (usize, &QuestionResult)| QuizVerdict {
        number: at + 1,
        html: text(result.question.text()),
        correct: result.correct,
        yours: lines(&result.question, result.answer.as_ref()),
        right: lines(&result.question, result.right_answer.as_ref()),
        ordered: matches!(result.question, ShownQuestion::Ordering { .. }),
        explanation: result.explanation.as_deref().filter(|why| !why.is_empty()).map(text),
    };
    results.iter().enumerate().map(verdict).collect()
}

/// An answer in words.
pub(super) fn lines(question: &ShownQuestion, answer: Option<&Answer>) -> Vec<SafeHtml> {
    let at = |texts: &[String], place: usize| texts.get(place).map(|text| line(text));
    match (question, answer) {
        (ShownQuestion::Single { options, .. }, Some(Answer::Single { choice })) => {
            at(options, *choice).into_iter().collect()
        }
        (ShownQuestion::Multiple { options, .. }, Some(Answer::Multiple { choices })) => {
            choices.iter().filter_map(|choice| at(options, *choice)).collect()
        }
        (ShownQuestion::TrueFalse { .. }, Some(Answer::TrueFalse { answer })) => {
            vec![line(if *answer { "True" } else { "False" })]
        }
        // What a person typed is no Markdown, but as a line of it nothing can happen.
        (ShownQuestion::ShortAnswer { .. }, Some(Answer::ShortAnswer { text })) => vec![line(text)],
        (ShownQuestion::Ordering { items, .. }, Some(Answer::Ordering { places })) => {
            let mut placed: Vec<(usize, SafeHtml)> =
                places.iter().zip(items).filter_map(|(place, item)| Some(((*place)?, line(item)))).collect();
            placed.sort_by_key(|(place, _)| *place);
            placed.into_iter().map(|(_, html)| html).collect()
        }
        (ShownQuestion::Matching { left, right, .. }, Some(Answer::Matching { matches })) => left
            .iter()
            .zip(matches)
            .filter_map(|(left, chosen)| {
                let right = right.get((*chosen)?)?;
                Some(line(&format!("{left} → {right}")))
            })
            .collect(),
        _ => Vec::new(),
    }
}
