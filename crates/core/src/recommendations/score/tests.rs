use proptest::prelude::*;
use uuid::Uuid;

use super::{
    order::{OF_ONE_CATEGORY, ROW},
    record::LENGTHS,
    *,
};

fn id(n: u128) -> CourseId {
    CourseId(Uuid::from_u128(n))
}

fn now() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn ago(days: i64) -> DateTime<Utc> {
    now() - TimeDelta::days(days)
}

fn tags(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn rank(learner: &Learner<'_>, catalog: &[Candidate<'_>], count: usize) -> Vec<Scored> {
    super::rank(learner, catalog, |course| course.clone(), count)
}

/// An old free course of a week for beginners that nobody has taken.
fn course(n: u128, category: &str) -> Candidate<'_> {
    Candidate {
        id: id(n),
        category,
        tags: &[],
        level: Level::Beginner,
        days: 7,
        open: true,
        learners: 0,
        finishers: 0,
        rating_average: None,
        rating_count: 0,
        published_at: Some(ago(400)),
    }
}

/// A course that was joined ten days ago, and finished when it says so.
fn taken<'a>(n: u128, title: &'a str, category: &'a str, finished: bool) -> Taken<'a> {
    Taken {
        id: id(n),
        title,
        category,
        tags: &[],
        level: Level::Beginner,
        days: 7,
        joined_at: ago(10),
        finished_at: finished.then(|| ago(1)),
    }
}

fn learner(taken: Vec<Taken<'_>>) -> Learner<'_> {
    Learner { taken, favorites: &[], now: now() }
}

fn ids(ranked: &[Scored]) -> Vec<u128> {
    ranked.iter().map(|scored| scored.course.0.as_u128()).collect()
}

#[test]
fn whoever_finished_a_course_sees_more_of_its_category_and_why() {
    let catalog = [course(1, "finance"), course(2, "design"), course(3, "design")];
    let ranked = rank(&learner(vec![taken(3, "Type and space", "design", true)]), &catalog, 5);
    assert_eq!(ids(&ranked), [2, 1]);
    assert_eq!(ranked[0].reason, Reason::Finished { title: "Type and space".into() });
    assert!((ranked[0].parts.category - WEIGHTS.category).abs() < 1e-9);
    assert_eq!(ranked[1].reason, Reason::Discover);
}

#[test]
fn a_course_under_way_counts_half() {
    let catalog = [course(1, "finance"), course(2, "design")];
    let both = vec![taken(8, "Budgets", "finance", true), taken(9, "Type", "design", false)];
    let ranked = rank(&learner(both), &catalog, 5);
    assert_eq!(ids(&ranked), [1, 2]);
    assert_eq!(ranked[1].reason, Reason::Current { title: "Type".into() });
    assert!(ranked[1].parts.category > 0.45 * WEIGHTS.category);
    assert!(ranked[1].parts.category < 0.55 * WEIGHTS.category);
}

#[test]
fn what_is_about_the_same_things_comes_first_wherever_it_stands() {
    let (sql, data, tea) = (tags(&["data", "sql"]), tags(&["data", "charts", "sql"]), tags(&["tea"]));
    let catalog =
        [Candidate { tags: &tea, ..course(1, "design") }, Candidate { tags: &data, ..course(2, "business") }];
    let done = Taken { tags: &sql, ..taken(9, "SQL in seven days", "technology", true) };
    let ranked = rank(&learner(vec![done]), &catalog, 5);
    assert_eq!(ids(&ranked), [2, 1]);
    assert_eq!(ranked[0].reason, Reason::Finished { title: "SQL in seven days".into() });
    // Two tags in common of three in all.
    assert!(
        (ranked[0].parts.tags - WEIGHTS.tags * 2.0 / 3.0 * halved(TimeDelta::days(1), 180.0)).abs() < 1e-9
    );
}

#[test]
fn the_next_level_up_fits_better_than_the_same_again() {
    let at = |n, level| Candidate { level, ..course(n, "design") };
    let catalog = [at(1, Level::Beginner), at(2, Level::Intermediate), at(3, Level::Advanced)];
    let ranked = rank(&learner(vec![taken(9, "Type", "design", true)]), &catalog, 5);
    assert_eq!(ids(&ranked), [2, 1, 3], "ties go by id");
    let newcomer = rank(&learner(Vec::new()), &catalog, 5);
    assert_eq!(ids(&newcomer), [1, 2, 3], "somebody new begins at the beginning");
    // Long ago in the category, the step up is what speaks for it.
    let long_ago =
        Taken { joined_at: ago(800), finished_at: Some(ago(790)), ..taken(9, "Type", "design", true) };
    let since = Taken { finished_at: Some(ago(1)), ..taken(8, "Budgets", "finance", true) };
    let ranked = rank(&learner(vec![long_ago, since]), &catalog, 1);
    assert_eq!((ids(&ranked), &ranked[0].reason), (vec![2], &Reason::NextLevel));
}

#[test]
fn favorites_lead_somebody_who_has_no_history() {
    let favorites = tags(&["finance"]);
    let catalog = [course(1, "design"), course(2, "finance")];
    let somebody = Learner { favorites: &favorites, ..learner(Vec::new()) };
    let ranked = rank(&somebody, &catalog, 5);
    assert_eq!(ids(&ranked), [2, 1]);
    assert_eq!(ranked[0].reason, Reason::Favorite);
}

#[test]
fn somebody_of_whom_nothing_is_known_sees_what_many_take_and_like() {
    let catalog = [
        course(1, "design"),
        Candidate {
            learners: 900,
            finishers: 400,
            rating_average: Some(3.0),
            rating_count: 40,
            ..course(2, "design")
        },
        Candidate { rating_average: Some(4.9), rating_count: 40, ..course(3, "finance") },
        Candidate { published_at: Some(ago(2)), ..course(4, "business") },
    ];
    let ranked = rank(&learner(Vec::new()), &catalog, 5);
    let reasons: Vec<_> = ranked.into_iter().map(|scored| scored.reason).collect();
    assert_eq!(reasons, [Reason::Popular, Reason::New, Reason::HighlyRated, Reason::Discover]);
}

#[test]
fn one_enthusiast_does_not_outshine_a_hundred_good_ratings() {
    let catalog = [
        Candidate { rating_average: Some(5.0), rating_count: 1, ..course(1, "design") },
        Candidate { rating_average: Some(4.7), rating_count: 100, ..course(2, "design") },
        Candidate { rating_average: Some(3.0), rating_count: 100, ..course(3, "design") },
    ];
    assert_eq!(ids(&rank(&learner(Vec::new()), &catalog, 5)), [2, 1, 3]);
}

#[test]
fn whoever_rarely_finishes_is_shown_short_courses() {
    let catalog =
        [Candidate { days: 21, ..course(1, "finance") }, Candidate { days: 7, ..course(2, "finance") }];
    let given_up = |n| Taken { joined_at: ago(200), days: 21, ..taken(n, "Long", "design", false) };
    let ranked = rank(&learner(vec![given_up(7), given_up(8), given_up(9)]), &catalog, 5);
    assert_eq!(ids(&ranked), [2, 1]);
    assert_eq!(ranked[0].reason, Reason::Short);
    assert!(ranked[1].parts.length < 0.2 * WEIGHTS.length);
    // Whoever finishes long ones is not kept from them.
    let finished = |n| Taken { finished_at: Some(ago(3)), ..given_up(n) };
    let record = Record::of(&[finished(7), finished(8), finished(9)], now());
    assert!(record.fit(21) > 0.9 && !record.rarely_finishes());
    // A course whose last day is still to come says nothing yet.
    assert!(!Record::of(&[taken(7, "New", "design", false)], ago(9)).rarely_finishes());
}

#[test]
fn what_can_be_started_now_comes_first() {
    let catalog = [
        Candidate {
            open: false,
            learners: 9_000,
            rating_average: Some(5.0),
            rating_count: 900,
            ..course(1, "design")
        },
        course(2, "finance"),
    ];
    assert_eq!(ids(&rank(&learner(vec![taken(9, "Type", "design", true)]), &catalog, 5)), [2, 1]);
}

#[test]
fn five_in_a_row_are_not_all_of_one_category() {
    let favorites = tags(&["design"]);
    let mut catalog: Vec<_> = (1..=8).map(|n| course(n, "design")).collect();
    catalog.extend([course(20, "finance"), course(21, "business")]);
    let somebody = Learner { favorites: &favorites, ..learner(Vec::new()) };
    assert_eq!(ids(&rank(&somebody, &catalog, 10)), [1, 2, 3, 20, 21, 4, 5, 6, 7, 8]);
}

const CATEGORIES: [&str; 4] = ["business", "design", "finance", "technology"];
const WORDS: [&str; 6] = ["charts", "data", "money", "speech", "sql", "type"];

/// Facts of a made-up course: category, level, length, tags by bits, learners, finishers, stars, ratings, age, open.
type Facts = ((usize, usize, usize, u8), (i64, i64, f64, i64), i64, bool);

fn facts() -> impl Strategy<Value = Facts> {
    (
        (0..CATEGORIES.len(), 0..3_usize, 0..3_usize, 0..64_u8),
        (0..5_000_i64, 0..5_000_i64, 1.0..=5.0_f64, 0..300_i64),
        -5..900_i64,
        any::<bool>(),
    )
}

fn words(bits: u8) -> Vec<String> {
    WORDS.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, word)| (*word).to_owned()).collect()
}

/// A made-up catalog, which of its courses somebody takes (with days since, and whether finished), and their favorites.
#[derive(Debug, Clone)]
struct World {
    facts: Vec<(Facts, Vec<String>)>,
    history: Vec<(usize, i64, bool)>,
    favorites: Vec<String>,
}

impl World {
    fn catalog(&self) -> Vec<Candidate<'_>> {
        self.facts
            .iter()
            .zip(1..)
            .map(|(((about, numbers, age, open), tags), n)| Candidate {
                id: id(n),
                category: CATEGORIES[about.0],
                tags,
                level: Level::ALL[about.1],
                days: LENGTHS[about.2],
                open: *open,
                learners: numbers.0,
                finishers: numbers.1,
                rating_average: (numbers.3 > 0).then_some(numbers.2),
                rating_count: numbers.3,
                published_at: Some(ago(*age)),
            })
            .collect()
    }

    fn learner(&self) -> Learner<'_> {
        let catalog = self.catalog();
        let mut seen = std::collections::BTreeSet::new();
        let taken = self
            .history
            .iter()
            .map(|(place, since, finished)| (place % catalog.len(), *since, *finished))
            .filter(|(place, ..)| seen.insert(*place))
            .map(|(place, since, finished)| Taken {
                id: catalog[place].id,
                title: "A course",
                category: catalog[place].category,
                tags: &self.facts[place].1,
                level: catalog[place].level,
                days: catalog[place].days,
                joined_at: ago(since),
                finished_at: finished.then(|| ago(since / 2)),
            })
            .collect();
        Learner { taken, favorites: &self.favorites, now: now() }
    }
}

fn world() -> impl Strategy<Value = World> {
    let history = prop::collection::vec((0..1_000_usize, 0..900_i64, any::<bool>()), 0..12);
    let favorites = prop::sample::subsequence(CATEGORIES.to_vec(), 0..=CATEGORIES.len());
    (prop::collection::vec(facts(), 1..60), history, favorites).prop_map(|(facts, history, favorites)| {
        World {
            facts: facts.into_iter().map(|facts| (facts, words(facts.0.3))).collect(),
            history,
            favorites: favorites.into_iter().map(ToOwned::to_owned).collect(),
        }
    })
}

proptest! {
    #[test]
    fn all_that_is_left_is_ranked_once_and_nothing_that_is_taken(world in world(), count in 0..70_usize) {
        let (catalog, learner) = (world.catalog(), world.learner());
        let ranked = rank(&learner, &catalog, count);
        let left = catalog.len() - learner.taken.len();
        prop_assert_eq!(ranked.len(), count.min(left));
        let mut seen = std::collections::BTreeSet::new();
        for scored in &ranked {
            prop_assert!(seen.insert(scored.course));
            prop_assert!(learner.taken.iter().all(|taken| taken.id != scored.course));
        }
    }

    #[test]
    fn each_part_stays_within_its_weight(world in world()) {
        for scored in rank(&world.learner(), &world.catalog(), 60) {
            for (points, most) in scored.parts.all().into_iter().zip(WEIGHTS.all()) {
                prop_assert!(points.is_finite() && (0.0..=most).contains(&points), "{:?}", scored.parts);
            }
            prop_assert!((scored.parts.total() - scored.parts.all().iter().sum::<f64>()).abs() < 1e-9);
        }
    }

    #[test]
    fn the_order_in_which_the_catalog_arrives_changes_nothing(world in world(), turn in 0..60_usize) {
        let (mut catalog, learner) = (world.catalog(), world.learner());
        let before = rank(&learner, &catalog, 15);
        let turn = turn % catalog.len();
        catalog.rotate_left(turn);
        let after = rank(&learner, &catalog, 15);
        prop_assert_eq!(ids(&before), ids(&after));
        prop_assert_eq!(before.iter().map(|s| &s.reason).collect::<Vec<_>>(), after.iter().map(|s| &s.reason).collect::<Vec<_>>());
    }

    #[test]
    fn a_shorter_list_is_the_beginning_of_a_longer_one(world in world(), count in 1..15_usize) {
        let (catalog, learner) = (world.catalog(), world.learner());
        let (long, short) = (rank(&learner, &catalog, 15), rank(&learner, &catalog, count));
        prop_assert_eq!(&long[..short.len()], &short[..]);
    }

    #[test]
    fn a_row_has_other_categories_while_there_are_some(world in world()) {
        let (catalog, learner) = (world.catalog(), world.learner());
        let category = |course: CourseId| catalog.iter().find(|c| c.id == course).unwrap().category;
        let ranked = rank(&learner, &catalog, 15);
        for (number, row) in ranked.chunks(ROW).enumerate() {
            for name in CATEGORIES {
                if row.iter().filter(|s| category(s.course) == name).count() > OF_ONE_CATEGORY {
                    let before: Vec<_> = ranked[..number * ROW + row.len()].iter().map(|s| s.course).collect();
                    let others = catalog.iter().filter(|c| {
                        c.category != name
                            && !before.contains(&c.id)
                            && learner.taken.iter().all(|taken| taken.id != c.id)
                    });
                    prop_assert_eq!(others.count(), 0);
                }
            }
        }
    }

    #[test]
    fn a_closed_course_comes_before_an_open_one_only_for_the_mix(world in world()) {
        let (catalog, learner) = (world.catalog(), world.learner());
        let of = |course: CourseId| catalog.iter().find(|c| c.id == course).unwrap();
        let ranked = rank(&learner, &catalog, 60);
        for (place, scored) in ranked.iter().enumerate().filter(|(_, s)| !of(s.course).open) {
            let row = &ranked[place / ROW * ROW..place];
            for later in ranked[place + 1..].iter().map(|s| of(s.course)).filter(|c| c.open) {
                let in_row = row.iter().filter(|s| of(s.course).category == later.category).count();
                prop_assert!(in_row >= OF_ONE_CATEGORY, "{:?} before {:?}", scored.course, later.id);
            }
        }
    }

    #[test]
    fn a_favorite_never_makes_a_course_less_fitting(world in world()) {
        let catalog = world.catalog();
        let score = |favorites: &[String]| {
            let learner = Learner { favorites, ..world.learner() };
            rank(&learner, &catalog, 60).into_iter().map(|s| (s.course, s.parts.total())).collect::<BTreeMap<_, _>>()
        };
        let (none, own) = (score(&[]), score(&world.favorites));
        for (course, before) in none {
            prop_assert!(own[&course] >= before);
        }
    }

    #[test]
    fn more_learners_never_make_a_course_less_popular(world in world(), place in 0..60_usize, more in 1..500_i64) {
        let mut catalog = world.catalog();
        let place = place % catalog.len();
        let popularity = |catalog: &[Candidate<'_>]| Scale::of(catalog.iter().cloned()).popularity(&catalog[place]);
        let before = popularity(&catalog);
        catalog[place].learners += more;
        prop_assert!(popularity(&catalog) >= before);
    }

    #[test]
    fn shorter_never_suits_less_without_own_experience_of_a_length(ended in 0..20_usize, finished in 0..20_usize) {
        // All of them of two weeks, so that one and three weeks are expectations.
        let finished = finished.min(ended);
        let history: Vec<_> = (0..ended)
            .map(|n| Taken { days: 14, joined_at: ago(300), finished_at: (n < finished).then(|| ago(200)), ..taken(900 + n as u128, "A", "design", false) })
            .collect();
        let record = Record::of(&history, now());
        prop_assert!(record.fit(7) >= record.fit(21));
        prop_assert!([7, 14, 21].iter().any(|days| (record.fit(*days) - 1.0).abs() < 1e-9));
    }

    #[test]
    fn reasons_are_true(world in world()) {
        let (catalog, learner) = (world.catalog(), world.learner());
        for scored in rank(&learner, &catalog, 60) {
            let course = catalog.iter().find(|c| c.id == scored.course).unwrap();
            match scored.reason {
                Reason::Finished { .. } => prop_assert!(learner.taken.iter().any(|t| t.finished_at.is_some())),
                Reason::Current { .. } => prop_assert!(learner.taken.iter().any(|t| t.finished_at.is_none())),
                Reason::NextLevel => prop_assert!(learner.taken.iter().any(|t| t.category == course.category && t.finished_at.is_some())),
                Reason::Favorite => prop_assert!(learner.favorites.iter().any(|slug| slug == course.category)),
                Reason::Short => prop_assert!(course.days == 7 && learner.taken.len() >= 2),
                Reason::Popular => prop_assert!(course.learners > 0),
                Reason::HighlyRated => prop_assert!(course.rating_count >= 3),
                Reason::OftenFinished => prop_assert!(course.learners >= 10),
                Reason::New => prop_assert!(course.published_at.unwrap() >= now() - NEW_FOR),
                Reason::Discover => {}
            }
        }
    }
}
