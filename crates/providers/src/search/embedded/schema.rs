//! How a course and its lessons stand in the index.

use momentum_core::{
    catalog::{Access, Level},
    ids::CourseId,
    search::CourseDocument,
};
use serde::{Deserialize, Serialize};
use tantivy::{
    TantivyDocument, Term,
    schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
};

use super::analysis::{Language, folded_text, spelled_text, stemmed_text};

/// Grows with every change of this file or of the analysis: an index of another format is built anew.
pub(super) const FORMAT: u32 = 3;

/// The words of a course in one respect, each in two forms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) folded: Field,
    pub(super) stems: Field,
    /// How much a match here says, compared with a lesson's text.
    pub(super) boost: f32,
}

/// The fields.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// Id of a course; only courses have it.
    pub(super) course: Field,
    /// Id of a lesson's course; only lessons have it.
    pub(super) lesson_of: Field,
    /// What has to be known of a course without reading its texts, as JSON.
    pub(super) facts: Field,
    pub(super) title: Area,
    /// Subtitle, tags, category.
    pub(super) about: Area,
    pub(super) description: Area,
    pub(super) lesson_titles: Area,
    pub(super) lesson_texts: Area,
    /// Blocks of code are no language: their words are not reduced to stems, and hardly count.
    pub(super) code: Area,
    /// Names are not reduced to stems: both are the same field.
    pub(super) author: Area,
    /// Every word of a course as it is spelled.
    pub(super) spelling: Field,
    /// A lesson's words and stems.
    pub(super) lesson_words: Field,
    /// The words of its code.
    pub(super) lesson_code: Field,
    pub(super) lesson_day: Field,
    pub(super) lesson_title: Field,
    pub(super) lesson_text: Field,
}

/// What has to be known of a course without reading its texts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) id: CourseId,
    pub(super) stamp: String,
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) quotable: String,
    pub(super) tags: Vec<String>,
    pub(super) category: String,
    pub(super) category_name: String,
    pub(super) language: String,
    pub(super) level: Level,
    pub(super) duration_days: i64,
    pub(super) access: Access,
    pub(super) published_at: i64,
    /// Day and title.
    pub(super) lessons: Vec<(i64, String)>,
}

/// Letters of a description that results quote from.
const QUOTED: usize = 3_000;

/// Letters of a lesson that results quote from.
const QUOTED_LESSON: usize = 20_000;

pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |option, norms| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("whitespace")
                .set_index_option(option)
                .set_fieldnorms(norms),
        )
    };
    let counted = text(IndexRecordOption::WithFreqs, true);
    let placed = text(IndexRecordOption::WithFreqsAndPositions, true);
    let course = builder.add_text_field("course", STRING);
    let lesson_of = builder.add_text_field("lesson_of", STRING);
    let facts = builder.add_text_field("facts", TextOptions::from(FAST));
    let mut area = |name: &str, boost, options: &TextOptions| Area {
        folded: builder.add_text_field(name, options.clone()),
        stems: builder.add_text_field(&format!("{name}_stems"), options.clone()),
        boost,
    };
    let title = area("title", 6.0, &placed);
    let about = area("about", 3.5, &counted);
    let description = area("description", 1.5, &counted);
    let lesson_titles = area("lesson_titles", 2.0, &placed);
    let lesson_texts = area("lesson_texts", 1.0, &counted);
    let code = builder.add_text_field("code", counted.clone());
    let author = builder.add_text_field("author", counted.clone());
    let fields = Fields {
        course,
        lesson_of,
        facts,
        title,
        about,
        description,
        lesson_titles,
        lesson_texts,
        code: Area { folded: code, stems: code, boost: 0.2 },
        author: Area { folded: author, stems: author, boost: 3.0 },
        spelling: builder.add_text_field("spelling", text(IndexRecordOption::Basic, false)),
        lesson_words: builder.add_text_field("lesson_words", counted.clone()),
        lesson_code: builder.add_text_field("lesson_code", counted),
        lesson_day: builder.add_i64_field("lesson_day", STORED),
        lesson_title: builder.add_text_field("lesson_title", STORED),
        lesson_text: builder.add_text_field("lesson_text", STORED),
    };
    (builder.build(), fields)
}

impl Fields {
    /// Every respect in which a course can match.
    pub(super) fn areas(&self) -> [Area; 7] {
        [
            self.title,
            self.about,
            self.description,
            self.lesson_titles,
            self.lesson_texts,
            self.code,
            self.author,
        ]
    }

    /// The terms under which everything of a course stands.
    pub(super) fn terms_of(&self, course: CourseId) -> [Term; 2] {
        let id = course.to_string();
        [Term::from_field_text(self.course, &id), Term::from_field_text(self.lesson_of, &id)]
    }

    /// A course and its lessons as the index takes them.
    pub(super) fn documents(
        &self,
        course: &CourseDocument,
    ) -> Result<Vec<TantivyDocument>, serde_json::Error> {
        let language = Language::of(&course.language);
        let id = course.id.to_string();
        let facts = Facts {
            id: course.id,
            stamp: course.stamp.clone(),
            slug: course.slug.clone(),
            title: course.title.clone(),
            subtitle: course.subtitle.clone(),
            quotable: course.quotable.chars().take(QUOTED).collect(),
            tags: course.tags.clone(),
            category: course.category.clone(),
            category_name: course.category_name.clone(),
            language: course.language.clone(),
            level: course.level,
            duration_days: course.duration_days,
            access: course.access,
            published_at: course.published_at,
            lessons: course.lessons.iter().map(|lesson| (lesson.day, lesson.title.clone())).collect(),
        };
        let mut main = TantivyDocument::new();
        main.add_text(self.course, &id);
        main.add_text(self.facts, serde_json::to_string(&facts)?);
        let mut put = |area: Area, text: &str| {
            main.add_text(area.folded, folded_text(text));
            main.add_text(area.stems, stemmed_text(text, language));
            main.add_text(self.spelling, spelled_text(text));
        };
        put(self.title, &course.title);
        put(self.about, &course.subtitle);
        put(self.about, &course.category_name);
        for tag in &course.tags {
            put(self.about, tag);
        }
        put(self.description, &course.description);
        let mut documents = Vec::with_capacity(course.lessons.len() + 1);
        let mut lesson_documents = Vec::with_capacity(course.lessons.len());
        for lesson in &course.lessons {
            put(self.lesson_titles, &lesson.title);
            put(self.lesson_texts, &lesson.text);
            let mut document = TantivyDocument::new();
            document.add_text(self.lesson_of, &id);
            for text in [&lesson.title, &lesson.text] {
                document.add_text(self.lesson_words, folded_text(text));
                document.add_text(self.lesson_words, stemmed_text(text, language));
            }
            document.add_text(self.lesson_code, folded_text(&lesson.code));
            document.add_i64(self.lesson_day, lesson.day);
            document.add_text(self.lesson_title, &lesson.title);
            let quotable: String = lesson.quotable.chars().take(QUOTED_LESSON).collect();
            document.add_text(self.lesson_text, quotable);
            lesson_documents.push(document);
        }
        for lesson in &course.lessons {
            main.add_text(self.code.folded, folded_text(&lesson.code));
        }
        main.add_text(self.author.folded, folded_text(&course.author));
        main.add_text(self.spelling, spelled_text(&course.author));
        documents.push(main);
        documents.extend(lesson_documents);
        Ok(documents)
    }
}
