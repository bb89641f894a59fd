use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};
use momentum_db::{Conn, Db, sql};
use serde_json::json;

use super::{NewJob, enqueue};
use crate::Result;

/// A job that recurs. Its slots are the multiples of `every` since 1970-01-01T00:00Z: hourly is on the hour, daily is
/// at midnight UTC. A slot that nobody was there for is made up for once, however many were missed, and a slot that
/// comes while the last one's job still waits adds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The kind of job.
    pub kind: &'static str,
    /// The time between two slots; whole milliseconds, at least one.
    pub every: Duration,
}

impl Schedule {
    /// A job of `kind` every so often.
    #[must_use]
    pub const fn new(kind: &'static str, every: Duration) -> Self {
        Self { kind, every }
    }

    /// The first slot after `now`.
    fn slot_after(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.slot(now, 1)
    }

    /// The last slot that another worker, whose clock is ahead, can have noted as the next one. A later one stems
    /// from a program in which the schedule was slower.
    fn farthest(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.slot(now, 2)
    }

    fn slot(&self, now: DateTime<Utc>, ahead: i64) -> DateTime<Utc> {
        let every = i64::try_from(self.every.as_millis()).unwrap_or(i64::MAX).max(1);
        let slots = now.timestamp_millis().div_euclid(every);
        slots
            .checked_add(ahead)
            .and_then(|slot| slot.checked_mul(every))
            .and_then(DateTime::from_timestamp_millis)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// Enqueues what is due and answers how many that were.
pub(super) async fn tick(db: &Db, schedules: &[Schedule], now: DateTime<Utc>) -> Result<usize> {
    if schedules.is_empty() {
        return Ok(0);
    }
    let known = next_runs(&mut db.read().await?).await?;
    let mut enqueued = 0;
    for schedule in schedules {
        let farthest = schedule.farthest(now);
        let in_order = known.get(schedule.kind).is_some_and(|due| *due > now && *due <= farthest);
        if !in_order && turn(db, schedule, now).await? {
            enqueued += 1;
        }
    }
    Ok(enqueued)
}

async fn next_runs(conn: &mut Conn) -> Result<HashMap<String, DateTime<Utc>>> {
    let rows = conn.all::<(String, DateTime<Utc>)>("SELECT kind, next_run_at FROM job_schedules").await?;
    Ok(rows.into_iter().collect())
}

async fn turn(db: &Db, schedule: &Schedule, now: DateTime<Utc>) -> Result<bool> {
    let next = schedule.slot_after(now);
    let mut tx = db.begin().await?;
    // The first worker ever notes the first slot.
    tx.run(sql!(
        "INSERT INTO job_schedules (kind, next_run_at) VALUES ($1, $2)
         ON CONFLICT (kind) DO UPDATE SET next_run_at = excluded.next_run_at
         WHERE job_schedules.next_run_at > $3",
        schedule.kind,
        next,
        schedule.farthest(now),
    ))
    .await?;
    // Of several workers that are here at once, the one whose update finds the slot still due enqueues the job.
    let due = tx
        .run(sql!(
            "UPDATE job_schedules SET next_run_at = $2 WHERE kind = $1 AND next_run_at <= $3",
            schedule.kind,
            next,
            now,
        ))
        .await?;
    if due == 1 {
        let job = NewJob::new(schedule.kind, json!({})).dedup(format!("schedule:{}", schedule.kind));
        enqueue(&mut tx, job, now).await?;
    }
    tx.commit().await?;
    Ok(due == 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_slot_is_ahead_and_no_further_than_one_step(now in 0i64..4_000_000_000_000, every in 1u64..100_000_000) {
            let now = DateTime::from_timestamp_millis(now).unwrap();
            let schedule = Schedule::new("x", Duration::from_millis(every));
            let next = schedule.slot_after(now);
            prop_assert!(next > now);
            prop_assert!((next - now).num_milliseconds() <= i64::try_from(every).unwrap());
            prop_assert_eq!(schedule.slot_after(next - chrono::TimeDelta::milliseconds(1)), next);
        }
    }

    #[test]
    fn hourly_is_on_the_hour() {
        let now = "2030-05-06T07:08:09Z".parse().unwrap();
        let next = Schedule::new("x", Duration::from_secs(3600)).slot_after(now);
        assert_eq!(next.to_rfc3339(), "2030-05-06T08:00:00+00:00");
    }
}
