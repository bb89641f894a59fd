use super::{
    random::Random,
    words::{SENTENCES, Subject},
};
use crate::catalog::markdown;

/// The text of a lesson, written and rendered once and used by many lessons: rendering 30,000 of them would take
/// longer than everything else together.
pub(super) struct Body {
    pub markdown: String,
    pub html: String,
}

/// Writes a lesson of about 700 words.
pub(super) fn body(random: &mut Random, subject: &Subject) -> Body {
    let topic = random.pick(&subject.topics);
    let mut text = String::new();
    paragraphs(&mut text, random, subject, topic, 2);
    heading(&mut text, "Why it matters");
    paragraphs(&mut text, random, subject, topic, 2);
    quote(&mut text, random, subject, topic);
    heading(&mut text, "An example");
    paragraphs(&mut text, random, subject, topic, 1);
    if random.chance(60) {
        text.push_str(subject.sample);
        text.push_str("\n\n");
    }
    paragraphs(&mut text, random, subject, topic, 2);
    heading(&mut text, "Step by step");
    list(&mut text, random, subject, "1.");
    paragraphs(&mut text, random, subject, topic, 1);
    heading(&mut text, "Before you go on");
    list(&mut text, random, subject, "-");
    paragraphs(&mut text, random, subject, topic, 1);
    Body { html: markdown::to_html(&text), markdown: text }
}

/// A sentence about the topic.
pub(super) fn sentence(random: &mut Random, subject: &Subject, topic: &str) -> String {
    random
        .pick(&SENTENCES)
        .replace("{t}", &topic.to_lowercase())
        .replace("{o}", random.pick(&subject.objects))
        .replace("{p}", random.pick(&subject.objects))
        .replace("{a}", random.pick(&subject.actions))
}

/// What a course says of itself, as Markdown.
pub(super) fn description(random: &mut Random, subject: &Subject, topic: &str) -> String {
    let mut text = String::new();
    paragraphs(&mut text, random, subject, topic, 2);
    list(&mut text, random, subject, "-");
    text
}

/// An action as a sentence of its own.
pub(super) fn advice(random: &mut Random, subject: &Subject) -> String {
    let action = random.pick(&subject.actions);
    let mut letters = action.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn heading(text: &mut String, title: &str) {
    text.push_str("## ");
    text.push_str(title);
    text.push_str("\n\n");
}

fn paragraphs(text: &mut String, random: &mut Random, subject: &Subject, topic: &str, count: usize) {
    for _ in 0..count {
        for i in 0..4 {
            if i > 0 {
                text.push(' ');
            }
            let sentence = sentence(random, subject, topic);
            if random.chance(10) {
                text.push_str("**");
                text.push_str(&sentence);
                text.push_str("**");
            } else {
                text.push_str(&sentence);
            }
        }
        text.push_str("\n\n");
    }
}

fn quote(text: &mut String, random: &mut Random, subject: &Subject, topic: &str) {
    text.push_str("> ");
    text.push_str(&sentence(random, subject, topic));
    text.push_str("\n\n");
}

fn list(text: &mut String, random: &mut Random, subject: &Subject, bullet: &str) {
    for _ in 0..4 {
        text.push_str(bullet);
        text.push_str(" Take a ");
        text.push_str(random.pick(&subject.objects));
        text.push_str(" and ");
        text.push_str(random.pick(&subject.actions));
        text.push_str(".\n");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::seed::words::SUBJECTS;

    #[test]
    fn a_lesson_is_as_long_as_a_real_one_and_renders() {
        let body = super::body(&mut Random::new(3), &SUBJECTS[0]);
        let words = body.markdown.split_whitespace().count();
        assert!((500..900).contains(&words), "{words} words");
        assert!(!body.markdown.contains('{'), "{}", body.markdown);
        for tag in ["<h2>", "<ol>", "<ul>", "<blockquote>", "<p>"] {
            assert!(body.html.contains(tag), "{tag}");
        }
    }
}
