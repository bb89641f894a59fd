//! `momentum serve`: the site, and by default its background work.

use std::{net::SocketAddr, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use momentum_core::{
    Services,
    engagement::live,
    identity::{self, DEMO_PASSWORD},
    jobs::{Worker, WorkerOptions},
    recommendations, search, studio,
};
use momentum_web::{App, WebSettings};
use tokio_util::sync::CancellationToken;

use crate::{config::Config, demo, wiring};

/// Requests that still run when the program is told to stop get this long.
const GRACE: Duration = Duration::from_secs(8);

/// How often measurements are counted in.
const UPKEEP: Duration = Duration::from_secs(2);

/// Upper bounds of the latency histogram, in seconds.
const BUCKETS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Serves until told to stop.
///
/// # Errors
/// With a message for the operator.
pub async fn serve(config: Config, migrate: bool) -> Result<(), String> {
    // Before anything else, so that whoever stops the program while it starts is heard.
    let mut end = End::listen()?;
    // A second server must not change anything before it finds that there is one.
    let listener = tokio::net::TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("{} can't be listened on: {error}", config.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let s = tokio::select! {
        prepared = prepare(&config, migrate) => prepared?,
        () = end.called() => {
            tracing::info!("stopped before it was ready");
            return Ok(());
        }
    };
    let metrics = start_metrics()?;
    let stop = CancellationToken::new();
    let settings = WebSettings { trust_proxy: config.trust_proxy, stop: stop.clone() };
    let app = App::new(s.clone(), settings, Some(metrics));
    let worker = (config.workers > 0).then(|| tokio::spawn(run_worker(&s, config.workers, stop.clone())));
    let counting = tokio::spawn(recommendations::keep_flushing(s.clone()));
    let following = tokio::spawn(search::run(s.clone(), stop.clone()));
    let celebrating = tokio::spawn(live::run(s.clone(), stop.clone()));
    tokio::spawn(app.clone().keep_tidy());
    let router = momentum_web::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn({
        let stop = stop.clone();
        async move { axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await }
    });
    announce(&s, address).await?;

    end.called().await;
    tracing::info!("stopping");
    stop.cancel();
    if tokio::time::timeout(GRACE, server).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    if let Some(worker) = worker {
        let _ = worker.await;
    }
    counting.abort();
    if let Err(error) = recommendations::flush(&s).await {
        tracing::warn!(%error, "what was recommended last is not counted");
    }
    let _ = tokio::join!(following, celebrating);
    s.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// The database as this program needs it, and everything that stands on it.
async fn prepare(config: &Config, migrate: bool) -> Result<Services, String> {
    let db = wiring::open_database(config).await?;
    prepare_schema(&db, migrate).await?;
    let s = wiring::serving(config, db)?;
    momentum_core::operations::prepare(&s).await.map_err(|error| error.to_string())?;
    if config.demo {
        let loaded = demo::load_demo_once(&s).await;
        if let Some(courses) = loaded.map_err(|error| format!("the demo can't be loaded: {error}"))? {
            tracing::info!(courses, "demo courses loaded");
        }
    }
    Ok(s)
}

/// Runs background jobs only, until told to stop.
///
/// # Errors
/// With a message for the operator.
pub async fn work(config: Config) -> Result<(), String> {
    let mut end = End::listen()?;
    let db = wiring::open_database(&config).await?;
    prepare_schema(&db, false).await?;
    let s = wiring::services(&config, db)?;
    let stop = CancellationToken::new();
    let worker = tokio::spawn(run_worker(&s, config.workers.max(1), stop.clone()));
    tracing::info!("working");
    end.called().await;
    stop.cancel();
    let _ = worker.await;
    s.db.close().await;
    Ok(())
}

async fn prepare_schema(db: &momentum_db::Db, migrate: bool) -> Result<(), String> {
    if migrate {
        return db.migrate().await.map_err(|error| format!("the database can't be migrated: {error}"));
    }
    match db.pending_migrations().await {
        Ok(0) => Ok(()),
        Ok(n) => Err(format!("the database lacks {n} migrations; run: momentum migrate")),
        Err(error) => Err(error.to_string()),
    }
}

fn run_worker(s: &Services, concurrency: usize, stop: CancellationToken) -> impl Future<Output = ()> + use<> {
    let worker = |handlers, schedules, concurrency| {
        let options = WorkerOptions { concurrency, stop_within: GRACE, ..WorkerOptions::default() };
        Worker::with_options(s.db.clone(), s.clock.clone(), handlers, schedules, options)
    };
    let quick = worker(wiring::quick_handlers(s), wiring::schedules(), concurrency);
    let slow = worker(studio::jobs::handlers(s), Vec::new(), s.studio.options.concurrency.max(1));
    async move {
        tokio::join!(quick.run(stop.clone()), slow.run(stop));
    }
}

fn start_metrics() -> Result<PrometheusHandle, String> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full("http_request_duration_seconds".into()), &BUCKETS)
        .map_err(|error| error.to_string())?;
    let handle = recorder.install_recorder().map_err(|error| error.to_string())?;
    // Every measurement is kept until it is counted in. When nobody asks for the numbers, this does it.
    let kept = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            kept.run_upkeep();
        }
    });
    Ok(handle)
}

/// Says that the site is up, and what a newcomer needs first.
async fn announce(s: &Services, address: SocketAddr) -> Result<(), String> {
    let base = &s.settings.base_url;
    tracing::info!("listening on http://{address}");
    if s.settings.demo {
        tracing::warn!(
            "demo mode: sign in at {base}/sign-in as admin@example.com, premium@example.com or free@example.com \
             with the password {DEMO_PASSWORD}"
        );
    } else if identity::setup_needed(s).await.map_err(|error| error.to_string())? {
        let token = s.setup.reveal().map_err(|error| error.to_string())?;
        tracing::warn!("there is no administrator yet: make one at {base}/setup?token={token}");
    }
    Ok(())
}

/// The signals that end the program, heard from the moment when this is made.
struct End {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl End {
    fn listen() -> Result<Self, String> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let heard = |kind| signal(kind).map_err(|error| format!("signals can't be heard: {error}"));
            Ok(Self {
                terminate: heard(SignalKind::terminate())?,
                interrupt: heard(SignalKind::interrupt())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    async fn called(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
