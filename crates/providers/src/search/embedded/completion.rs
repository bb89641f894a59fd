//! Suggestions while somebody types: titles, categories and tags in which words begin so.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use momentum_core::{
    ids::CourseId,
    search::{Signals, Suggestion, SuggestionKind},
};

use super::{
    analysis::{begins_a_word, folded_text, says_nothing},
    schema::Facts,
};

/// Places that are looked at; a single letter begins thousands.
const LOOKED_AT: usize = 4_000;

/// Stands behind each text. No text has it, and it sorts before every letter.
const END: char = '\0';

/// Everything that can be suggested, with every place at which a word of it begins, sorted by what follows. Courses have tens
/// of thousands of lessons, so each text stands here once, and what is suggested is read from the courses' facts.
#[derive(Debug, Default)]
pub(super) struct Completions {
    /// Courses with how many learners they have.
    courses: Vec<(Arc<Facts>, i64)>,
    labels: Vec<Label>,
    candidates: Vec<Candidate>,
    /// The texts of all candidates, each with [`END`] behind it.
    folded: String,
    /// Candidate, and where the word begins in `folded`.
    places: Vec<(u32, u32)>,
}

/// Something that can be suggested.
#[derive(Debug)]
struct Candidate {
    subject: Subject,
    /// Where its text begins in [`Completions::folded`].
    from: u32,
}

/// What a candidate is, by its place in a list.
#[derive(Debug, Clone, Copy)]
enum Subject {
    Course(u32),
    /// Of this course, the lesson at this place.
    Lesson(u32, u32),
    Label(u32),
}

/// A tag or a category.
#[derive(Debug)]
struct Label {
    suggestion: Suggestion,
    /// Courses that have it.
    courses: i64,
}

impl Completions {
    pub(super) fn new(mut courses: Vec<Arc<Facts>>, signals: &HashMap<CourseId, Signals>) -> Self {
        courses.sort_by(|a, b| a.slug.cmp(&b.slug));
        let mut all = Self { labels: labels(&courses), ..Self::default() };
        for (number, course) in (0..).zip(&courses) {
            all.add(Subject::Course(number), &course.title);
            for (place, (_, title)) in (0..).zip(&course.lessons) {
                all.add(Subject::Lesson(number, place), title);
            }
        }
        for (number, label) in (0..).zip(std::mem::take(&mut all.labels)) {
            all.add(Subject::Label(number), &label.suggestion.text);
            all.labels.push(label);
        }
        let learners = |course: &Facts| signals.get(&course.id).map_or(0, |signals| signals.enrollments);
        all.courses = courses.into_iter().map(|course| (course.clone(), learners(&course))).collect();
        let Self { folded, places, .. } = &mut all;
        places.sort_unstable_by_key(|(number, at)| (&folded[*at as usize..], *number));
        all.candidates.shrink_to_fit();
        all.folded.shrink_to_fit();
        all.places.shrink_to_fit();
        all
    }

    fn add(&mut self, subject: Subject, text: &str) {
        let text = folded_text(text);
        let number = u32::try_from(self.candidates.len());
        let (Ok(number), Ok(from)) = (number, u32::try_from(self.folded.len())) else { return };
        let begins = std::iter::once(0).chain(text.match_indices(' ').map(|(at, _)| at + 1));
        self.places
            .extend(begins.filter_map(|at| Some((number, from.checked_add(u32::try_from(at).ok()?)?))));
        self.candidates.push(Candidate { subject, from });
        self.folded.push_str(&text);
        self.folded.push(END);
    }

    /// The text of a candidate, with what stands behind it.
    fn from(&self, candidate: &Candidate) -> &str {
        &self.folded[candidate.from as usize..]
    }

    /// What begins so, the best first: where the text itself begins so before where a later word does, then courses
    /// before categories, tags and lessons. Then what has all the words, but not in this order.
    pub(super) fn find(&self, text: &str, most: usize) -> Vec<Suggestion> {
        let wanted = folded_text(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut found = self.sorted(self.places_of(&wanted));
        found.extend(self.sorted(self.scattered(&wanted)));
        let mut seen = HashSet::new();
        found
            .into_iter()
            .filter(|(number, _)| seen.insert(*number))
            .map(|(number, _)| self.suggestion(self.candidates[number as usize].subject))
            .take(most)
            .collect()
    }

    /// Where it goes on like this.
    fn places_of<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = (u32, u32)> + 'a {
        let after = |at: u32| &self.folded[at as usize..];
        let from = self.places.partition_point(|(_, at)| after(*at) < wanted);
        self.places[from..]
            .iter()
            .copied()
            .take_while(move |(_, at)| after(*at).starts_with(wanted))
            .take(LOOKED_AT)
    }

    /// Where the longest of several words begins a word, in what has the others too. The last word may be the beginning of another
    /// one, so it always counts.
    fn scattered<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = (u32, u32)> + 'a {
        let all: Vec<&str> = match wanted.rsplit_once(' ') {
            Some((before, last)) => {
                before.split(' ').filter(|word| !says_nothing(word)).chain([last]).collect()
            }
            None => Vec::new(),
        };
        let longest = all.iter().copied().max_by_key(|word| word.len());
        longest.into_iter().flat_map(move |longest| self.places_of(longest)).filter(move |(number, _)| {
            let text = self.from(&self.candidates[*number as usize]).split(END).next().unwrap_or_default();
            all.iter().all(|word| begins_a_word(text, word))
        })
    }

    fn sorted(&self, places: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
        let mut found: Vec<(u32, u32)> = places.collect();
        found.sort_by_key(|(number, at)| {
            let candidate = &self.candidates[*number as usize];
            let (kind, weight) = self.rank(candidate.subject);
            (kind == SuggestionKind::Lesson, *at > candidate.from, kind, Reverse(weight), *number)
        });
        found
    }

    /// Kind, and what makes one of a kind earlier than another: higher is earlier.
    fn rank(&self, subject: Subject) -> (SuggestionKind, i64) {
        match subject {
            Subject::Course(number) => (SuggestionKind::Course, self.courses[number as usize].1),
            Subject::Lesson(number, _) => (SuggestionKind::Lesson, self.courses[number as usize].1),
            Subject::Label(number) => {
                let label = &self.labels[number as usize];
                (label.suggestion.kind, label.courses)
            }
        }
    }

    fn suggestion(&self, subject: Subject) -> Suggestion {
        match subject {
            Subject::Course(number) => {
                let (course, _) = &self.courses[number as usize];
                let (text, slug) = (course.title.clone(), Some(course.slug.clone()));
                Suggestion { text, kind: SuggestionKind::Course, slug, day: None }
            }
            Subject::Lesson(number, place) => {
                let (course, _) = &self.courses[number as usize];
                let (day, title) = &course.lessons[place as usize];
                let (text, slug) = (title.clone(), Some(course.slug.clone()));
                Suggestion { text, kind: SuggestionKind::Lesson, slug, day: Some(*day) }
            }
            Subject::Label(number) => self.labels[number as usize].suggestion.clone(),
        }
    }
}

/// The tags and categories of courses.
fn labels(courses: &[Arc<Facts>]) -> Vec<Label> {
    let mut tags: BTreeMap<&str, i64> = BTreeMap::new();
    let mut categories: BTreeMap<&str, (&str, i64)> = BTreeMap::new();
    for course in courses {
        for tag in &course.tags {
            *tags.entry(tag).or_default() += 1;
        }
        categories.entry(&course.category).or_insert((&course.category_name, 0)).1 += 1;
    }
    let tags = tags.into_iter().map(|(tag, courses)| {
        let text = tag.replace('-', " ");
        let suggestion = Suggestion { text, kind: SuggestionKind::Tag, slug: None, day: None };
        Label { suggestion, courses }
    });
    let categories = categories.into_iter().map(|(slug, (name, courses))| {
        let (text, slug) = (name.to_owned(), Some(slug.to_owned()));
        Label { suggestion: Suggestion { text, kind: SuggestionKind::Category, slug, day: None }, courses }
    });
    tags.chain(categories).collect()
}

#[cfg(test)]
mod tests {
    use momentum_core::catalog::{Access, Level};

    use super::*;

    fn course(slug: &str, title: &str, lessons: &[&str], tags: &[&str]) -> Arc<Facts> {
        Arc::new(Facts {
            id: CourseId::new(),
            stamp: String::new(),
            slug: slug.into(),
            title: title.into(),
            subtitle: String::new(),
            quotable: String::new(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            category: "data".into(),
            category_name: "Data".into(),
            language: "en".into(),
            level: Level::Beginner,
            duration_days: 7,
            access: Access::Free,
            published_at: 0,
            lessons: (1..).zip(lessons).map(|(day, title)| (day, (*title).to_owned())).collect(),
        })
    }

    #[test]
    fn words_in_the_middle_are_found_and_the_beginning_wins() {
        let courses = vec![
            course("seven", "SQL in seven days", &["Write SQL"], &["sql"]),
            course("both", "Learn SQL and Python", &[], &["sql"]),
            course("money", "Über Geld", &["Geld"], &[]),
        ];
        let many = |id| (id, Signals { enrollments: 50, ..Signals::default() });
        let signals = [many(courses[1].id)].into();
        let completions = Completions::new(courses, &signals);
        let found = |text: &str| -> Vec<String> {
            completions.find(text, 9).into_iter().map(|suggestion| suggestion.text).collect()
        };
        assert_eq!(found("sq"), ["SQL in seven days", "sql", "Learn SQL and Python", "Write SQL"]);
        assert_eq!(found("ub"), ["Über Geld"]);
        assert_eq!(found("geld"), ["Über Geld", "Geld"], "courses come before lessons");
        assert_eq!(found("sql in"), ["SQL in seven days"]);
        assert_eq!(found("python sql"), ["Learn SQL and Python"], "in another order");
        assert_eq!(found("learn pyt"), ["Learn SQL and Python"], "with a word between");
        assert_eq!(found("the days sql"), ["SQL in seven days"], "\"the\" says nothing");
        assert!(found("zebra").is_empty() && found(" ? ").is_empty());
        assert!(found("sql zebra").is_empty());
        assert!(found("days write").is_empty(), "of two texts that stand beside each other");
    }

    #[test]
    fn what_is_suggested_says_where_it_is() {
        let courses = vec![course("seven", "Queries", &["Select", "Join"], &["deep-work"])];
        let completions = Completions::new(courses, &HashMap::new());
        let lesson = completions.find("join", 1).remove(0);
        assert_eq!(
            (lesson.kind, lesson.slug.as_deref(), lesson.day),
            (SuggestionKind::Lesson, Some("seven"), Some(2))
        );
        let category = completions.find("data", 1).remove(0);
        assert_eq!((category.kind, category.slug.as_deref()), (SuggestionKind::Category, Some("data")));
        let tag = completions.find("work", 1).remove(0);
        assert_eq!((tag.text.as_str(), tag.kind, tag.slug), ("deep work", SuggestionKind::Tag, None));
    }
}
