//! Workers that die, and workers that were thought dead.

use super::*;

/// A worker that begins the only job and is then gone without a word.
async fn crash(queue: &Queue, kind: &'static str) {
    let gate = Gate::default();
    let held = gate.clone();
    let worker = queue.worker(Handlers::new().on(kind, move |_job| {
        let gate = held.clone();
        async move {
            gate.pass().await;
            Ok(())
        }
    }));
    let running = tokio::spawn(async move { worker.run_due().await });
    eventually(gate.begun.notified()).await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn a_crashed_workers_job_is_run_by_another_when_its_lease_has_run_out() {
    let queue = Queue::new().await;
    queue.enqueue(note("survivor")).await;
    crash(&queue, "note").await;
    assert_eq!(queue.counts().await, Counts { running: 1, ..Counts::default() });

    queue.pass(59);
    assert_eq!(queue.plain_worker().drain().await.unwrap(), 0, "it may still be alive");
    queue.pass(1);
    let worker = queue.worker(Handlers::new().on("note", |job| async move {
        assert_eq!(job.attempt, 2, "the crash counts");
        Ok(())
    }));
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(queue.counts().await, queued(0));
}

#[tokio::test]
async fn a_job_that_kills_its_workers_dies_in_the_end() {
    let queue = Queue::new().await;
    queue.enqueue(note("killer").max_attempts(2)).await;
    for _ in 0..2 {
        crash(&queue, "note").await;
        queue.pass(60);
    }
    assert_eq!(queue.plain_worker().drain().await.unwrap(), 0);
    assert_eq!(queue.counts().await, Counts { dead: 1, ..Counts::default() });
    let (attempts, error, _) = queue.only_job().await;
    assert_eq!(attempts, 2);
    assert!(error.unwrap().contains("stopped in the middle"));
}

/// Starts a worker that waits in the middle of the job for the gate, and then ends as `fails` says.
async fn begin(queue: &Queue, fails: bool) -> (Gate, tokio::task::JoinHandle<jobs::Ran>) {
    let gate = Gate::default();
    let held = gate.clone();
    let worker = queue.worker(Handlers::new().on("note", move |_job| {
        let gate = held.clone();
        async move {
            gate.pass().await;
            if fails { Err(Error::Internal("too late".into())) } else { Ok(()) }
        }
    }));
    let running = tokio::spawn(async move { worker.run_due().await.unwrap() });
    eventually(gate.begun.notified()).await;
    (gate, running)
}

/// A slow worker, overtaken after its lease ran out, comes to its end as `fails` says, while the second one is in the
/// middle of the job.
async fn overtaken(fails: bool) -> jobs::Ran {
    let queue = Queue::new().await;
    queue.enqueue(note("fenced")).await;
    let (first, slow) = begin(&queue, fails).await;
    queue.pass(60);
    let (second, other) = begin(&queue, false).await;
    first.open.notify_one();
    let ran = eventually(slow).await.unwrap();

    let held = Counts { running: 1, ..Counts::default() };
    assert_eq!(queue.counts().await, held, "the second one still holds it");
    assert_eq!(queue.only_job().await.1, None);
    second.open.notify_one();
    assert_eq!(eventually(other).await.unwrap().succeeded, 1);
    assert_eq!(queue.counts().await, queued(0));
    ran
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_can_not_finish_the_job() {
    let ran = overtaken(false).await;
    assert_eq!((ran.succeeded, ran.failures), (0, vec!["note: the lease was lost".to_owned()]));
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_can_not_fail_the_job() {
    let ran = overtaken(true).await;
    assert_eq!((ran.succeeded, ran.failures), (0, vec!["note: the lease was lost".to_owned()]));
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_can_not_give_up_a_job_that_was_revived() {
    let queue = Queue::new().await;
    let id = queue.enqueue(note("revived").max_attempts(1)).await.unwrap();
    let (first, slow) = begin(&queue, true).await;
    // Its only attempt is over as far as anyone can tell; an administrator gives it another one.
    queue.pass(60);
    assert_eq!(queue.plain_worker().drain().await.unwrap(), 0);
    queue.retry_dead(id).await.unwrap();
    let (second, other) = begin(&queue, false).await;
    first.open.notify_one();
    assert_eq!(eventually(slow).await.unwrap().failures, ["note: the lease was lost"]);
    second.open.notify_one();
    assert_eq!(eventually(other).await.unwrap().succeeded, 1);
    assert_eq!(queue.counts().await, queued(0));
}

#[tokio::test]
async fn a_long_job_keeps_its_lease() {
    let queue = Queue::new().await;
    queue.enqueue(note("long")).await;
    let gate = Gate::default();
    let held = gate.clone();
    let handlers = Handlers::new().on("note", move |_job| {
        let gate = held.clone();
        async move {
            gate.pass().await;
            Ok(())
        }
    });
    // Renewed each 20 ms of the machine's time, by the settable clock for 60 ms of that clock's.
    let options = WorkerOptions { lease: Duration::from_millis(60), ..WorkerOptions::default() };
    let worker =
        Worker::with_options(queue.db.clone(), Arc::new(queue.clock.clone()), handlers, Vec::new(), options);
    let running = tokio::spawn(async move { worker.drain().await });
    eventually(gate.begun.notified()).await;
    let leased_until = || async {
        let mut conn = queue.db.read().await.unwrap();
        conn.one::<(DateTime<Utc>,)>("SELECT leased_until FROM jobs").await.unwrap().0
    };
    let first = leased_until().await;
    queue.clock.advance(TimeDelta::milliseconds(50));
    eventually(async {
        while leased_until().await == first {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    queue.clock.advance(TimeDelta::milliseconds(50));
    assert_eq!(
        queue.plain_worker().drain().await.unwrap(),
        0,
        "the first lease is over, the job is still held"
    );
    gate.open.notify_one();
    assert_eq!(eventually(running).await.unwrap().unwrap(), 1);
}

/// A handler that writes its result and the job's end in one transaction.
fn atomic(queue: &Queue, begun: Option<Gate>) -> Handlers {
    let (db, now) = (queue.db.clone(), queue.now());
    Handlers::new().on("note", move |job| {
        let (db, begun) = (db.clone(), begun.clone());
        async move {
            if let Some(gate) = begun {
                gate.pass().await;
            }
            let mut tx = db.begin().await?;
            jobs::enqueue(&mut tx, NewJob::new("effect", json!({})), now).await?;
            jobs::finish(&mut tx, &job).await?;
            tx.commit().await?;
            Ok(())
        }
    })
}

#[tokio::test]
async fn a_handler_that_finishes_in_its_own_transaction_takes_effect_once() {
    let queue = Queue::new().await;
    queue.enqueue(note("atomic")).await;
    let gate = Gate::default();
    let slow = queue.worker(atomic(&queue, Some(gate.clone())));
    let slow = tokio::spawn(async move { slow.run_due().await.unwrap() });
    eventually(gate.begun.notified()).await;
    queue.pass(60);
    assert_eq!(queue.worker(atomic(&queue, None)).drain().await.unwrap(), 1);
    gate.open.notify_one();
    assert_eq!(eventually(slow).await.unwrap().succeeded, 0);
    assert_eq!(queue.counts().await, queued(1), "one effect of two runs");
}
