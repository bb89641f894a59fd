//! Transactions at the same time, some of which fail: each is stored wholly or not at all, and whoever is told that it
//! is stored can rely on it. On SQLite they share commits (docs/adr/0005), which must not be seen from outside.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use momentum_db::{Db, Engine, Error, Tx, sql};
use momentum_testkit::TestDb;
use tokio::sync::oneshot;

async fn ground() -> TestDb {
    let db = TestDb::empty().await;
    let mut tx = db.begin().await.unwrap();
    tx.run("CREATE TABLE marks (n BIGINT PRIMARY KEY, text TEXT)").await.unwrap();
    tx.commit().await.unwrap();
    db
}

async fn mark(tx: &mut Tx, n: i64) -> Result<u64, Error> {
    tx.run(sql!("INSERT INTO marks (n) VALUES ($1)", n)).await
}

async fn marks(db: &Db) -> Vec<i64> {
    let rows: Vec<(i64,)> =
        db.read().await.unwrap().all("SELECT n FROM marks WHERE n < 1000 ORDER BY n").await.unwrap();
    rows.into_iter().map(|(n,)| n).collect()
}

/// What a transaction may do in the middle.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Kept,
    Dropped,
    Failed,
    Panicked,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_fails_among_many_takes_nobody_along() {
    let db = ground().await;
    let mut tx = db.begin().await.unwrap();
    mark(&mut tx, 1_000).await.unwrap();
    tx.commit().await.unwrap();
    let fates = [Fate::Kept, Fate::Dropped, Fate::Kept, Fate::Failed, Fate::Panicked];
    let tasks = (0..60).map(|n| {
        let (db, fate) = ((*db).clone(), fates[n % fates.len()]);
        tokio::spawn(async move {
            let n = i64::try_from(n).unwrap();
            let mut tx = db.begin().await.unwrap();
            mark(&mut tx, n).await.unwrap();
            tokio::task::yield_now().await;
            match fate {
                Fate::Kept => tx.commit().await.unwrap(),
                Fate::Dropped => drop(tx),
                Fate::Failed => assert!(matches!(mark(&mut tx, 1_000).await, Err(Error::Duplicate(_)))),
                Fate::Panicked => panic!("on purpose"),
            }
        })
    });
    for (n, outcome) in join_all(tasks).await.into_iter().enumerate() {
        assert_eq!(outcome.is_err(), fates[n % fates.len()] == Fate::Panicked, "{n}: {outcome:?}");
    }
    let kept: Vec<i64> = (0..60).filter(|n| [0, 2].contains(&(n % 5))).collect();
    assert_eq!(marks(&db).await, kept);
}

#[tokio::test]
async fn nobody_is_told_before_it_is_stored() {
    let db = ground().await;
    if db.engine() != Engine::Sqlite {
        return;
    }
    let first = db.begin().await.unwrap();
    // The second queues up behind the first, so that both share a commit.
    let (go, wait) = oneshot::channel();
    let (queued, began) = oneshot::channel();
    let second = tokio::spawn({
        let db = (*db).clone();
        async move {
            queued.send(()).unwrap();
            let mut tx = db.begin().await.unwrap();
            mark(&mut tx, 2).await.unwrap();
            wait.await.unwrap();
            // Not committed.
            drop(tx);
        }
    });
    began.await.unwrap();
    tokio::task::yield_now().await;
    let mut first = first;
    mark(&mut first, 1).await.unwrap();
    let told = Arc::new(AtomicUsize::new(0));
    let hook = told.clone();
    first.after_commit(move || {
        hook.fetch_add(1, Ordering::SeqCst);
    });
    let mut commit = tokio::spawn(first.commit());
    let early = tokio::time::timeout(Duration::from_millis(100), &mut commit).await;
    // Should the first be quicker than the second after all, it is stored at once: also right.
    match early {
        Ok(done) => done.unwrap().unwrap(),
        Err(_) => {
            assert_eq!(marks(&db).await, Vec::<i64>::new(), "nobody sees what is not stored");
            assert_eq!(told.load(Ordering::SeqCst), 0, "hooks wait as well");
        }
    }
    go.send(()).unwrap();
    second.await.unwrap();
    if !commit.is_finished() {
        commit.await.unwrap().unwrap();
    }
    assert_eq!(marks(&db).await, [1]);
    assert_eq!(told.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_away_in_the_middle_leaves_the_writer_to_the_others() {
    let db = ground().await;
    for n in 0..100 {
        let work = {
            let db = (*db).clone();
            async move {
                let mut tx = db.begin().await?;
                mark(&mut tx, n).await?;
                mark(&mut tx, n + 500).await?;
                tx.commit().await
            }
        };
        // Given up at whatever point this happens to be.
        let _ = tokio::time::timeout(Duration::from_micros(u64::try_from(n).unwrap() * 20), work).await;
    }
    let mut tx = db.begin().await.unwrap();
    mark(&mut tx, 400).await.unwrap();
    tx.commit().await.unwrap();
    let all = marks(&db).await;
    assert!(all.contains(&400));
    for n in 0..100 {
        assert_eq!(all.contains(&n), all.contains(&(n + 500)), "{n}: wholly or not at all");
    }
}

#[tokio::test]
async fn hooks_run_also_when_nobody_waits_for_the_commit() {
    let db = ground().await;
    if db.engine() != Engine::Sqlite {
        return;
    }
    let (ran, told) = oneshot::channel();
    let mut tx = db.begin().await.unwrap();
    mark(&mut tx, 1).await.unwrap();
    tx.after_commit(move || {
        let _ = ran.send(());
    });
    let mut commit = Box::pin(tx.commit());
    // Begun, and given up unless the disk was faster.
    let _ = tokio::time::timeout(Duration::ZERO, &mut commit).await;
    drop(commit);
    told.await.unwrap();
    assert_eq!(marks(&db).await, [1]);
}

/// When the disk is full the engine may give up everything that is open: then nobody may be told that it was stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_makes_no_liars() {
    let db = ground().await;
    if db.engine() != Engine::Sqlite {
        return;
    }
    let mut tx = db.begin().await.unwrap();
    let _: Vec<(i64,)> = tx.all("PRAGMA max_page_count = 40").await.unwrap();
    tx.commit().await.unwrap();
    let tasks = (0..40_i64).map(|n| {
        let db = (*db).clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await?;
            mark(&mut tx, n).await?;
            if n % 4 == 0 {
                tx.run(sql!("UPDATE marks SET text = $2 WHERE n = $1", n, "x".repeat(60_000))).await?;
            }
            tx.commit().await
        })
    });
    let outcomes = join_all(tasks).await;
    let told: Vec<i64> =
        (0..).zip(outcomes).filter_map(|(n, outcome)| outcome.unwrap().is_ok().then_some(n)).collect();
    assert!(told.len() < 40, "the disk was to be full");
    assert_eq!(marks(&db).await, told);
    // And the writer works on.
    let mut tx = db.begin().await.unwrap();
    let _: Vec<(i64,)> = tx.all("PRAGMA max_page_count = 100000").await.unwrap();
    mark(&mut tx, 400).await.unwrap();
    tx.commit().await.unwrap();
    assert!(marks(&db).await.contains(&400));
}

#[tokio::test]
async fn a_closed_database_says_so() {
    let db = ground().await;
    let again = db.reopen().await;
    let mut tx = again.begin().await.unwrap();
    mark(&mut tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    again.close().await;
    assert!(matches!(again.begin().await, Err(Error::Unavailable(_))));
    assert_eq!(marks(&db).await, [1]);
}

/// SQLite appends what is written to a log. That is carried over into the file beside those who write, so it doesn't grow
/// with what they write, although they never pause.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_does_not_grow_with_what_is_written() {
    const MIB: u64 = 1 << 20;
    const ROUNDS: usize = 1_600;
    let db = ground().await;
    if db.engine() != Engine::Sqlite {
        return;
    }
    let tasks = (0..4_i64).map(|n| {
        let db = (*db).clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            mark(&mut tx, n).await.unwrap();
            tx.commit().await.unwrap();
            for round in 0..ROUNDS {
                write_much(&db, n, round).await;
            }
        })
    });
    for task in join_all(tasks).await {
        task.unwrap();
    }
    let log = std::fs::metadata(format!("{}-wal", db.url().trim_start_matches("sqlite://"))).unwrap().len();
    // 370 MiB were written. The engine by itself would begin the log anew when it has 256 MiB.
    assert!(log < 160 * MIB, "the log has {} MiB", log / MIB);
    let rows: Vec<(i64,)> = db
        .read()
        .await
        .unwrap()
        .all("SELECT n FROM marks WHERE text LIKE '1599 %' ORDER BY n")
        .await
        .unwrap();
    assert_eq!(rows, [(0,), (1,), (2,), (3,)]);
}

async fn write_much(db: &Db, n: i64, round: usize) {
    let mut tx = db.begin().await.unwrap();
    // Another letter each time: of a long text the engine writes only the pages that differ.
    let text = format!("{round} {}", ["x", "y"][round % 2].repeat(60_000));
    tx.run(sql!("UPDATE marks SET text = $2 WHERE n = $1", n, text)).await.unwrap();
    tx.commit().await.unwrap();
}

/// While somebody reads, the log can't begin anew. Who writes goes on all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_reads_for_long_stops_nobody_who_writes() {
    let db = ground().await;
    if db.engine() != Engine::Sqlite {
        return;
    }
    let mut tx = db.begin().await.unwrap();
    mark(&mut tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    let (begun, reading) = std::sync::mpsc::channel();
    let (done, ended) = std::sync::mpsc::channel::<()>();
    let reader = tokio::spawn({
        let db = (*db).clone();
        async move {
            let mut conn = db.read().await.unwrap();
            conn.for_each("SELECT n FROM marks", move |_: (i64,)| {
                begun.send(()).unwrap();
                let _ = ended.recv();
            })
            .await
        }
    });
    tokio::task::spawn_blocking(move || reading.recv()).await.unwrap().unwrap();
    let mut longest = Duration::ZERO;
    for round in 0..1_400 {
        let begun = Instant::now();
        write_much(&db, 1, round).await;
        longest = longest.max(begun.elapsed());
    }
    drop(done);
    reader.await.unwrap().unwrap();
    assert!(longest < Duration::from_secs(3), "a commit took {longest:?}");
}
