//! Logs: text for people, JSON for machines, on standard error.

use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Starts logging.
///
/// # Errors
/// When the filter is not understood.
pub fn start(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("log: {error}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if config.log_format == "json" {
        builder.json().flatten_event(true).with_current_span(true).try_init()
    } else {
        builder.with_target(false).with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init()
    };
    started.map_err(|error| format!("logging can't start: {error}"))
}
