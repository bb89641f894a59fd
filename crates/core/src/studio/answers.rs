//! What comes back from a language model: the form that is asked for, and whether the answer has it.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;

use super::steps::Step;
use crate::ports::AnswerSchema;

/// What a request has become.
pub(super) enum Outcome<T> {
    Used(T),
    /// With what is wrong, for the model.
    Wrong(Vec<String>),
}

/// The schema of an answer, in one piece.
pub(super) fn schema_of<T: JsonSchema>(step: Step) -> AnswerSchema {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    AnswerSchema {
        name: step.word().to_owned(),
        description: format!("The {} that was asked for", step.word()),
        schema: schema.to_value(),
    }
}

/// The answer came to its limit before it came to its end.
pub(super) fn cut_off<T>() -> Outcome<T> {
    Outcome::Wrong(vec!["The answer was cut off because it was too long. Be shorter.".to_owned()])
}

/// Reads an answer and looks for faults in it.
pub(super) fn weigh<T: DeserializeOwned>(
    text: &str,
    complete: bool,
    faults: &(impl Fn(&T) -> Vec<String> + Send + Sync),
) -> Outcome<T> {
    if !complete {
        return cut_off();
    }
    // Small models like to talk around the object, or to fence it.
    let object = match (text.find('{'), text.rfind('}')) {
        (Some(first), Some(last)) if first < last => &text[first..=last],
        _ => return Outcome::Wrong(vec!["The answer is not a JSON object.".to_owned()]),
    };
    let mut reader = serde_json::Deserializer::from_str(object);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Ok(value) => {
            let found = faults(&value);
            if found.is_empty() { Outcome::Used(value) } else { Outcome::Wrong(found) }
        }
        Err(error) => Outcome::Wrong(vec![format!("At `{}`: {}.", error.path(), error.inner())]),
    }
}

/// What a person can read of half a JSON object: the texts in it, one a line, without the names of fields.
pub(super) fn readable(json: &str) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '"' {
            continue;
        }
        let mut text = String::new();
        while let Some(c) = chars.next() {
            match c {
                '"' => break,
                '\\' => match chars.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push(' '),
                    Some('u') => {
                        let digits: String = chars.by_ref().take(4).collect();
                        text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
                    }
                    Some(c @ ('"' | '\\' | '/')) => text.push(c),
                    _ => {}
                },
                c => text.push(c),
            }
        }
        while chars.peek().is_some_and(|c| c.is_whitespace()) {
            chars.next();
        }
        if chars.peek() == Some(&':') {
            continue;
        }
        texts.push(text);
    }
    texts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighed(text: &str) -> Result<Vec<String>, Vec<String>> {
        match weigh::<Vec1>(text, true, &|value: &Vec1| {
            if value.items.is_empty() { vec!["nothing".into()] } else { Vec::new() }
        }) {
            Outcome::Used(value) => Ok(value.items),
            Outcome::Wrong(faults) => Err(faults),
        }
    }

    #[derive(serde::Deserialize)]
    struct Vec1 {
        items: Vec<String>,
    }

    #[test]
    fn an_object_is_found_in_what_is_said_around_it() {
        assert_eq!(weighed("Sure!\n```json\n{\"items\": [\"a\"]}\n```"), Ok(vec!["a".to_owned()]));
        assert_eq!(weighed("{\"items\": []}"), Err(vec!["nothing".to_owned()]));
        assert!(weighed("no").is_err());
        let wrong = weighed("{\"items\": [1]}").expect_err("it is no text");
        assert!(wrong[0].contains("items[0]"), "{wrong:?}");
    }

    #[test]
    fn half_an_object_can_be_read() {
        assert_eq!(readable(r#"{"title": "A \"B\"", "list": ["one", "tw"#), "A \"B\"\n\none\n\ntw");
        assert_eq!(readable(r#"{"intr"#), "intr");
        assert_eq!(readable(r#"{"a": "\u00e9\n\"#), "é\n");
        assert_eq!(readable(""), "");
    }

    #[test]
    fn a_schema_stands_in_one_piece() {
        let schema = schema_of::<momentum_drafting::Outline>(Step::Plan).schema;
        assert_eq!(schema["type"], "object");
        assert!(!schema.to_string().contains("$ref"), "{schema}");
        assert!(schema["properties"]["lessons"]["items"]["properties"]["day"].is_object(), "{schema}");
    }
}
