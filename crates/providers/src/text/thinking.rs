//! What a model thinks before it answers is not part of the answer.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// No model leaves so many bytes empty before it thinks.
const LONGEST_GAP: usize = 1000;

/// Leaves out `<think>…</think>` at the beginning of a text that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Thinking {
    /// What can't be told yet.
    held: String,
    state: State,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the first letter.
    #[default]
    Beginning,
    Thinking,
    /// Between the thoughts and the first letter of the answer.
    Between,
    Answering,
}

impl Thinking {
    /// What of the text so far is answer and hasn't been given yet.
    pub(super) fn answer(&mut self, piece: &str) -> String {
        if self.state == State::Answering {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        loop {
            match self.state {
                State::Beginning => {
                    let begun = self.held.trim_start();
                    if let Some(thoughts) = begun.strip_prefix(OPEN) {
                        self.held = thoughts.to_owned();
                        self.state = State::Thinking;
                    } else if OPEN.starts_with(begun) && self.held.len() < LONGEST_GAP {
                        return String::new();
                    } else {
                        return self.rest();
                    }
                }
                State::Thinking => {
                    if let Some((_, answer)) = self.held.split_once(CLOSE) {
                        self.held = answer.to_owned();
                        self.state = State::Between;
                    } else {
                        // No more than the beginning of a closing tag is worth keeping.
                        let mut from = self.held.len().saturating_sub(CLOSE.len());
                        while !self.held.is_char_boundary(from) {
                            from += 1;
                        }
                        self.held.drain(..from);
                        return String::new();
                    }
                }
                State::Between => {
                    let begun = self.held.trim_start();
                    if begun.is_empty() {
                        self.held.clear();
                        return String::new();
                    }
                    self.held = begun.to_owned();
                    return self.rest();
                }
                State::Answering => return self.rest(),
            }
        }
    }

    /// What is left at the end: a text that only looked like the beginning of thoughts.
    pub(super) fn rest(&mut self) -> String {
        if self.state == State::Thinking {
            return String::new();
        }
        self.state = State::Answering;
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod unit {
    use super::*;
    use proptest::prelude::*;

    fn through(pieces: &[&str]) -> String {
        let mut thinking = Thinking::default();
        let mut text: String = pieces.iter().map(|piece| thinking.answer(piece)).collect();
        text.push_str(&thinking.rest());
        text
    }

    #[test]
    fn thoughts_are_left_out() {
        for (pieces, answer) in [
            (&["\n<th", "ink>Let me", " see.</thi", "nk>\n\n", " {\"a\":", "1}"][..], "{\"a\":1}"),
            (&["<think></think>yes"], "yes"),
            (&["  yes", " no"], "  yes no"),
            (&["<thi", "rd>"], "<third>"),
            (&["<thi"], "<thi"),
            (&["1 <think>2</think>"], "1 <think>2</think>"),
            (&["<think>for ever"], ""),
            (&["<think>a</think>", "b</think>"], "b</think>"),
            (&["<think>ä€ä€ä€ä€", "ü</think>ö"], "ö"),
            (&[], ""),
        ] {
            assert_eq!(through(pieces), answer, "{pieces:?}");
        }
    }

    proptest! {
        #[test]
        fn it_is_the_same_in_any_pieces(text in "(\n?<think>[a<ä/]{0,9}</think>\n?)?[b<>ü ]{0,9}", cut in 0_usize..40) {
            let mut cut = cut.min(text.len());
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            let letters: Vec<String> = text.chars().map(String::from).collect();
            let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
            let whole = through(&[&text]);
            prop_assert_eq!(through(&[&text[..cut], &text[cut..]]), whole.clone());
            prop_assert_eq!(through(&letters), whole);
        }
    }
}
