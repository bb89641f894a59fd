//! What a text defines: `A starter is a …`, `Hydration means …`, `Autolysis: …`.

use serde::{Deserialize, Serialize};

use super::{
    front::capitalize,
    terms::Index,
    words::{Language, words},
};
use crate::document::BlockKind;

/// A term with what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Without its article.
    pub term: String,
    /// What stands after `is` or the colon.
    pub body: String,
}

/// What joins a term and what it is, per language.
fn copulas(language: &Language) -> &'static [&'static str] {
    match language.code.as_str() {
        "en" => &[
            " is a ",
            " is an ",
            " is the ",
            " are the ",
            " are a ",
            " means ",
            " refers to ",
            " is any ",
            " describes ",
            " is when ",
            " are those ",
            " is how ",
        ],
        "de" => &[
            " ist ein ",
            " ist eine ",
            " ist der ",
            " ist die ",
            " ist das ",
            " bedeutet ",
            " bezeichnet ",
            " heißt ",
        ],
        "fr" => &[" est un ", " est une ", " est le ", " est la ", " est l'", " désigne ", " signifie "],
        "es" => &[" es un ", " es una ", " es el ", " es la ", " significa ", " se refiere a "],
        _ => &[],
    }
}

const ARTICLES: &[&str] = &[
    "a", "an", "the", "der", "die", "das", "ein", "eine", "le", "la", "les", "un", "une", "el", "los", "las",
    "una",
];

/// What a sentence defines.
pub(super) fn of_sentence(sentence: &str, terms: &Index, language: &Language) -> Option<Definition> {
    let (at, copula) = copulas(language)
        .iter()
        .filter_map(|copula| sentence.find(copula).map(|at| (at, *copula)))
        .min_by_key(|(at, _)| *at)?;
    let subject = sentence.get(..at)?;
    // `is a culture`: the article belongs to what it is.
    let verb = copula.trim_start().split_once(' ').map_or(copula.len(), |(verb, _)| verb.len() + 2);
    let verb = if matches!(copula, " refers to " | " se refiere a ") { copula.len() } else { verb };
    let body = sentence.get(at + verb..)?.trim().trim_end_matches(['.', '!']);
    let term = without_article(subject)?;
    let found = words(term);
    let known = terms
        .get(
            &found.iter().map(|word| language.stem(&word.lower()).into_owned()).collect::<Vec<_>>().join(" "),
        )
        .is_some();
    let joined =
        found.iter().any(|word| language.is_stop(&word.lower()) && !matches!(word.text, "of" | "de" | "du"));
    let whole = !subject.contains([',', ';', ':', '(', '—', '–']);
    // A name of something that the text knows, or two words that may be one.
    let kind = ["a ", "an ", "the "].iter().any(|article| body.starts_with(article))
        && [" of ", " that ", " which ", " in which "].iter().any(|relation| body.contains(relation));
    let named = known || found.len() >= 2 || kind && term.chars().count() >= 6;
    let turns = words(body).iter().any(|word| {
        matches!(
            word.lower().as_str(),
            "it" | "it's" | "they" | "they're" | "but" | "we" | "our" | "isn't" | "aren't"
        )
    });
    let fits =
        (1..=4).contains(&found.len()) && words(body).len() >= 5 && !body.contains([':', ';']) && !turns;
    // `Bread is the best`: an opinion.
    let judges = words(body).iter().take(2).any(|word| {
        matches!(
            word.lower().as_str(),
            "best"
                | "most"
                | "worst"
                | "good"
                | "great"
                | "bad"
                | "only"
                | "same"
                | "reason"
                | "key"
                | "lot"
                | "biggest"
                | "easiest"
                | "cheapest"
                | "commonest"
                | "better"
                | "main"
        )
    });
    (whole && named && fits && !joined && !judges)
        .then(|| Definition { term: term.to_owned(), body: body.to_owned() })
}

/// What an entry of a glossary defines: `Autolysis: a rest of flour and water before salt is added`.
pub(super) fn of_entry(text: &str, kind: BlockKind, language: &Language) -> Vec<Definition> {
    let lines: Vec<(&str, &str)> = match kind {
        BlockKind::Table => text
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once('\t'))
            .filter(|(_, rest)| !rest.contains('\t'))
            .collect(),
        BlockKind::ListItem | BlockKind::Paragraph => {
            [": ", " – ", " — "].iter().filter_map(|mark| text.split_once(mark)).take(1).collect()
        }
        _ => Vec::new(),
    };
    lines
        .into_iter()
        .filter_map(|(term, body)| {
            let term = without_article(term)?;
            let found = words(term);
            let body = body.trim().trim_end_matches('.');
            let first = words(body).first().map(|word| word.lower()).unwrap_or_default();
            let is_name = (1..=3).contains(&found.len())
                && found.iter().all(|word| language.is_content(&word.lower()))
                && term.starts_with(char::is_uppercase)
                && !matches!(
                    term.to_lowercase().as_str(),
                    "active"
                        | "passive"
                        | "before"
                        | "after"
                        | "better"
                        | "good"
                        | "bad"
                        | "right"
                        | "wrong"
                        | "rationale"
                        | "reason"
                        | "note"
                        | "tip"
                        | "warning"
                        | "example"
                        | "important"
                        | "remember"
                        | "hinweis"
                        | "achtung"
                );
            // What it is begins with an article, not with another instruction.
            let says = ARTICLES.contains(&first.as_str()) || kind == BlockKind::Table;
            let fits = (5..=45).contains(&words(body).len()) && !body.contains('\t');
            (is_name && says && fits)
                .then(|| Definition { term: term.to_owned(), body: first_sentence(body) })
        })
        .collect()
}

fn first_sentence(body: &str) -> String {
    let first = crate::sentence::sentences(body).first().copied().unwrap_or(body);
    capitalize(first.trim_end_matches('.'))
}

fn without_article(term: &str) -> Option<&str> {
    let term = term.trim();
    let (first, rest) = term.split_once(' ').unwrap_or((term, ""));
    let term = if ARTICLES.contains(&first.to_lowercase().as_str()) { rest.trim() } else { term };
    (!term.is_empty() && term.starts_with(char::is_alphabetic)).then_some(term)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_found() {
        let english = Language::new("en");
        let found =
            |text| of_sentence(text, &Index::new(&[]), &english).map(|found| (found.term, found.body));
        assert_eq!(
            found("A sourdough starter is a culture of flour, water and yeast."),
            Some(("sourdough starter".to_owned(), "a culture of flour, water and yeast".to_owned()))
        );
        assert_eq!(
            found("Bulk fermentation refers to the first rise of the whole dough.").map(|(_, body)| body),
            Some("the first rise of the whole dough".to_owned())
        );
        for none in [
            "This is a long and slow way to bake.",
            "If the dough is warm, this is a sign of life.",
            "Good bread is the best thing there is.",
        ] {
            assert_eq!(found(none), None);
        }
        let entry = of_entry(
            "Banneton: a basket that holds the loaf during its last rise.",
            BlockKind::ListItem,
            &english,
        );
        assert_eq!(
            entry.first().map(|found| found.body.as_str()),
            Some("A basket that holds the loaf during its last rise")
        );
        assert!(
            of_entry("Note: do not open the oven in the first ten minutes.", BlockKind::Paragraph, &english)
                .is_empty()
        );
    }
}
