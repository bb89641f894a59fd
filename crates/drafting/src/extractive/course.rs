//! The outline of a course around its lessons.

use std::collections::HashSet;

use super::{
    Brief, Day, Source,
    front::capitalize,
    markdown::escape,
    phrases::{Phrases, fill},
    sections::Section,
    titles, verbs,
};
use crate::{Level, Outline, PlannedLesson};

/// The outline of the course around its lessons.
pub(super) fn course(
    brief: &Brief,
    sources: &[Source],
    lessons: Vec<PlannedLesson>,
    days: &[Day],
    sections: &[Section],
    phrases: &'static Phrases,
) -> Outline {
    let topic = if brief.topic.trim().is_empty() {
        sources.first().map_or("", |source| source.document.title.as_deref().unwrap_or(source.name)).trim()
    } else {
        brief.topic.trim()
    };
    let within = titles::soft(topic, phrases);
    let names: Vec<String> = sources.iter().map(|source| format!("*{}*", escape(source.name))).collect();
    let count = brief.days.to_string();
    let chapters = chapters(sections);
    let covered: Vec<String> = chapters.iter().take(6).map(|title| phrases.quoted(&escape(title))).collect();
    let level = match brief.level {
        Level::Beginner => 0,
        Level::Intermediate => 1,
        Level::Advanced => 2,
    };
    let about = fill(phrases.about, &[&escape(&within), &count, &phrases.list(&covered)]);
    let level = phrases.for_level.get(level).copied().unwrap_or_default();
    let extracted = fill(phrases.extracted, &[&phrases.list(&names)]);
    let audience = brief.audience.trim();
    let audience =
        if audience.is_empty() { fill(phrases.for_audience, &[&within]) } else { capitalize(audience) };
    Outline {
        title: titles::shorten(&capitalize(topic), 80),
        subtitle: titles::shorten(&fill(phrases.subtitle, &[&capitalize(topic), &count]), 120),
        description: format!("{about}\n\n{level}\n\n{extracted}"),
        audience,
        objectives: objectives(&chapters, days, brief, phrases),
        tags: tags(days, topic),
        lessons,
    }
}

/// The outermost titles of the course in their order, each once, without the longest ones.
fn chapters(sections: &[Section]) -> Vec<String> {
    let mut seen = HashSet::new();
    let titles = sections.iter().filter_map(|section| section.path.first());
    titles.filter(|title| title.chars().count() <= 60 && seen.insert(title.as_str())).cloned().collect()
}

/// What learners can do afterwards: headings that say so, such as `Choosing the flour`, and the terms of the days.
fn objectives(chapters: &[String], days: &[Day], brief: &Brief, phrases: &'static Phrases) -> Vec<String> {
    const MOST: usize = 6;
    let mut objectives: Vec<String> = Vec::new();
    let titles = days.iter().flat_map(|day| &day.parts).flat_map(|part| part.path.iter().take(2));
    if brief.language.starts_with("en") {
        for title in chapters.iter().chain(titles) {
            let objective = titles::as_instruction(title, verbs::is_imperative, verbs::base);
            if let Some(objective) = objective.filter(|objective| !objectives.contains(objective)) {
                objectives.push(objective);
            }
        }
        spread(&mut objectives, MOST - 1);
    }
    let mut terms = days.iter().filter_map(|day| day.focus.first());
    let mut templates = phrases.objectives.iter().cycle();
    while objectives.len() < 4 {
        let Some((term, template)) = terms.next().zip(templates.next()) else { break };
        objectives.push(fill(template, &[term]));
    }
    for title in chapters {
        if objectives.len() < 3 {
            objectives.push(fill(
                phrases.objectives.first().copied().unwrap_or_default(),
                &[&phrases.quoted(title)],
            ));
        }
    }
    objectives.truncate(MOST);
    objectives
}

/// Keeps some of many, from beginning to end.
fn spread(items: &mut Vec<String>, most: usize) {
    let count = items.len();
    if count > most {
        let mut at = 0;
        items.retain(|_| {
            at += 1;
            at * most / count > (at - 1) * most / count
        });
    }
}

fn tags(days: &[Day], topic: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    if !topic.is_empty() && topic.chars().count() <= 30 {
        tags.push(topic.to_lowercase());
    }
    for term in days.iter().filter_map(|day| day.focus.first()) {
        let term = term.to_lowercase();
        if tags.len() < 6 && !tags.contains(&term) {
            tags.push(term);
        }
    }
    tags
}
