//! Enqueueing, order, many workers, waking up and stopping.

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;

use super::*;

#[tokio::test]
async fn a_job_runs_once_and_is_gone() {
    let queue = Queue::new().await;
    queue.enqueue(note("hello")).await.unwrap();
    assert_eq!(queue.counts().await, queued(1));
    assert_eq!(queue.plain_worker().drain().await.unwrap(), 1);
    assert_eq!(queue.plain_worker().drain().await.unwrap(), 0);
    assert_eq!(queue.done.list(), ["hello"]);
    assert_eq!(queue.counts().await, queued(0));
}

#[tokio::test]
async fn a_transaction_that_is_rolled_back_leaves_no_job() {
    let queue = Queue::new().await;
    let mut tx = queue.db.begin().await.unwrap();
    jobs::enqueue(&mut tx, note("never"), queue.now()).await.unwrap().unwrap();
    drop(tx);
    assert_eq!(queue.plain_worker().drain().await.unwrap(), 0);
    assert_eq!(queue.counts().await, queued(0));
}

#[tokio::test]
async fn jobs_run_in_the_order_they_are_due_and_not_before() {
    let queue = Queue::new().await;
    queue.enqueue(note("third").at(queue.now() + TimeDelta::seconds(30))).await;
    queue.enqueue(note("first")).await;
    queue.enqueue(note("second")).await;
    queue.plain_worker().drain().await.unwrap();
    assert_eq!(queue.done.list(), ["first", "second"]);
    queue.pass(29);
    assert_eq!(queue.plain_worker().drain().await.unwrap(), 0);
    queue.pass(1);
    queue.plain_worker().drain().await.unwrap();
    assert_eq!(queue.done.list(), ["first", "second", "third"]);
}

#[tokio::test]
async fn a_kind_that_only_a_newer_program_knows_waits_for_it() {
    let queue = Queue::new().await;
    queue.enqueue(NewJob::new("newer.kind", json!({}))).await;
    queue.enqueue(note("known")).await;
    assert_eq!(queue.plain_worker().drain().await.unwrap(), 1);
    assert_eq!(queue.counts().await, queued(1));
    let newer = queue.worker(Handlers::new().on("newer.kind", |_job| async { Ok(()) }));
    assert_eq!(newer.drain().await.unwrap(), 1);
}

#[tokio::test]
async fn a_job_carries_its_payload() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Mail {
        to: String,
        copies: Vec<u8>,
    }
    let queue = Queue::new().await;
    queue.enqueue(NewJob::new("mail", json!({"to": "a@example.org", "copies": [1, 2]}))).await;
    let worker = queue.worker(Handlers::new().on("mail", |job| async move {
        assert_eq!(job.parse::<Mail>()?, Mail { to: "a@example.org".into(), copies: vec![1, 2] });
        assert!(job.parse::<Vec<u8>>().is_err());
        assert_eq!((job.attempt, job.max_attempts, job.is_last_attempt()), (1, 10, false));
        Ok(())
    }));
    assert_eq!(worker.drain().await.unwrap(), 1);
}

#[tokio::test]
async fn a_payload_is_an_object() {
    let queue = Queue::new().await;
    let mut tx = queue.db.begin().await.unwrap();
    for payload in [json!(5), json!([]), json!(null), json!("text")] {
        let refused = jobs::enqueue(&mut tx, NewJob::new("note", payload), queue.now()).await;
        assert!(matches!(refused, Err(Error::Internal(_))), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_workers_run_each_of_200_jobs_once() {
    let queue = Queue::new().await;
    let mut tx = queue.db.begin().await.unwrap();
    for number in 0..200 {
        jobs::enqueue(&mut tx, note(&number.to_string()), queue.now()).await.unwrap();
    }
    tx.commit().await.unwrap();

    let stop = CancellationToken::new();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (worker, stop) = (queue.plain_worker(), stop.clone());
        workers.spawn(async move { worker.run(stop).await });
    }
    eventually(async {
        while queue.counts().await != queued(0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    stop.cancel();
    eventually(workers.join_all()).await;

    let mut runs = BTreeMap::new();
    for text in queue.done.list() {
        *runs.entry(text).or_insert(0) += 1;
    }
    assert_eq!(runs.len(), 200);
    assert!(runs.values().all(|count| *count == 1), "{runs:?}");
}

#[tokio::test]
async fn a_commit_wakes_the_workers_of_the_process() {
    let queue = Queue::new().await;
    let gate = Gate::default();
    let held = gate.clone();
    let handlers = Handlers::new().on("wait", move |_job| {
        let gate = held.clone();
        async move {
            gate.begun.notify_one();
            Ok(())
        }
    });
    // Polling alone would take an hour.
    let options = WorkerOptions { poll: Duration::from_secs(3600), ..WorkerOptions::default() };
    let worker =
        Worker::with_options(queue.db.clone(), Arc::new(queue.clock.clone()), handlers, Vec::new(), options);
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { worker.run(stop).await }
    });
    for _ in 0..3 {
        // The worker looks once more when a job has ended; let it fall asleep, so that only the commit can wake it.
        tokio::time::sleep(Duration::from_millis(100)).await;
        queue.enqueue(NewJob::new("wait", json!({}))).await;
        eventually(gate.begun.notified()).await;
    }
    stop.cancel();
    eventually(running).await.unwrap();
    assert_eq!(queue.counts().await, queued(0));
}

#[tokio::test]
async fn a_stopping_worker_lets_running_jobs_end_and_begins_no_more() {
    let queue = Queue::new().await;
    let (gate, done) = (Gate::default(), queue.done.clone());
    let held = gate.clone();
    let handlers = Handlers::new().on("wait", move |_job| {
        let (gate, done) = (held.clone(), done.clone());
        async move {
            gate.pass().await;
            done.note("ended");
            Ok(())
        }
    });
    queue.enqueue(NewJob::new("wait", json!({}))).await;
    let (worker, stop) = (queue.worker(handlers), CancellationToken::new());
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { worker.run(stop).await }
    });
    eventually(gate.begun.notified()).await;
    stop.cancel();
    queue.enqueue(NewJob::new("wait", json!({}))).await;
    gate.open.notify_one();
    eventually(running).await.unwrap();
    assert_eq!(queue.done.list(), ["ended"]);
    assert_eq!(queue.counts().await, queued(1));
}

#[tokio::test]
async fn a_job_that_outlasts_the_stop_goes_back_to_the_queue_uncounted() {
    let queue = Queue::new().await;
    let gate = Gate::default();
    let held = gate.clone();
    let handlers = Handlers::new().on("wait", move |_job| {
        let gate = held.clone();
        async move {
            gate.pass().await;
            Ok(())
        }
    });
    queue.enqueue(NewJob::new("wait", json!({})).max_attempts(1)).await;
    let options = WorkerOptions { stop_within: Duration::ZERO, ..WorkerOptions::default() };
    let worker =
        Worker::with_options(queue.db.clone(), Arc::new(queue.clock.clone()), handlers, Vec::new(), options);
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, stop) = (worker.clone(), stop.clone());
        async move { worker.run(stop).await }
    });
    eventually(gate.begun.notified()).await;
    stop.cancel();
    eventually(running).await.unwrap();
    assert_eq!(queue.counts().await, queued(1));
    gate.open.notify_one();
    assert_eq!(worker.drain().await.unwrap(), 1, "due at once, with its only attempt left");
}
