//! Recurring jobs.

use super::*;

const HOUR: i64 = 3600;

fn hourly(queue: &Queue) -> Worker {
    every(queue, Duration::from_secs(3600))
}

fn every(queue: &Queue, every: Duration) -> Worker {
    let (done, clock) = (queue.done.clone(), queue.clock.clone());
    let handlers = Handlers::new().on("digest", move |_job| {
        let (done, clock) = (done.clone(), clock.clone());
        async move {
            done.note(clock.now().format("%H:%M").to_string());
            Ok(())
        }
    });
    queue.scheduled_worker(handlers, vec![Schedule::new("digest", every)])
}

#[tokio::test]
async fn a_slot_runs_once_however_many_workers_there_are() {
    let queue = Queue::new().await;
    let (one, two) = (hourly(&queue), hourly(&queue));
    one.drain().await.unwrap();
    assert_eq!(queue.done.list(), Vec::<String>::new(), "the first slot is ahead");
    for _ in 0..3 {
        queue.pass(HOUR);
        one.drain().await.unwrap();
        two.drain().await.unwrap();
        one.drain().await.unwrap();
    }
    assert_eq!(queue.done.list(), ["11:00", "12:00", "13:00"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_workers_at_the_same_instant_one_enqueues() {
    let queue = Queue::new().await;
    hourly(&queue).drain().await.unwrap();
    for slot in 1..=5 {
        queue.pass(HOUR);
        let workers = (0..6).map(|_| {
            let worker = hourly(&queue);
            tokio::spawn(async move { worker.drain().await.unwrap() })
        });
        let runs: usize = futures::future::join_all(workers).await.into_iter().map(Result::unwrap).sum();
        assert_eq!((runs, queue.done.list().len()), (1, slot));
    }
}

#[tokio::test]
async fn missed_slots_are_made_up_for_once_and_none_is_lost_over_a_restart() {
    let queue = Queue::new().await;
    hourly(&queue).drain().await.unwrap();
    // Nobody is there for five hours and a half.
    queue.pass(5 * HOUR + HOUR / 2);
    assert_eq!(hourly(&queue).drain().await.unwrap(), 1);
    assert_eq!(hourly(&queue).drain().await.unwrap(), 0);
    // And then it is back on the hour.
    queue.pass(HOUR / 2);
    assert_eq!(hourly(&queue).drain().await.unwrap(), 1);
    assert_eq!(queue.done.list(), ["15:30", "16:00"]);
}

#[tokio::test]
async fn slots_do_not_pile_up_behind_a_job_that_waits() {
    let queue = Queue::new().await;
    let unable =
        queue.scheduled_worker(Handlers::new(), vec![Schedule::new("digest", Duration::from_secs(3600))]);
    for _ in 0..4 {
        unable.drain().await.unwrap();
        queue.pass(HOUR);
    }
    assert_eq!(queue.counts().await, queued(1));
}

#[tokio::test]
async fn a_schedule_made_faster_takes_effect_at_once() {
    let queue = Queue::new().await;
    every(&queue, Duration::from_secs(7 * 24 * 3600)).drain().await.unwrap();
    let worker = hourly(&queue);
    worker.drain().await.unwrap();
    queue.pass(HOUR);
    assert_eq!(worker.drain().await.unwrap(), 1);
}

#[tokio::test]
async fn a_worker_whose_clock_is_behind_does_not_repeat_a_slot() {
    let queue = Queue::new().await;
    hourly(&queue).drain().await.unwrap();
    queue.pass(HOUR);
    assert_eq!(hourly(&queue).drain().await.unwrap(), 1);
    queue.pass(-1);
    assert_eq!(hourly(&queue).drain().await.unwrap(), 0);
    queue.pass(1);
    assert_eq!(hourly(&queue).drain().await.unwrap(), 0);
}
