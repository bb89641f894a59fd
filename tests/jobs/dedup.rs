//! Work with a name: queued once, and never lost because the same work happened to be running.

use super::*;

fn rebuild(text: &str) -> NewJob {
    note(text).dedup("rebuild:42")
}

/// Begins the queued job and holds it in the middle; the handler then ends as `fails` says.
async fn hold(queue: &Queue, fails: bool) -> (Gate, tokio::task::JoinHandle<jobs::Ran>) {
    let (gate, done) = (Gate::default(), queue.done.clone());
    let held = gate.clone();
    let worker = queue.worker(Handlers::new().on("note", move |job| {
        let (gate, done) = (held.clone(), done.clone());
        async move {
            gate.pass().await;
            done.note(job.payload["text"].as_str().unwrap());
            if fails && job.attempt == 1 { Err(Error::Internal("this time".into())) } else { Ok(()) }
        }
    }));
    let running = tokio::spawn(async move { worker.run_due().await.unwrap() });
    eventually(gate.begun.notified()).await;
    (gate, running)
}

#[tokio::test]
async fn what_is_queued_is_not_queued_twice() {
    let queue = Queue::new().await;
    assert!(queue.enqueue(rebuild("first")).await.is_some());
    assert!(queue.enqueue(rebuild("second")).await.is_none());
    assert!(queue.enqueue(note("other").dedup("rebuild:43")).await.is_some());
    assert!(queue.enqueue(note("nameless")).await.is_some());
    assert!(queue.enqueue(note("nameless")).await.is_some());
    queue.plain_worker().drain().await.unwrap();
    assert_eq!(queue.done.list(), ["first", "other", "nameless", "nameless"]);
    assert!(queue.enqueue(rebuild("again")).await.is_some(), "once it is done, it can be enqueued again");
}

#[tokio::test]
async fn work_enqueued_while_it_runs_is_run_again_afterwards() {
    let queue = Queue::new().await;
    queue.enqueue(rebuild("first")).await;
    let (gate, running) = hold(&queue, false).await;
    assert!(queue.enqueue(rebuild("second")).await.is_some());
    assert!(queue.enqueue(rebuild("third")).await.is_none());
    assert_eq!(queue.plain_worker().drain().await.unwrap(), 0, "never two at a time");
    gate.open.notify_one();
    eventually(gate.begun.notified()).await;
    gate.open.notify_one();
    assert_eq!(eventually(running).await.unwrap().succeeded, 2);
    assert_eq!(queue.done.list(), ["first", "second"]);
}

#[tokio::test]
async fn a_failure_takes_in_what_was_enqueued_meanwhile() {
    let queue = Queue::new().await;
    queue.enqueue(rebuild("first")).await;
    let (gate, running) = hold(&queue, true).await;
    queue.enqueue(rebuild("second")).await;
    gate.open.notify_one();
    assert_eq!(eventually(running).await.unwrap().failures.len(), 1);
    assert_eq!(queue.counts().await, queued(1));
    assert_eq!(queue.only_job().await.0, 1, "the attempt is not forgotten, nor the back-off");
    queue.pass(10);
    queue.plain_worker().drain().await.unwrap();
    assert_eq!(queue.done.list(), ["first", "first"]);
}

#[tokio::test]
async fn a_dead_job_does_not_stand_in_the_way() {
    let queue = Queue::new().await;
    let dead =
        queue.enqueue(NewJob::new("fail", json!({})).max_attempts(1).dedup("rebuild:42")).await.unwrap();
    queue.plain_worker().run_due().await.unwrap();
    assert!(queue.enqueue(rebuild("fresh")).await.is_some());
    // Retrying it now would be the same work twice.
    queue.retry_dead(dead).await.unwrap();
    assert_eq!(queue.counts().await, queued(1));
    queue.plain_worker().drain().await.unwrap();
    assert_eq!(queue.done.list(), ["failed 1", "fresh"]);
}

#[tokio::test]
async fn a_crashed_job_goes_before_its_successor() {
    let queue = Queue::new().await;
    queue.enqueue(rebuild("first")).await;
    let (_gate, running) = hold(&queue, false).await;
    running.abort();
    let _ = running.await;
    queue.enqueue(rebuild("second")).await;
    queue.pass(60);
    queue.plain_worker().drain().await.unwrap();
    assert_eq!(queue.done.list(), ["first", "second"]);
}

#[tokio::test]
async fn a_run_sees_the_changes_of_a_transaction_that_found_it_queued() {
    let queue = Queue::new().await;
    queue.enqueue(rebuild("first")).await;
    // Someone changes what is to be rebuilt, finds the job queued, and has not committed yet.
    let mut tx = queue.db.begin().await.unwrap();
    assert!(jobs::enqueue(&mut tx, rebuild("second"), queue.now()).await.unwrap().is_none());
    let worker = queue.plain_worker();
    let early = tokio::spawn(async move { worker.drain().await });
    // A worker that comes now either waits (SQLite) or passes over the job (PostgreSQL), but doesn't run it.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(queue.done.list(), Vec::<String>::new());
    tx.commit().await.unwrap();
    eventually(early).await.unwrap().unwrap();
    queue.plain_worker().drain().await.unwrap();
    assert_eq!(queue.done.list(), ["first"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_20_at_once_one_is_queued() {
    let queue = Queue::new().await;
    let now = queue.now();
    let enqueued = futures::future::join_all((0..20).map(|_| {
        let db = queue.db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            let id = jobs::enqueue(&mut tx, rebuild("one"), now).await.unwrap();
            tx.commit().await.unwrap();
            id.is_some()
        })
    }))
    .await;
    assert_eq!(enqueued.into_iter().filter(|new| *new.as_ref().unwrap()).count(), 1);
    assert_eq!(queue.counts().await, queued(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counts_are_right_in_the_end_whatever_overlaps() {
    // The promise in one picture: a counter rebuilt by a job that 20 writers enqueue while workers run it.
    let queue = Queue::new().await;
    let mut tx = queue.db.begin().await.unwrap();
    tx.run("CREATE TABLE facts (id BIGINT PRIMARY KEY)").await.unwrap();
    tx.run("CREATE TABLE summary (total BIGINT NOT NULL)").await.unwrap();
    tx.run("INSERT INTO summary (total) VALUES (0)").await.unwrap();
    tx.commit().await.unwrap();
    let handlers = || {
        let db = queue.db.clone();
        Handlers::new().on("note", move |_job| {
            let db = db.clone();
            async move {
                let (total,): (i64,) = db.read().await?.one("SELECT COUNT(*) FROM facts").await?;
                tokio::time::sleep(Duration::from_millis(2)).await;
                let mut tx = db.begin().await?;
                tx.run(sql!("UPDATE summary SET total = $1", total)).await?;
                tx.commit().await?;
                Ok(())
            }
        })
    };
    let stop = tokio_util::sync::CancellationToken::new();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let (worker, stop) = (queue.worker(handlers()), stop.clone());
        workers.spawn(async move { worker.run(stop).await });
    }
    let now = queue.now();
    let writers = (0..20_i64).map(|number| {
        let db = queue.db.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(u64::try_from(number).unwrap() * 2)).await;
            let mut tx = db.begin().await.unwrap();
            tx.run(sql!("INSERT INTO facts (id) VALUES ($1)", number)).await.unwrap();
            jobs::enqueue(&mut tx, rebuild("sum"), now).await.unwrap();
            tx.commit().await.unwrap();
        })
    });
    for writer in futures::future::join_all(writers).await {
        writer.unwrap();
    }
    eventually(async {
        while queue.counts().await != queued(0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    stop.cancel();
    eventually(workers.join_all()).await;
    let (total,): (i64,) = queue.db.read().await.unwrap().one("SELECT total FROM summary").await.unwrap();
    assert_eq!(total, 20);
}
