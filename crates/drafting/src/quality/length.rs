//! Whether a lesson takes 15 to 20 minutes.

use super::{Read, Verdict, number, words::Language};
use crate::reading;

const LEAST: usize = 15;
const MOST: usize = 20;

/// 100 within; 12 less for each minute below, 10 less for each above.
pub(super) fn judge(read: &Read<'_>, language: &Language) -> Verdict {
    if !language.has_spaces() {
        return Verdict::not_judged("words have no spaces between them in this language");
    }
    let lesson = read.lesson;
    let words = reading::words(&lesson.body);
    let minutes = reading::minutes(words, lesson.action_items.len(), lesson.questions.len());
    let (below, above) = (LEAST.saturating_sub(minutes), minutes.saturating_sub(MOST));
    let mut findings = Vec::new();
    if below > 0 {
        findings.push(format!(
            "The lesson takes {minutes} minutes with its exercises; it should take 15 to 20. Its text has {words} words: add about {}.",
            below * 200
        ));
    }
    if above > 0 {
        findings.push(format!(
            "The lesson takes {minutes} minutes with its exercises; it should take 15 to 20. Its text has {words} words: cut about {}, or move a section to another lesson.",
            above * 200
        ));
    }
    let measured = if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") };
    Verdict::new(100.0 - 12.0 * number(below) - 10.0 * number(above), findings, measured)
}
