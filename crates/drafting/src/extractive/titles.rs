//! What days are called.

use std::collections::{HashMap, HashSet};

use super::{
    Brief, Day, Source,
    front::capitalize,
    phrases::{Phrases, fill},
};

/// Longest title, in characters.
const LONGEST: usize = 80;

/// A title for each day; no two are the same.
pub(super) fn titles(
    days: &[Day],
    sources: &[Source],
    brief: &Brief,
    phrases: &'static Phrases,
) -> Vec<String> {
    let common: Vec<Vec<String>> = days.iter().map(common_path).collect();
    let mut bases: Vec<String> = Vec::new();
    for (day, path) in days.iter().zip(&common) {
        let chapter = path.last();
        // A chapter of many days names none of them.
        let (number, count) = day.parts.first().map_or((1, 1), |part| place(day, days, part.source, path));
        let heads = numbered(heads(day, path.len()), day, days, path.len(), phrases);
        let heads: Vec<(&str, usize)> = heads.iter().map(|(title, count)| (title.as_str(), *count)).collect();
        let title = match chapter {
            Some(chapter) if count <= 1 || heads.is_empty() => chapter.clone(),
            Some(chapter) if count == 2 => part_of(chapter, number, phrases),
            _ if heads.is_empty() => String::new(),
            _ => joined(&heads, phrases),
        };
        let title = if title.is_empty() { about(day, phrases) } else { title };
        let name =
            sources.get(day.parts.first().map_or(0, |part| part.source)).map_or("", |source| source.name);
        let fallback = if brief.topic.trim().is_empty() { name } else { brief.topic.trim() };
        bases.push(shorten(&capitalize(if title.is_empty() { fallback } else { &title }), LONGEST));
    }
    distinct(&bases, days, &common, phrases)
}

/// Titles that come more than once get what tells them apart: the chapter, the terms of the day, or the number of the part.
fn distinct(
    bases: &[String],
    days: &[Day],
    common: &[Vec<String>],
    phrases: &'static Phrases,
) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for base in bases {
        *counts.entry(base.to_lowercase()).or_default() += 1;
    }
    let mut taken: HashSet<String> = HashSet::new();
    let mut parts: HashMap<String, u32> = HashMap::new();
    let mut titles = Vec::new();
    for ((base, day), path) in bases.iter().zip(days).zip(common) {
        let key = base.to_lowercase();
        let mut candidates = Vec::new();
        if counts.get(&key) == Some(&1) {
            candidates.push(base.clone());
        }
        candidates
            .extend(path.iter().rev().filter(|above| *above != base).map(|above| format!("{above}: {base}")));
        let news = day.focus.iter().filter(|term| !key.contains(&term.to_lowercase()));
        let terms: Vec<String> = news.take(2).cloned().collect();
        if !terms.is_empty() {
            candidates.push(format!("{base}: {}", phrases.list(&terms)));
        }
        if let Some(term) = terms.first() {
            candidates.push(format!("{base}: {term}"));
        }
        let fits =
            |title: &String| title.chars().count() <= LONGEST && !taken.contains(&title.to_lowercase());
        let number = parts.entry(key).or_insert(0);
        *number += 1;
        let mut title = candidates.into_iter().find(fits);
        while title.is_none() {
            let part = fill(phrases.part, &[&number.to_string()]);
            title = Some(format!("{}, {part}", shorten(base, LONGEST - 12))).filter(fits);
            *number += u32::from(title.is_none());
        }
        let title = title.unwrap_or_default();
        taken.insert(title.to_lowercase());
        titles.push(title);
    }
    titles
}

/// The titles above everything in a day.
fn common_path(day: &Day) -> Vec<String> {
    let mut parts = day.parts.iter();
    let Some(first) = parts.next() else { return Vec::new() };
    let mut common = first.path.len();
    for part in parts {
        let same = first.path.iter().zip(&part.path).take_while(|(a, b)| a == b).count();
        common = if part.source == first.source { common.min(same) } else { 0 };
    }
    first.path.iter().take(common).cloned().collect()
}

/// The titles right below a depth, with how many pieces stand under each.
fn heads(day: &Day, depth: usize) -> Vec<(&str, usize)> {
    let mut heads: Vec<(&str, usize)> = Vec::new();
    for part in &day.parts {
        let Some(title) = part.path.get(depth) else { continue };
        match heads.last_mut().filter(|(last, _)| last == title) {
            Some((_, count)) => *count += part.pieces.len(),
            None => heads.push((title, part.pieces.len())),
        }
    }
    heads
}

/// Titles of what stands on several days, with the number of the part: `Style (part 2)`.
fn numbered(
    heads: Vec<(&str, usize)>,
    day: &Day,
    days: &[Day],
    depth: usize,
    phrases: &'static Phrases,
) -> Vec<(String, usize)> {
    let numbered = heads.into_iter().map(|(title, pieces)| {
        let part = day.parts.iter().find(|part| part.path.get(depth).is_some_and(|own| own == title));
        let path = part.and_then(|part| Some((part.source, part.path.get(..=depth)?)));
        match path.map(|(source, path)| place(day, days, source, path)) {
            Some((number, count)) if count > 1 => (part_of(title, number, phrases), pieces),
            _ => (title.to_owned(), pieces),
        }
    });
    numbered.collect()
}

/// Which one, from 1, a day is of those that have something of a chapter, and how many these are.
fn place(day: &Day, days: &[Day], source: usize, path: &[String]) -> (u32, u32) {
    let holds =
        |day: &&Day| day.parts.iter().any(|part| part.source == source && part.path.starts_with(path));
    days.iter()
        .filter(holds)
        .fold((0, 0), |(number, count), other| (number + u32::from(other.day <= day.day), count + 1))
}

fn part_of(title: &str, number: u32, phrases: &'static Phrases) -> String {
    format!("{title} ({})", fill(phrases.part, &[&number.to_string()]))
}

/// Up to three titles in one, or the two that hold most.
pub(super) fn joined(heads: &[(&str, usize)], phrases: &'static Phrases) -> String {
    let join = |heads: &[(&str, usize)]| {
        let titles: Vec<String> = heads.iter().map(|(title, _)| (*title).to_owned()).collect();
        let softened: Vec<String> = titles
            .iter()
            .enumerate()
            .map(|(at, title)| if at == 0 { title.clone() } else { soft(title, phrases) })
            .collect();
        // `Shaping and proofing; Baking`
        let conjunction = format!(" {} ", phrases.and);
        let is_name =
            |(title, soft): (&String, &String)| title == soft && title.starts_with(char::is_uppercase);
        let apart = titles.iter().any(|title| title.contains(&conjunction) || title.contains(':'))
            || titles.iter().zip(&softened).skip(1).any(is_name);
        if titles.len() > 1 && apart { titles.join("; ") } else { phrases.list(&softened) }
    };
    // A question among titles reads badly.
    let whole = join(heads);
    if heads.len() <= 3 && whole.chars().count() <= 70 && (heads.len() == 1 || !whole.contains('?')) {
        return whole;
    }
    let mut largest: Vec<usize> = (0..heads.len()).collect();
    largest.sort_by_key(|at| std::cmp::Reverse(heads.get(*at).map_or(0, |(_, count)| *count)));
    let mut two: Vec<usize> = largest.iter().copied().take(2).collect();
    two.sort_unstable();
    let two: Vec<(&str, usize)> = two.into_iter().filter_map(|at| heads.get(at).copied()).collect();
    let both = join(&two);
    if both.chars().count() <= LONGEST && !both.contains('?') {
        return both;
    }
    largest.first().and_then(|at| heads.get(*at)).map(|(title, _)| (*title).to_owned()).unwrap_or_default()
}

/// A title within a sentence or another title: `Shaping` is `shaping`, `HACCP` and `The Ritz Hotel` stay.
pub(super) fn soft(title: &str, phrases: &'static Phrases) -> String {
    if !phrases.softens {
        return title.to_owned();
    }
    let mut words = title.split(' ');
    let first = words.next().unwrap_or_default();
    let is_acronym = |word: &str| word.chars().filter(|c| c.is_uppercase()).count() > 1;
    let rest_is_lower = words.all(|word| !word.starts_with(char::is_uppercase) || is_acronym(word));
    let shouts = first.chars().skip(1).any(char::is_uppercase)
        || first == "I"
        || first.starts_with(|c: char| !c.is_ascii());
    if rest_is_lower && !shouts && title.contains(' ') || ends_as_verb(first) && rest_is_lower {
        let mut chars = title.chars();
        return chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default();
    }
    title.to_owned()
}

fn ends_as_verb(word: &str) -> bool {
    word.ends_with("ing") && word.len() > 5
}

/// Where no heading says it: the terms of the day.
fn about(day: &Day, phrases: &'static Phrases) -> String {
    phrases.list(&day.focus.iter().take(2).cloned().collect::<Vec<_>>())
}

/// Not longer than `longest` characters, ending with a whole word.
pub(super) fn shorten(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest.saturating_sub(1)).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ':', ';', ' ', '–', '-']))
}

/// A heading as something that one can do: `Choosing the flour` and `How to choose flour` say so. `Cleaning plan` doesn't: the plan is
/// for cleaning, nobody cleans it.
pub(super) fn as_instruction(
    title: &str,
    is_imperative: fn(&str) -> bool,
    base: fn(&str) -> Option<&'static str>,
) -> Option<String> {
    let title = title.trim();
    if title.contains(['?', ':', '(', '“', '/']) || title.chars().count() > 70 {
        return None;
    }
    let says_how = title.strip_prefix("How to ");
    let title = says_how.unwrap_or(title);
    let (first, rest) = title.split_once(' ')?;
    let lower = first.to_lowercase();
    // `Planning and review`: a noun.
    if rest.starts_with("and ") || rest.starts_with("of ") || rest.starts_with("in ") {
        return None;
    }
    // `Project leads …`, `Blog management`: nouns that are verbs as well; with an article behind it is a verb.
    let second = rest.split(' ').next().unwrap_or_default();
    let has_article = matches!(
        second,
        "a" | "an"
            | "the"
            | "your"
            | "our"
            | "their"
            | "it"
            | "this"
            | "that"
            | "these"
            | "all"
            | "for"
            | "with"
            | "each"
            | "every"
            | "what"
            | "when"
            | "how"
    );
    if let Some(verb) = base(&lower) {
        return has_article.then(|| format!("{} {rest}", capitalize(verb)));
    }
    (is_imperative(&lower) && (has_article || says_how.is_some())).then(|| capitalize(title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extractive::{phrases::phrases, verbs};

    #[test]
    fn headings_say_what_one_can_do() {
        let of = |title| as_instruction(title, verbs::is_imperative, verbs::base);
        assert_eq!(of("Choosing the flour").as_deref(), Some("Choose the flour"));
        assert_eq!(of("Closing the house").as_deref(), Some("Close the house"));
        assert_eq!(of("How to choose flour").as_deref(), Some("Choose flour"));
        for noun in ["Cleaning plan", "Working hours", "Opening hours", "Planning and review"] {
            assert_eq!(of(noun), None, "{noun}");
        }
        assert_eq!(of("How to fold a letter").as_deref(), Some("Fold a letter"));
        assert_eq!(of("Keep the shop clean").as_deref(), Some("Keep the shop clean"));
        assert_eq!(of("Blog management"), None);
        assert_eq!(of("Flour"), None);
    }

    #[test]
    fn long_titles_end_with_a_word() {
        assert_eq!(shorten("a long title, that goes on", 15), "a long title…");
        let soft = |title, code| soft(title, phrases(code));
        assert_eq!(soft("Mixing dough", "en"), "mixing dough");
        assert_eq!(soft("The Ritz Hotel", "en"), "The Ritz Hotel");
        assert_eq!(soft("Feuer löschen", "de"), "Feuer löschen");
    }
}
