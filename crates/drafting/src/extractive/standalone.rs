//! Which sentences are understood without those around them.

use super::words::{Language, List, list, words};

/// Words at a sentence's beginning that point back, in lower case.
static LEANING_ENGLISH: List = List::new(|| {
    list(
        "accordingly additionally suppose imagine see remember here's there's what's let's afterwards again also although and another anyway as because both but \
    consequently conversely either even finally first firstly furthermore he hence her here his however \
    indeed instead it it's its lastly likewise meanwhile moreover neither nevertheless next nonetheless \
    nor not note now of once or other others otherwise perhaps rather same second secondly she similarly \
    since so some still such that that's their them then there thereby therefore these they they're \
    third this those though thus too unlike what where which whereas who why yet yes no we we're we've i \
    my our",
    )
});

static LEANING_OTHER: List = List::new(|| {
    list(
        "aber allerdings also außerdem auch daher damit danach dann darum das dabei dadurch denn dennoch \
    deshalb dies diese dieser dieses doch er es ferner hier hierbei ihr ihre jedoch sie so solche somit \
    sonst trotzdem und wir zudem ainsi alors aussi car ce cela celui-ci cependant ces cet cette c'est \
    donc elle elles enfin ensuite et il ils leur leurs mais nous or pourtant puis toutefois además ahora \
    así aunque como ella ellos entonces esa ese eso esta este esto estos estas luego pero por pues sin \
    su sus también y",
    )
});

/// References to what isn't there when a sentence stands alone.
static ELSEWHERE: List = List::new(|| {
    list(
        "above aforementioned appendix below chapter earlier figure figures fig following footnote latter \
    paragraph previous section table abbildung abschnitt anhang folgende folgenden kapitel oben siehe \
    tabelle unten ci-dessous ci-dessus chapitre figura capítulo sección tabla siguiente",
    )
});

/// Whether a sentence points back to the one before it: `This`, `However`, `They`.
pub(super) fn leans(sentence: &str, language: &Language) -> bool {
    let mut found = words(sentence).into_iter();
    let Some(first) = found.next().map(|word| word.lower()) else { return false };
    let second = found.next().map(|word| word.lower()).unwrap_or_default();
    if language.is_english() {
        // `For example` and `In this case` lean; `In winter` and `For a loaf` don't.
        let two = matches!(
            (first.as_str(), second.as_str()),
            ("for", "example" | "instance" | "this" | "these" | "that") | ("in", "this" | "that" | "these" | "addition" | "other" | "fact" | "short" | "contrast" | "such")
                | ("on" | "at" | "with" | "from" | "after" | "before" | "to" | "by", "this" | "that" | "these" | "those" | "it" | "them" | "the same" | "other")
                | ("if", "so" | "not" | "it" | "they" | "this" | "that") | ("when" | "while" | "until" | "unless", "it" | "they" | "this" | "that" | "these")
                | ("one" | "two" | "three" | "each" | "all" | "any" | "most" | "many" | "none", "of")
                | ("after", "all") | ("along", "the" | "these") | ("depending", _) | ("one" | "two", _)
                // The third leans on the first two: `The second`, `The same`.
                | ("the", "other" | "second" | "third" | "same" | "latter" | "former" | "next" | "last" | "following" | "above" | "first" | "result" | "reason" | "point" | "answer" | "difference" | "rest")
        );
        two || LEANING_ENGLISH.contains(first.as_str())
    } else {
        LEANING_OTHER.contains(first.as_str())
    }
}

/// Whether something is a sentence: it has a few words, begins as one and ends as one.
pub(super) fn is_sentence(text: &str) -> bool {
    let text = text.trim();
    let ends = text.trim_end_matches(['"', '”', '’', '»', ')']).ends_with(['.', '!', '。', '！']);
    let begins = text
        .trim_start_matches(['"', '“', '„', '«', '¿', '¡'])
        .starts_with(|c: char| c.is_alphanumeric() && !c.is_lowercase());
    let last = text.trim_end_matches(['.', '!', ' ']).rsplit(' ').next().unwrap_or_default().to_lowercase();
    ends && begins && !matches!(last.as_str(), "etc" | "e.g" | "i.e" | "vs")
}

/// Whether brackets and quotation marks come in pairs.
fn is_balanced(text: &str) -> bool {
    let count = |c: char| text.matches(c).count();
    count('(') == count(')')
        && count('[') == count(']')
        && count('“') == count('”')
        && count('"').is_multiple_of(2)
}

/// Whether a sentence can be read alone: as something to remember, or as the ground of a question.
pub(super) fn stands_alone(sentence: &str, language: &Language) -> bool {
    let found = words(sentence);
    let lower: Vec<String> = found.iter().map(super::words::Word::lower).collect();
    let is_short = language.code != "ja" && language.code != "zh";
    if !is_sentence(sentence)
        || leans(sentence, language)
        || !is_balanced(sentence)
        || sentence.chars().count() > 280
    {
        return false;
    }
    if is_short && !(7..=36).contains(&found.len()) {
        return false;
    }
    // `the table below`, but not `below zero`; a baker's table passes as long as it has no number.
    let elsewhere = lower.iter().enumerate().any(|(at, word)| {
        ELSEWHERE.contains(word.as_str())
            && match word.as_str() {
                "table" | "figure" | "section" | "chapter" | "appendix" | "tabelle" | "kapitel"
                | "abschnitt" | "tabla" | "figures" => {
                    let before = at.checked_sub(1).and_then(|at| lower.get(at)).map_or("", String::as_str);
                    let after = found.get(at + 1);
                    after
                        .is_some_and(|word| word.is_number() || word.text.len() == 1 && word.is_capitalized())
                        || matches!(before, "this" | "next" | "previous" | "see" | "diese" | "siehe")
                }
                "below" | "above" => {
                    at.checked_sub(1)
                        .and_then(|at| lower.get(at))
                        .is_some_and(|before| matches!(before.as_str(), "the" | "see" | "as"))
                        || found.get(at + 1).is_none()
                        || lower
                            .get(at + 1)
                            .is_some_and(|next| matches!(next.as_str(), "is" | "are" | "shows" | "and"))
                }
                "earlier" | "following" => {
                    at + 1 < lower.len()
                        && matches!(
                            at.checked_sub(1).and_then(|at| lower.get(at)).map(String::as_str),
                            Some("the")
                        )
                }
                _ => true,
            }
    });
    let content = lower.iter().filter(|word| language.is_content(word)).count();
    !elsewhere
        && content >= 3
        && !sentence.contains("://")
        && !sentence.contains('…')
        && !has_label(sentence)
        && !sentence.contains(", however")
        && !sentence.contains("[")
}

/// `Budget: Partners often …`: the label of a paragraph, not a part of its sentence.
fn has_label(sentence: &str) -> bool {
    sentence
        .split_once(": ")
        .is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase()))
}

/// How many words point to something before: `it`, `they`, `this`. A sentence with many says less when it stands alone.
pub(super) fn pointers(sentence: &str) -> usize {
    static POINTERS: List = List::new(|| {
        list(
            "it its it's they them their this these those that's here there he she his her him both either so \
    such we our us i my",
        )
    });
    words(sentence).iter().filter(|word| POINTERS.contains(word.lower().as_str())).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_that_point_elsewhere_do_not_stand_alone() {
        let english = Language::new("en");
        for good in [
            "A starter is a culture of flour, water and wild yeast.",
            "In winter the dough needs another hour on the table.",
            "Store raw milk below five degrees in the walk-in fridge.",
        ] {
            assert!(stands_alone(good, &english), "{good}");
        }
        for bad in [
            "This makes the dough easier to shape by hand.",
            "However, a wet dough needs a longer bake.",
            "It should rest for an hour on the bench.",
            "For example, a wet dough needs a longer bake.",
            "Baking times are given in table 3 for every loaf.",
            "Mix the flour and the water as shown above.",
            "Fold it.",
            "Why does a wet dough need a longer bake?",
            "flour, water, salt and a little yeast or starter",
        ] {
            assert!(!stands_alone(bad, &english), "{bad}");
        }
        assert!(leans("Diese Teige brauchen Zeit.", &Language::new("de")));
    }
}
