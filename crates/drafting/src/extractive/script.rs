//! What a speaker says in the videos.

use super::{
    Brief, Day, Plan, Source,
    digest::{Digest, Sentence},
    groups::Group,
    phrases::{Phrases, fill, phrases},
    standalone,
    words::Language,
};
use crate::{PlannedLesson, reading};

/// Words of a script: about a minute and a half.
const LONGEST: usize = 245;
const SHORTEST: usize = 150;

/// What is said before the first day.
#[must_use]
pub fn intro_script(brief: &Brief, _sources: &[Source], plan: &Plan) -> String {
    let language = Language::new(brief.language);
    let phrases = phrases(&language.code);
    let titles: Vec<String> = plan.outline.lessons.iter().map(|lesson| spoken(&lesson.title)).collect();
    let some: Vec<String> = titles.iter().step_by((titles.len() / 5).max(1)).take(5).cloned().collect();
    let mut paragraphs = vec![
        fill(phrases.course_welcome, &[&spoken(&plan.outline.title), &brief.days.to_string()]),
        fill(phrases.course_covers, &[&phrases.list(&some)]),
    ];
    let sentences: Vec<String> = plan
        .outline
        .lessons
        .iter()
        .filter(|lesson| standalone::stands_alone(&lesson.summary, &language))
        .map(|lesson| spoken(&lesson.summary))
        .collect();
    let mut said: Vec<String> = Vec::new();
    let words = |paragraphs: &[String], said: &[String]| {
        paragraphs.iter().chain(said).map(|text| reading::words(text)).sum::<usize>()
            + reading::words(phrases.course_days)
    };
    for sentence in sentences {
        if words(&paragraphs, &said) >= SHORTEST {
            break;
        }
        if words(&paragraphs, &said) + reading::words(&sentence) <= LONGEST {
            said.push(sentence);
        }
    }
    if !said.is_empty() {
        paragraphs.push(said.join(" "));
    }
    paragraphs.push(phrases.course_days.to_owned());
    paragraphs.join("\n\n")
}

/// What is said about a day: what it is about, its key sentences, one thing to remember and one to do.
pub(super) fn lesson_script(
    digest: &Digest,
    day: &Day,
    planned: &PlannedLesson,
    groups: &[Group],
    actions: &[String],
    phrases: &'static Phrases,
) -> String {
    let sayable = |sentence: &Sentence| {
        standalone::pointers(sentence.text) <= 1
            && sentence.text.chars().count() <= 220
            && !sentence.text.contains(['(', '/', '=', '|'])
    };
    let news = |sentence: &Sentence| sayable(sentence) && sentence.text != planned.summary;
    let told = digest.key_sentences(9, |sentence| news(sentence) && !sentence.imperative);
    // A text of instructions is told by its instructions, but for the one that is the task.
    let first = actions.first().map(|action| spoken(action)).unwrap_or_default();
    let all = if told.len() < 5 {
        digest.key_sentences(9, |sentence| news(sentence) && sentence.text != first)
    } else {
        told
    };
    let welcome = fill(phrases.welcome, &[&day.day.to_string(), &spoken(&planned.title)]);
    let task = actions.first().map(|action| fill(phrases.task, &[&spoken(action)]));
    let fixed = [Some(welcome), Some(spoken(&planned.summary)), task, Some(phrases.goodbye.to_owned())];
    let mut words: usize = fixed.iter().flatten().map(|text| reading::words(text)).sum();
    let mut chosen: Vec<&Sentence> = Vec::new();
    for sentence in all.iter().filter_map(|at| digest.sentences.get(*at)) {
        let count = reading::words(sentence.text);
        if words < SHORTEST + 40 && words + count + 8 <= LONGEST {
            words += count;
            chosen.push(sentence);
        }
    }
    // The one that says most is said at the end, as what to remember.
    let best =
        chosen.iter().enumerate().reduce(|best, next| if next.1.score > best.1.score { next } else { best });
    let best = best.map(|(at, _)| at).filter(|_| chosen.len() > 2);
    let last = best.map(|at| chosen.remove(at));
    let mut middle = Vec::new();
    let mut part = None;
    let mut turns = phrases.turn_to.iter().cycle();
    let mut turned = 0;
    for sentence in chosen {
        let title =
            groups.iter().find(|group| group.holds(day, sentence.part)).map(|group| group.title.as_str());
        if title != part && part.is_some() && turned < 3 {
            let title = title.filter(|title| !title.contains('?') && title.chars().count() <= 60);
            if let Some((title, turn)) = title.zip(turns.next()) {
                middle.push(fill(turn, &[&phrases.quoted(&spoken(title))]));
                turned += 1;
            }
        }
        part = title;
        middle.push(spoken(sentence.text));
    }
    let [welcome, summary, task, goodbye] = fixed;
    let opening = [welcome, summary].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let last = last.map(|sentence| format!("{} {}", phrases.remember, spoken(sentence.text)));
    let closing = [task, goodbye].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let paragraphs = [Some(opening), Some(middle.join(" ")), last, Some(closing)];
    paragraphs.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Text for the ear: without Markdown.
fn spoken(text: &str) -> String {
    let mut spoken = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => spoken.extend(chars.next()),
            '*' | '`' => {}
            c => spoken.push(c),
        }
    }
    spoken
}
