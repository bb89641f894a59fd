//! One committed state of the index, with what is kept of it in memory.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use momentum_core::{
    ids::CourseId,
    search::{Indexed, Signals},
};
use tantivy::{
    DocAddress, Searcher, Term, index::SegmentId, query::Query, query::TermQuery, schema::IndexRecordOption,
};

use super::{
    analysis::Language,
    completion::Completions,
    schema::{Area, Facts, Fields},
    vocabulary::Vocabulary,
};

/// The courses of a segment by their place in it. A segment never changes; only what is deleted in it does.
type SegmentFacts = Arc<Vec<Option<Arc<Facts>>>>;

/// One committed state.
pub(super) struct Snapshot {
    pub(super) searcher: Searcher,
    pub(super) fields: Fields,
    segments: Vec<(SegmentId, SegmentFacts)>,
    /// Every course.
    pub(super) courses: HashMap<CourseId, Arc<Facts>>,
    pub(super) vocabulary: Vocabulary,
    /// The words of the courses' titles, without accents.
    pub(super) title_words: BTreeSet<String>,
    pub(super) completions: Completions,
    /// Of the courses, those whose words can be reduced.
    pub(super) languages: Vec<Language>,
}

impl Snapshot {
    /// Reads what is to be kept; what the last state has of the same segments is taken from there.
    pub(super) fn new(
        searcher: Searcher,
        fields: Fields,
        signals: &HashMap<CourseId, Signals>,
        last: Option<&Self>,
    ) -> tantivy::Result<Self> {
        let mut segments: Vec<(SegmentId, SegmentFacts)> = Vec::new();
        let mut courses = HashMap::new();
        let mut spelled: BTreeMap<String, u32> = BTreeMap::new();
        let mut title_words = BTreeSet::new();
        let mut names = HashSet::new();
        for reader in searcher.segment_readers() {
            let id = reader.segment_id();
            let known = last.and_then(|last| last.segments.iter().find(|(other, _)| *other == id));
            let facts = match known {
                Some((_, facts)) => facts.clone(),
                None => Arc::new(read_facts(reader)?),
            };
            for document in reader.doc_ids_alive() {
                if let Some(Some(course)) = facts.get(document as usize) {
                    courses.insert(course.id, course.clone());
                }
            }
            segments.push((id, facts));
            let index = reader.inverted_index(fields.spelling)?;
            let mut terms = index.terms().stream()?;
            while let Some((word, info)) = terms.next() {
                if let Ok(word) = std::str::from_utf8(word) {
                    *spelled.entry(word.to_owned()).or_default() += info.doc_freq;
                }
            }
            title_words.extend(words_of(reader, fields.title)?);
            names.extend(words_of(reader, fields.about)?);
        }
        names.extend(title_words.iter().cloned());
        let tags: BTreeSet<&str> = courses.values().map(|course| course.language.as_str()).collect();
        let languages = tags.into_iter().filter_map(Language::of).collect();
        let completions = Completions::new(courses.values().cloned().collect(), signals);
        Ok(Self {
            searcher,
            fields,
            segments,
            vocabulary: Vocabulary::new(spelled, &names),
            title_words,
            completions,
            languages,
            courses,
        })
    }

    /// The course at a place.
    pub(super) fn at(&self, address: DocAddress) -> Option<&Arc<Facts>> {
        self.segments.get(address.segment_ord as usize)?.1.get(address.doc_id as usize)?.as_ref()
    }

    /// Whether the word stands in a published course. (The dictionary has words of deleted ones for a while.)
    pub(super) fn has(&self, term: &Term) -> bool {
        TermQuery::new(term.clone(), IndexRecordOption::Basic)
            .count(&self.searcher)
            .is_ok_and(|count| count > 0)
    }

    /// What is held, with the numbers beside it.
    pub(super) fn listing(&self, signals: &HashMap<CourseId, Signals>) -> HashMap<CourseId, Indexed> {
        let indexed = |course: &Facts| Indexed {
            stamp: course.stamp.clone(),
            signals: signals.get(&course.id).copied().unwrap_or_default(),
        };
        self.courses.values().map(|course| (course.id, indexed(course))).collect()
    }
}

/// The words in one respect, without accents.
fn words_of(reader: &tantivy::SegmentReader, area: Area) -> tantivy::Result<Vec<String>> {
    let index = reader.inverted_index(area.folded)?;
    let mut terms = index.terms().stream()?;
    let mut words = Vec::new();
    while terms.advance() {
        words.extend(std::str::from_utf8(terms.key()).map(ToOwned::to_owned));
    }
    Ok(words)
}

fn read_facts(reader: &tantivy::SegmentReader) -> tantivy::Result<Vec<Option<Arc<Facts>>>> {
    let mut facts = vec![None; reader.max_doc() as usize];
    let Some(column) = reader.fast_fields().str("facts")? else { return Ok(facts) };
    let mut json = String::new();
    for (document, place) in facts.iter_mut().enumerate() {
        let Ok(document) = u32::try_from(document) else { break };
        let Some(ord) = column.term_ords(document).next() else { continue };
        json.clear();
        column.ord_to_str(ord, &mut json)?;
        let course = serde_json::from_str(&json)
            .map_err(|error| tantivy::TantivyError::InternalError(format!("facts of a course: {error}")))?;
        *place = Some(Arc::new(course));
    }
    Ok(facts)
}
