//! The program as an operator uses it: started, stopped, killed, asked.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use momentum_testkit::TestDb;
use serde_json::json;

/// The program, built once for all tests of this run.
fn program() -> PathBuf {
    static BUILT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    BUILT
        .get_or_init(|| {
            // The test binary stands in <target>/<profile>/deps.
            let folder = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().to_owned();
            let mut build = Command::new(env!("CARGO"));
            build.args(["build", "--quiet", "-p", "momentum"]);
            if folder.ends_with("release") {
                build.arg("--release");
            }
            // What cargo tells tests of their own package would make build scripts run anew, and all that stands on them.
            for (name, _) in std::env::vars_os() {
                let about_tests = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_NAME"];
                if about_tests.iter().any(|start| name.to_string_lossy().starts_with(start)) {
                    build.env_remove(name);
                }
            }
            assert!(build.status().unwrap().success(), "the program builds");
            folder.join("momentum")
        })
        .clone()
}

fn momentum(data: &Path, url: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).arg("--data-dir").arg(data).env_remove("MOMENTUM_DEMO");
    if let Some(url) = url {
        command.arg("--database-url").arg(url);
    }
    command
}

pub(crate) fn run(data: &Path, arguments: &[&str]) -> Output {
    momentum(data, None, arguments).output().unwrap()
}

/// A running server; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    log: std::sync::Arc<std::sync::Mutex<String>>,
}

impl Server {
    pub(crate) fn start(data: &Path, url: Option<&str>, arguments: &[&str]) -> Self {
        momentum_testkit::install_tls();
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend_from_slice(arguments);
        let mut child =
            momentum(data, url, &all).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let mut address = None;
        for line in lines.by_ref() {
            let line = line.unwrap();
            log.lock().unwrap().push_str(&format!("{line}\n"));
            if let Some((_, rest)) = line.split_once("listening on http://") {
                address = Some(rest.split_whitespace().next().unwrap().to_owned());
                break;
            }
        }
        let address = address.unwrap_or_else(|| panic!("it does not listen: {}", log.lock().unwrap()));
        let rest = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                rest.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        Self { child, url: format!("http://{address}"), log }
    }

    /// As a power cut.
    pub(crate) fn kill(&mut self) {
        self.signal("-KILL");
        self.child.wait().unwrap();
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn wait_for_log(&self, word: &str) -> String {
        let begun = Instant::now();
        loop {
            let log = self.log.lock().unwrap().clone();
            if log.contains(word) {
                return log;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{word:?} does not appear in: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_serves_the_demo_and_ends_cleanly_when_told_to() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path(), None, &["--demo"]);
    server.wait_for_log("Momentum1!");
    let courses: serde_json::Value =
        reqwest::get(format!("{}/api/v1/courses", server.url)).await.unwrap().json().await.unwrap();
    assert!(courses["total"].as_i64().unwrap() >= 3);
    assert!(server.log.lock().unwrap().contains("demo courses loaded"));
    let made_up = reqwest::Method::from_bytes(b"BREW-A-CUP").unwrap();
    reqwest::Client::new().request(made_up, &server.url).send().await.unwrap();
    let metrics = reqwest::get(format!("{}/metrics", server.url)).await.unwrap().text().await.unwrap();
    assert!(metrics.contains("method=\"other\"") && !metrics.contains("BREW-A-CUP"));
    assert!(
        metrics.contains("http_request_duration_seconds_bucket")
            && metrics.contains("route=\"/api/v1/courses\"")
    );
    server.signal("-TERM");
    let begun = Instant::now();
    let status = tokio::task::block_in_place(|| server.child.wait().unwrap());
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(10));

    let again = Server::start(data.path(), None, &["--demo"]);
    let log = again.wait_for_log("Momentum1!");
    assert!(!log.contains("demo courses loaded"), "there was nothing to load: {log}");
}

#[tokio::test]
async fn a_new_instance_is_empty_and_prints_the_way_to_its_first_administrator() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), None, &[]);
    let log = server.wait_for_log("/setup?token=");
    let token = log.split("/setup?token=").nth(1).unwrap().split_whitespace().next().unwrap();
    let body = json!({ "token": token, "email": "root@example.com", "password": "Secret-Lesson-42!", "name": "Root" });
    let http = reqwest::Client::new();
    let made = http.post(format!("{}/api/v1/setup", server.url)).json(&body).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let courses: serde_json::Value =
        reqwest::get(format!("{}/api/v1/courses", server.url)).await.unwrap().json().await.unwrap();
    assert_eq!(courses["total"], 0);
}

#[test]
fn accounts_are_made_from_the_shell() {
    let data = tempfile::tempdir().unwrap();
    let create = |role: &str, password: &str| {
        let mut child = momentum(
            data.path(),
            None,
            &["admin", "create-user", "--email", "ops@example.com", "--role", role, "--password-stdin"],
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
        child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let weak = create("admin", "weak");
    assert!(!weak.status.success());
    assert!(String::from_utf8_lossy(&weak.stderr).contains("password:"));
    assert!(!create("king", "Secret-Lesson-42!").status.success());
    let made = create("admin", "Secret-Lesson-42!");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(String::from_utf8_lossy(&made.stdout).contains("ops@example.com (admin)"));
    assert!(!create("admin", "Secret-Lesson-42!").status.success(), "the address is taken");
}

#[test]
fn the_other_commands_answer() {
    let data = tempfile::tempdir().unwrap();
    let explain = run(data.path(), &["config", "--explain"]);
    let text = String::from_utf8(explain.stdout).unwrap();
    assert!(text.contains("MOMENTUM_LISTEN") && text.contains("listen = \"127.0.0.1:3000\""));
    let openapi = run(data.path(), &["openapi"]);
    let document: serde_json::Value = serde_json::from_slice(&openapi.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");

    let refused = run(data.path(), &["serve", "--no-migrate", "--listen", "127.0.0.1:0"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("momentum migrate"));
    assert!(run(data.path(), &["migrate"]).status.success());
    let doctor = run(data.path(), &["doctor", "--listen", "127.0.0.1:0"]);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("up to date") && said.contains("search is not there yet"), "{said}");
    assert!(said.contains("no language model"), "{said}");
    let broken = run(data.path(), &["doctor", "--database-url", "postgres://127.0.0.1:1/none"]);
    assert!(!broken.status.success());
    assert!(String::from_utf8_lossy(&broken.stdout).contains("BAD"));

    // It looks and makes nothing.
    let nowhere = data.path().join("mistyped");
    let lost = run(&nowhere, &["doctor", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&lost.stdout).into_owned();
    assert!(!lost.status.success() && said.contains("there is no "), "{said}");
    assert!(!nowhere.exists());
    let empty = tempfile::tempdir().unwrap();
    assert!(run(empty.path(), &["doctor", "--listen", "127.0.0.1:0"]).status.success());
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn default_secrets_and_broken_values_are_refused() {
    let data = tempfile::tempdir().unwrap();
    let start = |key: &str, value: &str| {
        let output = momentum(data.path(), None, &["serve", "--listen", "127.0.0.1:0"])
            .env(key, value)
            .output()
            .unwrap();
        assert!(!output.status.success(), "{key}={value}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(start("MOMENTUM_SECRET_KEY", "change-me-change-me-change-me-change-me").contains("secret_key"));
    assert!(start("MOMENTUM_BASE_URL", "learn.example.com").contains("base_url"));
    assert!(start("MOMENTUM_CONFIG", "/nowhere/momentum.toml").contains("does not exist"));
    assert!(start("MOMENTUM_DATABASE_URL", "mysql://x").contains("sqlite: or postgres:"));

    let file = data.path().join("momentum.toml");
    std::fs::write(&file, "lisen = \"127.0.0.1:0\"").unwrap();
    let said = start("MOMENTUM_CONFIG", file.to_str().unwrap());
    assert!(said.contains("no key `lisen`; did you mean `listen`?"), "{said}");
    let no_folder = run(&file, &["serve", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&no_folder.stderr).into_owned();
    assert!(
        !no_folder.status.success() && said.contains(file.to_str().unwrap()),
        "the folder is named: {said}"
    );
}

#[test]
fn a_taken_port_is_found_before_anything_is_written() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = run(data.path(), &["serve", "--demo", "--listen", &address]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("can't be listened on"), "{said}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn whoever_closes_the_output_early_hears_no_complaint() {
    let data = tempfile::tempdir().unwrap();
    for arguments in [&["openapi"][..], &["config", "--explain"], &["doctor", "--listen", "127.0.0.1:0"]] {
        let mut command = momentum(data.path(), None, arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.success() && said.is_empty(), "{arguments:?}: {said}");
    }
}

/// Kills the server while it writes, again and again: what it acknowledged is there afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_it_is_killed() {
    let data = tempfile::tempdir().unwrap();
    let db = TestDb::new().await;
    let postgres = db.url().starts_with("postgres");
    let url = if postgres {
        let schema = db.options().schema.clone().unwrap();
        let sign = if db.url().contains('?') { '&' } else { '?' };
        format!("{}{sign}options=-c%20search_path%3D{schema}", db.url())
    } else {
        format!("sqlite://{}", data.path().join("momentum.db").display())
    };
    let acknowledged: std::sync::Mutex<Vec<(String, usize)>> = std::sync::Mutex::default();
    let learners = AtomicU64::new(0);
    for _ in 0..3 {
        let server = Server::start(data.path(), Some(&url), &["--demo"]);
        let stop = AtomicBool::new(false);
        let learn = || async {
            while !stop.load(Ordering::Relaxed) {
                let n = learners.fetch_add(1, Ordering::Relaxed);
                let email = format!("learner{n}@example.com");
                learn_until_killed(&server.url, &email, &acknowledged).await;
            }
        };
        let kill = async {
            let goal = acknowledged.lock().unwrap().len() + 6;
            let begun = Instant::now();
            while acknowledged.lock().unwrap().iter().map(|(_, done)| *done).sum::<usize>() < goal * 2
                && begun.elapsed() < Duration::from_secs(20)
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            server.signal("-KILL");
            stop.store(true, Ordering::Relaxed);
        };
        tokio::join!(learn(), learn(), learn(), learn(), learn(), learn(), kill);
    }

    let mut server = Server::start(data.path(), Some(&url), &["--demo"]);
    let http = reqwest::Client::new();
    let all = acknowledged.lock().unwrap().clone();
    assert!(all.iter().map(|(_, done)| *done).sum::<usize>() >= 12, "some was acknowledged: {all:?}");
    for (email, done) in &all {
        let body = json!({ "email": email, "password": "Secret-Lesson-42!" });
        let tokens: serde_json::Value = http
            .post(format!("{}/api/v1/auth/sign-in", server.url))
            .json(&body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let token = tokens["access_token"].as_str().unwrap_or_else(|| panic!("{email} is gone"));
        let numbers: serde_json::Value = http
            .get(format!("{}/api/v1/me/statistics", server.url))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let stored = usize::try_from(numbers["lessons_completed"].as_i64().unwrap()).unwrap();
        assert!(stored >= *done, "{email}: {done} acknowledged, {stored} stored");
        // The request that was killed may or may not have been carried out, but only that one.
        assert!(stored <= done + 1, "{email}: {done} acknowledged, {stored} stored");
    }
    server.signal("-TERM");
    tokio::task::block_in_place(|| server.child.wait().unwrap());
    let database =
        if postgres { db.reopen().await } else { momentum_db::Db::open(&url, db.options()).await.unwrap() };
    let mut conn = database.read().await.unwrap();
    if !postgres {
        let (verdict,): (String,) = conn.one("PRAGMA integrity_check").await.unwrap();
        assert_eq!(verdict, "ok");
    }
    let (dead,): (i64,) = conn.one("SELECT COUNT(*) FROM jobs WHERE state = 'dead'").await.unwrap();
    assert_eq!(dead, 0);
    let (wrong,): (i64,) = conn
        .one(
            "SELECT COUNT(*) FROM enrollments e WHERE lessons_completed <> (SELECT COUNT(*) FROM lesson_progress p
             WHERE p.user_id = e.user_id AND p.course_id = e.course_id AND p.completed_at IS NOT NULL)",
        )
        .await
        .unwrap();
    assert_eq!(wrong, 0, "counts agree with what they count");
    drop(conn);
    database.close().await;
}

/// Signs up, enrolls and completes lessons until the server doesn't answer; notes what was acknowledged.
async fn learn_until_killed(url: &str, email: &str, acknowledged: &std::sync::Mutex<Vec<(String, usize)>>) {
    let http = reqwest::Client::new();
    let post = |path: &str, token: String, body: serde_json::Value| {
        http.post(format!("{url}/api/v1{path}")).bearer_auth(token).json(&body).send()
    };
    let account = json!({ "email": email, "password": "Secret-Lesson-42!", "name": "Learner" });
    match http.post(format!("{url}/api/v1/auth/sign-up")).json(&account).send().await {
        Ok(answer) if answer.status() == 201 => {}
        _ => return,
    }
    acknowledged.lock().unwrap().push((email.to_owned(), 0));
    let Ok(tokens) = http.post(format!("{url}/api/v1/auth/sign-in")).json(&account).send().await else {
        return;
    };
    let Ok(tokens) = tokens.json::<serde_json::Value>().await else { return };
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let Ok(course) = http.get(format!("{url}/api/v1/courses/sql-in-seven-days")).send().await else { return };
    let Ok(course) = course.json::<serde_json::Value>().await else { return };
    match post("/enrollments", token.clone(), json!({ "course_id": course["id"] })).await {
        Ok(answer) if answer.status() == 201 => {}
        _ => return,
    }
    for lesson in course["lessons"].as_array().unwrap() {
        let body = json!({ "lesson_id": lesson["id"], "completed": true });
        match post("/progress", token.clone(), body).await {
            Ok(answer) if answer.status() == 200 => {
                let mut all = acknowledged.lock().unwrap();
                if let Some(entry) = all.iter_mut().find(|(known, _)| known == email) {
                    entry.1 += 1;
                }
            }
            _ => return,
        }
    }
}

#[test]
fn the_log_can_be_read_by_machines() {
    let data = tempfile::tempdir().unwrap();
    let mut child = momentum(data.path(), None, &["migrate", "--log-format", "json"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    let line: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["message"], "the schema is up to date");
}
