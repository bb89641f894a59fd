//! A lesson from the pieces of its day.

use std::collections::HashSet;

use super::{
    Brief, Day, Part, Plan, Source, actions,
    body::Text,
    cloze::Pool,
    digest::{Digest, Sentence},
    groups::{groups, title_of},
    markdown::plain,
    phrases::{Phrases, fill, phrases},
    plan::piece_of,
    questions::Quiz,
    script,
    sections::{self, Piece},
    terms::Index,
    words::Language,
};
use crate::{Lesson, reading};

/// Numbers of action items and questions, the best ones first: the first with which a lesson takes 15 to 20 minutes.
const SIZES: &[(usize, usize)] = &[(4, 5), (4, 6), (4, 4), (3, 5), (5, 5), (5, 6), (3, 6), (3, 4), (5, 4)];

/// Makes a lesson of a plan. A day that the plan doesn't have gives an empty one.
#[must_use]
pub fn lesson(brief: &Brief, sources: &[Source], plan: &Plan, day: u32) -> Lesson {
    let used: HashSet<usize> = plan
        .days
        .iter()
        .filter(|planned| planned.day == day)
        .flat_map(|day| day.parts.iter().map(|part| part.source))
        .collect();
    let pieces: Vec<Vec<Piece>> = sources
        .iter()
        .enumerate()
        .map(|(at, source)| if used.contains(&at) { sections::pieces(source.document) } else { Vec::new() })
        .collect();
    let language = Language::new(brief.language);
    let index = Index::new(&plan.terms);
    let Some(planned) = plan.days.iter().find(|planned| planned.day == day) else {
        return Lesson { day, ..Lesson::default() };
    };
    let digest = Digest::new(&planned.parts, &pieces, &index, &language);
    lesson_of(brief, sources, &pieces, plan, planned, &digest, &language)
}

/// Makes the lesson of a day that is taken apart already.
pub(super) fn lesson_of(
    brief: &Brief,
    sources: &[Source],
    pieces: &[Vec<Piece>],
    plan: &Plan,
    day: &Day,
    digest: &Digest,
    language: &Language,
) -> Lesson {
    let number = day.day;
    let Some(planned) = plan.outline.lessons.iter().find(|lesson| lesson.day == number) else {
        return Lesson { day: number, ..Lesson::default() };
    };
    let phrases = phrases(&language.code);
    let index = Index::new(&plan.terms);
    let groups = groups(day, pieces, phrases);
    let own: Vec<String> = groups.iter().map(|group| group.title.clone()).collect();
    let focus = if day.focus.is_empty() { vec![phrases.quoted(&planned.title)] } else { day.focus.clone() };
    let text = Text {
        sources,
        pieces,
        day,
        phrases,
        language,
        groups: &groups,
        focus: &focus,
        title: &planned.title,
        begins: begins(plan, day),
    };
    let body = text.body();

    let others: Vec<String> = plan
        .days
        .iter()
        .filter(|other| other.day != number)
        .flat_map(|other| other.parts.iter().map(|part| title_of(part, other, phrases)))
        .collect();
    let cite = |sentence: &Sentence| {
        let path = day.parts.get(sentence.part).map_or(&[][..], |part| part.path.as_slice());
        text.place(sentence.source, sentence.page, sentence.page, path)
    };
    let pool = Pool::new(&plan.terms, digest, language);
    let quiz = Quiz {
        digest,
        index: &index,
        pool: &pool,
        definitions: &plan.definitions,
        language,
        phrases,
        level: brief.level,
        day: number,
        cite: &cite,
        sections: (&own, &others),
    };
    let mut questions = quiz.questions(6);
    let in_day = day
        .parts
        .iter()
        .flat_map(|part| part.pieces.iter().filter_map(|place| piece_of(pieces, part.source, *place)));
    let mut action_items = actions::actions(in_day, digest, &focus, &own, number, language, phrases);
    let words = reading::words(&body);
    let fits = |(items, asked): &&(usize, usize)| {
        *items <= action_items.len()
            && *asked <= questions.len()
            && (15..=20).contains(&reading::minutes(words, *items, *asked))
    };
    let least = SIZES.last().copied().unwrap_or_default();
    let (items, asked) =
        SIZES.iter().find(fits).copied().unwrap_or(if words > 2_000 { least } else { (5, 6) });
    action_items.truncate(items);
    questions.truncate(asked);

    let key_takeaways = takeaways(digest, &planned.summary);
    let script = script::lesson_script(digest, day, planned, &groups, &action_items, phrases);
    Lesson {
        day: number,
        title: planned.title.clone(),
        summary: planned.summary.clone(),
        body,
        action_items,
        key_takeaways,
        questions,
        script,
        passages: day.passages.clone(),
    }
}

/// Whether the first chapter of a day is not the last one of the day before.
fn begins(plan: &Plan, day: &Day) -> bool {
    let before = plan.days.iter().filter(|before| before.day < day.day).max_by_key(|before| before.day);
    let chapter = |part: Option<&Part>| part.map(|part| (part.source, part.path.first().cloned()));
    before.is_none_or(|before| chapter(before.parts.last()) != chapter(day.parts.first()))
}

/// Two or three sentences to remember, in plain text.
fn takeaways(digest: &Digest, summary: &str) -> Vec<String> {
    let news = |sentence: &Sentence| plain(sentence.text) != summary;
    let mut keys = digest.key_sentences(3, |sentence| news(sentence) && !sentence.imperative);
    if keys.len() < 2 {
        keys = digest.key_sentences(3, news);
    }
    keys.into_iter().filter_map(|at| digest.sentences.get(at)).map(|sentence| plain(sentence.text)).collect()
}

/// The sentence that says most of a day, another one for each day, in plain text.
pub(super) fn summary(
    digest: &Digest,
    title: &str,
    phrases: &'static Phrases,
    taken: &mut HashSet<String>,
) -> String {
    let free =
        |sentence: &Sentence| !taken.contains(&plain(sentence.text)) && sentence.text.chars().count() <= 220;
    let best = digest
        .key_sentences(1, |sentence| free(sentence) && !sentence.imperative)
        .into_iter()
        .chain(digest.key_sentences(1, free))
        .find_map(|at| digest.sentences.get(at))
        .map(|sentence| plain(sentence.text));
    let summary = best.unwrap_or_else(|| {
        fill(phrases.covers.first().copied().unwrap_or_default(), &[&phrases.quoted(title)])
    });
    taken.insert(summary.clone());
    summary
}
