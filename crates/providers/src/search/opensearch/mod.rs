//! The index in an OpenSearch cluster, shared by all servers of a site.
//!
//! Every server compares and mends; what two of them write at once is the same. A course is one document, its lessons
//! are nested in it. Texts stand in a field for their language and in one for all, so that endings are understood and
//! words of other languages are found.

mod answers;
mod documents;
mod requests;

use std::{collections::HashMap, time::Duration};

use futures::future::BoxFuture;
use momentum_core::{
    Error, Result,
    ids::CourseId,
    search::{Change, Facets, Hits, Indexed, SearchIndex, SearchQuery, Signals, Suggestion},
};
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::fewer::{self, Fewer};

use answers::{did_you_mean, facet, hit, hits_of, id_of, suggestions};
use documents::{FORMAT, definition, document, numbers};
use requests::{fields, request, suggestion_request, telling, word_query};

/// Longer than this nobody waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// Documents of a page while the index is listed.
const LISTED: usize = 1_000;

/// Where a cluster is.
#[derive(Clone, Default)]
pub struct OpenSearchConfig {
    /// Such as `https://search.example.com:9200`.
    pub url: String,
    /// Beginning of the index's name.
    pub index: String,
    pub user: Option<String>,
    pub password: Option<String>,
}

impl OpenSearchConfig {
    /// The index; nothing is sent yet.
    ///
    /// # Errors
    /// With a message for the operator.
    pub fn open(&self) -> Result<OpenSearch, String> {
        let url = self.url.trim_end_matches('/');
        crate::objects::checked(url)?;
        let name = &self.index;
        let sound = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !sound {
            return Err(format!("{name:?} is no name of an index: use small letters, digits and hyphens"));
        }
        crate::install_tls();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(OpenSearch {
            client,
            base: format!("{url}/{name}-courses-v{FORMAT}"),
            user: self.user.clone(),
            password: self.password.clone(),
        })
    }
}

/// An index in a cluster.
pub struct OpenSearch {
    client: reqwest::Client,
    /// Address of the index.
    base: String,
    user: Option<String>,
    password: Option<String>,
}

impl OpenSearch {
    async fn send(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: String,
    ) -> Result<(StatusCode, Value)> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .header("content-type", kind)
            .body(body);
        if let Some(user) = &self.user {
            request = request.basic_auth(user, self.password.as_ref());
        }
        let failed =
            |error: reqwest::Error| Error::Unavailable(format!("OpenSearch: {}", error.without_url()));
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(failed)?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Result<(StatusCode, Value)> {
        self.send(method, path, "application/json", body.to_string()).await
    }

    /// An answer of a search, or nothing when there is no index yet.
    async fn find(&self, body: &Value) -> Result<Option<Value>> {
        let (status, answer) = self.ask(Method::POST, "/_search", body).await?;
        match status {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(answer)),
            status => Err(refused(status, &answer)),
        }
    }

    /// The answer for fewer words when no course matches the text, with those that were left out, and whether each course has only
    /// some of the others; otherwise the answer itself.
    async fn loosened(
        &self,
        query: &SearchQuery,
        words: &[String],
        answer: Value,
    ) -> Result<(Value, Vec<String>, bool)> {
        let matches = |answer: &Value| {
            answer["aggregations"]["matching"]["doc_count"].as_i64().is_none_or(|count| count > 0)
        };
        if words.len() < 2 || matches(&answer) {
            return Ok((answer, Vec::new(), false));
        }
        for Fewer { kept, any } in fewer::fewer(&self.known(words).await?) {
            let some: Vec<String> = kept.iter().filter_map(|place| words.get(*place).cloned()).collect();
            let Some(found) = self.find(&request(query, &some, any)).await? else { break };
            if matches(&found) {
                return Ok((found, fewer::left_out(words.iter().map(String::as_str), &kept), any));
            }
        }
        Ok((answer, Vec::new(), false))
    }

    /// Of each word, whether some course has it.
    async fn known(&self, words: &[String]) -> Result<Vec<bool>> {
        let fields = fields();
        let mut lines = String::new();
        for word in words {
            let asked = json!({ "size": 0, "track_total_hits": 1, "query": word_query(word, &fields) });
            lines.push_str(&format!("{{}}\n{asked}\n"));
        }
        let (status, answer) = self.send(Method::POST, "/_msearch", "application/x-ndjson", lines).await?;
        if !status.is_success() {
            return Err(refused(status, &answer));
        }
        let found = |place: usize| answer["responses"][place]["hits"]["total"]["value"].as_i64();
        Ok((0..words.len()).map(|place| found(place).unwrap_or_default() > 0).collect())
    }

    async fn create(&self) -> Result<()> {
        let (status, answer) = self.ask(Method::PUT, "", &definition()).await?;
        let there = answer["error"]["type"] == "resource_already_exists_exception";
        if status.is_success() || there { Ok(()) } else { Err(refused(status, &answer)) }
    }

    async fn list(&self) -> Result<HashMap<CourseId, Indexed>> {
        let mut held = HashMap::new();
        let mut after: Option<Value> = None;
        loop {
            let mut body = json!({
                "size": LISTED,
                "_source": ["stamp", "enrollments", "rating_average", "rating_count"],
                "query": { "match_all": {} },
                "sort": [{ "id": "asc" }],
            });
            if let Some(after) = after.take() {
                body["search_after"] = after;
            }
            let Some(answer) = self.find(&body).await? else {
                self.create().await?;
                return Ok(held);
            };
            let hits = hits_of(&answer);
            for hit in hits {
                let Some(id) = id_of(hit) else { continue };
                let source = &hit["_source"];
                let signals = Signals {
                    enrollments: source["enrollments"].as_i64().unwrap_or_default(),
                    rating_average: source["rating_average"].as_f64(),
                    rating_count: source["rating_count"].as_i64().unwrap_or_default(),
                };
                let stamp = source["stamp"].as_str().unwrap_or_default().to_owned();
                held.insert(id, Indexed { stamp, signals });
            }
            match hits.last() {
                Some(last) if hits.len() == LISTED => after = Some(last["sort"].clone()),
                _ => return Ok(held),
            }
        }
    }

    async fn write(&self, changes: Vec<Change>) -> Result<()> {
        let mut lines = String::new();
        let mut line = |value: Value| {
            lines.push_str(&value.to_string());
            lines.push('\n');
        };
        for change in changes {
            match change {
                Change::Put(course) => {
                    line(json!({ "index": { "_id": course.id } }));
                    line(document(&course));
                }
                Change::Signals(course, signals) => {
                    line(json!({ "update": { "_id": course } }));
                    line(json!({ "doc": numbers(signals) }));
                }
                Change::Remove(course) => line(json!({ "delete": { "_id": course } })),
            }
        }
        let (status, answer) =
            self.send(Method::POST, "/_bulk?refresh=true", "application/x-ndjson", lines).await?;
        if !status.is_success() {
            return Err(refused(status, &answer));
        }
        let items = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let wrong = items.iter().filter_map(Value::as_object).flat_map(Map::values).find(|outcome| {
            // What is gone already needs no removing.
            outcome["status"].as_u64().is_none_or(|status| status >= 300 && status != 404)
        });
        match wrong {
            None => Ok(()),
            Some(outcome) => Err(Error::Unavailable(format!("OpenSearch: {}", outcome["error"]))),
        }
    }
}

fn refused(status: StatusCode, answer: &Value) -> Error {
    Error::Unavailable(format!("OpenSearch answers {status}: {}", answer["error"]["reason"]))
}

impl SearchIndex for OpenSearch {
    fn listing(&self) -> BoxFuture<'_, Result<HashMap<CourseId, Indexed>>> {
        Box::pin(self.list())
    }

    fn apply(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.write(changes))
    }

    fn search<'a>(&'a self, query: &'a SearchQuery) -> BoxFuture<'a, Result<Hits>> {
        Box::pin(async move {
            let words = telling(&query.text);
            if words.is_empty() && !query.text.trim().is_empty() {
                return Ok(Hits::default());
            }
            let Some(answer) = self.find(&request(query, &words, false)).await? else {
                return Ok(Hits::default());
            };
            let (answer, left_out, partial) = self.loosened(query, &words, answer).await?;
            Ok(Hits {
                items: hits_of(&answer).iter().filter_map(hit).collect(),
                total: answer["hits"]["total"]["value"].as_i64().unwrap_or_default(),
                facets: Facets {
                    category: facet(&answer, "category", &[]),
                    duration: facet(&answer, "duration", &["7", "14", "21"]),
                    access: facet(&answer, "access", &["free", "premium", "paid"]),
                    level: facet(&answer, "level", &["beginner", "intermediate", "advanced"]),
                },
                did_you_mean: fewer::worth_offering(did_you_mean(&query.text, &answer), &left_out),
                left_out,
                partial,
            })
        })
    }

    fn suggest<'a>(&'a self, text: &'a str, limit: usize) -> BoxFuture<'a, Result<Vec<Suggestion>>> {
        Box::pin(async move {
            let answer = self.find(&suggestion_request(text, limit)).await?;
            Ok(answer.map(|answer| suggestions(&answer, text, limit)).unwrap_or_default())
        })
    }

    fn describe(&self) -> String {
        format!("OpenSearch, {}", self.base)
    }
}
