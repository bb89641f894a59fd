//! Whether a lesson says what another lesson says, or the same twice. Texts are compared by their shingles, all runs of eight
//! words (Broder 1997, On the resemblance and containment of documents, 10.1109/SEQUEN.1997.666900).

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{
    Read, Verdict, quote, share,
    text::{Kind, Text},
    words,
};
use crate::extractive;

/// Words of a shingle.
const WIDTH: usize = 8;
/// Lessons may share so much: a name, a definition in one sentence.
const TOLERATED: f64 = 0.005;
/// Shorter paragraphs may stand twice.
const SHORTEST_REPEAT: usize = 12;
/// Paragraphs that share more than this with one before are repeats.
const REPEATED: f64 = 0.8;

/// The shingles of a text's paragraphs and lists. Code, tables, headings and quoted specimens may repeat.
pub(super) struct Shingles {
    blocks: Vec<Shingled>,
}

/// A block: the hashes of its shingles, and where each of its words stands in its text.
struct Shingled {
    section: usize,
    block: usize,
    hashes: Vec<u64>,
    words: Vec<(usize, usize)>,
}

impl Shingles {
    pub(super) fn of(text: &Text) -> Self {
        let mut blocks = Vec::new();
        for (at, section) in text.all().enumerate() {
            for (number, block) in
                section.blocks.iter().enumerate().filter(|(_, block)| repeats_count(block.kind))
            {
                let start = block.text.as_ptr() as usize;
                let (mut words, mut each) = (Vec::new(), Vec::new());
                for word in words::words(&block.text) {
                    let from = word.as_ptr() as usize - start;
                    words.push((from, from + word.len()));
                    each.push(hash(&words::lower(word)));
                }
                let hashes = each.windows(WIDTH).map(combine).collect();
                blocks.push(Shingled { section: at, block: number, hashes, words });
            }
        }
        Self { blocks }
    }

    /// Each once, without those of [`COMPOSED`].
    fn distinct(&self) -> HashSet<u64> {
        let all = self.blocks.iter().flat_map(|block| block.hashes.iter().copied());
        all.filter(|hash| !COMPOSED.contains(hash)).collect()
    }
}

/// The shingles of what the extractive author says around its references: its exercises come again from day to day, as those of a
/// workbook do.
static COMPOSED: LazyLock<HashSet<u64>> = LazyLock::new(|| {
    let mut shingles = HashSet::new();
    for text in extractive::composed() {
        let each: Vec<u64> = words::words(text).map(|word| hash(&words::lower(word))).collect();
        shingles.extend(each.windows(WIDTH).map(combine));
    }
    shingles
});

fn repeats_count(kind: Kind) -> bool {
    matches!(kind, Kind::Paragraph | Kind::Item)
}

/// FNV-1a, 64 bits.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn combine(window: &[u64]) -> u64 {
    window.iter().fold(0, |hash, word| (hash ^ word).rotate_left(7).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Which lessons have a shingle.
pub(super) struct Index(HashMap<u64, Vec<usize>>);

pub(super) fn index(lessons: &[Read<'_>]) -> Index {
    let mut index: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, read) in lessons.iter().enumerate() {
        for hash in read.shingles.distinct() {
            index.entry(hash).or_default().push(at);
        }
    }
    Index(index)
}

/// 100, less 5 for each percent of its shingles beyond the first half that other lessons have, and less 15 for each repeated
/// paragraph.
pub(super) fn judge(lessons: &[Read<'_>], at: usize, index: &Index) -> Verdict {
    let this = &lessons[at].shingles;
    let distinct = this.distinct();
    let mut common: HashMap<usize, usize> = HashMap::new();
    let mut shared = 0;
    for hash in &distinct {
        let others = index.0.get(hash).into_iter().flatten().filter(|other| **other != at);
        let mut anywhere = false;
        for other in others {
            *common.entry(*other).or_default() += 1;
            anywhere = true;
        }
        shared += usize::from(anywhere);
    }
    let mut by_share: Vec<_> = common.into_iter().collect();
    by_share.sort_by_key(|(other, count)| (std::cmp::Reverse(*count), *other));
    let beyond = (share(shared, distinct.len()) - TOLERATED).max(0.0);
    // The lesson with the most in common is named in any case.
    let named =
        by_share.iter().take_while(|(_, count)| share(*count, distinct.len()) > TOLERATED).count().max(1);
    let mut findings: Vec<String> = by_share
        .iter()
        .take(if beyond > 0.0 { named } else { 0 })
        .map(|(other, count)| {
            let (lesson, words) = (lessons[*other].lesson, longest_run(&lessons[at], index, *other));
            format!(
                "{:.1} % of the text is also in day {}, “{}”: “{}” Say it once, and refer to it.",
                100.0 * share(*count, distinct.len()),
                lesson.day,
                quote(&lesson.title),
                quote(&words)
            )
        })
        .collect();
    let repeats = repeats(&lessons[at]);
    let points = 500.0 * beyond + 15.0 * super::number(repeats.len());
    // What stands twice in the lesson itself is easier to mend.
    findings.splice(0..0, repeats);
    let measured = format!("{:.1} % in other lessons", 100.0 * share(shared, distinct.len()));
    Verdict::new(100.0 - points, findings, measured)
}

/// The longest run of words that another lesson has.
fn longest_run(read: &Read<'_>, index: &Index, other: usize) -> String {
    let has = |hash: &u64| index.0.get(hash).is_some_and(|lessons| lessons.contains(&other));
    let (mut longest, mut found) = (0, String::new());
    for block in &read.shingles.blocks {
        let mut length = 0;
        for (end, hash) in block.hashes.iter().enumerate() {
            length = if has(hash) { length + 1 } else { 0 };
            if length > longest {
                longest = length;
                found = text_of(read, block, end + 1 - length, end + WIDTH).to_owned();
            }
        }
    }
    found
}

/// The text from a word to before another.
fn text_of<'a>(read: &'a Read<'_>, block: &Shingled, from: usize, to: usize) -> &'a str {
    let text = read.text.all().nth(block.section).and_then(|section| section.blocks.get(block.block));
    let range = block.words.get(from).zip(to.checked_sub(1).and_then(|last| block.words.get(last)));
    text.zip(range).and_then(|(block, (first, last))| block.text.get(first.0..last.1)).unwrap_or_default()
}

/// Paragraphs that stand in the lesson before.
fn repeats(read: &Read<'_>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    for block in &read.shingles.blocks {
        if block.words.len() >= SHORTEST_REPEAT {
            let again = block.hashes.iter().filter(|hash| seen.contains(*hash)).count();
            if share(again, block.hashes.len()) > REPEATED {
                let place =
                    read.text.all().nth(block.section).map(super::text::Section::place).unwrap_or_default();
                let text = text_of(read, block, 0, block.words.len());
                findings.push(format!(
                    "A paragraph {place} stands in this lesson before: “{}” Cut it.",
                    quote(text)
                ));
            }
        }
        seen.extend(block.hashes.iter().copied());
    }
    findings
}
