//! Administration: the audit log.

use askama::Template;
use momentum_core::audit::Verdict;

use super::common::DateText;
use super::gallery::Samples;
use super::page::Page;

/// An entry in the list.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its place in the log.
    pub sequence: i64,
    /// When.
    pub at: DateText,
    /// Who.
    pub actor: String,
    /// What, in words.
    pub title: String,
    /// What, as it is searched for.
    pub action: String,
    /// To what kind of thing.
    pub target_kind: String,
    /// Which of them.
    pub target_id: String,
    /// From where.
    pub address: String,
    /// What was noted of it.
    pub changes: Vec<AuditChange>,
}

/// A field that an entry tells of.
#[derive(Clone, Debug)]
pub struct AuditChange {
    /// Its name.
    pub field: String,
    /// What it was.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// What computing the chain again showed.
#[derive(Clone, Debug)]
pub struct AuditVerdict {
    /// Entries that were checked.
    pub entries: i64,
    /// The first entry that is missing or was changed.
    pub broken_at: Option<i64>,
    /// The last entry's hash.
    pub head: String,
}

impl From<Verdict> for AuditVerdict {
    fn from(verdict: Verdict) -> Self {
        Self { entries: verdict.entries, broken_at: verdict.broken_at, head: verdict.head }
    }
}

/// `GET /admin/audit`
#[derive(Template)]
#[template(path = "admin/audit.html")]
pub struct AuditPage {
    /// Shared page data.
    pub page: Page,
    /// Words that are searched for.
    pub q: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Such as `12 entries`.
    pub total_label: String,
    /// Something is searched for.
    pub filtered: bool,
    /// What is wrong with what is searched for.
    pub alert: Option<String>,
    /// Newest first.
    pub entries: Vec<AuditRow>,
    /// When the chain was checked.
    pub verdict: Option<AuditVerdict>,
    /// The same entries as a file.
    pub export_url: String,
    /// The same page with the chain checked.
    pub check_url: String,
    /// The page before.
    pub newer_url: Option<String>,
    /// The page after.
    pub older_url: Option<String>,
}

impl Samples for AuditPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |sequence: i64, title: &str, action: &str, changes: Vec<AuditChange>| AuditRow {
            sequence,
            title: title.into(),
            at: DateText::sample("2 hours ago"),
            actor: "ada@example.com".into(),
            action: action.into(),
            target_kind: "user".into(),
            target_id: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a".into(),
            address: "203.0.113.7".into(),
            changes,
        };
        let sample = || Self {
            page: Page::sample_signed_in("Audit log", "/admin/audit"),
            q: String::new(),
            from: String::new(),
            to: String::new(),
            total_label: "2 entries".into(),
            filtered: false,
            alert: None,
            entries: vec![
                row(
                    2,
                    "Security changed",
                    "settings.security-changed",
                    vec![AuditChange {
                        field: "mfa required for".into(),
                        before: Some("[]".into()),
                        after: Some(r#"["admin"]"#.into()),
                    }],
                ),
                row(1, "Password changed", "identity.password-changed", Vec::new()),
            ],
            verdict: None,
            export_url: "/admin/audit/export".into(),
            check_url: "/admin/audit?check=1".into(),
            newer_url: None,
            older_url: Some("/admin/audit?page=2".into()),
        };
        let verdict =
            |broken_at| Some(AuditVerdict { entries: 2, broken_at, head: "9f86d081884c7d65".into() });
        let none = Self {
            q: "lockout".into(),
            filtered: true,
            entries: Vec::new(),
            older_url: None,
            total_label: "No entries".into(),
            ..sample()
        };
        let wrong = Self {
            from: "2026-11-28".into(),
            to: "2026-11-20".into(),
            filtered: true,
            alert: Some("To: This has to come after the beginning.".into()),
            entries: Vec::new(),
            older_url: None,
            ..sample()
        };
        vec![
            ("admin-audit", sample()),
            ("admin-audit-whole", Self { verdict: verdict(None), ..sample() }),
            ("admin-audit-broken", Self { verdict: verdict(Some(2)), ..sample() }),
            ("admin-audit-empty", none),
            ("admin-audit-wrong", wrong),
        ]
    }
}
