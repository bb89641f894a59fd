//! Things to do: what the text asks for, in English by its verbs, in other languages by the form of the sentence
//! ([`imperatives`]).

use super::{
    digest::Digest,
    front::capitalize,
    imperatives,
    markdown::plain,
    phrases::{Phrases, fill},
    rank::{Candidate, Stems, choose},
    sections::Piece,
    standalone, verbs,
    words::{Language, Word, words},
};
use crate::{document::BlockKind, sentence::sentences};

/// Longest action item, in characters.
const LONGEST: usize = 200;

/// What stands before an instruction.
const LEADS: &[&str] = &[
    "you should always ",
    "you should also ",
    "you should ",
    "you need to ",
    "you must ",
    "you will need to ",
    "always ",
    "please ",
    "remember to ",
    "be sure to ",
    "you’ll want to ",
    "then ",
    "first, ",
    "next, ",
    "finally, ",
    "first ",
    "then, ",
    "lastly, ",
    "try to ",
    "it is important to ",
    "it’s important to ",
    "it is best to ",
];

/// A sentence as something to do, if it tells to do something.
fn instruction(sentence: &str, language: &Language) -> Option<String> {
    let item = if language.is_english() {
        english(sentence)
    } else {
        imperatives::instruction(sentence, &language.code)
    }?;
    let fits = (4..=30).contains(&words(&item).len())
        && item.chars().count() <= LONGEST
        && !item.ends_with(['?', ':', ','])
        && !item.contains("://")
        && !item.contains(": ");
    if !fits {
        return None;
    }
    Some(if item.ends_with(['.', '!', '”', '“', '»', ')']) { item } else { format!("{item}.") })
}

/// `You should weigh the flour.` is `Weigh the flour.`
fn english(sentence: &str) -> Option<String> {
    let text = sentence.trim();
    let lower = text.to_lowercase();
    // Only where lower case is as long, so that the places agree.
    let lead = LEADS.iter().find(|lead| lower.len() == text.len() && lower.starts_with(**lead));
    let rest = text.get(lead.map_or(0, |lead| lead.len())..)?;
    let found = words(rest);
    let first = found.first()?;
    if first.from != 0 || !verbs::is_imperative(&first.lower()) {
        return None;
    }
    // `Plan B failed`, `Water is wet`, `Work with partners is …`: the verb may be a noun.
    let second = found.get(1).map(Word::lower).unwrap_or_default();
    const AFTER_NOUNS: &[&str] = &[
        "is", "are", "was", "were", "has", "have", "can", "will", "may", "must", "should", "of", "and", "or",
        "does", "do", "had", "comes", "makes", "leads", "needs", "requires", "that",
    ];
    let second_ends = second.ends_with('s')
        && !second.ends_with("ss")
        && !matches!(second.as_str(), "this" | "its" | "his" | "us" | "as" | "yes" | "always")
        && found.get(2).is_some_and(|third| {
            matches!(third.lower().as_str(), "a" | "an" | "the" | "to" | "is" | "are" | "in")
        })
        && !matches!(
            first.lower().as_str(),
            "keep" | "make" | "use" | "check" | "store" | "add" | "put" | "write" | "ask" | "give" | "set"
        );
    let gap = found.get(1).and_then(|next| rest.get(first.to()..next.from)).unwrap_or(" ");
    let starts_clause = !gap.contains([',', ':', '.', '-', '–', '—', '?', '(', ')', '/']);
    let noun = AFTER_NOUNS.contains(&second.as_str()) || second_ends;
    // A glossary writes its entries small: `back end, back-end development`.
    const ARTICLES: &[&str] = &["a", "an", "the", "your", "all", "each", "every", "any", "no"];
    let is_written = text.starts_with(char::is_uppercase)
        || text.ends_with(['.', '!'])
        || ARTICLES.contains(&second.as_str());
    // `It is important to rest, and resting is a part of it.`
    let goes_on = lead.is_some_and(|lead| lead.starts_with("it")) && rest.contains(", and ");
    let ends_nowhere = rest.trim_end_matches('.').ends_with(", too");
    (starts_clause && !noun && is_written && !goes_on && !ends_nowhere).then(|| capitalize(rest))
}

/// Whether it can be done by someone who reads nothing but it.
fn is_clear(item: &str, language: &Language) -> bool {
    let found = words(item);
    let second = found.get(1).map(Word::lower).unwrap_or_default();
    let vague = [
        "it", "them", "this", "these", "that", "those", "him", "her", "so", "here", "there", "one", "both",
        "on", "back", "along",
    ];
    let content = found.iter().filter(|word| language.is_content(&word.lower())).count();
    let pointing = ["above", "below", "following", "section", "chapter", "table", "figure"];
    let imagined = matches!(
        found.first().map(Word::lower).as_deref(),
        Some("imagine" | "note" | "remember" | "see" | "think" | "let")
    );
    !vague.contains(&second.as_str())
        && content >= 2
        && standalone::pointers(item) <= 1
        && !imagined
        && !standalone::refers(item)
        && standalone::is_balanced(item)
        && !found.iter().any(|word| pointing.contains(&word.lower().as_str()))
}

/// Five things to do in a day, those of the text before those that are made up for its terms, and how many of them are the text's.
pub(super) fn actions<'a>(
    pieces: impl Iterator<Item = &'a Piece<'a>>,
    digest: &Digest,
    focus: &[String],
    sections: &[String],
    day: u32,
    language: &Language,
    phrases: &'static Phrases,
) -> Vec<String> {
    const COUNT: usize = 5;
    let mut found: Vec<(String, f64)> = Vec::new();
    let mut shown = standalone::Shown::default();
    for piece in pieces {
        if shown.next(piece) || !matches!(piece.kind, BlockKind::Paragraph | BlockKind::ListItem) {
            continue;
        }
        for sentence in sentences(piece.text) {
            let asked = instruction(sentence, language).filter(|item| is_clear(item, language));
            let Some(item) = asked.filter(|_| !standalone::is_quoted(piece.text, sentence)) else { continue };
            let item = plain(&item);
            if found.iter().any(|(other, _)| *other == item) {
                continue;
            }
            let rank =
                digest.sentences.iter().find(|other| other.text == sentence).map_or(1.0, |other| other.score);
            let count = words(&item).len();
            let length = if (6..=22).contains(&count) { 1.2 } else { 0.9 };
            let listed = if piece.kind == BlockKind::ListItem { 1.2 } else { 1.0 };
            // A number says how much, how long or how often.
            let measured = if words(&item).iter().any(Word::is_number) { 1.2 } else { 1.0 };
            found.push((item, rank.max(0.3) * length * listed * measured));
        }
    }
    let mut stems = Stems::default();
    let sets: Vec<Vec<u32>> = found.iter().map(|(item, _)| stems.set(language.stems(item))).collect();
    let candidates: Vec<Candidate> = found
        .iter()
        .zip(&sets)
        .enumerate()
        .map(|(key, ((_, score), stems))| Candidate { key, score: *score, stems })
        .collect();
    let mut chosen = choose(&candidates, COUNT);
    chosen.sort_unstable();
    let mut items: Vec<String> =
        chosen.into_iter().filter_map(|at| found.get(at)).map(|(item, _)| item.clone()).collect();
    let mut at = usize::try_from(day).unwrap_or_default() * 2;
    let mut focus = focus.iter().cycle();
    while items.len() < COUNT {
        let Some((term, template)) = focus.next().zip(phrases.actions.get(at % phrases.actions.len().max(1)))
        else {
            break;
        };
        let section = sections.get(at % sections.len().max(1)).map_or("", String::as_str);
        items.push(fill(template, &[&plain(term), &plain(section)]));
        at += 1;
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_seen_and_nouns_are_not() {
        let english = Language::new("en");
        for (sentence, item) in [
            ("Weigh the flour twice.", "Weigh the flour twice."),
            ("You should write the date on every box.", "Write the date on every box."),
            ("Make sure the door is shut before you leave", "Make sure the door is shut before you leave."),
            ("Then fold the dough four times.", "Fold the dough four times."),
        ] {
            assert_eq!(instruction(sentence, &english).as_deref(), Some(item));
        }
        for sentence in [
            "Water is wet and cold.",
            "The baker weighs flour.",
            "Plan B failed.",
            "Work of this kind is slow.",
            "Rest!",
            "back end, back-end development",
            "deliver (pizzas, mail and services are delivered)",
            "It is important to keep baking, and resting is part of it.",
        ] {
            assert_eq!(instruction(sentence, &english), None, "{sentence}");
        }
        for unclear in [
            "Knead it for ten minutes.",
            "Celebrate your big day in style (and save!).”",
            "For more advice, see the Bread Guide.",
        ] {
            assert!(!is_clear(unclear, &english), "{unclear}");
        }
    }
}
