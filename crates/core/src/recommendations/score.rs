//! How well a course fits a learner: a sum of named parts, each a plain function of facts.
//!
//! | part | what it says | formula |
//! |---|---|---|
//! | open | the learner can start it now | all or nothing; more than all other parts together, so that what can be started comes first |
//! | category | it stands where the learner learns | closeness of the category's courses, the learner's strongest category being 1 |
//! | tags | it is about the same things | Jaccard index (1901) of the tags with the most similar course of the learner, times that course's closeness |
//! | level | it is the next level up | 1 for the level after the highest finished in its category (beginner when none is), ⅓ one away |
//! | favorite | its category is a favorite | all or nothing |
//! | length | the learner gets to the end of courses of its length | rate of completion by length, see [`Record`] |
//! | popularity | many take it | ln(1 + learners) ÷ ln(1 + learners of the most popular course): the hundredth learner says less than the first |
//! | completion | who begins it finishes it | (finished + 10·m) ÷ (learners + 10), m being the whole catalog's rate |
//! | rating | learners like it | Bayesian average (n·average + 5·m) ÷ (n + 5), m being the whole catalog's average, from 1…5 to 0…1 |
//! | novelty | it is new | halved every 30 days |
//!
//! *Closeness* of a course that the learner takes or took: 1 when it is finished, ½ before; halved with every 180 days since.
//! Each formula answers 0 to 1; [`WEIGHTS`] says how many points that is worth.

mod order;
mod record;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use chrono::{DateTime, TimeDelta, Utc};

use order::{Entry, mixed};
pub use record::Record;

use super::Reason;
use crate::{catalog::Level, ids::CourseId};

/// A published course as it is compared with others.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    pub id: CourseId,
    /// Slug.
    pub category: &'a str,
    /// Lower case, each once.
    pub tags: &'a [String],
    pub level: Level,
    /// 7, 14 or 21.
    pub days: i64,
    /// Whether the learner can start it now.
    pub open: bool,
    pub learners: i64,
    pub finishers: i64,
    /// 1 to 5.
    pub rating_average: Option<f64>,
    pub rating_count: i64,
    pub published_at: Option<DateTime<Utc>>,
}

/// A course that the learner takes or took.
#[derive(Debug, Clone)]
pub struct Taken<'a> {
    pub id: CourseId,
    pub title: &'a str,
    /// Slug.
    pub category: &'a str,
    /// Lower case, each once.
    pub tags: &'a [String],
    pub level: Level,
    /// 7, 14 or 21.
    pub days: i64,
    pub joined_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// What is known of somebody.
#[derive(Debug, Clone)]
pub struct Learner<'a> {
    pub taken: Vec<Taken<'a>>,
    /// Slugs of categories.
    pub favorites: &'a [String],
    pub now: DateTime<Utc>,
}

/// Points by part.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Parts {
    pub open: f64,
    pub category: f64,
    pub tags: f64,
    pub level: f64,
    pub favorite: f64,
    pub length: f64,
    pub popularity: f64,
    pub completion: f64,
    pub rating: f64,
    pub novelty: f64,
}

/// The most points that each part gives. All but `open` make 100 together.
pub const WEIGHTS: Parts = Parts {
    open: 200.0,
    category: 22.0,
    tags: 18.0,
    level: 10.0,
    favorite: 14.0,
    length: 10.0,
    popularity: 11.0,
    completion: 4.0,
    rating: 7.0,
    novelty: 4.0,
};

impl Parts {
    /// The parts in their order.
    #[must_use]
    pub fn all(&self) -> [f64; 10] {
        [
            self.open,
            self.category,
            self.tags,
            self.level,
            self.favorite,
            self.length,
            self.popularity,
            self.completion,
            self.rating,
            self.novelty,
        ]
    }

    /// The score.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.all().iter().sum()
    }
}

/// A course with its score and the reason that its strongest part gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub course: CourseId,
    pub parts: Parts,
    pub reason: Reason,
}

/// A new course is called new for as long as this.
const NEW_FOR: TimeDelta = TimeDelta::days(30);

/// The `count` courses that fit best, the best first, none that the learner takes or took. Courses with the same score stand by
/// id. Of each five in a row, at most three stand in one category as long as there are others. `facts` says what is compared of a
/// course: it is asked when that is needed, so that little is held in memory of a long catalog.
#[must_use]
pub fn rank<T>(
    learner: &Learner<'_>,
    catalog: &[T],
    facts: impl Fn(&T) -> Candidate<'_>,
    count: usize,
) -> Vec<Scored> {
    let scale = Scale::of(catalog.iter().map(&facts));
    let taste = Taste::of(learner);
    let mut scored = Vec::with_capacity(catalog.len());
    for (place, course) in catalog.iter().map(&facts).enumerate() {
        if learner.taken.iter().all(|taken| taken.id != course.id) {
            let score = taste.parts(&scale, &course).total();
            scored.push(Entry { score, id: Reverse(course.id), place });
        }
    }
    mixed(scored.into(), |entry| catalog.get(entry.place).map(&facts), count)
        .into_iter()
        .map(|course| {
            let parts = taste.parts(&scale, &course);
            Scored { course: course.id, parts, reason: taste.reason(&scale, &course, &parts) }
        })
        .collect()
}

/// What the catalog as a whole is like.
struct Scale {
    /// ln(1 + learners) of the most popular course.
    most_popular: f64,
    completion: f64,
    rating: f64,
}

impl Scale {
    /// How many made-up learners of average endurance each course has.
    const COMPLETION_PRIOR: f64 = 10.0;
    /// How many made-up average ratings each course has.
    const RATING_PRIOR: f64 = 5.0;

    fn of<'c>(catalog: impl Iterator<Item = Candidate<'c>>) -> Self {
        let mut learners = (0.0_f64, 0.0);
        let mut finishers = 0.0;
        let mut stars = (0.0, 0.0);
        for course in catalog {
            learners = (learners.0.max(float(course.learners)), learners.1 + float(course.learners));
            finishers += float(course.finishers.min(course.learners));
            if let Some(average) = course.rating_average {
                let n = float(course.rating_count);
                stars = (stars.0 + n, stars.1 + n * average);
            }
        }
        Self {
            most_popular: learners.0.ln_1p(),
            completion: if learners.1 > 0.0 { finishers / learners.1 } else { 0.5 },
            rating: if stars.0 > 0.0 { stars.1 / stars.0 } else { 3.5 },
        }
    }

    fn popularity(&self, course: &Candidate<'_>) -> f64 {
        if self.most_popular <= 0.0 {
            return 0.0;
        }
        float(course.learners).ln_1p() / self.most_popular
    }

    fn completion(&self, course: &Candidate<'_>) -> f64 {
        let learners = float(course.learners);
        (float(course.finishers).min(learners) + Self::COMPLETION_PRIOR * self.completion)
            / (learners + Self::COMPLETION_PRIOR)
    }

    /// The Bayesian average, 1 to 5.
    fn rating(&self, course: &Candidate<'_>) -> f64 {
        let (n, average) = match course.rating_average {
            Some(average) => (float(course.rating_count), average),
            None => (0.0, 0.0),
        };
        (n * average + Self::RATING_PRIOR * self.rating) / (n + Self::RATING_PRIOR)
    }
}

/// What a learner's courses say.
struct Taste<'a> {
    now: DateTime<Utc>,
    favorites: &'a [String],
    /// The closest first.
    taken: Vec<(f64, &'a Taken<'a>)>,
    /// 0 to 1.
    categories: BTreeMap<&'a str, f64>,
    /// Places in `taken`.
    by_tag: HashMap<&'a str, Vec<usize>>,
    /// Place in [`Level::ALL`] of the highest finished.
    levels: BTreeMap<&'a str, usize>,
    record: Record,
}

impl<'a> Taste<'a> {
    fn of(learner: &'a Learner<'a>) -> Self {
        let mut taken: Vec<_> =
            learner.taken.iter().map(|taken| (closeness(taken, learner.now), taken)).collect();
        taken.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.id.cmp(&b.id)));
        let mut categories: BTreeMap<&str, f64> = BTreeMap::new();
        let mut by_tag: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut levels: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, (closeness, course)) in taken.iter().enumerate() {
            *categories.entry(course.category).or_default() += closeness;
            for tag in course.tags {
                by_tag.entry(tag).or_default().push(place);
            }
            if course.finished_at.is_some() {
                let highest = levels.entry(course.category).or_default();
                *highest = (*highest).max(step(course.level));
            }
        }
        let strongest = categories.values().copied().fold(f64::MIN_POSITIVE, f64::max);
        categories.values_mut().for_each(|sum| *sum /= strongest);
        Self {
            now: learner.now,
            favorites: learner.favorites,
            record: Record::of(&learner.taken, learner.now),
            taken,
            categories,
            by_tag,
            levels,
        }
    }

    fn parts(&self, scale: &Scale, course: &Candidate<'_>) -> Parts {
        let share = |weight: f64, value: f64| weight * value.clamp(0.0, 1.0);
        let yes = |is: bool| if is { 1.0 } else { 0.0 };
        let distance = step(course.level).abs_diff(self.expected_level(course));
        Parts {
            open: share(WEIGHTS.open, yes(course.open)),
            category: share(WEIGHTS.category, self.categories.get(course.category).copied().unwrap_or(0.0)),
            tags: share(WEIGHTS.tags, self.most_similar(course).map_or(0.0, |(value, _)| value)),
            level: share(WEIGHTS.level, [1.0, 1.0 / 3.0, 0.0][distance.min(2)]),
            favorite: share(WEIGHTS.favorite, yes(self.likes(course))),
            length: share(WEIGHTS.length, self.record.fit(course.days)),
            popularity: share(WEIGHTS.popularity, scale.popularity(course)),
            completion: share(WEIGHTS.completion, scale.completion(course)),
            rating: share(WEIGHTS.rating, (scale.rating(course) - 1.0) / 4.0),
            novelty: share(
                WEIGHTS.novelty,
                course.published_at.map_or(0.0, |at| halved(self.now - at, 30.0)),
            ),
        }
    }

    fn likes(&self, course: &Candidate<'_>) -> bool {
        self.favorites.iter().any(|slug| slug == course.category)
    }

    /// Place in [`Level::ALL`] of the level that comes next in the course's category.
    fn expected_level(&self, course: &Candidate<'_>) -> usize {
        let last = Level::ALL.len() - 1;
        self.levels.get(course.category).map_or(0, |highest| (highest + 1).min(last))
    }

    /// The learner's course with the most in common, and how much that is.
    fn most_similar(&self, course: &Candidate<'_>) -> Option<(f64, &'a Taken<'a>)> {
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        for place in course.tags.iter().filter_map(|tag| self.by_tag.get(tag.as_str())).flatten() {
            *common.entry(*place).or_default() += 1;
        }
        let mut best: Option<(f64, &Taken<'_>)> = None;
        for (place, both) in common {
            let Some((closeness, taken)) = self.taken.get(place) else { continue };
            let either = course.tags.len() + taken.tags.len() - both;
            let value = ratio(both, either) * closeness;
            if best.is_none_or(|(so_far, _)| value > so_far) {
                best = Some((value, taken));
            }
        }
        best
    }

    /// The reason that the strongest part gives. Not every part is one: that somebody new is shown a course for beginners, say,
    /// needs no words.
    fn reason(&self, scale: &Scale, course: &Candidate<'_>, parts: &Parts) -> Reason {
        let because = |taken: &Taken<'_>| match taken.finished_at {
            Some(_) => Reason::Finished { title: taken.title.into() },
            None => Reason::Current { title: taken.title.into() },
        };
        let closest = self.taken.iter().find(|(_, taken)| taken.category == course.category);
        let is_step_up =
            self.levels.get(course.category).is_some_and(|highest| step(course.level) > *highest);
        let is_new = course.published_at.is_some_and(|at| self.now - at <= NEW_FOR);
        let candidates = [
            (parts.category, closest.map(|(_, taken)| because(taken))),
            (parts.tags, self.most_similar(course).map(|(_, taken)| because(taken))),
            (parts.favorite, self.likes(course).then_some(Reason::Favorite)),
            (parts.level, is_step_up.then_some(Reason::NextLevel)),
            (parts.length, (course.days <= 7 && self.record.rarely_finishes()).then_some(Reason::Short)),
            (parts.popularity, (scale.popularity(course) >= 0.5).then_some(Reason::Popular)),
            (
                parts.rating,
                (course.rating_count >= 3 && scale.rating(course) >= 4.0).then_some(Reason::HighlyRated),
            ),
            (
                parts.completion,
                (course.learners >= 10 && scale.completion(course) >= 0.5).then_some(Reason::OftenFinished),
            ),
            (parts.novelty, is_new.then_some(Reason::New)),
        ];
        let mut strongest = (0.0, Reason::Discover);
        for (points, reason) in candidates {
            if let Some(reason) = reason.filter(|_| points > strongest.0) {
                strongest = (points, reason);
            }
        }
        strongest.1
    }
}

/// How much a course says of its learner today.
fn closeness(taken: &Taken<'_>, now: DateTime<Utc>) -> f64 {
    match taken.finished_at {
        Some(at) => halved(now - at, 180.0),
        None => 0.5 * halved(now - taken.joined_at, 180.0),
    }
}

/// 1, halved with every so many days.
fn halved(age: TimeDelta, days: f64) -> f64 {
    (-float(age.num_seconds().max(0)) / (86_400.0 * days)).exp2()
}

fn step(level: Level) -> usize {
    Level::ALL.iter().position(|known| *known == level).unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn float(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "a handful of tags")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests;
