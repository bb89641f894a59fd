//! Which sentences are understood without those around them.

use super::{
    sections::Piece,
    words::{Language, List, list, plain, words},
};
use crate::document::BlockKind;

/// Words at a sentence's beginning that point back, in lower case.
static LEANING_ENGLISH: List = List::new(|| {
    list(
        "accordingly additionally suppose imagine see remember here's there's what's let's afterwards again also although and another anyway as because both but \
    consequently conversely either even finally first firstly furthermore he hence her here his however \
    indeed instead it it's its lastly likewise meanwhile moreover neither nevertheless next nonetheless \
    nor not note now of once or other others otherwise perhaps rather same second secondly she similarly \
    since so some still such that that's their them then there thereby therefore these they they're \
    third this those though thus too unlike what where which whereas who why yet yes no we we're we've i \
    maybe my our",
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
pub(super) fn is_balanced(text: &str) -> bool {
    let count = |c: char| text.matches(c).count();
    count('(') == count(')')
        && count('[') == count(']')
        && count('“') == count('”')
        && count('"').is_multiple_of(2)
}

/// Whether a sentence only says where something else stands: `For more advice, see the Bread Guide.`
pub(super) fn refers(sentence: &str) -> bool {
    const OPENERS: &[&str] = &[
        "for more ",
        "for further ",
        "for additional ",
        "for details",
        "for help ",
        "to learn more",
        "to find out more",
        "learn more",
        "read more",
        "find out more",
        "see ",
        "refer to the ",
        "refer to our ",
        "check out ",
        "weitere informationen",
        "mehr dazu",
        "mehr informationen",
        "näheres ",
        "einzelheiten ",
        "siehe ",
        "pour plus d",
        "pour en savoir plus",
        "pour de plus amples",
        "voir ",
        "para más información",
        "para obtener más",
        "más información",
        "véase ",
    ];
    const INSIDE: &[&str] = &[
        ", see ",
        "(see ",
        ", siehe ",
        "(siehe ",
        " finden sie unter ",
        " finden sie auf ",
        ", voir ",
        "(voir ",
        ", véase ",
        "(véase ",
    ];
    let lower = sentence.to_lowercase();
    OPENERS.iter().any(|opener| lower.starts_with(opener)) || INSIDE.iter().any(|mark| lower.contains(mark))
}

/// Whether a text that ends with a colon announces examples.
fn announces_example(text: &str) -> bool {
    const CUES: &[&str] = &[
        "example",
        "examples",
        "for instance",
        "instead of",
        "such as",
        "beispiel",
        "beispiele",
        "statt",
        "exemple",
        "exemples",
        "au lieu de",
        "ejemplo",
        "ejemplos",
        "en lugar de",
    ];
    let last = crate::sentence::sentences(text).last().map(|last| format!(" {} ", plain(last)));
    last.is_some_and(|last| CUES.iter().any(|cue| last.contains(&format!(" {cue} "))))
}

/// Whether pieces, asked for one after the other, are examples: what follows `For example:` shows how something is said, and says
/// nothing itself.
#[derive(Default)]
pub(super) struct Shown(bool);

impl Shown {
    pub(super) fn next(&mut self, piece: &Piece) -> bool {
        self.0 = if piece.text.ends_with(':') {
            self.0 || announces_example(piece.text)
        } else {
            self.0 && !matches!(piece.kind, BlockKind::Paragraph | BlockKind::Heading(_))
        };
        self.0
    }
}

/// Whether a sentence of a text stands in a quotation that began before it.
pub(super) fn is_quoted(text: &str, sentence: &str) -> bool {
    let at = sentence.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    let before = text.get(..at).unwrap_or_default();
    let count = |mark: char| before.matches(mark).count();
    // What opens in English closes in German.
    let (opened, closed) =
        if text.contains('„') { (count('„'), count('“')) } else { (count('“'), count('”')) };
    opened > closed || count('«') != count('»') || count('"') % 2 == 1
}

/// Whether a sentence names something that one of those right before it has brought up: `The associate` after `a store associate`.
pub(super) fn recalls(sentence: &str, before: &[&str], language: &Language) -> bool {
    /// Words between an article and its noun, with the noun.
    const REACH: usize = 3;
    if !language.is_english() {
        return false;
    }
    let stems = |text: &str| -> Vec<String> {
        words(text).iter().map(|word| language.stem(&word.lower()).into_owned()).collect()
    };
    let own = stems(sentence);
    let named: Vec<&String> = own
        .windows(2)
        .filter_map(|pair| match pair {
            [article, noun] if article == "the" && language.is_content(noun) => Some(noun),
            _ => None,
        })
        .collect();
    let brings_up = |text: &[String], noun: &String| {
        text.iter().enumerate().any(|(at, word)| {
            let article = at.saturating_sub(REACH)..at;
            word == noun
                && text
                    .get(article)
                    .is_some_and(|near| near.iter().any(|word| matches!(word.as_str(), "a" | "an")))
        })
    };
    !named.is_empty()
        && before.iter().map(|text| stems(text)).any(|text| named.iter().any(|noun| brings_up(&text, noun)))
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
    // `In the first example, …`
    let example = lower.windows(2).any(|pair| match pair {
        [which, what] => {
            let which = matches!(
                which.as_str(),
                "first"
                    | "second"
                    | "third"
                    | "last"
                    | "this"
                    | "that"
                    | "these"
                    | "above"
                    | "next"
                    | "previous"
            );
            which && matches!(what.as_str(), "example" | "examples" | "sample" | "excerpt")
        }
        _ => false,
    });
    let content = lower.iter().filter(|word| language.is_content(word)).count();
    !elsewhere
        && !example
        && content >= 3
        && !sentence.contains("://")
        && !sentence.contains('…')
        && !has_label(sentence)
        && !refers(sentence)
        && !is_title(sentence, language)
        && !sentence.contains(", however")
        && !sentence.contains("[")
}

/// `Budget: Partners often …`, `Very slight improvement: write it small`: the label of a paragraph, not a part of its sentence.
fn has_label(sentence: &str) -> bool {
    sentence.split_once(": ").is_some_and(|(label, rest)| {
        words(label).len() <= 3 || rest.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
    })
}

/// `Best Practice for Archiving Content, Content Strategy Inc.`: what something is called.
fn is_title(sentence: &str, language: &Language) -> bool {
    let long = words(sentence).into_iter().filter(|word| word.text.chars().count() > 3);
    let (mut all, mut capitals) = (0, 0);
    for word in long {
        all += 1;
        capitals += usize::from(word.is_capitalized());
    }
    language.code != "de" && all >= 4 && capitals * 5 >= all * 4
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
            "For more detailed advice on loaves, see the Baker’s Style Guide.",
            "In the first example, the loaf is a piece of dough and weighs little.",
            "Slight improvement: the dough rests for another hour on the bench.",
            "Best Practice for Baking and Selling Bread, Bread Strategy Inc.",
        ] {
            assert!(!stands_alone(bad, &english), "{bad}");
        }
        assert!(leans("Diese Teige brauchen Zeit.", &Language::new("de")));
    }

    #[test]
    fn what_was_brought_up_before_is_recalled() {
        let english = Language::new("en");
        let before = ["You might get angry at a cheerful store associate who asks again."];
        assert!(recalls(
            "To avoid going the way of the associate, think about your guests.",
            &before,
            &english
        ));
        assert!(!recalls("To avoid the way of the world, think about your guests.", &before, &english));
        let text = "The mail says “Say yes! Take it all. Celebrate your day.” Then it ends.";
        let quoted =
            |sentence: &str| is_quoted(text, text.split_at(text.find(sentence).unwrap_or_default()).1);
        assert!(quoted("Take it") && quoted("Celebrate") && !quoted("Then") && !quoted("The mail"));
        assert!(
            announces_example("Write it small. For example:")
                && !announces_example("For example, so. You need:")
        );
    }
}
