//! Which passages a lesson rests on.

use std::collections::VecDeque;

use super::{Passage, PassageIndex};

/// How much the place of a passage counts, compared with its words: it decides where words don't.
const PLACE: f64 = 0.3;

/// Gives each lesson its passages, by their positions, in their order, at most `per_lesson` each. Lessons are their titles with
/// their topics, in their order; the language of all is given by its BCP 47 tag.
///
/// Each reference is cut into as many stretches as there are lessons, in reading order, so that the passages fit the lessons
/// whose stretch they are in as well as possible, all taken together: by BM25 against the best passage of the lesson, and a
/// little by their place. From longer stretches, a lesson takes the passages that fit it best. If there is room for all
/// passages, all are given to lessons. A lesson is left without only if there are no passages: with fewer passages than lessons,
/// the one that fits best is given twice.
#[must_use]
pub fn assign(
    lessons: &[String],
    passages: &[Passage],
    language: &str,
    per_lesson: usize,
) -> Vec<Vec<usize>> {
    let mut assigned: Vec<Vec<usize>> = vec![Vec::new(); lessons.len()];
    if lessons.is_empty() || passages.is_empty() || per_lesson == 0 {
        return assigned;
    }
    let index = PassageIndex::new(passages, language);
    let mut fits: Vec<Vec<f64>> = lessons.iter().map(|lesson| index.scores(lesson)).collect();
    for fits in &mut fits {
        let best = fits.iter().copied().fold(0.0, f64::max);
        fits.iter_mut().filter(|_| best > 0.0).for_each(|fit| *fit /= best);
    }
    let mut left_out = Vec::new();
    for positions in references(passages) {
        add_places(&mut fits, &positions);
        let share = (per_lesson.saturating_mul(positions.len())).div_ceil(passages.len());
        for (lesson, stretch) in stretches(&fits, &positions, share).into_iter().enumerate() {
            assigned[lesson].extend(stretch);
        }
    }
    for (lesson, own) in assigned.iter_mut().enumerate() {
        own.sort_by(|a, b| fits[lesson][*b].total_cmp(&fits[lesson][*a]).then(a.cmp(b)));
        left_out
            .extend(own.split_off(own.len().min(per_lesson)).into_iter().map(|passage| (lesson, passage)));
    }
    for (lesson, passage) in left_out {
        let room = |other: &usize| assigned[*other].len() < per_lesson;
        if let Some(near) = (0..lessons.len()).filter(room).min_by_key(|other| other.abs_diff(lesson)) {
            assigned[near].push(passage);
        }
    }
    for (lesson, own) in assigned.iter_mut().enumerate() {
        if own.is_empty() {
            let fit = |passage: &usize| fits[lesson][*passage];
            own.extend((0..passages.len()).rev().max_by(|a, b| fit(a).total_cmp(&fit(b))));
        }
        own.sort_unstable();
    }
    assigned
}

/// The positions of each reference's passages.
fn references(passages: &[Passage]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..passages.len()).collect();
    order.sort_by_key(|at| (passages[*at].reference, passages[*at].number));
    order.chunk_by(|a, b| passages[*a].reference == passages[*b].reference).map(<[usize]>::to_vec).collect()
}

/// What lies in the same part of the document as the lesson in the course fits a little better.
fn add_places(fits: &mut [Vec<f64>], positions: &[usize]) {
    let part = |at: usize, of: usize| (number(at) + 0.5) / number(of);
    let lessons = fits.len();
    for (lesson, fits) in fits.iter_mut().enumerate() {
        for (at, passage) in positions.iter().enumerate() {
            fits[*passage] += PLACE * (1.0 - (part(at, positions.len()) - part(lesson, lessons)).abs());
        }
    }
}

/// Cuts a reference into a stretch for each lesson, none longer than `share` if that is possible, so that the sum of all fits is
/// the largest: by dynamic programming over the ends of the stretches.
fn stretches(fits: &[Vec<f64>], positions: &[usize], share: usize) -> Vec<Vec<usize>> {
    let (lessons, count) = (fits.len(), positions.len());
    let fewest = usize::from(count >= lessons);
    let most = if share.saturating_mul(lessons) >= count { share } else { count };
    // `best[p]`: the largest sum with the lessons so far ending before `p`. `starts[l][p]`: where lesson `l` begins then.
    let mut best = vec![f64::NEG_INFINITY; count + 1];
    best[0] = 0.0;
    let mut starts = Vec::with_capacity(lessons);
    for fits in fits {
        let mut sums = vec![0.0; count + 1];
        for (at, passage) in positions.iter().enumerate() {
            sums[at + 1] = sums[at] + fits[*passage];
        }
        // Of the starts within reach, those that may still become the best one, best first.
        let mut reach: VecDeque<usize> = VecDeque::new();
        let mut next = vec![f64::NEG_INFINITY; count + 1];
        let mut from = vec![0; count + 1];
        let value = |start: usize| best[start] - sums[start];
        for end in 0..=count {
            if let Some(start) = end.checked_sub(fewest) {
                while reach.pop_back_if(|last| value(*last) < value(start)).is_some() {}
                reach.push_back(start);
            }
            while reach.pop_front_if(|first| end - *first > most).is_some() {}
            if let Some(start) = reach.front() {
                (next[end], from[end]) = (value(*start) + sums[end], *start);
            }
        }
        best = next;
        starts.push(from);
    }
    let mut stretches = Vec::with_capacity(lessons);
    let mut end = count;
    for starts in starts.iter().rev() {
        stretches.push(positions[starts[end]..end].to_vec());
        end = starts[end];
    }
    stretches.reverse();
    stretches
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer passages than 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passages(texts: &[(usize, &str)]) -> Vec<Passage> {
        let passage = |(number, (reference, text)): (u32, &(usize, &str))| Passage {
            number,
            reference: *reference,
            heading: String::new(),
            first_page: None,
            last_page: None,
            text: (*text).to_owned(),
        };
        (1..).zip(texts).map(passage).collect()
    }

    fn lessons(lessons: &[&str]) -> Vec<String> {
        lessons.iter().map(|lesson| (*lesson).to_owned()).collect()
    }

    #[test]
    fn lessons_get_what_fits_in_reading_order() {
        let passages = passages(&[
            (0, "welcome to the garden"),
            (0, "water the beds"),
            (0, "watering by the clock"),
            (0, "nothing in particular"),
            (0, "compost and its worms"),
        ]);
        let all = assign(&lessons(&["Water", "Compost"]), &passages, "en", 4);
        assert_eq!(all, [vec![0, 1, 2], vec![3, 4]]);
        let few = assign(&lessons(&["Water", "Compost"]), &passages, "en", 2);
        assert_eq!(few, [vec![1, 2], vec![3, 4]]);
    }

    #[test]
    fn each_reference_has_its_own_order() {
        let passages = passages(&[(0, "water"), (0, "compost"), (1, "watering cans"), (1, "compost heaps")]);
        assert_eq!(assign(&lessons(&["Water", "Compost"]), &passages, "en", 2), [vec![0, 2], vec![1, 3]]);
    }

    #[test]
    fn few_passages_are_shared() {
        let passages = passages(&[(0, "water"), (0, "compost")]);
        let shared = assign(&lessons(&["Water", "Tools", "Compost", "Water again"]), &passages, "en", 3);
        assert!(shared.iter().all(|own| !own.is_empty()), "{shared:?}");
        assert_eq!((&shared[0], &shared[3]), (&vec![0], &vec![0]));
        assert_eq!(assign(&[], &passages, "en", 3), Vec::<Vec<usize>>::new());
        assert_eq!(assign(&lessons(&["Water"]), &[], "en", 3), [vec![0; 0]]);
    }
}
