//! Doing the same with many lines of a list: what is asked before, and what is said afterwards.

use axum::response::Response;
use serde::Deserialize;

use super::{
    context::{Ctx, Notice, safe_return},
    failure::PageError,
};
use crate::views::{BulkPage, BulkQuestion};

/// Lines whose names are shown.
const NAMED: usize = 10;

/// The form under a list, and the one that asks once more.
#[derive(Debug, Deserialize)]
#[serde(from = "SentForm<T>", bound(deserialize = "T: Deserialize<'de>"))]
pub(crate) struct BulkForm<T> {
    pub(crate) id: Vec<T>,
    pub(crate) action: String,
    /// Why, where that is asked.
    pub(crate) reason: String,
    confirmed: Option<String>,
    /// The list as it was shown.
    back: String,
    /// Chosen lines that are not there any more.
    gone: usize,
}

/// The form as it is sent.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct SentForm<T> {
    #[serde(default)]
    id: Vec<T>,
    /// Every line of the page is chosen; only where no script can tick them.
    page: Option<String>,
    /// The lines of the page, then.
    #[serde(default)]
    shown: Vec<T>,
    #[serde(default)]
    action: String,
    #[serde(default)]
    reason: String,
    confirmed: Option<String>,
    #[serde(default)]
    back: String,
}

impl<T> From<SentForm<T>> for BulkForm<T> {
    fn from(sent: SentForm<T>) -> Self {
        Self {
            id: if sent.page.is_some() { sent.shown } else { sent.id },
            action: sent.action,
            reason: sent.reason,
            confirmed: sent.confirmed,
            back: sent.back,
            gone: 0,
        }
    }
}

impl<T: ToString> BulkForm<T> {
    pub(crate) fn is_confirmed(&self) -> bool {
        self.confirmed.is_some()
    }

    /// Goes on with those that are still there: somebody may have deleted others meanwhile.
    pub(crate) fn keep(&mut self, is_there: impl Fn(&T) -> bool) {
        let chosen = self.id.len();
        self.id.retain(is_there);
        self.gone = chosen - self.id.len();
    }

    /// Those that are named when it is asked.
    pub(crate) fn named(&self) -> impl Iterator<Item = &T> {
        self.id.iter().take(NAMED)
    }

    /// Back to the list at `path`, as it was.
    fn back(&self, path: &'static str) -> &str {
        let same_list = |back: &&str| back.split('?').next() == Some(path);
        safe_return(Some(&self.back)).filter(same_list).unwrap_or(path)
    }

    /// The answer when nothing was chosen, or nothing of it is left.
    pub(crate) fn nothing_chosen(&self, ctx: &Ctx, path: &'static str) -> Response {
        let notice = if self.gone == 0 { Notice::NothingChosen } else { Notice::ChosenGone };
        ctx.redirect_with(self.back(path), notice)
    }

    /// Asks whether it is meant. `heading` is the question and `button` its answer.
    pub(crate) fn ask(
        &self,
        ctx: &Ctx,
        path: &'static str,
        (heading, button): (String, &'static str),
        names: Vec<String>,
        asks_reason: bool,
    ) -> Result<Response, PageError> {
        let question = BulkQuestion {
            path: format!("{path}/bulk"),
            action: self.action.clone(),
            ids: self.id.iter().map(ToString::to_string).collect(),
            more: self.id.len() - names.len().min(self.id.len()),
            names,
            gone: self.gone,
            button,
            asks_reason,
        };
        ctx.render(&BulkPage {
            page: ctx.private_page(&heading, path),
            heading,
            back: self.back(path).to_owned(),
            question: Some(question),
            refused: Vec::new(),
        })
    }

    /// The answer when it is done: the list, or what was refused for which line and why.
    pub(crate) fn done(
        &self,
        ctx: &Ctx,
        path: &'static str,
        refused: Vec<(String, String)>,
    ) -> Result<Response, PageError> {
        if refused.is_empty() {
            return Ok(ctx.redirect_with(self.back(path), Notice::AllDone));
        }
        let heading =
            format!("Done for {} of {}", self.id.len() - refused.len().min(self.id.len()), self.id.len());
        ctx.render(&BulkPage {
            page: ctx.private_page(&heading, path),
            heading,
            back: self.back(path).to_owned(),
            question: None,
            refused,
        })
    }
}
