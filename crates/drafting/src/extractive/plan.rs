//! The plan of a course: which day covers what, and what it is called.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{
    Brief, Day, LeftOut, Part, Plan, Source, TooLittle, Unsuited, Why, compose,
    course::course,
    days::{self, Chunk},
    definitions,
    digest::Digest,
    front::capitalize,
    groups,
    phrases::{Phrases, phrases},
    sections::{self, Piece, Section},
    terms::{self, Index},
    titles,
    words::Language,
    words_needed,
};
use crate::{
    PlannedLesson,
    document::{BlockKind, Document},
    language::is_unspaced,
    reading,
    sentence::sentences,
};

/// Definitions that a plan keeps: wrong options need some, not all.
const DEFINITIONS: usize = 80;

/// Plans a course: its outline, and for each day what it covers.
///
/// # Errors
/// If the references have too little text for the days, cannot be parted into so many, or are written without spaces.
pub fn outline(brief: &Brief, sources: &[Source]) -> Result<Plan, Unsuited> {
    let language = Language::new(brief.language);
    let pieces: Vec<Vec<Piece>> = sources.iter().map(|source| sections::pieces(source.document)).collect();
    let mut all: Vec<Section> = Vec::new();
    let mut apart: Vec<Vec<usize>> = Vec::new();
    for (at, pieces) in pieces.iter().enumerate() {
        let (mut found, left_out) = sections::sections(at, pieces);
        all.append(&mut found);
        apart.push(left_out);
    }
    check_script(&pieces)?;
    let chunks = days::chunks(&all, &pieces, &language);
    let divided = divide(brief.days, &chunks)?;

    let texts = all.iter().flat_map(|section| {
        section
            .pieces
            .iter()
            .filter_map(|place| piece_of(&pieces, section.source, *place))
            .filter(|piece| !matches!(piece.kind, BlockKind::Code | BlockKind::Table))
    });
    let terms = terms::terms(texts.map(|piece| piece.text), &language);
    let index = Index::new(&terms);
    let definitions = all_definitions(&all, &pieces, &index, &language);

    let numbers: Vec<Vec<Option<u32>>> =
        sources.iter().zip(&pieces).map(|(source, pieces)| sections::passages_of(source, pieces)).collect();
    let number =
        |source: usize, place: usize| numbers.get(source).and_then(|all| all.get(place)).copied().flatten();
    let (mut planned, mut digests) = (Vec::new(), Vec::new());
    let mut taken: HashSet<String> = HashSet::new();
    let mut used: BTreeSet<u32> = BTreeSet::new();
    for (day, range) in (1_u32..).zip(divided) {
        let day_chunks = chunks.get(range).unwrap_or_default();
        let text_of = |chunk: &Chunk| {
            let source = all.get(chunk.section).map_or(0, |section| section.source);
            chunk
                .pieces
                .iter()
                .filter_map(|place| piece_of(&pieces, source, *place))
                .map(|piece| piece.text)
                .collect()
        };
        let selected = days::select(day_chunks, text_of, &language, days::LONGEST);
        let parts = part_long(parts(&selected, &all), &selected, &all, &pieces, &index, &language);
        let digest = Digest::new(&parts, &pieces, &index, &language);
        let focus = focus(&digest, &mut taken, &language);
        let passages: BTreeSet<u32> = parts
            .iter()
            .flat_map(|part| part.pieces.iter().filter_map(|place| number(part.source, *place)))
            .collect();
        used.extend(&passages);
        digests.push(digest);
        planned.push(Day { day, passages: passages.into_iter().collect(), parts, focus });
    }
    let left_out = left_out(sources, &apart, &number, &used);

    let phrases = phrases(&language.code);
    let titles = titles::titles(&planned, sources, brief, phrases);
    let lessons = planned
        .iter()
        .zip(titles)
        .map(|(day, title)| PlannedLesson {
            day: day.day,
            title,
            summary: String::new(),
            topics: Vec::new(),
            minutes: 15,
        })
        .collect();
    let outline = course(brief, sources, lessons, &planned, &all, phrases);
    let mut plan = Plan { outline, days: planned, left_out, terms: terms.clone(), definitions };
    let mut summaries = HashSet::new();
    let details: Vec<_> = plan
        .days
        .iter()
        .zip(&plan.outline.lessons)
        .zip(&digests)
        .map(|((day, lesson), digest)| {
            let summary = compose::summary(digest, &lesson.title, phrases, &mut summaries);
            let whole = compose::lesson_of(brief, sources, &pieces, &plan, day, digest, &language);
            let words = reading::words(&whole.body);
            let minutes = reading::minutes(words, whole.action_items.len(), whole.questions.len());
            (summary, topics(day, &pieces, phrases), minutes)
        })
        .collect();
    for (lesson, (summary, topics, minutes)) in plan.outline.lessons.iter_mut().zip(details) {
        lesson.summary = summary;
        lesson.topics = topics;
        lesson.minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
    }
    Ok(plan)
}

pub(super) fn piece_of<'p, 'a>(
    pieces: &'p [Vec<Piece<'a>>],
    source: usize,
    place: usize,
) -> Option<&'p Piece<'a>> {
    pieces.get(source).and_then(|all| all.get(place))
}

/// Whether references in this language have text enough for the days: what [`outline`] asks first.
///
/// # Errors
/// As [`outline`].
pub fn suffices(days: u32, language: &str, documents: &[Document]) -> Result<(), Unsuited> {
    let pieces: Vec<Vec<Piece>> = documents.iter().map(sections::pieces).collect();
    check_script(&pieces)?;
    let found = pieces.iter().enumerate().flat_map(|(at, pieces)| sections::sections(at, pieces).0);
    let all: Vec<Section> = found.collect();
    divide(days, &days::chunks(&all, &pieces, &Language::new(language)))?;
    Ok(())
}

fn check_script(pieces: &[Vec<Piece>]) -> Result<(), Unsuited> {
    let unspaced = is_unspaced(pieces.iter().flatten().map(|piece| piece.text));
    if unspaced { Err(Unsuited::Unspaced) } else { Ok(()) }
}

fn divide(days: u32, chunks: &[Chunk]) -> Result<Vec<std::ops::Range<usize>>, TooLittle> {
    let words: usize = chunks.iter().map(|chunk| chunk.words).sum();
    let count = |days: u32| usize::try_from(days).unwrap_or(usize::MAX);
    let suffices = |days: u32| words >= words_needed(days) && chunks.len() >= count(days);
    let too_little = || TooLittle {
        words,
        needed: words_needed(days),
        days,
        fits: [14, 7].into_iter().find(|fewer| *fewer < days && suffices(*fewer)),
    };
    if !suffices(days) {
        return Err(too_little());
    }
    days::divide(chunks, count(days)).ok_or_else(too_little)
}

/// The chunks of a day by their sections.
fn parts(chunks: &[&Chunk], sections: &[Section]) -> Vec<Part> {
    let mut parts: Vec<(usize, Part)> = Vec::new();
    for chunk in chunks {
        let Some(section) = sections.get(chunk.section) else { continue };
        match parts.last_mut().filter(|(at, _)| *at == chunk.section) {
            Some((_, part)) => part.pieces.extend(&chunk.pieces),
            None => {
                let part = Part {
                    source: section.source,
                    path: section.path.clone(),
                    topic: None,
                    pieces: chunk.pieces.clone(),
                };
                parts.push((chunk.section, part));
            }
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// A day of one or two long sections gets smaller ones, named by what they are about.
fn part_long(
    parts: Vec<Part>,
    chunks: &[&Chunk],
    sections: &[Section],
    pieces: &[Vec<Piece>],
    index: &Index,
    language: &Language,
) -> Vec<Part> {
    /// Words from which a section is parted, and of a part.
    const LONG: usize = 520;
    const PART: usize = 320;
    /// The same for the longest section of a day that would have fewer than three.
    const NEEDED: usize = 300;
    if parts.len() > 2 {
        return parts;
    }
    let words_of = |part: &Part| -> usize {
        let all = part.pieces.iter().filter_map(|place| piece_of(pieces, part.source, *place));
        all.map(Piece::words).sum()
    };
    let lengths: Vec<usize> = parts.iter().map(words_of).collect();
    let counts: Vec<usize> =
        lengths.iter().map(|words| if *words >= LONG { (words / PART).clamp(1, 4) } else { 1 }).collect();
    let lacking = 3_usize.saturating_sub(counts.iter().sum());
    let longest = lengths.iter().enumerate().max_by_key(|(_, words)| **words).map(|(at, _)| at);
    let mut parted = Vec::new();
    for (at, part) in parts.into_iter().enumerate() {
        let is_mine = |chunk: &Chunk| {
            sections.get(chunk.section).is_some_and(|section| section.source == part.source)
                && chunk.pieces.first().is_some_and(|piece| part.pieces.contains(piece))
        };
        let mine: Vec<&Chunk> = chunks.iter().copied().filter(|chunk| is_mine(chunk)).collect();
        let words: usize = mine.iter().map(|chunk| chunk.words).sum();
        let more = if longest == Some(at) && words >= NEEDED { lacking } else { 0 };
        let count = counts.get(at).copied().unwrap_or(1) + more;
        let mut some: Vec<Part> = vec![Part { pieces: Vec::new(), ..part.clone() }];
        let mut so_far = 0;
        for chunk in mine {
            let begins = so_far * count >= words * some.len() && some.len() < count;
            if begins {
                some.push(Part { pieces: Vec::new(), ..part.clone() });
            }
            if let Some(last) = some.last_mut() {
                last.pieces.extend(&chunk.pieces);
            }
            so_far += chunk.words;
        }
        let mut named: Vec<Part> = Vec::new();
        let mut taken = part.path.last().map(|title| title.to_lowercase()).unwrap_or_default();
        for (at, mut part) in some.into_iter().enumerate() {
            let digest = Digest::new(std::slice::from_ref(&part), pieces, index, language);
            let topic =
                digest.key_terms(12, language).into_iter().find(|term| !taken.contains(&term.to_lowercase()));
            let title = part.path.last().filter(|title| {
                !title.is_empty() && title.chars().count() <= 50 && !title.contains([':', '?'])
            });
            match (topic, named.last_mut()) {
                // The first one keeps the heading.
                _ if at == 0 && part.path.last().is_some_and(|title| !title.is_empty()) => named.push(part),
                (Some(topic), _) => {
                    taken = format!("{taken} {}", topic.to_lowercase());
                    part.topic =
                        Some(title.map_or_else(|| capitalize(topic), |title| format!("{title}: {topic}")));
                    named.push(part);
                }
                (None, Some(last)) => last.pieces.extend(part.pieces),
                (None, None) => named.push(part),
            }
        }
        parted.extend(named);
    }
    parted
}

/// Up to four terms of a day that no day before has.
fn focus(digest: &Digest, taken: &mut HashSet<String>, language: &Language) -> Vec<String> {
    let terms = digest.key_terms(24, language).into_iter().map(str::to_owned);
    let focus: Vec<String> = terms.filter(|term| !taken.contains(&term.to_lowercase())).take(4).collect();
    taken.extend(focus.iter().map(|term| term.to_lowercase()));
    focus
}

fn all_definitions(
    sections: &[Section],
    pieces: &[Vec<Piece>],
    index: &Index,
    language: &Language,
) -> Vec<definitions::Definition> {
    let mut found: Vec<definitions::Definition> = Vec::new();
    for section in sections {
        for piece in section.pieces.iter().filter_map(|place| piece_of(pieces, section.source, *place)) {
            found.extend(definitions::of_entry(piece.text, piece.kind, language));
            if matches!(piece.kind, BlockKind::Paragraph | BlockKind::ListItem) {
                let all = sentences(piece.text).into_iter();
                found.extend(all.filter_map(|sentence| definitions::of_sentence(sentence, index, language)));
            }
        }
    }
    // `Reason: …` again and again is a label, not a term.
    let mut bodies: HashMap<String, HashSet<String>> = HashMap::new();
    for definition in &found {
        bodies.entry(definition.term.to_lowercase()).or_default().insert(definition.body.clone());
    }
    let is_label = |term: &str| bodies.get(term).is_some_and(|bodies| bodies.len() > 2);
    let mut seen = HashSet::new();
    found.retain(|definition| {
        let term = definition.term.to_lowercase();
        !is_label(&term) && seen.insert(term)
    });
    found.truncate(DEFINITIONS);
    found
}

fn left_out(
    sources: &[Source],
    apart: &[Vec<usize>],
    number: &impl Fn(usize, usize) -> Option<u32>,
    used: &BTreeSet<u32>,
) -> Vec<LeftOut> {
    let apart: BTreeSet<u32> = apart
        .iter()
        .enumerate()
        .flat_map(|(source, places)| places.iter().filter_map(move |place| number(source, *place)))
        .collect();
    let mut left_out: Vec<LeftOut> = sources
        .iter()
        .flat_map(|source| source.passages)
        .filter(|passage| !used.contains(&passage.number))
        .map(|passage| LeftOut {
            passage: passage.number,
            why: if apart.contains(&passage.number) { Why::Apart } else { Why::Room },
        })
        .collect();
    left_out.sort_by_key(|left_out| left_out.passage);
    left_out
}

/// What a day explains, in a few words each.
fn topics(day: &Day, pieces: &[Vec<Piece>], phrases: &'static Phrases) -> Vec<String> {
    let mut topics: Vec<String> =
        groups::groups(day, pieces, phrases).into_iter().map(|group| group.title).collect();
    topics.extend(day.focus.iter().map(|term| capitalize(term)));
    let mut seen = HashSet::new();
    topics.retain(|topic| !topic.is_empty() && seen.insert(topic.to_lowercase()));
    topics.truncate(5);
    topics
}
