//! The run: what is measured, in which order.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use momentum_db::{Db, sql};

use crate::{
    Options, Result,
    bare::{self, Answer},
    drive::{Connection, Load, Outcome, Request},
    ground::Ground,
    people::World,
    process::{self, Server},
    relevance,
    scenarios::{self, Scenario},
    studio,
    table::{Line, Table},
};

/// Load before measuring, so that caches are as warm as in the middle of a day.
const WARM_UP: f64 = 1.5;

/// The longest that what was asked before may take, in seconds.
const ASKED_BEFORE: f64 = 30.0;

/// How long the server may have something to do after its start.
const AT_REST_WITHIN: Duration = Duration::from_secs(1_200);

/// How long building the search index may take.
const INDEXED_WITHIN: Duration = Duration::from_secs(600);

/// Starts of which the middle one counts.
const STARTS: usize = 5;

/// Answers of which the one of middle size stands for a page.
const SAMPLES: usize = 25;

/// Measures everything and prints the table.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let big = Ground::prepare(options, options.learners).await?;
    let small = match options.small {
        0 => None,
        small => Some(Ground::prepare(options, small).await?),
    };
    let measured = measure(options, &big, small.as_ref()).await;
    // On PostgreSQL the schemas go, whatever happened.
    big.leave().await?;
    if let Some(small) = small {
        small.leave().await?;
    }
    print!("{}", measured?.render());
    Ok(())
}

async fn measure(options: &Options, big: &Ground, small: Option<&Ground>) -> Result<Table> {
    let world = World::load(&big.db, big.learners).await?;
    let wanted = |scenario: &Scenario| options.only.as_ref().is_none_or(|only| scenario.name.contains(only));
    let mut pages = scenarios::pages(&world, big)?;
    pages.retain(wanted);
    let small_side = match small {
        Some(ground) => {
            let world = World::load(&ground.db, ground.learners).await?;
            let mut pages = scenarios::pages(&world, ground)?;
            pages.retain(wanted);
            Some((ground.serve()?, pages))
        }
        None => None,
    };
    let mut table =
        Table::new(process::machine(), format!("{:?}", big.db.engine()), size(&big.db).await?, options);
    // What the first start after seeding has to do is no part of a start.
    let server = big.serve()?;
    at_rest(&big.db).await?;
    server.stop()?;
    table.start_millis = Some(start_millis(big).await?);
    table.binary_mib = Some(big.binary_mib()?);
    table.ndcg = Some(relevance::ndcg(big.program(), &options.folder.join("demo")).await?);

    table.studio = Some(studio::measure().await?);

    let server = big.serve()?;
    indexed(server.address, world.courses.len()).await?;
    at_rest(&big.db).await?;
    let answers = big.answers();
    let bare = start_bare(&answers, server.address, &pages).await?;
    for (number, page) in pages.iter().enumerate() {
        eprintln!("{}", page.name);
        let mut line = one(options, &server, page, true).await?;
        let comparison = Request {
            bytes: format!("GET /{number} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").into(),
            markers: vec![],
        };
        let limit = Scenario {
            name: page.name,
            reach: page.reach,
            requests: vec![comparison],
            before: Vec::new(),
            grows: false,
        };
        line.bare = Some(one(options, &bare, &limit, true).await?.outcome.rate());
        if let Some((server, pages)) = small_side.as_ref().filter(|_| page.grows) {
            line.small_p50 = Some(one(options, server, &pages[number], true).await?.outcome.millis(0.5));
        }
        table.lines.push(line);
    }
    bare.stop()?;
    if let Some((server, _)) = small_side {
        server.stop()?;
    }

    let began = Utc::now();
    let mut right = 0;
    for write in scenarios::writes(&world, big)?.iter().filter(|scenario| wanted(scenario)) {
        eprintln!("{}", write.name);
        let line = one(options, &server, write, false).await?;
        right += line.outcome.latencies.len();
        table.lines.push(line);
    }
    table.resident_mib = Some(process::memory_mib(server.pid(), "VmRSS"));
    table.resident_peak_mib = Some(process::memory_mib(server.pid(), "VmHWM"));
    server.stop()?;
    table.written = Some((right, completed_since(&big.db, began).await?));
    Ok(table)
}

/// Warms up, measures, and tells who used the processors meanwhile.
async fn one(options: &Options, server: &Server, scenario: &Scenario, repeat: bool) -> Result<Line> {
    let load = |requests, seconds, repeat| Load {
        address: server.address,
        connections: options.connections,
        seconds,
        requests,
        repeat,
    };
    if !scenario.before.is_empty() {
        load(&scenario.before, ASKED_BEFORE, false).run().await?;
    }
    if repeat {
        load(&scenario.requests, WARM_UP, true).run().await?;
    }
    let driver = std::process::id();
    let cpu =
        || (process::cpu_seconds(server.pid()), process::cpu_seconds(driver), process::machine_cpu_seconds());
    let before = cpu();
    let outcome = load(&scenario.requests, options.seconds, repeat).run().await?;
    let after = cpu();
    if let Some(failure) = &outcome.first_failure {
        eprintln!("{}: {} wrong answers, the first: {failure}", scenario.name, outcome.failures);
    }
    Ok(Line {
        name: scenario.name,
        reach: scenario.reach,
        server_cpu: after.0 - before.0,
        driver_cpu: after.1 - before.1,
        others_cpu: (after.2 - before.2) - (after.0 - before.0) - (after.1 - before.1),
        outcome,
        bare: None,
        small_p50: None,
    })
}

/// The bare handler with an answer of every page.
async fn start_bare(
    folder: &std::path::Path,
    address: std::net::SocketAddr,
    pages: &[Scenario],
) -> Result<Server> {
    let mut answers = Vec::with_capacity(pages.len());
    for page in pages {
        answers.push(sample(address, page).await?);
    }
    bare::write(folder, &answers)?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bare").arg(folder);
    Server::start(&mut command, &folder.join("log"))
}

async fn sample(address: std::net::SocketAddr, page: &Scenario) -> Result<Answer> {
    let mut connection = Connection::open(address).await?;
    let mut samples = Vec::with_capacity(SAMPLES);
    for request in page.requests.iter().take(SAMPLES) {
        let answer = connection.exchange(&request.bytes).await?;
        if let Some(problem) = answer.problem(request) {
            return Err(format!("{}: {problem}", page.name).into());
        }
        samples.push(Answer::new(answer.head, answer.body));
    }
    samples.sort_by_key(|sample| sample.body.len());
    let middle = samples.len() / 2;
    Ok(samples.swap_remove(middle))
}

/// From starting the program to the first page, in milliseconds; the middle of some starts.
async fn start_millis(ground: &Ground) -> Result<f64> {
    let mut millis = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let begun = Instant::now();
        let server = ground.serve()?;
        let request = b"GET /courses HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
        let mut connection = Connection::open(server.address).await?;
        if connection.exchange(request).await?.status() != "200" {
            return Err("the first answer is not a page".into());
        }
        millis.push(begun.elapsed().as_secs_f64() * 1_000.0);
        server.stop()?;
        // The kernel takes the old process's memory back meanwhile.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    millis.sort_by(f64::total_cmp);
    Ok(millis[STARTS / 2])
}

/// Waits until the search finds every course.
async fn indexed(address: std::net::SocketAddr, courses: usize) -> Result<()> {
    let begun = Instant::now();
    let request = b"GET /api/v1/search?limit=1 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    let total = format!("\"total\":{courses},");
    while begun.elapsed() < INDEXED_WITHIN {
        let mut connection = Connection::open(address).await?;
        let answer = connection.exchange(request).await?;
        if String::from_utf8_lossy(answer.body).contains(&total) {
            eprintln!("search index of {courses} courses after {:.1} s", begun.elapsed().as_secs_f64());
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err("the search index is not ready in time".into())
}

/// Waits until nothing is left to do in the background. The first start after seeding gives every learner their badges, which
/// keeps a processor busy for minutes.
async fn at_rest(db: &Db) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < AT_REST_WITHIN {
        let mut conn = db.read().await?;
        let (left,): (i64,) = conn.one("SELECT COUNT(*) FROM jobs WHERE state <> 'dead'").await?;
        if left == 0 {
            eprintln!("nothing left to do after {:.1} s", begun.elapsed().as_secs_f64());
            return Ok(());
        }
        drop(conn);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Err("there is still work in the queue".into())
}

async fn size(db: &Db) -> Result<String> {
    let mut conn = db.read().await?;
    let (learners, courses, lessons, enrollments, progress): (i64, i64, i64, i64, i64) = conn
        .one(
            "SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM courses), (SELECT COUNT(*) FROM lessons),
                    (SELECT COUNT(*) FROM enrollments), (SELECT COUNT(*) FROM lesson_progress)",
        )
        .await?;
    Ok(format!(
        "{learners} learners, {courses} courses, {lessons} lessons, {enrollments} enrollments, {progress} rows of progress"
    ))
}

/// Lessons completed since, as the database has them after the server is gone.
async fn completed_since(db: &Db, began: DateTime<Utc>) -> Result<u64> {
    let mut conn = db.read().await?;
    let (count,): (i64,) =
        conn.one(sql!("SELECT COUNT(*) FROM lesson_progress WHERE completed_at >= $1", began)).await?;
    Ok(u64::try_from(count)?)
}

impl Line {
    /// Microseconds of the server's processor time a right answer.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub(crate) fn server_micros(&self) -> f64 {
        self.server_cpu * 1e6 / (self.outcome.latencies.len().max(1) as f64)
    }
}

/// Whether anything answered wrongly.
pub(crate) fn sound(outcome: &Outcome) -> bool {
    outcome.failures == 0 && !outcome.latencies.is_empty()
}
