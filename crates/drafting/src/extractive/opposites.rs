//! Statements turned around.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use super::{
    cloze::replaced,
    words::{Language, words},
};

/// English words whose exchange turns a statement around, either way.
const EITHER_WAY: &str = "always:never before:after higher:lower longer:shorter warmer:colder faster:slower quickly:slowly \
    minimum:maximum earlier:later stronger:weaker strong:weak wet:dry thick:thin increase:reduce increases:reduces \
    inside:outside above:below cheap:expensive internal:external required:optional bigger:smaller easier:harder \
    positive:negative strengthens:weakens deeper:shallower oldest:newest temporary:permanent upper:lower lighter:heavier \
    optional:mandatory individual:shared formal:informal";

/// And one way only: the other way they often say something else.
const ONE_WAY: &str = "warm:cold hot:cold cold:warm early:late rarely:often seldom:often frequently:rarely larger:smaller smaller:larger \
    cheaper:dearer must:need+not cannot:can softer:harder shortest:longest longest:shortest mandatory:optional usually:rarely \
    cheapest:dearest highest:lowest lowest:highest fastest:slowest biggest:smallest";

/// Two words that are exchanged together.
const PAIRS: &[(&str, &str)] = &[
    ("more than", "less than"),
    ("less than", "more than"),
    ("at least", "at most"),
    ("at most", "at least"),
];

static OPPOSITES: LazyLock<HashMap<&str, String>> = LazyLock::new(|| {
    let parted = |words: &'static str| words.split_ascii_whitespace().filter_map(|pair| pair.split_once(':'));
    let both = parted(EITHER_WAY).flat_map(|(a, b)| [(a, b), (b, a)]);
    both.chain(parted(ONE_WAY)).map(|(from, to)| (from, to.replace('+', " "))).collect()
});

/// A sentence turned around, if one word does it.
pub(super) fn opposite(sentence: &str, language: &Language) -> Option<String> {
    if !language.is_english() {
        return None;
    }
    let all = words(sentence);
    let mut swaps: Vec<(Range<usize>, String)> = Vec::new();
    for (at, word) in all.iter().enumerate() {
        let one = word.lower();
        let two = all.get(at + 1).map(|next| (format!("{one} {}", next.lower()), next.to()));
        let pair =
            two.and_then(|(two, end)| PAIRS.iter().find(|(from, _)| *from == two).map(|(_, to)| (*to, end)));
        // `more than just a list` has no opposite; `more than 20` has.
        let hedges = |end: usize| {
            let next = words(sentence.get(end..).unwrap_or_default());
            next.first().is_some_and(|next| matches!(next.lower().as_str(), "just" | "merely" | "that"))
        };
        let pair = pair.filter(|(_, end)| !hedges(*end));
        match (pair, OPPOSITES.get(one.as_str())) {
            (Some((to, end)), _) => swaps.push((word.from..end, to.to_owned())),
            // `wet-dry` and `the Best Western`.
            (None, Some(to)) if !word.is_capitalized() || at == 0 => {
                swaps.push((word.from..word.to(), to.clone()))
            }
            _ => {}
        }
    }
    // Two turns may turn back.
    match swaps.as_slice() {
        [(at, to)] => Some(replaced(sentence, at, to)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_turns_a_statement_around() {
        let of = |text| opposite(text, &Language::new("en"));
        assert_eq!(of("Feed it before mixing.").as_deref(), Some("Feed it after mixing."));
        assert_eq!(of("Bake at least an hour.").as_deref(), Some("Bake at most an hour."));
        assert_eq!(of("Every cut must be covered.").as_deref(), Some("Every cut need not be covered."));
        assert_eq!(of("Warm dough is always faster than cold."), None);
        assert_eq!(of("Bread is good."), None);
        assert_eq!(of("Baking is more than just a job."), None);
        assert_eq!(of("Use more than 20 grams.").as_deref(), Some("Use less than 20 grams."));
    }
}
