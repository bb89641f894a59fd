//! What a text shows of its words: how often they stand there, whether as nouns, and between which others.

use std::collections::BTreeMap;

use super::words::{Language, List, Word, list, words};

/// Words before a noun.
static BEFORE_NOUNS: List = List::new(|| {
    list(
        "a an at between by each every for from her his in into its no of on our some the their these this those through \
        under with without your several au aux ce ces chaque d'un d'une de des du la le les leur sa ses son un une al cada \
        del el las los su sus una",
    )
});

/// Words before a verb.
static BEFORE_VERBS: List = List::new(|| {
    list(
        "can cannot could don't i let may might must not should they to we will would you never always it who doesn't \
        won't didn't also then that which",
    )
});

/// Words after a noun; after what may be a verb as well, only the first ones tell.
static AFTER_NOUNS: List = List::new(|| {
    list(
        "of is are was were and or that which can will should has have in on at for with from to must may before after \
        when as than by into until so if because but",
    )
});
static AFTER_SURE_NOUNS: List =
    List::new(|| list("of is are was were and or that which can will should has have"));

/// What is known of a word or of a few side by side.
#[derive(Default)]
pub(super) struct Evidence {
    pub(super) count: u32,
    /// How often it stands as a noun does, and as a verb does.
    pub(super) noun: u32,
    pub(super) verb: u32,
    /// Ways of writing it, and the words before and after it, and how often.
    pub(super) texts: BTreeMap<String, u32>,
    pub(super) before: BTreeMap<String, u32>,
    pub(super) after: BTreeMap<String, u32>,
}

impl Evidence {
    /// As it is written most often.
    pub(super) fn text(&self) -> &str {
        let best = self.texts.iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map_or("", |(text, _)| text)
    }

    fn add(&mut self, text: String, before: &str, after: &str) {
        self.count += 1;
        *self.texts.entry(text).or_default() += 1;
        for (words, word) in [(&mut self.before, before), (&mut self.after, after)] {
            if !word.is_empty() {
                *words.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
}

/// What texts show, by stems.
#[derive(Default)]
pub(super) struct Observed {
    pub(super) singles: BTreeMap<String, Evidence>,
    pub(super) phrases: BTreeMap<String, Evidence>,
}

/// A word with what is known of it and of the space before it.
struct Token<'a> {
    word: Word<'a>,
    lower: String,
    stem: String,
    content: bool,
    /// Nothing but space stands between it and the word before.
    adjacent: bool,
    begins_sentence: bool,
}

fn tokens<'a>(text: &'a str, language: &Language) -> Vec<Token<'a>> {
    let mut end: Option<usize> = None;
    let mut tokens = Vec::new();
    for word in words(text) {
        let gap = end.map_or("", |end| text.get(end..word.from).unwrap_or_default());
        let lower = word.lower();
        let content = !word.is_number() && language.is_content(&lower) && !is_adverb(&lower, language);
        tokens.push(Token {
            stem: if content { language.stem(&lower).into_owned() } else { String::new() },
            content,
            adjacent: end.is_some() && gap.chars().all(char::is_whitespace),
            begins_sentence: end.is_none() || gap.contains(['.', '!', '?', ':', '“', '"', '\n']),
            word,
            lower,
        });
        end = Some(word.to());
    }
    tokens
}

/// `quickly`: no part of a term. `Family` is.
fn is_adverb(lower: &str, language: &Language) -> bool {
    const NOUNS: &[&str] = &["anomaly", "assembly", "family", "reply", "supply"];
    language.is_english() && lower.len() > 4 && lower.ends_with("ly") && !NOUNS.contains(&lower)
}

impl Observed {
    /// Reads a text.
    pub(super) fn read(&mut self, text: &str, language: &Language) {
        let tokens = tokens(text, language);
        let mut from = 0;
        while from < tokens.len() {
            let is_content = |at: &usize| {
                tokens.get(*at).is_some_and(|token| token.content && (*at == from || token.adjacent))
            };
            let length = (from..).take_while(is_content).count();
            if length > 0 {
                self.run(&tokens, from, from + length, language);
            }
            from += length.max(1);
        }
    }

    /// Reads words that carry meaning, side by side.
    fn run(&mut self, tokens: &[Token], from: usize, to: usize, language: &Language) {
        let before =
            tokens.get(from).filter(|first| first.adjacent).and_then(|_| tokens.get(from.checked_sub(1)?));
        let before = before.map_or("", |token| token.lower.as_str());
        let after = tokens.get(to).filter(|next| next.adjacent).map(|token| token.lower.as_str());
        let (determined, commanded) = (BEFORE_NOUNS.contains(before), BEFORE_VERBS.contains(before));
        for length in 1..=3_usize {
            for at in from..(to + 1).saturating_sub(length) {
                let Some(window) = tokens.get(at..at + length) else { continue };
                let text: Vec<String> = window.iter().map(|token| written(token, language)).collect();
                let stems: Vec<&str> = window.iter().map(|token| token.stem.as_str()).collect();
                let word_before =
                    if at == from { before } else { tokens.get(at - 1).map_or("", |token| &token.lower) };
                let word_after = if at + length == to {
                    after
                } else {
                    tokens.get(at + length).map(|token| token.lower.as_str())
                };
                let all = if length == 1 { &mut self.singles } else { &mut self.phrases };
                let evidence = all.entry(stems.join(" ")).or_default();
                evidence.add(text.join(" "), word_before, word_after.unwrap_or_default());
                let is_last = at + length == to;
                let noun = match window {
                    [token] if language.code == "de" => token.word.is_capitalized() && !token.begins_sentence,
                    [token] => {
                        let unsure =
                            to - from > 1 && ["s", "ed", "ing"].iter().any(|end| token.lower.ends_with(end));
                        let ends = after.is_none_or(|after| {
                            if unsure {
                                AFTER_SURE_NOUNS.contains(after)
                            } else {
                                AFTER_NOUNS.contains(after)
                            }
                        });
                        is_last && determined && ends
                    }
                    _ => at > from || determined,
                };
                // `Bulk fermentation is …` opens a sentence without an article.
                let opens = tokens.get(from).is_some_and(|first| first.begins_sentence);
                let subject = opens
                    && at == from
                    && is_last
                    && after.is_some_and(|after| AFTER_SURE_NOUNS.contains(after));
                evidence.noun += u32::from(noun || subject && language.code != "de");
                evidence.verb += u32::from(at == from && commanded);
            }
        }
    }
}

/// In lower case, unless it is written with a capital letter for a reason.
fn written(token: &Token, language: &Language) -> String {
    let shouts = token.word.text.chars().skip(1).any(char::is_uppercase);
    let named = token.word.is_capitalized() && (!token.begins_sentence || language.code == "de");
    if shouts || named { token.word.text.to_owned() } else { token.lower.clone() }
}
