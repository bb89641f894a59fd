//! The index in the data folder, made with tantivy. Each process that serves has one of its own.
//!
//! Searches read the last committed state without a lock. A change is committed as a whole: whoever is killed in the
//! middle finds the state before, and the comparison with the database does the rest.

pub(super) mod analysis;
mod completion;
mod folder;
mod marks;
mod query;
mod schema;
mod snapshot;
pub(super) mod vocabulary;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use futures::future::BoxFuture;
use momentum_core::{
    Error, Result,
    cache::Cache,
    ids::CourseId,
    search::{Change, Hits, Indexed, SearchIndex, SearchQuery, Signals, Suggestion},
};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyError};
use tokio::sync::Semaphore;

use folder::Folder;
use schema::Fields;
use snapshot::Snapshot;

/// What the writer keeps in memory before it goes to the disk, in bytes.
const WRITER_MEMORY: usize = 48 << 20;

/// Bytes of the answers that are kept.
const ANSWERS: usize = 5 << 20;

/// What a course in an answer takes, about.
const FOUND: usize = 500;

/// An index in a folder, or in memory.
#[derive(Clone)]
pub struct Embedded(Arc<Parts>);

struct Parts {
    folder: Option<PathBuf>,
    index: Index,
    reader: IndexReader,
    fields: Fields,
    /// Opened with the first change: one process of a folder writes.
    writer: Mutex<Option<IndexWriter>>,
    state: RwLock<State>,
    /// For questions that are being answered.
    turns: Arc<Semaphore>,
}

#[derive(Clone)]
struct State {
    snapshot: Arc<Snapshot>,
    /// Numbers beside courses; they are not written, the database has them.
    signals: Arc<HashMap<CourseId, Signals>>,
    /// What was found in this state. Many people look for the same few things.
    answers: Arc<Cache<SearchQuery, Arc<Hits>>>,
}

impl State {
    fn new(snapshot: Arc<Snapshot>, signals: Arc<HashMap<CourseId, Signals>>) -> Self {
        let answers = Cache::of_bytes(ANSWERS, 20 * FOUND, |query: &SearchQuery, hits: &Arc<Hits>| {
            let typed = query.text.len() + query.category.as_ref().map_or(0, String::len);
            typed + FOUND * (hits.items.len() + 1)
        });
        Self { snapshot, signals, answers: Arc::new(answers) }
    }
}

impl Embedded {
    /// An index that is gone with the program.
    ///
    /// # Errors
    /// With a message for the operator.
    pub fn in_memory() -> Result<Self, String> {
        let (schema, fields) = schema::schema();
        Self::on(Index::create_in_ram(schema), fields, None).map_err(|error| error.to_string())
    }

    /// The index of this folder. One that is damaged or of another format is put aside: it is filled again from the
    /// database.
    ///
    /// # Errors
    /// With a message for the operator.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let path = folder.join(format!("v{}", schema::FORMAT));
        remove_others(folder, &path);
        match Self::open_in(&path) {
            Ok(opened) => Ok(opened),
            Err(error) => {
                tracing::warn!(%error, "the search index can't be opened and is built anew");
                std::fs::remove_dir_all(&path)
                    .map_err(|error| format!("{} can't be removed: {error}", path.display()))?;
                Self::open_in(&path).map_err(|error| format!("{}: {error}", path.display()))
            }
        }
    }

    fn open_in(path: &Path) -> tantivy::Result<Self> {
        std::fs::create_dir_all(path)?;
        let (schema, fields) = schema::schema();
        let index = Index::open_or_create(Folder::open(path)?, schema)?;
        Self::on(index, fields, Some(path.to_owned()))
    }

    fn on(index: Index, fields: Fields, folder: Option<PathBuf>) -> tantivy::Result<Self> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let signals = Arc::new(HashMap::new());
        let snapshot = Arc::new(Snapshot::new(reader.searcher(), fields.clone(), &signals, None)?);
        let state = RwLock::new(State::new(snapshot, signals));
        let turns = Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, Into::into)));
        Ok(Self(Arc::new(Parts { folder, index, reader, fields, writer: Mutex::new(None), state, turns })))
    }

    /// Answers a question to the index. No more are answered at once than there are processors: the others wait here, not each in a
    /// thread of its own.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Parts) -> tantivy::Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.0.turns.clone().acquire_owned().await.map_err(Error::internal)?;
        // The turn ends with the work, also when nobody waits for the answer any more.
        self.aside(move |parts| {
            let _turn = turn;
            question(parts)
        })
        .await
    }

    /// Runs what takes a while beside the tasks that answer requests.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Parts) -> tantivy::Result<T> + Send + 'static,
    ) -> Result<T> {
        let parts = self.0.clone();
        tokio::task::spawn_blocking(move || work(&parts)).await.map_err(Error::internal)?.map_err(failed)
    }
}

/// Indexes of older formats.
fn remove_others(folder: &Path, current: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| entry.path() != current) {
        if let Err(error) = std::fs::remove_dir_all(entry.path()) {
            tracing::warn!(%error, path = %entry.path().display(), "an old search index can't be removed");
        }
    }
}

fn failed(error: TantivyError) -> Error {
    match error {
        TantivyError::LockFailure(..) => {
            Error::Unavailable("another process writes the search index of this folder".into())
        }
        other => Error::Internal(format!("search index: {other}")),
    }
}

impl Parts {
    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows what is committed.
    fn show(&self, signals: Option<HashMap<CourseId, Signals>>) -> tantivy::Result<()> {
        self.reader.reload()?;
        let last = self.state();
        let signals = signals.map_or_else(|| last.signals.clone(), Arc::new);
        let searcher = self.reader.searcher();
        let same = searcher.generation() == last.snapshot.searcher.generation();
        let snapshot = if same {
            last.snapshot
        } else {
            Arc::new(Snapshot::new(searcher, self.fields.clone(), &signals, Some(&last.snapshot))?)
        };
        if same && signals == last.signals {
            return Ok(());
        }
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State::new(snapshot, signals);
        Ok(())
    }

    fn apply(&self, changes: Vec<Change>) -> tantivy::Result<()> {
        let mut signals = (*self.state().signals).clone();
        let mut written = Vec::new();
        for change in changes {
            match change {
                Change::Signals(course, numbers) => {
                    signals.insert(course, numbers);
                }
                other => written.push(other),
            }
        }
        if !written.is_empty() {
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let opened = match writer.take() {
                Some(opened) => opened,
                None => self.index.writer_with_num_threads(1, WRITER_MEMORY)?,
            };
            // A writer that failed is thrown away: nothing of it is committed.
            *writer = Some(self.write(opened, written, &mut signals)?);
        }
        self.show(Some(signals))
    }

    fn write(
        &self,
        mut writer: IndexWriter,
        changes: Vec<Change>,
        signals: &mut HashMap<CourseId, Signals>,
    ) -> tantivy::Result<IndexWriter> {
        for change in changes {
            match change {
                Change::Put(course) => {
                    for term in self.fields.terms_of(course.id) {
                        writer.delete_term(term);
                    }
                    let documents = self
                        .fields
                        .documents(&course)
                        .map_err(|error| TantivyError::InternalError(error.to_string()))?;
                    for document in documents {
                        writer.add_document(document)?;
                    }
                    signals.insert(course.id, course.signals);
                }
                Change::Remove(course) => {
                    for term in self.fields.terms_of(course) {
                        writer.delete_term(term);
                    }
                    signals.remove(&course);
                }
                Change::Signals(course, numbers) => {
                    signals.insert(course, numbers);
                }
            }
        }
        writer.commit()?;
        Ok(writer)
    }
}

impl SearchIndex for Embedded {
    fn listing(&self) -> BoxFuture<'_, Result<HashMap<CourseId, Indexed>>> {
        Box::pin(self.aside(|parts| {
            parts.show(None)?;
            let state = parts.state();
            Ok(state.snapshot.listing(&state.signals))
        }))
    }

    fn apply(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.aside(move |parts| parts.apply(changes)))
    }

    fn search<'a>(&'a self, query: &'a SearchQuery) -> BoxFuture<'a, Result<Hits>> {
        Box::pin(async move {
            if let Some(hits) = self.0.state().answers.get(query) {
                return Ok((*hits).clone());
            }
            let query = query.clone();
            self.ask(move |parts| {
                let state = parts.state();
                let hits = query::search(&state.snapshot, &state.signals, &query)?;
                state.answers.insert(query, Arc::new(hits.clone()));
                Ok(hits)
            })
            .await
        })
    }

    fn suggest<'a>(&'a self, text: &'a str, limit: usize) -> BoxFuture<'a, Result<Vec<Suggestion>>> {
        let text = text.to_owned();
        Box::pin(self.ask(move |parts| Ok(query::suggest(&parts.state().snapshot, &text, limit))))
    }

    fn describe(&self) -> String {
        match &self.0.folder {
            Some(folder) => format!("embedded, in {}", folder.display()),
            None => "embedded, in memory".to_owned(),
        }
    }
}
