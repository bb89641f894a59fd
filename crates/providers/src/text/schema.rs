//! JSON Schemas as OpenAI's strict mode takes them.

use serde_json::{Map, Value, json};

/// What strict mode doesn't know and an answer can be held to without it: whoever asked checks the answer anyway.
const UNKNOWN: [&str; 14] = [
    "$schema",
    "$id",
    "$comment",
    "contentEncoding",
    "contentMediaType",
    "default",
    "deprecated",
    "examples",
    "maxLength",
    "minLength",
    "maxProperties",
    "minProperties",
    "title",
    "uniqueItems",
];

/// What strict mode doesn't know and that changes what an answer is.
const UNFIT: [&str; 13] = [
    "allOf",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "not",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// The schema for strict mode: every object has exactly its properties. What conforms to it conforms to the original,
/// but for lengths and the like, which strict mode doesn't know. Nothing when strict mode can't express it.
pub(super) fn strict(schema: &Value) -> Option<Value> {
    let strict = fit(schema)?;
    // At the top there is an object, not a choice.
    (strict["type"] == "object" && strict.get("anyOf").is_none()).then_some(strict)
}

fn fit(schema: &Value) -> Option<Value> {
    let Value::Object(schema) = schema else { return None };
    if UNFIT.iter().any(|word| schema.contains_key(*word)) {
        return None;
    }
    if let Some(reference) = schema.get("$ref") {
        // Nothing may stand beside it.
        return Some(json!({ "$ref": reference }));
    }
    let mut strict = Map::new();
    for (word, value) in schema {
        let value = match word.as_str() {
            word if UNKNOWN.contains(&word) => continue,
            "additionalProperties" | "required" => continue,
            "properties" | "$defs" | "definitions" => each(value)?,
            "items" => fit(value)?,
            "anyOf" | "oneOf" => Value::Array(value.as_array()?.iter().map(fit).collect::<Option<_>>()?),
            _ => value.clone(),
        };
        let word = if word == "oneOf" { "anyOf" } else { word };
        strict.insert(word.to_owned(), value);
    }
    if is_object(schema) {
        // An object whose keys are free.
        let free = schema.get("additionalProperties").is_some_and(|more| *more != json!(false));
        let properties = strict.get("properties").and_then(Value::as_object);
        let names: Vec<Value> = properties?.keys().map(|name| json!(name)).collect();
        if free && names.is_empty() {
            return None;
        }
        // What may be there besides the properties need not be.
        strict.insert("required".into(), Value::Array(names));
        strict.insert("additionalProperties".into(), json!(false));
    }
    Some(Value::Object(strict))
}

fn each(schemas: &Value) -> Option<Value> {
    let schemas = schemas.as_object()?.iter();
    schemas
        .map(|(name, schema)| Some((name.clone(), fit(schema)?)))
        .collect::<Option<Map<_, _>>>()
        .map(Value::Object)
}

fn is_object(schema: &Map<String, Value>) -> bool {
    let typed = match schema.get("type") {
        Some(Value::Array(types)) => types.contains(&json!("object")),
        Some(one) => one == "object",
        None => false,
    };
    typed || schema.contains_key("properties")
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn every_object_has_exactly_its_properties() {
        let course = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Course",
            "type": "object",
            "required": ["title"],
            "properties": {
                "title": { "type": "string", "minLength": 1, "description": "Its name" },
                "days": {
                    "type": "array", "minItems": 1, "uniqueItems": true,
                    "items": { "type": "object", "properties": { "day": { "type": "integer", "minimum": 1 } } },
                },
                "end": { "$ref": "#/$defs/end", "description": "How it ends" },
                "kind": { "oneOf": [{ "const": "a" }, { "type": ["object", "null"], "properties": {} }] },
                "default": { "type": "string", "default": "x" },
            },
            "$defs": { "end": { "type": "object", "additionalProperties": true,
                                "properties": { "on": { "enum": ["a", "b"] } } } },
        });
        let strict = strict(&course).unwrap();
        let wanted = json!({
            "type": "object",
            "required": ["days", "default", "end", "kind", "title"],
            "additionalProperties": false,
            "properties": {
                "title": { "type": "string", "description": "Its name" },
                "days": {
                    "type": "array", "minItems": 1,
                    "items": { "type": "object", "properties": { "day": { "type": "integer", "minimum": 1 } },
                               "required": ["day"], "additionalProperties": false },
                },
                "end": { "$ref": "#/$defs/end" },
                "kind": { "anyOf": [{ "const": "a" }, { "type": ["object", "null"], "properties": {},
                                                        "required": [], "additionalProperties": false }] },
                "default": { "type": "string" },
            },
            "$defs": { "end": { "type": "object", "properties": { "on": { "enum": ["a", "b"] } },
                                "required": ["on"], "additionalProperties": false } },
        });
        let sorted = |value: &Value| {
            let mut value = value.clone();
            if let Some(names) = value["required"].as_array_mut() {
                names.sort_by_key(ToString::to_string);
            }
            value
        };
        assert_eq!(sorted(&strict), wanted);
        // What is strict stays as it is.
        assert_eq!(super::strict(&strict), Some(strict.clone()));
    }

    #[test]
    fn what_strict_mode_cannot_say_is_not_strict() {
        let object = |inner: Value| json!({ "type": "object", "properties": { "x": inner } });
        for wrong in [
            json!(true),
            json!({ "type": "array", "items": { "type": "string" } }),
            json!({ "anyOf": [{ "type": "object", "properties": {} }] }),
            json!({ "type": "object" }),
            object(json!({ "type": "object", "additionalProperties": { "type": "string" } })),
            object(json!({ "type": "object", "properties": {}, "additionalProperties": true })),
            object(json!({ "type": "object", "properties": {}, "patternProperties": { "^a": {} } })),
            object(json!({ "allOf": [{ "type": "string" }] })),
            object(json!({ "items": [{ "type": "string" }] })),
            object(json!({ "anyOf": "nothing" })),
            object(json!(false)),
        ] {
            assert_eq!(strict(&wrong), None, "{wrong}");
        }
    }
}
