//! A piece of text in which some words are marked. Never HTML until [`Excerpt::to_html`] escapes it.

/// A piece of text with marked words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt(pub Vec<Piece>);

/// Text that is marked, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub marked: bool,
}

impl Excerpt {
    /// Text in which nothing is marked.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self(vec![Piece { text: text.to_owned(), marked: false }])
    }

    /// Cuts `text` where a program marked it with `open` and `close`.
    #[must_use]
    pub fn from_marks(text: &str, open: char, close: char) -> Self {
        let mut pieces = Vec::new();
        let mut marked = false;
        for part in text.split_inclusive([open, close]) {
            let inner = part.trim_end_matches([open, close]);
            if !inner.is_empty() {
                pieces.push(Piece { text: inner.to_owned(), marked });
            }
            marked = part.ends_with(open);
        }
        Self(pieces)
    }

    /// Whether a word in it is marked.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        self.0.iter().any(|piece| piece.marked)
    }

    /// The text without marks.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// Escaped text in which the marked words stand in `<mark>`.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut html = String::new();
        for piece in &self.0 {
            if piece.marked {
                html.push_str("<mark>");
            }
            for letter in piece.text.chars() {
                match letter {
                    '&' => html.push_str("&amp;"),
                    '<' => html.push_str("&lt;"),
                    '>' => html.push_str("&gt;"),
                    '"' => html.push_str("&quot;"),
                    '\'' => html.push_str("&#39;"),
                    other => html.push(other),
                }
            }
            if piece.marked {
                html.push_str("</mark>");
            }
        }
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_the_only_html() {
        let excerpt = Excerpt::from_marks("a <b> \u{1}x & \"y\"\u{2} c", '\u{1}', '\u{2}');
        assert!(excerpt.is_marked());
        assert_eq!(excerpt.text(), "a <b> x & \"y\" c");
        assert_eq!(excerpt.to_html(), "a &lt;b&gt; <mark>x &amp; &quot;y&quot;</mark> c");
        assert_eq!(Excerpt::from_marks("", '\u{1}', '\u{2}'), Excerpt::default());
    }
}
