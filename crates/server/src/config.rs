//! Every key the operator can set. Flags win over the environment, the environment over the file, the file over the
//! defaults. `momentum config --explain` prints this from the code itself.

mod unknown;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use clap::ArgAction;
use confique::{
    Config as _,
    meta::{Expr, FieldKind, LeafKind},
};
use momentum_core::{names, studio::ModelPrice};
use momentum_providers::{
    identity::ProviderConfig,
    objects::S3,
    search::OpenSearchConfig,
    smtp::{self, Smtp},
    text::{self, ModelConfig},
};

pub use unknown::unknown_variables;

/// The configuration.
#[derive(Debug, Clone, confique::Config)]
#[config(layer_attr(derive(clap::Args, Clone, Debug)), layer_attr(serde(deny_unknown_fields)))]
pub struct Config {
    /// Address and port to listen on.
    #[config(default = "127.0.0.1:3000", env = "MOMENTUM_LISTEN", layer_attr(arg(long, global = true)))]
    pub listen: SocketAddr,

    /// `sqlite:///path/file.db` or `postgres://user:password@host/name`. Without it: `momentum.db` in the data folder.
    #[config(env = "MOMENTUM_DATABASE_URL", layer_attr(arg(long, global = true)))]
    pub database_url: Option<String>,

    /// Folder of the database, the keys and whatever else has to last. Back it up.
    #[config(default = "./data", env = "MOMENTUM_DATA_DIR", layer_attr(arg(long, global = true)))]
    pub data_dir: PathBuf,

    /// Public address, as people type it; used in links, cookies and tokens. Without it: made from `listen`.
    #[config(env = "MOMENTUM_BASE_URL", layer_attr(arg(long, global = true)))]
    pub base_url: Option<String>,

    /// Name of the site.
    #[config(default = "Momentum", env = "MOMENTUM_SITE_NAME", layer_attr(arg(long, global = true)))]
    pub site_name: String,

    /// Load the demo courses and demo accounts into an empty database, and make rate limits generous. Never for real
    /// learners: the passwords are public.
    #[config(default = false, env = "MOMENTUM_DEMO", layer_attr(arg(
        long, global = true, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_missing_value = "true"
    )))]
    pub demo: bool,

    /// Signs forms; 32 characters or more of randomness. Without it: a random key is kept in the data folder. Several
    /// servers on one database need the same.
    #[config(env = "MOMENTUM_SECRET_KEY", layer_attr(arg(skip)))]
    pub secret_key: Option<String>,

    /// Mail server: `smtps://user:password@host:465` (TLS), `smtp://user:password@host:587?tls=required` (STARTTLS), or
    /// `smtp://host:25` (in the open; for a relay on this machine). Special characters percent-encoded. Without it mails
    /// stay in the database, where administrators read them.
    #[config(env = "MOMENTUM_SMTP_URL", layer_attr(arg(skip)))]
    pub smtp_url: Option<String>,

    /// Who mails come from. Without it: the site's name and `no-reply` at the host of `base_url`.
    #[config(env = "MOMENTUM_MAIL_FROM", layer_attr(arg(long, global = true)))]
    pub mail_from: Option<String>,

    /// Connections to the database: all of them on PostgreSQL; on SQLite those that read, at most (one for each processor).
    #[config(default = 6, env = "MOMENTUM_DATABASE_CONNECTIONS", layer_attr(arg(long, global = true)))]
    pub database_connections: u32,

    /// Background jobs at once in this process; 0 leaves them to `momentum worker`.
    #[config(default = 4, env = "MOMENTUM_WORKERS", layer_attr(arg(long, global = true)))]
    pub workers: usize,

    /// Believe the client address that a reverse proxy writes into `X-Forwarded-For`. Only with such a proxy in front.
    #[config(default = false, env = "MOMENTUM_TRUST_PROXY", layer_attr(arg(
        long, global = true, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_missing_value = "true"
    )))]
    pub trust_proxy: bool,

    /// Services with which people can sign in, such as Google or a company's Keycloak: a list of tables in the file
    /// (`[[identity_providers]]`), a JSON list in the environment. docs/OPERATIONS.md has the keys.
    #[config(default = [], env = "MOMENTUM_IDENTITY_PROVIDERS", parse_env = parse_providers, layer_attr(arg(skip)))]
    pub identity_providers: Vec<ProviderConfig>,

    /// Bucket of a store that speaks S3, for media files. Without it they stand in `media` in the data folder.
    #[config(env = "MOMENTUM_MEDIA_BUCKET", layer_attr(arg(long, global = true)))]
    pub media_bucket: Option<String>,

    /// Region of the bucket.
    #[config(default = "us-east-1", env = "MOMENTUM_MEDIA_REGION", layer_attr(arg(long, global = true)))]
    pub media_region: String,

    /// Where the store is, such as `https://s3.example.com`; `http` only on this machine. Without it: Amazon's.
    #[config(env = "MOMENTUM_MEDIA_ENDPOINT", layer_attr(arg(long, global = true)))]
    pub media_endpoint: Option<String>,

    /// The bucket stands in the path of addresses (MinIO and others), not in the host's name.
    #[config(default = false, env = "MOMENTUM_MEDIA_PATH_STYLE", layer_attr(arg(
        long, global = true, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_missing_value = "true"
    )))]
    pub media_path_style: bool,

    /// Key of the bucket.
    #[config(env = "MOMENTUM_MEDIA_ACCESS_KEY_ID", layer_attr(arg(skip)))]
    pub media_access_key_id: Option<String>,

    /// Secret part of the bucket's key.
    #[config(env = "MOMENTUM_MEDIA_SECRET_ACCESS_KEY", layer_attr(arg(skip)))]
    pub media_secret_access_key: Option<String>,

    /// The largest media file, in MB.
    #[config(default = 2048, env = "MOMENTUM_MEDIA_MAX_MB", layer_attr(arg(long, global = true)))]
    pub media_max_mb: u32,

    /// OpenSearch cluster for searching courses, such as `https://search.example.com:9200`; `http` only on this machine.
    /// Without it every server keeps an index in `search` in its data folder.
    #[config(env = "MOMENTUM_OPENSEARCH_URL", layer_attr(arg(long, global = true)))]
    pub opensearch_url: Option<String>,

    /// Name of the index in the cluster; another one for each site that shares it.
    #[config(default = "momentum", env = "MOMENTUM_OPENSEARCH_INDEX", layer_attr(arg(long, global = true)))]
    pub opensearch_index: String,

    /// User of the cluster.
    #[config(env = "MOMENTUM_OPENSEARCH_USER", layer_attr(arg(skip)))]
    pub opensearch_user: Option<String>,

    /// Password of the cluster's user.
    #[config(env = "MOMENTUM_OPENSEARCH_PASSWORD", layer_attr(arg(skip)))]
    pub opensearch_password: Option<String>,

    /// Language model that writes courses: `openai` (and whatever speaks its chat completions: Ollama, llama.cpp, vLLM…),
    /// `anthropic` or `bedrock`. Without it courses are extracted from documents by the program itself.
    #[config(env = "MOMENTUM_AI_PROVIDER", layer_attr(arg(long, global = true)))]
    pub ai_provider: Option<String>,

    /// Where the provider is, such as `http://127.0.0.1:11434/v1`. Without it: the provider's own address.
    #[config(env = "MOMENTUM_AI_BASE_URL", layer_attr(arg(long, global = true)))]
    pub ai_base_url: Option<String>,

    /// Key of the provider; none for a server on this machine, nor for Bedrock, which takes AWS's own.
    #[config(env = "MOMENTUM_AI_API_KEY", layer_attr(arg(skip)))]
    pub ai_api_key: Option<String>,

    /// Bedrock: the region, such as `eu-central-1`.
    #[config(env = "MOMENTUM_AI_REGION", layer_attr(arg(long, global = true)))]
    pub ai_region: Option<String>,

    /// The provider's name of the model that writes.
    #[config(env = "MOMENTUM_AI_MODEL", layer_attr(arg(long, global = true)))]
    pub ai_model: Option<String>,

    /// A cheaper model for drafts. Without it: the same.
    #[config(env = "MOMENTUM_AI_DRAFT_MODEL", layer_attr(arg(long, global = true)))]
    pub ai_draft_model: Option<String>,

    /// What models cost, in US dollars for a million tokens: a table in the file (`[ai_prices."model-name"]` with `input` and
    /// `output`), a JSON object in the environment. A model without a price counts as free.
    #[config(default = {}, env = "MOMENTUM_AI_PRICES", parse_env = parse_prices, layer_attr(arg(skip)))]
    pub ai_prices: BTreeMap<String, ModelPrice>,

    /// Folder with prompt templates of your own (`plan.md`, `lesson.md`…), which take the place of those that come with the
    /// program.
    #[config(env = "MOMENTUM_AI_PROMPTS", layer_attr(arg(long, global = true)))]
    pub ai_prompts: Option<PathBuf>,

    /// Requests to the language model at once in this process.
    #[config(default = 4, env = "MOMENTUM_AI_CONCURRENCY", layer_attr(arg(long, global = true)))]
    pub ai_concurrency: usize,

    /// Seconds until a language model's first word; a slow one on this machine loads its weights first.
    #[config(default = 180, env = "MOMENTUM_AI_FIRST_WORD_SECONDS", layer_attr(arg(long, global = true)))]
    pub ai_first_word_seconds: u64,

    /// What to log: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,momentum_web=debug`.
    #[config(default = "info", env = "MOMENTUM_LOG", layer_attr(arg(long, global = true)))]
    pub log: String,

    /// Form of the log: `text` or `json`.
    #[config(default = "text", env = "MOMENTUM_LOG_FORMAT", layer_attr(arg(long, global = true)))]
    pub log_format: String,
}

fn parse_prices(text: &str) -> Result<BTreeMap<String, ModelPrice>, serde_json::Error> {
    serde_json::from_str(text)
}

fn parse_providers(text: &str) -> Result<Vec<ProviderConfig>, serde_json::Error> {
    serde_json::from_str(text)
}

/// Keys that have no flag: secrets, which others could see in the list of processes, and what is no single value.
const WITHOUT_FLAG: [&str; 9] = [
    "secret_key",
    "smtp_url",
    "media_access_key_id",
    "media_secret_access_key",
    "opensearch_user",
    "opensearch_password",
    "identity_providers",
    "ai_api_key",
    "ai_prices",
];

/// What flags set; everything may be missing.
pub type Flags = <Config as confique::Config>::Layer;

/// More background jobs at once than this only wait for the database.
const MOST_WORKERS: usize = 256;

/// Secrets that stand in examples and tutorials. A server that signs with one of them is open to everybody.
const KNOWN_SECRETS: [&str; 6] = ["change-me", "changeme", "secret", "default", "momentum", "example"];

impl Config {
    /// Reads file, environment and flags, and checks what they say.
    ///
    /// # Errors
    /// With a message for the operator: which key is wrong and why.
    pub fn load(flags: Flags, file: Option<PathBuf>) -> Result<Self, String> {
        let mut builder = Self::builder().preloaded(flags).env();
        if let Some(file) = file {
            if !file.is_file() {
                return Err(format!("the configuration file {} does not exist", file.display()));
            }
            builder = builder.file(file);
        }
        let config = builder.load().map_err(|error| unknown::explained(&format!("{error:#}")))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if !names::is_readable(&self.site_name) {
            return Err("site_name: a name with letters that can be seen".into());
        }
        let base = self.base_url();
        let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ', '<', '"', '&', '\'']) => {}
            _ => return Err(format!("base_url: {base:?} is not like https://learn.example.com (no path)")),
        }
        if let Some(key) = &self.secret_key {
            let lower = key.to_lowercase();
            let known = KNOWN_SECRETS.iter().any(|known| lower.contains(known));
            let monotonous = key.bytes().collect::<std::collections::HashSet<_>>().len() < 10;
            if key.len() < 32 || known || monotonous {
                return Err(
                    "secret_key: this is a default or too weak; make one with: openssl rand -base64 48"
                        .into(),
                );
            }
        }
        if let Some(url) = &self.smtp_url {
            Smtp::new(url).map_err(|why| format!("smtp_url: {why}"))?;
        }
        smtp::check_sender(&self.mail_from()).map_err(|why| format!("mail_from: {why}"))?;
        if !["text", "json"].contains(&self.log_format.as_str()) {
            return Err(format!("log_format: {:?} is neither text nor json", self.log_format));
        }
        if self.media_max_mb == 0 || self.media_max_mb > 1_000_000 {
            return Err("media_max_mb: between 1 and 1,000,000".into());
        }
        if let Some(s3) = self.media_s3() {
            s3.open(self.media_largest()).map_err(|why| format!("media_bucket: {why}"))?;
        }
        if let Some(cluster) = self.opensearch() {
            cluster.open().map_err(|why| format!("opensearch_url: {why}"))?;
        }
        if let Some(model) = self.language_model()? {
            text::open(&model).map_err(|why| format!("ai_provider: {why}"))?;
        }
        if self.ai_concurrency == 0 {
            return Err("ai_concurrency: at least 1".into());
        }
        if self.ai_prices.values().any(|price| !(price.input >= 0.0 && price.output >= 0.0)) {
            return Err("ai_prices: a price is 0 or more".into());
        }
        if self.database_connections == 0 {
            return Err("database_connections: at least 1".into());
        }
        if self.workers > MOST_WORKERS {
            return Err(format!("workers: at most {MOST_WORKERS}"));
        }
        Ok(())
    }

    /// The address of the database.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("momentum.db").display()))
    }

    /// The public address, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        match &self.base_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if self.listen.ip().is_unspecified() => format!("http://localhost:{}", self.listen.port()),
            None => format!("http://{}", self.listen),
        }
    }

    /// The bucket for media files, when there is one.
    #[must_use]
    pub fn media_s3(&self) -> Option<S3> {
        Some(S3 {
            bucket: self.media_bucket.clone()?,
            region: self.media_region.clone(),
            endpoint: self.media_endpoint.clone(),
            path_style: self.media_path_style,
            access_key_id: self.media_access_key_id.clone().unwrap_or_default(),
            secret_access_key: self.media_secret_access_key.clone().unwrap_or_default(),
        })
    }

    /// The cluster for searching courses, when there is one.
    #[must_use]
    pub fn opensearch(&self) -> Option<OpenSearchConfig> {
        Some(OpenSearchConfig {
            url: self.opensearch_url.clone()?,
            index: self.opensearch_index.clone(),
            user: self.opensearch_user.clone(),
            password: self.opensearch_password.clone(),
        })
    }

    /// The language model, when there is one.
    ///
    /// # Errors
    /// With a message for the operator.
    pub fn language_model(&self) -> Result<Option<ModelConfig>, String> {
        let Some(provider) = &self.ai_provider else { return Ok(None) };
        if self.ai_model.as_ref().is_none_or(|model| model.trim().is_empty()) {
            return Err("ai_model: name the provider's model that writes".into());
        }
        let provider = provider.parse().map_err(|why| format!("ai_provider: {why}"))?;
        Ok(Some(ModelConfig {
            base_url: self.ai_base_url.clone(),
            api_key: self.ai_api_key.clone().map(Into::into),
            region: self.ai_region.clone(),
            first_piece_timeout: Duration::from_secs(self.ai_first_word_seconds),
            ..ModelConfig::new(provider)
        }))
    }

    /// The largest media file, in bytes.
    #[must_use]
    pub fn media_largest(&self) -> i64 {
        i64::from(self.media_max_mb) * 1024 * 1024
    }

    /// Who mails come from: `Name <address>`.
    #[must_use]
    pub fn mail_from(&self) -> String {
        let base = self.base_url();
        let host = base.split_once("://").map_or(base.as_str(), |(_, host)| host);
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        // An address needs a name; numbers and brackets are none.
        let named = host.ends_with(|c: char| c.is_ascii_alphabetic());
        let host = if named { host } else { "localhost" };
        let name = self.site_name.replace(['"', '\\'], "");
        self.mail_from.clone().unwrap_or_else(|| format!("\"{name}\" <no-reply@{host}>"))
    }

    /// What is in force, without secrets.
    #[must_use]
    pub fn describe(&self) -> String {
        let smtp = if self.smtp_url.is_some() { "(set)" } else { "(none: mails stay in the mailbox)" };
        let secret = if self.secret_key.is_some() { "(set)" } else { "(kept in the data folder)" };
        let media = match (&self.media_bucket, &self.media_endpoint) {
            (None, _) => "(media in the data folder)".to_owned(),
            (Some(bucket), None) => format!("{bucket} in {}", self.media_region),
            (Some(bucket), Some(endpoint)) => format!("{bucket} at {endpoint}"),
        };
        let search = match &self.opensearch_url {
            None => "(an index in the data folder)".to_owned(),
            Some(url) => format!("{} at {url}", self.opensearch_index),
        };
        let model = match (&self.ai_provider, &self.ai_model) {
            (Some(provider), Some(model)) => format!("{model} of {provider}"),
            _ => "(none: courses are extracted from documents)".to_owned(),
        };
        let url = self.database_url();
        // A password stands between the user's name and the host.
        let database = match (url.split_once("://"), url.rsplit_once('@')) {
            (Some((scheme, rest)), Some((_, host))) if rest.contains(':') => {
                let user = rest.split(':').next().unwrap_or_default();
                format!("{scheme}://{user}:…@{host}")
            }
            _ => url,
        };
        format!(
            "listen = {}\nbase_url = {}\ndatabase_url = {database}\ndata_dir = {}\nsite_name = {}\ndemo = {}\n\
             secret_key = {secret}\nsmtp_url = {smtp}\nmail_from = {}\ndatabase_connections = {}\nworkers = {}\ntrust_proxy = {}\nlog = {}\n\
             log_format = {}\nmedia_bucket = {media}\nmedia_max_mb = {}\nopensearch_url = {search}\nai_model = {model}\nidentity_providers = [{}]\n",
            self.listen,
            self.base_url(),
            self.data_dir.display(),
            self.site_name,
            self.demo,
            self.mail_from(),
            self.database_connections,
            self.workers,
            self.trust_proxy,
            self.log,
            self.log_format,
            self.media_max_mb,
            self.identity_providers
                .iter()
                .map(|provider| provider.id.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        )
    }

    /// Where keys are kept.
    #[must_use]
    pub fn keys_dir(&self) -> PathBuf {
        self.data_dir.join("keys")
    }
}

/// Every key with its default, environment name and meaning.
#[must_use]
pub fn explain() -> String {
    let mut out = String::from(
        "Flags win over the environment, the environment over the file (--config FILE, TOML), the file over the\n\
         defaults. Secrets have no flag: others could see them in the list of processes.\n",
    );
    for field in Config::META.fields {
        let FieldKind::Leaf { env, kind } = field.kind else { continue };
        let default = match kind {
            LeafKind::Required { default: Some(default) } => match default {
                Expr::Str(text) => format!("\"{text}\""),
                Expr::Integer(number) => number.to_string(),
                Expr::Bool(flag) => flag.to_string(),
                Expr::Array(_) => "[]".to_owned(),
                _ => String::new(),
            },
            _ => "(none)".to_owned(),
        };
        let flag = if WITHOUT_FLAG.contains(&field.name) {
            String::new()
        } else {
            format!("  flag --{}", field.name.replace('_', "-"))
        };
        out.push_str(&format!(
            "\n{} = {default}\n  environment {}{flag}\n",
            field.name,
            env.unwrap_or_default()
        ));
        for line in field.doc {
            out.push_str(&format!("  {}\n", line.trim()));
        }
    }
    out
}

#[cfg(test)]
mod tests;
