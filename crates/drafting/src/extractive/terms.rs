//! The terms of a document: what its sentences are about, and what can stand in one another's place.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    evidence::{Evidence, Observed},
    verbs,
    words::{Language, List, Word, list, words},
};

/// Terms that a plan keeps, the most frequent ones.
const KEPT: usize = 240;
/// Neighbors that a term keeps.
const NEIGHBORS: usize = 8;

/// A term of the references.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// As it is written most often, in lower case unless it is a name.
    pub text: String,
    /// Its stems, joined by spaces.
    pub stems: String,
    /// How often it stands there.
    pub count: u32,
    /// The words that stand right before it and right after it, the most frequent ones first.
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// What terms must share to stand in one another's place.
pub(super) type Shape = (usize, &'static str, bool);

impl Term {
    fn new(stems: &str, evidence: &Evidence, language: &Language) -> Self {
        let most = |words: &BTreeMap<String, u32>| {
            let mut words: Vec<(&String, &u32)> = words.iter().collect();
            words.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            words.into_iter().take(NEIGHBORS).map(|(word, _)| word.clone()).collect()
        };
        Self {
            text: written(evidence, language).to_owned(),
            stems: stems.to_owned(),
            count: evidence.count,
            before: most(&evidence.before),
            after: most(&evidence.after),
        }
    }

    /// Whether it stands where nouns do: English has words that look alike for what is and what is done.
    pub(super) fn is_noun(&self, language: &Language) -> bool {
        !language.is_english()
            || self.text.contains(' ')
            || !self.text.ends_with("ly")
                && self.before.iter().any(|word| DETERMINERS.contains(word.as_str()))
    }

    /// Whether it is a name of a thing in a program or the like: `mySelect`, `g-accessibility`.
    pub(super) fn is_code(&self) -> bool {
        let inner =
            self.text.chars().skip(1).any(char::is_uppercase) && self.text.contains(char::is_lowercase);
        !self.text.contains(' ') && (inner || self.text.contains(|c: char| c == '-' || c.is_ascii_digit()))
    }

    /// How many words it has, whether they are many things or one, and whether it is a name.
    pub(super) fn shape(&self) -> Shape {
        shape(&self.text)
    }
}

/// As it is written most often; small where it is often enough, as capitals come from names and headings then. German writes nouns
/// with capitals.
fn written<'e>(evidence: &'e Evidence, language: &Language) -> &'e str {
    let text = evidence.text();
    let count = |text: &str| evidence.texts.get(text).copied().unwrap_or(0);
    // `PDF` stays so, even if names of files end with `.pdf`.
    let shouts = text.split(' ').any(|word| word.chars().filter(|c| c.is_uppercase()).count() > 1);
    let small = evidence.texts.get_key_value(text.to_lowercase().as_str());
    small
        .filter(|(_, small)| language.code != "de" && !shouts && **small * 4 >= count(text))
        .map_or(text, |(small, _)| small)
}

/// What stands before nouns and says which ones.
static DETERMINERS: List = List::new(|| {
    list(
        "a an the this that these those your our their his her its my each every any some no of in for with on by about without \
        between many most more all other",
    )
});

fn shape(text: &str) -> Shape {
    let last = text.rsplit(' ').next().unwrap_or_default();
    let ending = if last.ends_with("ing") {
        "ing"
    } else if last.ends_with('s') && !last.ends_with("ss") && !last.ends_with("us") && !last.ends_with("is") {
        "s"
    } else {
        ""
    };
    (text.split(' ').count().min(2), ending, text.starts_with(char::is_uppercase))
}

/// Nouns that name nothing.
static VAGUE: List = List::new(|| {
    list(
        "lack manner instance face course track sets change line name sign share parts items hand hands stop detail details case cases day days example examples fact form goal half hour hours idea ideas item lot minute \
    minutes month months number people person piece place point points question questions reason reasons \
    rest result side something sort step steps top type week weeks while word words work world year \
    years self ability amount bottom middle everyone evening morning afternoon today tomorrow yesterday",
    )
});

/// Where a term stands in a sentence.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    pub(super) term: &'a Term,
    /// Its bytes.
    pub(super) at: std::ops::Range<usize>,
}

/// The terms of texts, the most telling ones first.
pub(super) fn terms<'a>(texts: impl Iterator<Item = &'a str>, language: &Language) -> Vec<Term> {
    let mut observed = Observed::default();
    texts.for_each(|text| observed.read(text, language));
    let Observed { singles, mut phrases } = observed;
    phrases.retain(|_, evidence| evidence.count >= 2);
    let is_noun = |stem: &str| singles.get(stem).is_some_and(|evidence| names(evidence, language));
    let mut found: Vec<(Term, u32)> = Vec::new();
    let mut inside: BTreeMap<&str, u32> = BTreeMap::new();
    for (stems, evidence) in &phrases {
        let parts: Vec<&str> = stems.split(' ').collect();
        let words: Vec<String> = evidence.text().split(' ').map(str::to_lowercase).collect();
        let first = words.first().map_or("", String::as_str);
        let commands =
            language.is_english() && verbs::is_imperative(first) && !is_noun(parts.first().unwrap_or(&""));
        let sound = parts.last().is_some_and(|last| is_noun(last))
            && evidence.noun * 2 >= evidence.count
            && evidence.verb == 0
            && !commands
            && !(language.is_english() && words.iter().any(|word| word.ends_with("ly")))
            && !words.iter().any(|word| VAGUE.contains(word.as_str()))
            && parts.iter().collect::<HashSet<_>>().len() == parts.len();
        // A part of a longer phrase that always stands in it is no term: the longer one is.
        let part_of = |(longer, other): (&String, &Evidence)| {
            longer.len() > stems.len() && other.count == evidence.count && longer.contains(stems.as_str())
        };
        if sound && !phrases.iter().any(part_of) {
            found.push((Term::new(stems, evidence, language), evidence.count * 3));
            for part in parts {
                *inside.entry(part).or_default() += evidence.count;
            }
        }
    }
    for (stem, evidence) in &singles {
        let text = evidence.text();
        let alone = evidence.count.saturating_sub(*inside.get(stem.as_str()).unwrap_or(&0));
        let long = text.chars().count() >= 4 || text.chars().all(char::is_uppercase);
        if names(evidence, language) && alone * 3 >= evidence.count && long && !VAGUE.contains(text) {
            found.push((Term::new(stem, evidence, language), evidence.count));
        }
    }
    found.sort_by(|(a, a_score), (b, b_score)| b_score.cmp(a_score).then_with(|| a.text.cmp(&b.text)));
    found.truncate(KEPT);
    found.into_iter().map(|(term, _)| term).collect()
}

/// Whether a word is used as a noun, as far as one can see.
fn names(evidence: &Evidence, language: &Language) -> bool {
    let text = evidence.text();
    let inflected = language.is_english()
        && (text.ends_with("ly") || text.ends_with("ed") && !text.ends_with("eed") && text.len() > 4);
    if evidence.count < 2 || inflected {
        return false;
    }
    // What ends like this is a noun wherever it stands.
    let ends_as_noun = language.is_english()
        && ["tion", "sion", "ment", "ness", "ity", "ship", "ance", "ence", "ure"]
            .iter()
            .any(|end| text.ends_with(end))
        && text.chars().count() > 6;
    match language.code.as_str() {
        _ if ends_as_noun => true,
        "de" => evidence.noun * 2 >= evidence.count,
        "en" | "fr" | "es" | "it" | "pt" | "nl" => {
            evidence.noun * 3 >= evidence.count && evidence.verb * 4 <= evidence.count
        }
        _ => text.chars().count() >= 5,
    }
}

/// Terms by their stems.
pub(super) struct Index<'a>(HashMap<&'a str, &'a Term>);

impl<'a> Index<'a> {
    pub(super) fn new(terms: &'a [Term]) -> Self {
        Self(terms.iter().map(|term| (term.stems.as_str(), term)).collect())
    }

    pub(super) fn get(&self, stems: &str) -> Option<&'a Term> {
        self.0.get(stems).copied()
    }
}

/// Where terms stand in a sentence, longer ones first, each place once.
pub(super) fn find<'a>(sentence: &str, terms: &Index<'a>, language: &Language) -> Vec<Found<'a>> {
    let all: Vec<(Word, String)> =
        words(sentence).into_iter().map(|word| (word, language.stem(&word.lower()).into_owned())).collect();
    let mut found: Vec<Found> = Vec::new();
    for length in (1..=3_usize).rev() {
        for window in all.windows(length) {
            let (Some((first, _)), Some((last, _))) = (window.first(), window.last()) else { continue };
            let at = first.from..last.to();
            let taken = found.iter().any(|other| other.at.start < at.end && at.start < other.at.end);
            let spaced = window.windows(2).all(|pair| match pair {
                [(a, _), (b, _)] => {
                    sentence.get(a.to()..b.from).is_some_and(|gap| gap.chars().all(char::is_whitespace))
                }
                _ => true,
            });
            if taken || !spaced {
                continue;
            }
            let stems = window.iter().map(|(_, stem)| stem.as_str()).collect::<Vec<_>>().join(" ");
            if let Some(term) = terms.get(&stems) {
                found.push(Found { term, at });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_nouns_and_phrases() {
        let text = "Feed the sourdough starter, please. A sourdough starter is alive. Keep the flour and the water apart; the flour is dry. \
            You should knead the dough. Mix the dough with the starter quickly; to knead the dough by hand is slow.";
        let language = Language::new("en");
        let found = terms([text].into_iter(), &language);
        let texts: Vec<_> = found.iter().map(|term| term.text.as_str()).collect();
        assert!(
            texts.contains(&"sourdough starter") && texts.contains(&"dough") && texts.contains(&"flour"),
            "{texts:?}"
        );
        assert!(!texts.contains(&"knead") && !texts.contains(&"quickly"), "{texts:?}");
        let places: Vec<_> = find("Two sourdough starters and dough.", &Index::new(&found), &language)
            .into_iter()
            .map(|f| f.at)
            .collect();
        assert_eq!(places, [4..22, 27..32]);
    }
}
