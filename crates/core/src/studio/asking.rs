//! One question to a language model: from the cache if it was asked before, within the budget, again when that can help, broken
//! off when the job is cancelled, and put right when the answer has the wrong form.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use momentum_db::sql;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    answers::{Outcome, cut_off, readable, schema_of, weigh},
    budget,
    calls::{Call, counted, input_tokens, possible, settle},
    repo::{self, StoredJob},
    steps::Step,
};
use crate::{
    Error, Result, Services,
    ids::ModelCallId,
    ports::{Message, Speaker, TextAnswer, TextError, TextErrorKind, TextModel, TextRequest, TokenUsage},
};

/// How often the same request is sent, when that can help.
const TRIES: u32 = 5;
/// How often an answer of the wrong form is sent back.
const REPAIRS: usize = 2;
/// The longest wait that a provider may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

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

/// `an hour`, `20 minutes`: rounded up.
fn wait_words(wait: Duration) -> String {
    match wait.as_secs().div_ceil(60) {
        60 => "an hour".to_owned(),
        minutes @ ..60 => format!("{minutes} minutes"),
        minutes => format!("{} hours", minutes.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_put_in_words() {
        let words = [1_200, 3_600, 7_201].map(|seconds| wait_words(Duration::from_secs(seconds)));
        assert_eq!(words, ["20 minutes", "an hour", "3 hours"]);
    }
}
