//! The API's document, for programs and for people.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{context::Ctx, failure::PageError};
use crate::{
    App, api,
    views::{ApiDocsPage, DocAnswer, DocField, DocGroup, DocOperation, DocSchema, DocType},
};

/// `GET /api/v1/openapi.json`
pub(crate) async fn document(State(app): State<App>) -> Response {
    let text = api::openapi(&app).to_json().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

/// `GET /api/docs`
pub(crate) async fn show(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    ctx.render_shared("api-docs".into(), async |ctx| {
        let document = serde_json::to_value(api::openapi(&app)).map_err(momentum_core::Error::internal)?;
        Ok(ApiDocsPage {
            page: ctx.page("API", "The JSON API: every operation, what it takes and answers.", "/api/docs"),
            introduction: text(&document["info"]["description"]),
            base_url: format!("{}{}", app.services.settings.base_url, api::BASE),
            groups: groups(&document),
            refusals: refusals(&document),
            schemas: schemas(&document),
        })
    })
    .await
}

fn text(value: &Value) -> String {
    // Code marks of Markdown; the page shows plain sentences.
    value.as_str().unwrap_or_default().replace('`', "")
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn groups(document: &Value) -> Vec<DocGroup> {
    items(&document["tags"])
        .map(|tag| {
            let name = text(&tag["name"]);
            let operations = entries(&document["paths"])
                .flat_map(|(path, item)| {
                    entries(item).map(move |(method, operation)| (path, method, operation))
                })
                .filter(|(_, _, operation)| operation["tags"][0] == tag["name"])
                .map(|(path, method, operation)| describe(path, method, operation))
                .collect();
            DocGroup {
                id: format!("tag-{name}"),
                title: match name.as_str() {
                    "auth" => "Accounts and tokens".into(),
                    "me" => "People".into(),
                    other => {
                        let mut letters = other.chars();
                        letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
                    }
                },
                description: text(&tag["description"]),
                operations,
            }
        })
        .collect()
}

fn describe(path: &str, method: &str, operation: &Value) -> DocOperation {
    let short = path.strip_prefix(api::BASE).unwrap_or(path);
    let description = [&operation["summary"], &operation["description"]]
        .iter()
        .filter_map(|part| part.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    DocOperation {
        id: format!("{method}{}", short.replace(['/', '{', '}'], "-")),
        method: method.to_uppercase(),
        path: path.to_owned(),
        description,
        needs_token: !items(&operation["security"])
            .any(|way| way.as_object().is_some_and(serde_json::Map::is_empty)),
        parameters: items(&operation["parameters"])
            .filter(|parameter| parameter["name"] != "Idempotency-Key")
            .map(|parameter| DocField {
                name: text(&parameter["name"]),
                place: text(&parameter["in"]),
                kind: kind(&parameter["schema"]),
                required: parameter["required"] == true,
                description: text(&parameter["description"]),
            })
            .collect(),
        body: body(&operation["requestBody"]),
        answers: answers(operation).filter(|answer| answer.status.starts_with('2')).collect(),
    }
}

fn answers(operation: &Value) -> impl Iterator<Item = DocAnswer> {
    entries(&operation["responses"]).map(|(status, answer)| DocAnswer {
        status: status.clone(),
        description: text(&answer["description"]),
        body: body(answer),
    })
}

/// What any operation may answer when it refuses: told once, as it is the same for all.
fn refusals(document: &Value) -> Vec<DocAnswer> {
    let operations = entries(&document["paths"]).flat_map(|(_, item)| entries(item));
    let refusals = operations
        .flat_map(|(_, operation)| answers(operation))
        .filter(|answer| answer.status.starts_with(['4', '5']))
        .map(|answer| (answer.status.clone(), answer));
    refusals.collect::<std::collections::BTreeMap<_, _>>().into_values().collect()
}

fn body(holder: &Value) -> Option<DocType> {
    let content = &holder["content"];
    let json = content.get("application/json").or_else(|| content.get("application/problem+json"))?;
    Some(kind(&json["schema"]))
}

/// A schema in few words.
fn kind(schema: &Value) -> DocType {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return DocType { text: name.to_owned(), anchor: Some(format!("schema-{name}")) };
    }
    for combination in ["oneOf", "anyOf"] {
        // "This or null": the other one says it.
        if let Some(other) = items(&schema[combination]).find(|one| one["type"] != "null") {
            return kind(other);
        }
    }
    let word = match &schema["type"] {
        Value::Array(words) => {
            words.iter().find(|word| *word != "null").and_then(Value::as_str).unwrap_or("object")
        }
        other => other.as_str().unwrap_or("object"),
    };
    if word == "array" {
        let inner = kind(&schema["items"]);
        return DocType { text: format!("list of {}", inner.text), anchor: inner.anchor };
    }
    let text = match schema["format"].as_str() {
        Some(format) if !format.starts_with("int") && format != "double" => format!("{word} ({format})"),
        _ => word.to_owned(),
    };
    DocType { text, anchor: None }
}

fn schemas(document: &Value) -> Vec<DocSchema> {
    entries(&document["components"]["schemas"])
        .map(|(name, schema)| DocSchema {
            id: format!("schema-{name}"),
            name: name.clone(),
            description: text(&schema["description"]),
            fields: fields(document, schema),
            words: items(&schema["enum"])
                .chain(items(&schema["oneOf"]).flat_map(|one| items(&one["enum"])))
                .filter_map(|word| word.as_str().map(ToOwned::to_owned))
                .collect(),
        })
        .collect()
}

/// The fields of an object, with those that it takes over from others.
fn fields(document: &Value, schema: &Value) -> Vec<DocField> {
    let mut all: Vec<DocField> = items(&schema["allOf"])
        .flat_map(|part| {
            let name = part["$ref"].as_str().and_then(|path| path.rsplit('/').next());
            match name {
                Some(name) => fields(document, &document["components"]["schemas"][name]),
                None => fields(document, part),
            }
        })
        .collect();
    let required: Vec<&Value> = items(&schema["required"]).collect();
    all.extend(entries(&schema["properties"]).map(|(name, property)| DocField {
        name: name.clone(),
        place: String::new(),
        kind: kind(property),
        required: required.iter().any(|known| *known == name),
        description: text(&property["description"]),
    }));
    all
}
