//! Administration: the media library.

use askama::Template;

use super::common::DateText;
use super::forms::{Choice, Field};
use super::gallery::Samples;
use super::page::Page;

/// A file in the library.
#[derive(Clone, Debug)]
pub struct MediaCard {
    /// Id for `/admin/media/{id}`.
    pub id: String,
    /// File name.
    pub name: String,
    /// `image`, `video`, `audio` or `document`.
    pub kind: &'static str,
    /// Such as `PNG · 1200 × 800 · 240 KB`.
    pub facts: String,
    /// A small picture of it; of pictures only.
    pub thumbnail: Option<String>,
    /// Shown to learners only.
    pub private: bool,
    /// The address for texts.
    pub url: String,
    /// What a picture shows.
    pub alt: String,
    /// In lists: in how many places it is used.
    pub used: Option<String>,
}

impl MediaCard {
    /// Name of the icon that stands for its kind.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        match self.kind {
            "image" => "image",
            "video" => "film",
            "audio" => "music",
            _ => "file-text",
        }
    }

    fn sample(name: &str, kind: &'static str, facts: &str) -> Self {
        Self {
            id: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a".into(),
            name: name.into(),
            kind,
            facts: facts.into(),
            thumbnail: (kind == "image").then(|| "/covers/sql-in-seven-days.svg".into()),
            private: kind != "image",
            url: format!("/media/01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a/{name}"),
            alt: String::new(),
            used: Some(if kind == "image" { "Used in 3 lessons" } else { "Unused" }.into()),
        }
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::sample("tables-and-rows.png", "image", "PNG · 1600 × 900 · 212 KB"),
            Self::sample("day-1-welcome.mp4", "video", "MP4 · 48 MB"),
            Self::sample("reading.mp3", "audio", "MP3 · 3.1 MB"),
            Self::sample("worksheet-with-a-rather-long-name-for-its-card.pdf", "document", "PDF · 88 KB"),
        ]
    }
}

/// What became of a file of a form.
#[derive(Clone, Debug)]
pub struct UploadedFile {
    /// As the browser calls it.
    pub name: String,
    /// Why it was refused; otherwise it is stored.
    pub error: Option<String>,
}

/// `GET /admin/media`
#[derive(Template)]
#[template(path = "admin/media/index.html")]
pub struct MediaPage {
    /// Shared page data.
    pub page: Page,
    /// The part of a name that is searched for.
    pub q: String,
    /// Kinds.
    pub kinds: Vec<Choice>,
    /// Used or not.
    pub usages: Vec<Choice>,
    /// Orders.
    pub sorts: Vec<Choice>,
    /// Such as `12 files`.
    pub total_label: String,
    /// Something is searched for.
    pub filtered: bool,
    /// A page of them.
    pub items: Vec<MediaCard>,
    /// The page before.
    pub newer_url: Option<String>,
    /// The page after.
    pub older_url: Option<String>,
    /// Size of the largest file, such as `2 GB`.
    pub largest: String,
    /// Why the form was refused.
    pub upload_error: Option<String>,
    /// What became of its files, when not all of them could be used.
    pub uploads: Vec<UploadedFile>,
}

impl Samples for MediaPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |path: &str| Page::sample_signed_in("Media", path);
        let full = Self {
            page: page("/admin/media"),
            q: String::new(),
            kinds: Choice::list(&[("", "All kinds"), ("image", "Pictures")], ""),
            usages: Choice::list(&[("", "Used or not"), ("unused", "Unused")], ""),
            sorts: Choice::list(&[("newest", "Newest first")], "newest"),
            total_label: "4 files".into(),
            filtered: false,
            items: MediaCard::samples(),
            newer_url: None,
            older_url: Some("/admin/media?page=2".into()),
            largest: "2 GB".into(),
            upload_error: None,
            uploads: Vec::new(),
        };
        let empty = Self {
            page: page("/admin/media?q="),
            items: Vec::new(),
            total_label: "0 files".into(),
            older_url: None,
            upload_error: Some("A form takes at most 20 MB.".into()),
            uploads: vec![
                UploadedFile { name: "tables.png".into(), error: None },
                UploadedFile { name: "logo.svg".into(), error: Some("This kind can't be used.".into()) },
            ],
            q: String::new(),
            kinds: Vec::new(),
            usages: Vec::new(),
            sorts: Vec::new(),
            filtered: false,
            newer_url: None,
            largest: "2 GB".into(),
        };
        vec![("admin-media", full), ("admin-media-empty", empty)]
    }
}

/// `GET /admin/media/picker`: what the dialog shows.
#[derive(Template)]
#[template(path = "admin/media/picker.html")]
pub struct MediaPicker {
    /// Shared page data.
    pub page: Page,
    /// Such as `12 files`.
    pub total_label: String,
    /// Something is searched for.
    pub filtered: bool,
    /// A page of them.
    pub items: Vec<MediaCard>,
    /// The page before.
    pub newer_url: Option<String>,
    /// The page after.
    pub older_url: Option<String>,
}

impl Samples for MediaPicker {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = || Page::sample_signed_in("Choose a file", "/admin/media/picker");
        let full = Self {
            page: page(),
            total_label: "4 files".into(),
            filtered: false,
            items: MediaCard::samples(),
            newer_url: None,
            older_url: Some("/admin/media/picker?page=2".into()),
        };
        let empty = Self {
            page: page(),
            total_label: "0 files".into(),
            filtered: true,
            items: Vec::new(),
            newer_url: None,
            older_url: None,
        };
        vec![("fragment-media-picker", full), ("fragment-media-picker-empty", empty)]
    }
}

/// One place where a file is used.
#[derive(Clone, Debug)]
pub struct MediaUseLink {
    /// Such as `Lesson`.
    pub place: &'static str,
    /// Title of the course or lesson.
    pub title: String,
    /// Where it is edited.
    pub url: Option<String>,
}

/// `GET /admin/media/{id}`
#[derive(Template)]
#[template(path = "admin/media/item.html")]
pub struct MediaItemPage {
    /// Shared page data.
    pub page: Page,
    /// The file.
    pub item: MediaCard,
    /// Where this administrator sees it.
    pub preview_url: String,
    /// Its widths, for `srcset`.
    pub preview_set: String,
    /// Of pictures, in pixels.
    pub width: i64,
    /// Of pictures, in pixels.
    pub height: i64,
    /// The one that the form is made from.
    pub revision: i64,
    /// `name`
    pub name: Field,
    /// `alt`
    pub alt: Field,
    /// `visibility`
    pub visibility: Field,
    /// When it came.
    pub added: DateText,
    /// When it got new content.
    pub replaced: Option<DateText>,
    /// What may replace it, for the file field.
    pub accept: String,
    /// Where it is used.
    pub uses: Vec<MediaUseLink>,
    /// Why the changes were refused.
    pub save_error: Option<String>,
    /// Why the new content was refused.
    pub replace_error: Option<String>,
    /// Why it can't be deleted.
    pub delete_error: Option<String>,
}

impl Samples for MediaItemPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let sample = |item: MediaCard| Self {
            page: Page::sample_signed_in(&item.name, "/admin/media/01935e1c"),
            preview_url: "/covers/sql-in-seven-days.svg".into(),
            preview_set: String::new(),
            width: 1600,
            height: 900,
            revision: 1,
            name: Field::text("name", "Name").required().value(&item.name),
            alt: Field::text("alt", "What it shows").value("Two tables with one arrow between them"),
            visibility: Field::select(
                "visibility",
                "Who may see it",
                Choice::list(&[("public", "Everybody who has the address")], "public"),
            ),
            added: DateText::sample("2 hours ago"),
            replaced: None,
            accept: "image/png".into(),
            uses: Vec::new(),
            save_error: None,
            replace_error: None,
            delete_error: None,
            item,
        };
        let mut names = MediaCard::samples().into_iter();
        let mut samples: Vec<(&'static str, Self)> =
            ["admin-media-image", "admin-media-video", "admin-media-audio", "admin-media-document"]
                .into_iter()
                .zip(names.by_ref())
                .map(|(name, card)| (name, sample(card)))
                .collect();
        if let Some((_, used)) = samples.first_mut() {
            used.uses = vec![
                MediaUseLink {
                    place: "Lesson",
                    title: "Your first query".into(),
                    url: Some("/admin/lessons/01935e1c".into()),
                },
                MediaUseLink { place: "Site", title: "The site".into(), url: None },
            ];
            used.delete_error = Some("It is used in “Your first query”. Take it out there first.".into());
            used.save_error = Some("This file stands on a course's page.".into());
            used.replaced = Some(DateText::sample("yesterday"));
        }
        if let Some((_, video)) = samples.get_mut(1) {
            video.replace_error = Some("Choose a file of the same kind.".into());
        }
        samples
    }
}
