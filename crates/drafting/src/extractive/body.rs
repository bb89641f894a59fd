//! What learners read: Markdown from the pieces of a day.

use super::{
    Day, Part, Source,
    front::capitalize,
    groups::Group,
    markdown::{self, escape},
    phrases::{Phrases, fill},
    plan::piece_of,
    sections::Piece,
    standalone,
    words::Language,
};
use crate::{document::BlockKind, sentence::sentences};

/// What the text of a day is made from.
pub(super) struct Text<'t, 'a> {
    pub(super) sources: &'t [Source<'a>],
    pub(super) pieces: &'t [Vec<Piece<'a>>],
    pub(super) day: &'t Day,
    pub(super) phrases: &'static Phrases,
    pub(super) language: &'t Language,
    pub(super) groups: &'t [Group<'t>],
    pub(super) focus: &'t [String],
    pub(super) title: &'t str,
    /// Whether its first chapter begins here, and is not one that goes on from the day before.
    pub(super) begins: bool,
}

/// Words that a section keeps when its first paragraph opens the lesson.
const LEFT: usize = 100;

impl Text<'_, '_> {
    /// The whole lesson.
    pub(super) fn body(&self) -> String {
        let mut blocks: Vec<String> = Vec::new();
        let opening = self.opening();
        if let Some((piece, part)) = opening {
            blocks.push(markdown::piece(piece));
            blocks.push(self.source_line(&[(part.source, piece.page, part)]));
        }
        let skip = opening.and_then(|(_, part)| part.pieces.first().map(|place| (part.source, *place)));
        blocks.push(self.covers(skip));
        blocks.push(self.watch());
        for group in self.groups {
            self.section(group, skip, &mut blocks);
        }
        blocks.push(format!("## {}", self.phrases.use_title));
        blocks.push(self.practice());
        let mut body = String::new();
        for (at, block) in blocks.iter().enumerate() {
            let tight = at > 0
                && block.starts_with("- ")
                && blocks.get(at - 1).is_some_and(|before| before.starts_with("- "));
            if at > 0 {
                body.push_str(if tight { "\n" } else { "\n\n" });
            }
            body.push_str(block);
        }
        body.push('\n');
        body
    }

    /// The first paragraph, if it can open the lesson: it is moved there.
    fn opening(&self) -> Option<(&Piece<'_>, &Part)> {
        let part = self.day.parts.first()?;
        let piece = piece_of(self.pieces, part.source, *part.pieces.first()?)?;
        let next = part.pieces.get(1).and_then(|place| piece_of(self.pieces, part.source, *place));
        let first = sentences(piece.text).into_iter().next()?;
        let left: usize = self
            .groups
            .first()
            .iter()
            .flat_map(|group| &group.parts)
            .flat_map(|(_, part)| part.pieces.iter().filter_map(|at| piece_of(self.pieces, part.source, *at)))
            .map(Piece::words)
            .sum();
        let sound = self.begins
            && piece.kind == BlockKind::Paragraph
            && left >= piece.words() + LEFT
            && (15..=110).contains(&piece.words())
            && !piece.text.ends_with(':')
            && standalone::is_sentence(first)
            && !standalone::leans(first, self.language)
            && next.is_none_or(|next| next.kind == BlockKind::Paragraph);
        sound.then_some((piece, part))
    }

    /// Names what the day covers, besides what its opening says.
    fn covers(&self, opening: Option<(usize, usize)>) -> String {
        let shown = self.groups.iter().filter(|group| left_of(group, opening) > 0);
        let titles: Vec<String> = shown.map(|group| self.phrases.quoted(&escape(&group.title))).collect();
        let at = usize::try_from(self.day.day).unwrap_or_default();
        let phrase =
            self.phrases.covers.get(at % self.phrases.covers.len().max(1)).copied().unwrap_or_default();
        let covers = fill(phrase, &[&self.phrases.list(&titles)]);
        if opening.is_some() {
            return covers;
        }
        let title = self.phrases.quoted(&escape(self.title));
        format!("{} {covers}", fill(self.phrases.opens, &[&self.day.day.to_string(), &title]))
    }

    fn watch(&self) -> String {
        let terms: Vec<String> =
            self.focus.iter().take(3).map(|term| format!("*{}*", escape(term))).collect();
        let at = usize::try_from(self.day.day).unwrap_or_default();
        let phrase =
            self.phrases.watch.get(at % self.phrases.watch.len().max(1)).copied().unwrap_or_default();
        fill(phrase, &[&self.phrases.list(&terms)])
    }

    fn section(&self, group: &Group, skip: Option<(usize, usize)>, blocks: &mut Vec<String>) {
        if left_of(group, skip) == 0 {
            return;
        }
        blocks.push(format!("## {}", escape(&group.title)));
        let mut has_example = false;
        let mut places = Vec::new();
        for (below, part) in &group.parts {
            if pieces_left(part, skip) == 0 {
                continue;
            }
            if let Some(title) = below {
                blocks.push(format!("### {}", escape(title)));
            }
            for place in &part.pieces {
                let Some(piece) = piece_of(self.pieces, part.source, *place) else { continue };
                if skip == Some((part.source, *place)) {
                    continue;
                }
                places.push((part.source, piece.page, *part));
                match self.example(piece).filter(|_| !has_example) {
                    Some((before, example)) => {
                        has_example = true;
                        blocks.extend((!before.is_empty()).then(|| escape(before)));
                        blocks.push(format!("**{}** {}", self.phrases.example, escape(&example)));
                    }
                    None => blocks.push(markdown::piece(piece)),
                }
            }
        }
        blocks.push(self.source_line(&places));
    }

    /// A paragraph parted before its example, if it has one.
    fn example<'p>(&self, piece: &Piece<'p>) -> Option<(&'p str, String)> {
        const OPENERS: &[&str] = &[
            "For example, ",
            "For instance, ",
            "As an example, ",
            "To give an example, ",
            "Zum Beispiel ",
            "Par exemple, ",
            "Por ejemplo, ",
        ];
        const SCENES: &[&str] =
            &["Suppose ", "Imagine ", "Picture ", "Angenommen, ", "Supposons ", "Supongamos "];
        const INSIDE: &[&str] = &[
            "for example",
            "for instance",
            "e.g.",
            "such as",
            "zum Beispiel",
            "z. B.",
            "z.B.",
            "par exemple",
            "por ejemplo",
        ];
        // An example that a list goes on from is no paragraph.
        if piece.kind != BlockKind::Paragraph || piece.text.ends_with(':') {
            return None;
        }
        let all = sentences(piece.text);
        let starts =
            |openers: &[&str], sentence: &str| openers.iter().any(|opener| sentence.starts_with(opener));
        // A paragraph that begins with a scene may be about it.
        let is_example =
            |(at, sentence): (usize, &&str)| starts(OPENERS, sentence) || at > 0 && starts(SCENES, sentence);
        let at = all.iter().enumerate().position(is_example).or_else(|| {
            // The last sentence: nothing that follows it is torn from what it goes on from.
            let last = all.len().checked_sub(1).filter(|last| *last > 0)?;
            let sentence = all.get(last)?;
            let leans = standalone::leans(sentence, self.language);
            (!leans && INSIDE.iter().any(|mark| sentence.contains(mark))).then_some(last)
        })?;
        let first = all.get(at)?;
        let from = first.as_ptr().addr().saturating_sub(piece.text.as_ptr().addr());
        let (before, example) = (piece.text.get(..from)?.trim(), piece.text.get(from..)?.trim());
        let bare = OPENERS.iter().find_map(|opener| example.strip_prefix(opener)).unwrap_or(example);
        Some((before, capitalize(bare)))
    }

    fn practice(&self) -> String {
        let at = usize::try_from(self.day.day).unwrap_or_default();
        let Some([opening, steps @ ..]) =
            self.phrases.practices.get(at % self.phrases.practices.len().max(1))
        else {
            return String::new();
        };
        let term = |at: usize| {
            let term = self.focus.get(at).or(self.focus.first()).map_or("", String::as_str);
            format!("*{}*", escape(term))
        };
        let longest = self
            .groups
            .iter()
            .max_by_key(|group| group.parts.iter().map(|(_, part)| part.pieces.len()).sum::<usize>());
        let section = self.phrases.quoted(&escape(longest.map_or(self.title, |group| &group.title)));
        let values = [term(0), term(1), section];
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let steps: Vec<String> = steps
            .iter()
            .enumerate()
            .map(|(at, step)| format!("{}. {}", at + 1, fill(step, &values)))
            .collect();
        format!("{}\n\n{}", fill(opening, &values), steps.join("\n"))
    }

    /// `*Source: Handbook, pages 12–14*`
    fn source_line(&self, places: &[(usize, Option<u32>, &Part)]) -> String {
        // The first and the last page of each source; without pages the chapters, and the titles above all that is taken of each.
        type Taken<'p> = (usize, Option<u32>, Option<u32>, &'p [String]);
        let mut taken: Vec<Taken> = Vec::new();
        for (source, page, part) in places {
            let same = |(other, first, _, path): &&mut Taken| {
                other == source && (page.is_some() && first.is_some() || path.first() == part.path.first())
            };
            match taken.iter_mut().rev().find(same) {
                Some((_, first, last, path)) => {
                    *first = first.or(*page);
                    *last = page.or(*last);
                    let common = path.iter().zip(&part.path).take_while(|(a, b)| a == b).count();
                    *path = path.get(..common).unwrap_or_default();
                }
                None => taken.push((*source, *page, *page, &part.path)),
            }
        }
        let places =
            taken.into_iter().map(|(source, first, last, path)| self.place(source, first, last, path));
        format!("*{}: {}*", self.phrases.source, places.collect::<Vec<_>>().join("; "))
    }

    /// Where something stands: the pages of its reference, or the section where it has no pages.
    pub(super) fn place(
        &self,
        source: usize,
        first: Option<u32>,
        last: Option<u32>,
        path: &[String],
    ) -> String {
        let name = escape(self.sources.get(source).map_or("", |source| source.name));
        let place = match (first, last) {
            (Some(first), Some(last)) if last > first => {
                Some(fill(self.phrases.pages, &[&first.to_string(), &last.to_string()]))
            }
            (Some(page), _) => Some(fill(self.phrases.page, &[&page.to_string()])),
            _ => path.last().map(|title| fill(self.phrases.section, &[&self.phrases.quoted(&escape(title))])),
        };
        place.map_or_else(|| name.clone(), |place| format!("{name}, {place}"))
    }
}

/// How many pieces of a part are not moved to the opening.
fn pieces_left(part: &Part, opening: Option<(usize, usize)>) -> usize {
    part.pieces.iter().filter(|place| opening != Some((part.source, **place))).count()
}

fn left_of(group: &Group, opening: Option<(usize, usize)>) -> usize {
    group.parts.iter().map(|(_, part)| pieces_left(part, opening)).sum()
}
