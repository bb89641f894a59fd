//! One question to a language model: from the cache if it was asked before, within the budget, again when that can help, broken
//! off when the job is cancelled, and put right when the answer has the wrong form.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    budget,
    repo::{self, StoredJob},
    steps::Step,
};
use crate::{
    Error, Result, Services,
    ids::ModelCallId,
    ports::{
        AnswerSchema, Message, Speaker, TextAnswer, TextError, TextErrorKind, TextModel, TextRequest,
        TokenUsage,
    },
};

/// How often the same request is sent, when that can help.
const TRIES: u32 = 5;
/// How often an answer of the wrong form is sent back.
const REPAIRS: usize = 2;
/// The longest wait that a provider may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

/// The most tokens that a provider puts around a conversation: marks of who speaks, rules for the form of the answer.
const AROUND: u64 = 2_000;

/// Why a step has no result.
#[derive(Debug)]
pub(super) enum Stopped {
    /// The job was cancelled, or failed elsewhere.
    Cancelled,
    /// It can't be done as things are. For administrators.
    Failed(String),
    /// A fault of ours or of the database; the queue tries again.
    Broken(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        match error {
            Error::Conflict { .. } | Error::Invalid(_) | Error::NotFound(_) => {
                Self::Failed(error.to_string())
            }
            error => Self::Broken(error),
        }
    }
}

impl From<momentum_db::Error> for Stopped {
    fn from(error: momentum_db::Error) -> Self {
        Self::Broken(error.into())
    }
}

/// The step that asks.
pub(super) struct Asking<'a> {
    pub s: &'a Services,
    pub model: &'a dyn TextModel,
    pub job: &'a StoredJob,
    pub step: Step,
    /// Which attempt at it this is.
    pub attempt: i64,
    /// Sets apart questions that read the same and yet want another answer.
    pub salt: String,
}

/// What a request has become.
enum Outcome<T> {
    Used(T),
    /// With what is wrong, for the model.
    Wrong(Vec<String>),
}

impl Asking<'_> {
    /// The answer as a `T` in which `faults` finds nothing.
    pub(super) async fn ask<T: DeserializeOwned + JsonSchema>(
        &self,
        prompt: String,
        max_output_tokens: u32,
        faults: impl Fn(&T) -> Vec<String> + Send + Sync,
    ) -> Result<T, Stopped> {
        let language = momentum_drafting::language_name(&self.job.brief.language);
        let tone = &self.job.brief.tone;
        let system = self.s.studio.prompts.fill("system", json!({ "language": language, "tone": tone }))?;
        let mut request = TextRequest {
            model: self.job.model.clone(),
            system,
            messages: vec![Message { speaker: Speaker::User, text: prompt }],
            schema: Some(schema_of::<T>(self.step)),
            max_output_tokens,
            temperature: Some(0.7),
        };
        let mut last = Vec::new();
        for _ in 0..=REPAIRS {
            let (answer, outcome) = self.once(&request, &faults).await?;
            match outcome {
                Outcome::Used(value) => return Ok(value),
                Outcome::Wrong(found) => {
                    let repair = self.s.studio.prompts.fill("repair", json!({ "faults": found }))?;
                    request.messages.push(Message { speaker: Speaker::Model, text: answer });
                    request.messages.push(Message { speaker: Speaker::User, text: repair });
                    last = found;
                }
            }
        }
        Err(Stopped::Failed(format!(
            "The model's answer was unusable {} times in a row. Of the last one: {}",
            REPAIRS + 1,
            last.join(" ")
        )))
    }

    /// One answer, from the cache or from the model, and what it is worth.
    async fn once<T: DeserializeOwned>(
        &self,
        request: &TextRequest,
        faults: &(impl Fn(&T) -> Vec<String> + Send + Sync),
    ) -> Result<(String, Outcome<T>), Stopped> {
        let hash = self.hash(request);
        let known: Option<(String,)> = self
            .s
            .db
            .read()
            .await?
            .opt(sql!("SELECT output FROM ai_calls WHERE hash = $1 AND state = 'used' LIMIT 1", &hash))
            .await?;
        if let Some((output,)) = known {
            let outcome = weigh(&output, true, faults);
            if matches!(outcome, Outcome::Used(_)) {
                return Ok((output, outcome));
            }
        }
        let mut wait = self.s.studio.options.retry_after;
        for attempt in 1..=TRIES {
            let call = self.begin(request, &hash).await?;
            let text = Mutex::new(String::new());
            let on_text = |piece: &str| text.lock().unwrap_or_else(PoisonError::into_inner).push_str(piece);
            let answered = self.watched(self.model.write(request, &on_text), Some(&text)).await;
            let so_far = text.into_inner().unwrap_or_else(PoisonError::into_inner);
            match answered {
                Ok(Ok(answer)) => {
                    let usage = counted(request, &answer.text, answer.usage);
                    let outcome = weigh(&answer.text, answer.complete, faults);
                    let (state, error) = match &outcome {
                        Outcome::Used(_) => ("used", None),
                        Outcome::Wrong(found) => ("wrong", Some(found.join(" "))),
                    };
                    self.end(&call, state, usage, &answer.text, error.as_deref()).await?;
                    let TextAnswer { text, .. } = answer;
                    return Ok((text, outcome));
                }
                Ok(Err(error)) if error.kind == TextErrorKind::TooLong && !so_far.is_empty() => {
                    let usage = counted(request, &so_far, error.usage);
                    self.end(&call, "wrong", usage, &so_far, Some(&error.message)).await?;
                    return Ok((so_far, cut_off()));
                }
                Ok(Err(error)) => {
                    // What came before the line broke was paid for, whether the provider says so or not.
                    let usage = if so_far.is_empty() {
                        possible(request, "", error.usage)
                    } else {
                        counted(request, &so_far, error.usage)
                    };
                    self.end(&call, "failed", usage, &so_far, Some(&error.message)).await?;
                    wait = self.wait_after(&error, attempt, wait).await?;
                }
                Err(stopped) => {
                    let usage = counted(request, &so_far, TokenUsage::default());
                    self.end(&call, "lost", usage, &so_far, Some("broken off")).await?;
                    return Err(stopped);
                }
            }
        }
        Err(Stopped::Failed(format!("The model couldn't be reached {TRIES} times in a row.")))
    }

    /// Waits before the next try, if there is one; answers the wait after that.
    async fn wait_after(&self, error: &TextError, attempt: u32, wait: Duration) -> Result<Duration, Stopped> {
        let what = match error.kind {
            TextErrorKind::Refused => "The model won't write this",
            TextErrorKind::Unauthorized => "The provider doesn't accept the key",
            TextErrorKind::NoCredit => "The account at the provider has no credit",
            TextErrorKind::Rejected => "The provider doesn't take the request",
            TextErrorKind::Busy => "The provider is overloaded or limits requests",
            TextErrorKind::Interrupted => "The provider has a fault, or the connection to it broke",
            TextErrorKind::TooLong => "The model's answer doesn't end",
            TextErrorKind::Malformed => "The provider's answer isn't what its interface says",
        };
        let pause = wait.max(error.retry_after.unwrap_or_default());
        if error.kind.is_temporary() && pause > LONGEST_WAIT {
            let why = format!("{what} and asks to wait {}: {}", wait_words(pause), error.message);
            return Err(Stopped::Failed(why));
        }
        if !error.kind.is_temporary() || attempt == TRIES {
            return Err(Stopped::Failed(format!("{what}: {}", error.message)));
        }
        tracing::warn!(job = %self.job.id, step = %self.step, %error, "the model is asked again in {pause:?}");
        self.watched(tokio::time::sleep(pause), None).await?;
        Ok(wait * 2)
    }

    /// Runs `work`, keeps what has come so far, and stops when the job does.
    async fn watched<W: Future>(&self, work: W, text: Option<&Mutex<String>>) -> Result<W::Output, Stopped> {
        tokio::pin!(work);
        let mut kept = 0;
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = tokio::time::sleep(self.s.studio.options.look_every) => {}
            }
            let mut conn = self.s.db.read().await?;
            if !repo::is_wanted(&mut conn, self.job.id, self.step, self.attempt).await? {
                return Err(Stopped::Cancelled);
            }
            drop(conn);
            let so_far = text.map(|text| text.lock().unwrap_or_else(PoisonError::into_inner).clone());
            if let Some(so_far) = so_far.filter(|so_far| so_far.len() > kept) {
                kept = so_far.len();
                let mut tx = self.s.db.begin().await?;
                repo::keep_partial(&mut tx, self.job.id, self.step, &readable(&so_far)).await?;
                tx.commit().await?;
            }
        }
    }

    /// Sets the money aside and notes that the request goes out.
    async fn begin(&self, request: &TextRequest, hash: &str) -> Result<Call, Stopped> {
        let now = self.s.clock.now();
        let month = budget::month(now);
        let most = TokenUsage { input: input_tokens(request), output: u64::from(request.max_output_tokens) };
        let reserved = self.s.studio.cost(&request.model, most);
        let id = ModelCallId::new();
        let mut tx = self.s.db.begin().await?;
        if !budget::reserve(&mut tx, &month, reserved).await? {
            let left = budget::left(&mut tx, &month).await?.unwrap_or_default();
            let why = budget::too_little(left, reserved);
            return Err(Stopped::Failed(format!("{why} Then try again: what is done is kept.")));
        }
        tx.run(sql!(
            "INSERT INTO ai_calls (id, job_id, step, hash, provider, model, state, month, reserved_micros, started_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, $8, $9)",
            id,
            self.job.id,
            self.step.to_string(),
            hash,
            self.model.name(),
            request.model.as_str(),
            month.as_str(),
            reserved,
            now
        ))
        .await?;
        tx.commit().await?;
        Ok(Call { id, month, reserved, model: request.model.clone() })
    }

    async fn end(
        &self,
        call: &Call,
        state: &str,
        usage: TokenUsage,
        output: &str,
        error: Option<&str>,
    ) -> Result<(), Stopped> {
        let now = self.s.clock.now();
        let mut tx = self.s.db.begin().await?;
        settle(self.s, &mut tx, call, (state, usage, output, error), now).await?;
        tx.commit().await?;
        Ok(())
    }

    fn hash(&self, request: &TextRequest) -> String {
        let schema = request.schema.as_ref().map(|schema| &schema.schema);
        let turns: Vec<_> =
            request.messages.iter().map(|turn| (turn.speaker == Speaker::User, &turn.text)).collect();
        let whole = json!([
            self.model.name(),
            request.model,
            request.system,
            turns,
            schema,
            request.max_output_tokens,
            self.salt
        ]);
        Sha256::digest(whole.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A request on its way.
pub(super) struct Call {
    pub id: ModelCallId,
    pub month: String,
    pub reserved: i64,
    pub model: String,
}

/// Notes how a request ended and what it cost, everywhere where costs are counted. Once only: a second time changes nothing.
pub(super) async fn settle(
    s: &Services,
    tx: &mut Tx,
    call: &Call,
    (state, usage, output, error): (&str, TokenUsage, &str, Option<&str>),
    now: DateTime<Utc>,
) -> Result<()> {
    let cost = s.studio.cost(&call.model, usage);
    let (input, made) = (signed(usage.input), signed(usage.output));
    let settled: Option<(crate::ids::StudioJobId, String)> = tx
        .opt(sql!(
            "UPDATE ai_calls SET state = $2, input_tokens = $3, output_tokens = $4, cost_micros = $5, output = $6, error = $7,
                    finished_at = $8
             WHERE id = $1 AND state = 'running' RETURNING job_id, step",
            call.id,
            state,
            input,
            made,
            cost,
            output,
            error,
            now
        ))
        .await?;
    let Some((job, step)) = settled else { return Ok(()) };
    tx.run(sql!(
        "UPDATE ai_jobs SET input_tokens = input_tokens + $2, output_tokens = output_tokens + $3,
                cost_micros = cost_micros + $4 WHERE id = $1",
        job,
        input,
        made,
        cost
    ))
    .await?;
    tx.run(sql!(
        "UPDATE ai_steps SET input_tokens = input_tokens + $3, output_tokens = output_tokens + $4,
                cost_micros = cost_micros + $5 WHERE job_id = $1 AND key = $2",
        job,
        step,
        input,
        made,
        cost
    ))
    .await?;
    budget::settle(s, tx, &call.month, (call.reserved, cost), now).await
}

fn signed(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

/// Tokens of a text: about one for four characters, as providers say of English.
pub(super) fn tokens(text: &str) -> u64 {
    (text.chars().count() as u64).div_ceil(4)
}

fn input_tokens(request: &TextRequest) -> u64 {
    let texts = request.messages.iter().map(|turn| turn.text.as_str()).chain([request.system.as_str()]);
    let schema = request.schema.as_ref().map_or(0, |schema| tokens(&schema.schema.to_string()));
    texts.map(tokens).sum::<u64>() + schema
}

/// `an hour`, `20 minutes`: rounded up.
fn wait_words(wait: Duration) -> String {
    match wait.as_secs().div_ceil(60) {
        60 => "an hour".to_owned(),
        minutes @ ..60 => format!("{minutes} minutes"),
        minutes => format!("{} hours", minutes.div_ceil(60)),
    }
}

/// What the provider says was used, as far as that can be: no token is shorter than a byte, and no model writes more than its
/// answer and what it was allowed to think. One wrong figure must not use up a whole budget.
fn possible(request: &TextRequest, output: &str, said: TokenUsage) -> TokenUsage {
    let bytes = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX);
    let schema = request.schema.as_ref().map_or(0, |schema| bytes(&schema.schema.to_string()));
    let texts = request.messages.iter().map(|turn| turn.text.as_str()).chain([request.system.as_str()]);
    let most = TokenUsage {
        input: texts.map(bytes).sum::<u64>() + schema + AROUND,
        output: bytes(output) + u64::from(request.max_output_tokens),
    };
    let usage = TokenUsage { input: said.input.min(most.input), output: said.output.min(most.output) };
    if usage != said {
        tracing::warn!(model = %request.model, ?said, counted = ?usage, "the provider says more tokens than there can be");
    }
    usage
}

/// What the provider counted, or about that where it counted nothing.
fn counted(request: &TextRequest, output: &str, said: TokenUsage) -> TokenUsage {
    let said = possible(request, output, said);
    TokenUsage {
        input: if said.input == 0 { input_tokens(request) } else { said.input },
        output: if said.output == 0 { tokens(output) } else { said.output },
    }
}

/// The schema of an answer, in one piece.
fn schema_of<T: JsonSchema>(step: Step) -> AnswerSchema {
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
fn cut_off<T>() -> Outcome<T> {
    Outcome::Wrong(vec!["The answer was cut off because it was too long. Be shorter.".to_owned()])
}

/// Reads an answer and looks for faults in it.
fn weigh<T: DeserializeOwned>(
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
fn readable(json: &str) -> String {
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
    fn what_a_provider_says_was_used_is_no_more_than_can_be() {
        let request = TextRequest {
            model: "m".into(),
            system: "s".repeat(100),
            messages: vec![Message { speaker: Speaker::User, text: "t".repeat(900) }],
            schema: None,
            max_output_tokens: 500,
            temperature: None,
        };
        let count = |input, output| {
            let usage = counted(&request, "An answer.", TokenUsage { input, output });
            (usage.input, usage.output)
        };
        assert_eq!(count(260, 400), (260, 400), "what can be is believed");
        assert_eq!(count(1_000_000_000, u64::MAX), (1_000 + AROUND, 10 + 500));
        assert_eq!(count(0, 0), (250, 3), "and what isn't said is estimated");
        assert_eq!(possible(&request, "", TokenUsage::default()), TokenUsage::default());
    }

    #[test]
    fn a_wait_is_put_in_words() {
        let words = [1_200, 3_600, 7_201].map(|seconds| wait_words(Duration::from_secs(seconds)));
        assert_eq!(words, ["20 minutes", "an hour", "3 hours"]);
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
