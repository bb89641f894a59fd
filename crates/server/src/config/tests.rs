//! The configuration from files.

use super::*;

fn load(toml: &str) -> Result<Config, String> {
    let folder = std::env::temp_dir().join(format!("momentum-config-{}-{}", std::process::id(), toml.len()));
    std::fs::write(&folder, toml).unwrap();
    let path = folder.with_extension("toml");
    std::fs::rename(&folder, &path).unwrap();
    let config = Config::load(Flags::default_values_none(), Some(path.clone()));
    std::fs::remove_file(path).unwrap();
    config
}

trait Empty {
    fn default_values_none() -> Self;
}
impl Empty for Flags {
    fn default_values_none() -> Self {
        <Flags as confique::Layer>::empty()
    }
}

#[test]
fn a_file_is_read_and_unknown_or_weak_values_are_refused() {
    let config = load("site_name = \"Tea school\"\nbase_url = \"https://tea.example/\"").unwrap();
    assert_eq!(config.site_name, "Tea school");
    assert_eq!(config.base_url(), "https://tea.example");
    for (toml, word) in [
        ("secret_key = \"change-me-change-me-change-me-change-me\"", "secret_key"),
        ("secret_key = \"short\"", "secret_key"),
        ("secret_key = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "secret_key"),
        ("base_url = \"learn.example.com\"", "base_url"),
        ("base_url = \"https://learn.example.com/path\"", "base_url"),
        ("log_format = \"xml\"", "log_format"),
        ("smtp_url = \"https://mail.example\"", "smtp_url"),
        ("smtp_url = \"smtp://user@mail.example\"", "smtp_url"),
        ("mail_from = \"nobody\"", "mail_from"),
        ("media_max_mb = 0", "media_max_mb"),
        ("media_bucket = \"films\"", "media_bucket"),
        (
            "media_bucket = \"films\"\nmedia_endpoint = \"http://s3.example.com\"\nmedia_access_key_id = \"a\"\n\
             media_secret_access_key = \"b\"",
            "in the open",
        ),
        ("opensearch_url = \"http://search.example.com:9200\"", "in the open"),
        ("opensearch_url = \"https://search.example.com\"\nopensearch_index = \"Not One\"", "opensearch_url"),
        ("database_connections = 0", "database_connections"),
        ("listen = \"here\"", "listen"),
        ("workers = 99999", "workers"),
        ("site_name = \"\"", "site_name"),
        ("lisen = \"127.0.0.1:1\"", "no key `lisen`; did you mean `listen`?"),
        ("[ai_prices.m]\ninput = 1\noutputs = 2", "no key `outputs`; did you mean `output`?"),
    ] {
        let error = load(toml).unwrap_err();
        assert!(error.contains(word), "{toml}: {error}");
    }
    assert!(load("secret_key = \"kJ8sQ2mVx7Lp0ZrT4nWc9YbF6hDg1EaU3\"").is_ok());
}

#[test]
fn mail_comes_from_the_site_unless_somebody_is_named() {
    let from = |toml| load(toml).unwrap().mail_from();
    assert_eq!(from("base_url = \"https://tea.example\""), "\"Momentum\" <no-reply@tea.example>");
    assert_eq!(from("base_url = \"http://127.0.0.1:3000\""), "\"Momentum\" <no-reply@localhost>");
    assert_eq!(
        from("base_url = \"http://tea.example:8080\"\nsite_name = \"Tea, Inc.\""),
        "\"Tea, Inc.\" <no-reply@tea.example>"
    );
    assert_eq!(from("mail_from = \"Tea <hello@tea.example>\""), "Tea <hello@tea.example>");
    let secret = load("smtp_url = \"smtps://ada:s3same@mail.example\"").unwrap();
    assert!(!secret.describe().contains("s3same") && secret.describe().contains("smtp_url = (set)"));
}

#[test]
fn every_key_is_explained() {
    let text = explain();
    for field in Config::META.fields {
        assert!(text.contains(&format!("\n{} = ", field.name)), "{} is missing", field.name);
        assert!(!field.doc.is_empty(), "{} has no meaning", field.name);
    }
    assert!(text.contains("MOMENTUM_BASE_URL"));
}
