//! The sections of a lesson.

use super::{Day, Part, front::capitalize, phrases::Phrases};

/// Sections of a lesson; with more, those below them get smaller headings.
const SECTIONS: usize = 6;

/// A section of a lesson: parts of references under one heading.
pub(super) struct Group<'a> {
    pub(super) title: String,
    /// With the heading of each, where it has one of its own.
    pub(super) parts: Vec<(Option<String>, &'a Part)>,
}

impl Group<'_> {
    /// Whether a part of the day, by its place, stands in it.
    pub(super) fn holds(&self, day: &Day, part: usize) -> bool {
        day.parts.get(part).is_some_and(|part| self.parts.iter().any(|(_, other)| std::ptr::eq(*other, part)))
    }
}

/// The sections of a day.
pub(super) fn groups<'a>(day: &'a Day, phrases: &Phrases) -> Vec<Group<'a>> {
    let grouped = |depth: usize| {
        let mut groups: Vec<Group> = Vec::new();
        let mut last: Option<(usize, &[String], Option<&String>)> = None;
        for part in &day.parts {
            let path = part.path.get(..depth.min(part.path.len())).unwrap_or_default();
            let topic = part.topic.as_ref().filter(|_| part.path.len() <= depth);
            let key = (part.source, path, topic);
            let below = (part.path.len() > depth).then(|| title_of(part, day, phrases));
            match groups.last_mut().filter(|_| last == Some(key)) {
                Some(group) => group.parts.push((below, part)),
                None => {
                    let title = if part.path.len() > depth {
                        path.last().cloned().unwrap_or_default()
                    } else {
                        title_of(part, day, phrases)
                    };
                    groups.push(Group { title, parts: vec![(below, part)] });
                }
            }
            last = Some(key);
        }
        groups
    };
    let deepest = day.parts.iter().map(|part| part.path.len()).max().unwrap_or_default().max(1);
    let few = |most: usize, least: usize| {
        (1..=deepest).rev().map(grouped).find(|groups| (least..=most).contains(&groups.len()))
    };
    // One section of many small ones reads worse than a few more.
    let mut groups = few(SECTIONS, 2)
        .or_else(|| few(SECTIONS + 3, 2))
        .or_else(|| few(SECTIONS, 1))
        .unwrap_or_else(|| grouped(1));
    for group in &mut groups {
        // One part under its own heading alone: that is what the section is about.
        if let [(below @ Some(_), _)] = group.parts.as_mut_slice() {
            group.title = below.take().unwrap_or_default();
        }
    }
    groups
}

/// What a part is called.
pub(super) fn title_of(part: &Part, day: &Day, phrases: &Phrases) -> String {
    let title = part.topic.as_ref().or(part.path.last()).cloned().unwrap_or_default();
    if title.is_empty() {
        capitalize(&phrases.list(&day.focus.iter().take(2).cloned().collect::<Vec<_>>()))
    } else {
        title
    }
}
