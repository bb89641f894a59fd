//! Back-off, dead letters and the administrator.

use super::*;

#[tokio::test]
async fn a_failed_job_waits_out_its_back_off() {
    let queue = Queue::new().await;
    queue.enqueue(NewJob::new("fail", json!({}))).await;
    let worker = queue.plain_worker();
    let mut waits = Vec::new();
    for attempt in 1..=4 {
        let ran = worker.run_due().await.unwrap();
        assert_eq!(ran.failures, ["fail: not available at the moment: the outside world"]);
        let (attempts, error, run_at) = queue.only_job().await;
        assert_eq!(
            (attempts, error.as_deref()),
            (attempt, Some("not available at the moment: the outside world"))
        );
        waits.push((run_at - queue.now()).num_milliseconds());
        // Not a millisecond early.
        queue.clock.set(run_at - TimeDelta::milliseconds(1));
        assert_eq!(worker.run_due().await.unwrap(), jobs::Ran::default());
        queue.clock.set(run_at);
    }
    // Between half and the whole of 10, 20, 40, 80 seconds.
    for (wait, longest) in waits.iter().zip([10_000, 20_000, 40_000, 80_000]) {
        assert!((longest / 2..=longest).contains(wait), "{waits:?}");
    }
    assert_eq!(queue.done.list(), ["failed 1", "failed 2", "failed 3", "failed 4"]);
}

#[tokio::test]
async fn a_peer_that_says_when_to_come_back_is_obeyed() {
    let queue = Queue::new().await;
    queue.enqueue(NewJob::new("busy", json!({}))).await;
    let worker = queue.worker(
        Handlers::new().on("busy", |_job| async { Err(Error::TooManyRequests { retry_after_seconds: 600 }) }),
    );
    worker.run_due().await.unwrap();
    assert_eq!(queue.only_job().await.2, queue.now() + TimeDelta::seconds(600));
}

#[tokio::test]
async fn after_its_last_attempt_a_job_is_dead_until_an_administrator_retries_it() {
    let queue = Queue::new().await;
    let id = queue.enqueue(NewJob::new("fail", json!({"x": 1})).max_attempts(2)).await.unwrap();
    let worker = queue.plain_worker();
    for _ in 0..5 {
        worker.run_due().await.unwrap();
        queue.pass(3600);
    }
    assert_eq!(queue.done.list().len(), 2);
    assert_eq!(queue.counts().await, Counts { dead: 1, ..Counts::default() });

    let dead = jobs::dead(&mut queue.db.read().await.unwrap(), 10).await.unwrap();
    assert_eq!((dead[0].id, dead[0].kind.as_str(), dead[0].attempts), (id, "fail", 2));
    assert_eq!(dead[0].payload.0, json!({"x": 1}));
    assert_eq!(dead[0].last_error.as_deref(), Some("not available at the moment: the outside world"));

    queue.retry_dead(id).await.unwrap();
    assert_eq!(queue.counts().await, queued(1));
    let mended = queue.worker(Handlers::new().on("fail", |job| async move {
        assert_eq!(job.attempt, 1, "it has all its attempts again");
        Ok(())
    }));
    assert_eq!(mended.drain().await.unwrap(), 1);
    assert!(matches!(queue.retry_dead(id).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_panic_is_a_failure_and_leaves_the_worker_standing() {
    let queue = Queue::new().await;
    queue.enqueue(NewJob::new("panic", json!({}))).await;
    queue.enqueue(note("next")).await;
    let ran = queue.plain_worker().run_due().await.unwrap();
    assert_eq!((ran.succeeded, ran.failures.len()), (1, 1));
    assert!(ran.failures[0].contains("a handler's bug"), "{ran:?}");
    assert_eq!(queue.done.list(), ["next"]);
    assert!(queue.only_job().await.1.unwrap().contains("a handler's bug"));
}

#[tokio::test]
async fn draining_tells_what_failed() {
    let queue = Queue::new().await;
    queue.enqueue(NewJob::new("fail", json!({}))).await;
    let error = queue.plain_worker().drain().await.unwrap_err().to_string();
    assert!(error.contains("fail: not available"), "{error}");
}
