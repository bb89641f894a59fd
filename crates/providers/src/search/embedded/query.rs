//! From what somebody typed to courses.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use momentum_core::{
    catalog::{Access, Level},
    ids::CourseId,
    search::{
        Excerpt, FacetCount, Facets, Hit, Hits, LessonHit, SearchQuery, Signals, Standing, Suggestion, blend,
        order,
    },
};
use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyDocument, Term,
    collector::{Collector, Count, SegmentCollector, TopDocs},
    query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query, TermQuery},
    schema::{Field, IndexRecordOption, Value},
};

use super::{
    super::{
        fewer::{self, Fewer},
        synonyms,
    },
    analysis::{Language, fold, folded_text, says_nothing, without_digraphs, words},
    marks::Wanted,
    schema::Facts,
    snapshot::Snapshot,
};

/// Words of a text that are looked at.
const MOST_WORDS: usize = 12;

/// Of a match by stem, compared with the word itself.
const STEM: f32 = 0.85;
const SYNONYM: f32 = 0.7;
const COMPLETION: f32 = 0.6;
/// Of a word of a title that begins with the word and goes on.
const BEGINNING: f32 = 0.75;
/// For each mistake that was mended.
const CORRECTION: f32 = 0.5;

/// What the second-best respect in which a word matches adds.
const TIE_BREAKER: f32 = 0.15;

/// For words that stand side by side.
const SIDE_BY_SIDE: f32 = 1.5;

/// Letters that a beginning has at least, and letters that may follow.
const LEAST_BEGINNING: usize = 4;
const MOST_FOLLOWING: usize = 3;

/// Words that are tried for one that doesn't occur.
const TRIED: usize = 6;

/// A word that is looked for, with everything that is taken for it.
struct Meant {
    lower: String,
    query: Box<dyn Query>,
    /// Spelled as it is written, when the word itself doesn't occur.
    correction: Option<String>,
}

/// What was typed, understood.
struct Understood {
    words: Vec<Meant>,
    wanted: Wanted,
    did_you_mean: Option<String>,
}

/// A course that matches the text.
struct Match {
    facts: Arc<Facts>,
    standing: Standing,
}

/// A page of the courses that match.
pub(super) fn search(
    snapshot: &Snapshot,
    signals: &std::collections::HashMap<CourseId, Signals>,
    query: &SearchQuery,
) -> tantivy::Result<Hits> {
    let understood = understand(snapshot, &query.text);
    let (scored, left_out, partial) = match &understood {
        Some(understood) => understood.courses(snapshot)?,
        // Signs alone find nothing; nothing finds everything.
        None if query.text.trim().is_empty() => {
            (snapshot.courses.values().map(|facts| (1.0, facts.clone())).collect(), Vec::new(), false)
        }
        None => (Vec::new(), Vec::new(), false),
    };
    let matches: Vec<Match> = scored
        .into_iter()
        .map(|(score, facts)| {
            let signals = signals.get(&facts.id).copied().unwrap_or_default();
            let standing = Standing {
                course: facts.id,
                score: blend(f64::from(score), signals),
                signals,
                published_at: facts.published_at,
            };
            Match { facts, standing }
        })
        .collect();
    let facets = facets(&matches, query);
    let mut found: Vec<&Match> = matches
        .iter()
        .filter(|found| Filter::ALL.iter().all(|filter| filter.admits(&found.facts, query)))
        .collect();
    found.sort_by(|a, b| order(query.sort, &a.standing, &b.standing));
    let page = found
        .iter()
        .skip(usize::try_from(query.offset).unwrap_or(usize::MAX))
        .take(usize::try_from(query.limit).unwrap_or_default());
    let mut items = Vec::new();
    for found in page {
        items.push(match &understood {
            Some(understood) => hit(snapshot, &found.facts, &understood.wanted)?,
            None => Hit { course: found.facts.id, title: None, excerpt: None, lesson: None },
        });
    }
    Ok(Hits {
        items,
        total: i64::try_from(found.len()).unwrap_or(i64::MAX),
        facets,
        did_you_mean: fewer::worth_offering(
            understood.and_then(|understood| understood.did_you_mean),
            &left_out,
        ),
        left_out,
        partial,
    })
}

/// Courses with how well they match.
type Scored = Vec<(Score, Arc<Facts>)>;

impl Understood {
    /// The courses that match, and the words that had to be left out so that there are any; whether each has only some of
    /// the others.
    fn courses(&self, snapshot: &Snapshot) -> tantivy::Result<(Scored, Vec<String>, bool)> {
        let all: Vec<&Meant> = self.words.iter().collect();
        // Of many words some may be missing.
        let needed = |words: usize| if words <= 2 { words } else { (words * 7).div_ceil(10) };
        let found = courses_with(&all, needed(all.len()), snapshot)?;
        if !found.is_empty() || all.len() < 2 {
            return Ok((found, Vec::new(), false));
        }
        let mut known = Vec::new();
        for word in &self.words {
            known.push(snapshot.searcher.search(&*word.query, &Count)? > 0);
        }
        for Fewer { kept, any } in fewer::fewer(&known) {
            let words: Vec<&Meant> = kept.iter().filter_map(|place| self.words.get(*place)).collect();
            let found = courses_with(&words, if any { 1 } else { needed(words.len()) }, snapshot)?;
            if !found.is_empty() {
                let typed = self.words.iter().map(|word| word.lower.as_str());
                return Ok((found, fewer::left_out(typed, &kept), any));
            }
        }
        Ok((Vec::new(), Vec::new(), false))
    }
}

/// The courses that have at least so many of these words.
fn courses_with(words: &[&Meant], needed: usize, snapshot: &Snapshot) -> tantivy::Result<Scored> {
    let clauses = words.iter().map(|word| (Occur::Should, word.query.box_clone())).collect();
    let mut asked = BooleanQuery::new(clauses);
    asked.set_minimum_number_should_match(needed);
    let mut all: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, Box::new(asked))];
    if words.len() > 1 {
        let folded: Vec<String> = words.iter().map(|word| fold(&word.lower).into_owned()).collect();
        for area in [snapshot.fields.title, snapshot.fields.lesson_titles] {
            let terms = folded.iter().map(|word| Term::from_field_text(area.folded, word)).collect();
            let mut phrase = PhraseQuery::new(terms);
            phrase.set_slop(2);
            all.push((Occur::Should, Box::new(BoostQuery::new(Box::new(phrase), SIDE_BY_SIDE))));
        }
    }
    let found = snapshot.searcher.search(&BooleanQuery::new(all), &Everything)?.into_iter();
    Ok(found.filter_map(|(score, address)| Some((score, snapshot.at(address)?.clone()))).collect())
}

/// What a text asks for, or nothing when there is no word in it.
fn understand(snapshot: &Snapshot, text: &str) -> Option<Understood> {
    let all: Vec<_> = words(text).take(MOST_WORDS).collect();
    let mut telling: Vec<_> = all.iter().filter(|word| !says_nothing(&word.lower())).collect();
    if telling.is_empty() {
        telling = all.iter().collect();
    }
    if telling.is_empty() {
        return None;
    }
    let mut wanted = Wanted::default();
    let mut meanings = Vec::new();
    let mut meant_text = text.to_owned();
    let mut corrected = false;
    // From the end, so that places before stay where they are.
    for word in telling.iter().rev() {
        let meant = meant(snapshot, word.lower(), &mut wanted);
        if let Some(correction) = &meant.correction {
            meant_text.replace_range(word.from..word.to(), correction);
            corrected = true;
        }
        meanings.push(meant);
    }
    meanings.reverse();
    Some(Understood {
        words: meanings,
        wanted,
        did_you_mean: corrected.then(|| meant_text.split_whitespace().collect::<Vec<_>>().join(" ")),
    })
}

/// Everything that a word is taken for.
fn meant(snapshot: &Snapshot, lower: String, wanted: &mut Wanted) -> Meant {
    let mut parts: Vec<Box<dyn Query>> = Vec::new();
    let folded = fold(&lower).into_owned();
    let mut known = push_word(snapshot, &lower, 1.0, &mut parts, wanted);
    if known {
        push_title_words(snapshot, &lower, &folded, &mut parts, wanted);
    }
    for synonym in synonyms::of(&folded) {
        let mut phrase: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut occurs = true;
        for word in synonym.split(' ') {
            let mut forms = Vec::new();
            occurs &= push_word(snapshot, word, SYNONYM, &mut forms, wanted);
            phrase.push((Occur::Must, Box::new(DisjunctionMaxQuery::with_tie_breaker(forms, TIE_BREAKER))));
        }
        if occurs {
            known = true;
            parts.push(Box::new(BooleanQuery::new(phrase)));
        }
    }
    let spelled_out = without_digraphs(&folded);
    if !known && spelled_out != folded {
        known = push_word(snapshot, &spelled_out, 1.0, &mut parts, wanted);
    }
    let mut correction = None;
    if !known {
        let completions = if folded.chars().count() >= 3 {
            snapshot.vocabulary.completions(&folded, TRIED)
        } else {
            Vec::new()
        };
        let mut completed = false;
        for entry in completions {
            completed |= push_word(snapshot, &entry.spelled, COMPLETION, &mut parts, wanted);
        }
        let mut least = usize::MAX;
        let mut candidates = snapshot.vocabulary.corrections(&folded, TRIED);
        if candidates.is_empty() && !completed {
            candidates = snapshot.vocabulary.relatives(&lower, &snapshot.languages, TRIED);
        }
        for candidate in candidates {
            // Worse guesses only dilute better ones.
            if candidate.distance > least {
                break;
            }
            let weight = candidate_weight(candidate.distance);
            if push_word(snapshot, &candidate.entry.spelled, weight, &mut parts, wanted) {
                least = candidate.distance;
                if !completed && correction.is_none() {
                    correction = Some(candidate.entry.spelled);
                }
            }
        }
    }
    Meant { lower, query: Box::new(DisjunctionMaxQuery::with_tie_breaker(parts, TIE_BREAKER)), correction }
}

fn candidate_weight(distance: usize) -> f32 {
    if distance <= 1 { CORRECTION } else { CORRECTION * CORRECTION }
}

/// Adds the word in all respects in which it may occur, and answers whether it does.
fn push_word(
    snapshot: &Snapshot,
    lower: &str,
    weight: f32,
    parts: &mut Vec<Box<dyn Query>>,
    wanted: &mut Wanted,
) -> bool {
    let folded = fold(lower).into_owned();
    let mut stems: Vec<String> = snapshot.languages.iter().map(|language| language.stem(lower)).collect();
    if stems.is_empty() {
        stems.push(folded.clone());
    }
    stems.sort_unstable();
    stems.dedup();
    let mut occurs = false;
    let mut push = |field: Field, text: &str, weight: f32| {
        let term = Term::from_field_text(field, text);
        occurs = occurs || snapshot.has(&term);
        let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
        parts.push(Box::new(BoostQuery::new(Box::new(query), weight)));
    };
    for area in snapshot.fields.areas() {
        push(area.folded, &folded, weight * area.boost);
        if area.stems != area.folded {
            for stem in &stems {
                push(area.stems, stem, weight * area.boost * STEM);
            }
        }
    }
    if occurs {
        wanted.folded.insert(folded);
        wanted.stems.extend(stems);
    }
    occurs
}

/// Adds the words of titles that begin with the word or its stem and go on a little: `calmer` for `calm` and `calming`, which is
/// of their family but has another stem.
fn push_title_words(
    snapshot: &Snapshot,
    lower: &str,
    folded: &str,
    parts: &mut Vec<Box<dyn Query>>,
    wanted: &mut Wanted,
) {
    let stems = snapshot.languages.iter().map(|language| language.stem(lower));
    let beginnings = stems.filter(|stem| folded.starts_with(stem.as_str())).chain([folded.to_owned()]);
    let mut found = BTreeSet::new();
    for beginning in beginnings.filter(|beginning| beginning.chars().count() >= LEAST_BEGINNING) {
        let longest = beginning.chars().count() + MOST_FOLLOWING;
        let words = snapshot.title_words.range(beginning.clone()..);
        found.extend(
            words
                .take_while(|word| word.starts_with(&beginning))
                .filter(|word| *word != folded && word.chars().count() <= longest),
        );
    }
    let title = snapshot.fields.title;
    for word in found {
        let query = TermQuery::new(Term::from_field_text(title.folded, word), IndexRecordOption::WithFreqs);
        parts.push(Box::new(BoostQuery::new(Box::new(query), BEGINNING * title.boost)));
        wanted.folded.insert(word.clone());
    }
}

fn hit(snapshot: &Snapshot, facts: &Facts, wanted: &Wanted) -> tantivy::Result<Hit> {
    let language = Language::of(&facts.language);
    let title = wanted.mark(&facts.title, language);
    let excerpt = wanted.quote(&facts.subtitle, language).or_else(|| wanted.quote(&facts.quotable, language));
    Ok(Hit {
        course: facts.id,
        title: Some(title).filter(Excerpt::is_marked),
        excerpt,
        lesson: lesson(snapshot, facts, wanted, language)?,
    })
}

/// The lesson of a course that matches best.
fn lesson(
    snapshot: &Snapshot,
    facts: &Facts,
    wanted: &Wanted,
    language: Option<Language>,
) -> tantivy::Result<Option<LessonHit>> {
    if wanted.is_empty() {
        return Ok(None);
    }
    let fields = &snapshot.fields;
    let form = |field, word: &String, weight| {
        let term = Term::from_field_text(field, word);
        let query = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
        (Occur::Should, Box::new(BoostQuery::new(query, weight)) as Box<dyn Query>)
    };
    let words = wanted.folded.iter().chain(&wanted.stems).map(|word| form(fields.lesson_words, word, 1.0));
    let code = wanted.folded.iter().map(|word| form(fields.lesson_code, word, fields.code.boost));
    let forms = words.chain(code);
    let of_course = TermQuery::new(
        Term::from_field_text(fields.lesson_of, &facts.id.to_string()),
        IndexRecordOption::Basic,
    );
    let query = BooleanQuery::new(vec![
        (Occur::Must, Box::new(BoostQuery::new(Box::new(of_course), 0.0))),
        (Occur::Must, Box::new(BooleanQuery::new(forms.collect()))),
    ]);
    let best = snapshot.searcher.search(&query, &TopDocs::with_limit(1).order_by_score())?;
    let Some((_, address)) = best.first() else { return Ok(None) };
    let document: TantivyDocument = snapshot.searcher.doc(*address)?;
    let text =
        |field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let Some(day) = document.get_first(fields.lesson_day).and_then(|value| value.as_i64()) else {
        return Ok(None);
    };
    Ok(Some(LessonHit {
        day,
        title: wanted.mark(&text(fields.lesson_title), language),
        excerpt: wanted.quote(&text(fields.lesson_text), language),
    }))
}

/// What narrows the courses down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    Category,
    Duration,
    Access,
    Level,
}

impl Filter {
    const ALL: [Self; 4] = [Self::Category, Self::Duration, Self::Access, Self::Level];

    fn admits(self, facts: &Facts, query: &SearchQuery) -> bool {
        match self {
            Self::Category => query.category.as_ref().is_none_or(|slug| *slug == facts.category),
            Self::Duration => query.duration.is_none_or(|days| days == facts.duration_days),
            Self::Access => query.access.is_none_or(|access| access == facts.access),
            Self::Level => query.level.is_none_or(|level| level == facts.level),
        }
    }

    fn value(self, facts: &Facts) -> String {
        match self {
            Self::Category => facts.category.clone(),
            Self::Duration => facts.duration_days.to_string(),
            Self::Access => facts.access.as_str().to_owned(),
            Self::Level => facts.level.as_str().to_owned(),
        }
    }
}

/// Counts by value; each filter is counted without itself.
fn facets(matches: &[Match], query: &SearchQuery) -> Facets {
    let counts = |own: Filter| -> BTreeMap<String, i64> {
        let mut counts = BTreeMap::new();
        for found in matches {
            let admitted = Filter::ALL
                .iter()
                .filter(|filter| **filter != own)
                .all(|filter| filter.admits(&found.facts, query));
            if admitted {
                *counts.entry(own.value(&found.facts)).or_default() += 1;
            }
        }
        counts
    };
    let listed = |own: Filter, place: fn(&str) -> usize| -> Vec<FacetCount> {
        let mut list: Vec<FacetCount> =
            counts(own).into_iter().map(|(value, count)| FacetCount { value, count }).collect();
        list.sort_by(|a, b| place(&a.value).cmp(&place(&b.value)).then(b.count.cmp(&a.count)));
        list
    };
    Facets {
        category: listed(Filter::Category, |_| 0),
        duration: listed(Filter::Duration, |days| days.parse().unwrap_or_default()),
        access: listed(Filter::Access, |word| {
            Access::ALL.iter().position(|access| access.as_str() == word).unwrap_or_default()
        }),
        level: listed(Filter::Level, |word| {
            Level::ALL.iter().position(|level| level.as_str() == word).unwrap_or_default()
        }),
    }
}

/// Collects every match with its score.
struct Everything;

struct SegmentMatches {
    segment: SegmentOrdinal,
    found: Vec<(Score, DocAddress)>,
}

impl Collector for Everything {
    type Fruit = Vec<(Score, DocAddress)>;
    type Child = SegmentMatches;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<SegmentMatches> {
        Ok(SegmentMatches { segment, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        let mut all = fruits.concat();
        all.sort_unstable_by(|a, b| b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal));
        Ok(all)
    }
}

impl SegmentCollector for SegmentMatches {
    type Fruit = Vec<(Score, DocAddress)>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.found.push((score, DocAddress::new(self.segment, doc)));
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}

/// Continuations of a text. When nothing begins so, it is read as written without umlauts, then its last word is taken as
/// misspelled, and at last as the misspelled beginning of one.
pub(super) fn suggest(snapshot: &Snapshot, text: &str, limit: usize) -> Vec<Suggestion> {
    for spelling in [text, &without_digraphs(&folded_text(text))] {
        let found = snapshot.completions.find(spelling, limit);
        if !found.is_empty() {
            return found;
        }
    }
    let Some(last) = words(text).last() else { return Vec::new() };
    let folded = fold(&last.lower()).into_owned();
    let corrections = snapshot.vocabulary.corrections(&folded, TRIED).into_iter();
    let beginnings = snapshot.vocabulary.mended_beginnings(&folded, TRIED);
    for meant in corrections.map(|correction| correction.entry.spelled).chain(beginnings) {
        let mended = format!("{}{meant}", &text[..last.from]);
        let found = snapshot.completions.find(&mended, limit);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}
