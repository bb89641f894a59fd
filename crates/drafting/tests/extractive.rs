//! What the extractive author promises of a draft.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use momentum_drafting::{
    Lesson, Level, Question,
    document::{self, Block, BlockKind, Document, Format},
    extractive::{self, Brief, Plan, Source, Unsuited, Why},
    passage::{self, Passage},
    quality::{self, Context, Gate},
    reading,
    sentence::sentences,
};
use proptest::prelude::*;

/// A reference, read and split.
struct Reference {
    name: String,
    document: Document,
    passages: Vec<Passage>,
}

impl Reference {
    fn markdown(name: &str, text: &str, at: usize, first: u32) -> Self {
        let document = document::read(Format::Markdown, text.as_bytes()).unwrap();
        Self::new(name, document, at, first)
    }

    fn new(name: &str, document: Document, at: usize, first: u32) -> Self {
        let passages = passage::split(at, first, &document);
        Self { name: name.to_owned(), document, passages }
    }

    fn source(&self) -> Source<'_> {
        Source { name: &self.name, document: &self.document, passages: &self.passages }
    }

    /// As if it were printed: a new page every 330 words.
    fn paged(mut self) -> Self {
        let mut words = 0;
        for block in &mut self.document.blocks {
            block.page = Some(1 + words / 330);
            words += u32::try_from(reading::words(&block.text)).unwrap();
        }
        let first = self.passages[0].number;
        Self::new(&self.name, self.document, self.passages[0].reference, first)
    }
}

fn bakery() -> Reference {
    Reference::markdown("The Small Bakery Handbook", include_str!("files/handbook.md"), 0, 1).paged()
}

/// The lessons of a demo course as the chapters of one document.
fn chapters(course: &str) -> String {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content").join(course).join("lessons");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut text = String::new();
    for file in files {
        let lesson = std::fs::read_to_string(file).unwrap();
        let (head, body) = lesson.trim_start_matches("---").split_once("\n---").unwrap();
        let title = head.lines().find_map(|line| line.strip_prefix("title:")).unwrap();
        let title = title.trim().trim_matches(['"', '\'']);
        text.push_str(&format!(
            "# {title}\n\n{}\n\n",
            body.replace("\n# ", "\n## ").replace("\n## ", "\n### ").trim()
        ));
    }
    text
}

/// About 60 pages, and nobody wrote them for a test.
fn teams() -> Reference {
    let text = format!("{}{}", chapters("projects-that-finish"), chapters("investing-without-drama"));
    Reference::markdown("Team handbook", &text, 0, 1).paged()
}

fn brief(topic: &str, days: u32) -> Brief<'_> {
    Brief { topic, days, level: Level::Intermediate, language: "en", audience: "people who bake for others" }
}

/// A draft with all its lessons.
struct Draft {
    plan: Plan,
    lessons: Vec<Lesson>,
}

fn draft(brief: &Brief, sources: &[Source]) -> Draft {
    let plan = extractive::outline(brief, sources).unwrap();
    let lessons = (1..=brief.days).map(|day| extractive::lesson(brief, sources, &plan, day)).collect();
    Draft { plan, lessons }
}

/// Seven days of the bakery; seven, fourteen and twenty-one of the teams.
static DRAFTS: LazyLock<Vec<Draft>> = LazyLock::new(|| {
    let (bakery, teams) = (bakery(), teams());
    vec![
        draft(&brief("Running a small bakery", 7), &[bakery.source()]),
        draft(&brief("Working in teams", 7), &[teams.source()]),
        draft(&brief("Working in teams", 14), &[teams.source()]),
        draft(&brief("Working in teams", 21), &[teams.source()]),
    ]
});

/// Only the words.
fn plain(markdown: &str) -> String {
    let text = markdown.replace('\\', "").to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn minutes(lesson: &Lesson) -> usize {
    reading::minutes(reading::words(&lesson.body), lesson.action_items.len(), lesson.questions.len())
}

#[test]
fn every_day_has_a_whole_lesson_of_fifteen_to_twenty_minutes() {
    for draft in DRAFTS.iter() {
        let days = draft.lessons.len();
        assert_eq!((draft.plan.days.len(), draft.plan.outline.lessons.len()), (days, days));
        for (lesson, planned) in draft.lessons.iter().zip(&draft.plan.outline.lessons) {
            let title = &lesson.title;
            assert!((15..=20).contains(&minutes(lesson)), "{title}: {} minutes", minutes(lesson));
            assert_eq!(planned.minutes as usize, minutes(lesson), "{title}");
            assert!((3..=5).contains(&lesson.action_items.len()), "{title}");
            assert!((2..=3).contains(&lesson.key_takeaways.len()), "{title}: {:?}", lesson.key_takeaways);
            assert!((4..=6).contains(&lesson.questions.len()), "{title}");
            assert!(
                (120..=250).contains(&reading::words(&lesson.script)),
                "{title}: {}",
                reading::words(&lesson.script)
            );
            assert!(lesson.body.contains("\n## ") && lesson.body.contains("\n## Put it to use\n"), "{title}");
            assert!(lesson.body.contains("*Source: "), "{title}");
            assert!((3..=5).contains(&planned.topics.len()), "{title}: {:?}", planned.topics);
            assert!(!planned.summary.is_empty() && planned.summary.chars().count() <= 300);
            assert!(title.chars().count() <= 80 && !title.is_empty());
        }
    }
}

#[test]
fn days_are_even() {
    for draft in DRAFTS.iter() {
        let words: Vec<usize> = draft.lessons.iter().map(|lesson| reading::words(&lesson.body)).collect();
        let mean = words.iter().sum::<usize>() / words.len();
        assert!(words.iter().all(|words| *words * 10 > mean * 6 && *words * 10 < mean * 15), "{words:?}");
    }
}

#[test]
fn titles_and_summaries_differ() {
    for draft in DRAFTS.iter() {
        let titles: HashSet<_> = draft.lessons.iter().map(|lesson| lesson.title.to_lowercase()).collect();
        let summaries: HashSet<_> = draft.lessons.iter().map(|lesson| &lesson.summary).collect();
        assert_eq!((titles.len(), summaries.len()), (draft.lessons.len(), draft.lessons.len()));
        assert!(
            draft
                .lessons
                .iter()
                .all(|lesson| !lesson.title.starts_with(|c: char| c.is_ascii_digit() && c != '1'))
        );
    }
}

#[test]
fn no_sentence_comes_twice() {
    for draft in DRAFTS.iter() {
        let mut seen: HashSet<String> = HashSet::new();
        for lesson in &draft.lessons {
            for line in lesson.body.lines().filter(|line| !line.starts_with(['#', '*'])) {
                // A heading may say what a list says.
                let whole = sentences(line).into_iter().filter(|text| text.ends_with(['.', '!', '?']));
                for sentence in whole.map(plain).filter(|text| text.split(' ').count() > 5) {
                    assert!(seen.insert(sentence.clone()), "{}: {sentence}", lesson.title);
                }
            }
        }
    }
}

#[test]
fn every_question_can_be_answered_from_the_lesson() {
    for draft in DRAFTS.iter() {
        for lesson in &draft.lessons {
            let body = plain(&lesson.body);
            let mut asked = HashSet::new();
            for question in &lesson.questions {
                assert!(asked.insert(question.text()), "twice: {}", question.text());
                // The explanation quotes what the answer rests on.
                let quoted =
                    question.explanation().split_once('“').and_then(|(_, rest)| rest.rsplit_once("” ("));
                let quoted = plain(quoted.map(|(quoted, _)| quoted).unwrap());
                assert!(body.contains(&quoted), "{}: {quoted}", lesson.title);
                match question {
                    Question::Single { question, options, correct, .. } => {
                        let right = plain(&options[*correct as usize]);
                        assert!(quoted.contains(&right), "{right}: {quoted}");
                        let differ: HashSet<_> = options.iter().map(|option| plain(option)).collect();
                        assert_eq!((differ.len(), options.len()), (4, 4), "{options:?}");
                        if question.contains("_____") {
                            let wrong = differ.iter().filter(|option| **option != right);
                            wrong.for_each(|wrong| {
                                assert!(
                                    !format!(" {quoted} ").contains(&format!(" {wrong} ")),
                                    "{wrong}: {quoted}"
                                )
                            });
                        }
                    }
                    Question::TrueFalse { question, answer, .. } => {
                        assert_eq!(plain(question) == quoted, *answer, "{question}");
                    }
                    Question::ShortAnswer { question, answers, .. } => {
                        assert_eq!(question.matches("_____").count(), 1, "{question}");
                        let answers: Vec<_> = answers.iter().map(|answer| plain(answer)).collect();
                        assert!(
                            answers.iter().any(|answer| quoted.contains(answer)),
                            "{answers:?}: {quoted}"
                        );
                        // The gap is not given away elsewhere in the question.
                        let sentence = plain(question.split_once('“').unwrap().1);
                        assert!(
                            answers
                                .iter()
                                .all(|answer| !format!(" {sentence} ").contains(&format!(" {answer} "))),
                            "{question}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn guessing_gets_nowhere() {
    for draft in DRAFTS.iter() {
        let mut places = [0_usize; 4];
        let mut truths = [0_usize; 2];
        for question in draft.lessons.iter().flat_map(|lesson| &lesson.questions) {
            match question {
                Question::Single { correct, .. } => places[*correct as usize] += 1,
                Question::TrueFalse { answer, .. } => truths[usize::from(*answer)] += 1,
                Question::ShortAnswer { .. } => {}
            }
        }
        let asked: usize = places.iter().sum();
        assert!(asked >= draft.lessons.len() && places.iter().all(|count| count * 8 >= asked), "{places:?}");
        let stated: usize = truths.iter().sum();
        assert!(truths.iter().all(|count| count * 4 >= stated), "{truths:?}");
    }
}

#[test]
fn action_items_are_things_to_do() {
    for draft in DRAFTS.iter() {
        let mut seen = HashSet::new();
        for item in draft.lessons.iter().flat_map(|lesson| &lesson.action_items) {
            assert!(seen.insert(item), "twice: {item}");
            assert!(item.starts_with(char::is_uppercase) && item.chars().count() <= 300, "{item}");
            let first = item.split(' ').next().unwrap();
            assert!(
                !["The", "A", "It", "This", "You", "If", "When", "Do", "Don’t"].contains(&first),
                "{item}"
            );
        }
    }
}

#[test]
fn takeaways_stand_alone() {
    for draft in DRAFTS.iter() {
        for takeaway in draft.lessons.iter().flat_map(|lesson| &lesson.key_takeaways) {
            let first = takeaway.split([' ', ',']).next().unwrap();
            assert!(!["This", "These", "However", "It", "They", "But", "And"].contains(&first), "{takeaway}");
            assert!(
                !takeaway.to_lowercase().contains("figure ") && takeaway.ends_with(['.', '!', '”', '"', ')']),
                "{takeaway}"
            );
        }
    }
}

#[test]
fn passages_are_cited_or_named_as_left_out() {
    for (draft, reference) in DRAFTS.iter().zip([bakery(), teams(), teams(), teams()]) {
        let numbers: BTreeSet<u32> = reference.passages.iter().map(|passage| passage.number).collect();
        let used: BTreeSet<u32> =
            draft.lessons.iter().flat_map(|lesson| lesson.passages.iter().copied()).collect();
        let left_out: BTreeSet<u32> = draft.plan.left_out.iter().map(|left_out| left_out.passage).collect();
        assert!(used.is_disjoint(&left_out));
        assert_eq!(used.union(&left_out).copied().collect::<BTreeSet<_>>(), numbers);
        for (lesson, day) in draft.lessons.iter().zip(&draft.plan.days) {
            assert!(!lesson.passages.is_empty() && lesson.passages == day.passages, "{}", lesson.title);
        }
    }
}

#[test]
fn what_teaches_nothing_is_left_out() {
    let bakery = bakery();
    let draft = draft(&brief("Running a small bakery", 7), &[bakery.source()]);
    let all: String = draft.lessons.iter().map(|lesson| lesson.body.as_str()).collect();
    for apart in ["All rights reserved", "........", "ash content, 10"] {
        assert!(bakery.document.blocks.iter().any(|block| block.text.contains(apart)), "{apart}");
        assert!(!all.contains(apart), "{apart}");
    }
    assert!(
        draft.plan.left_out.iter().all(|left_out| left_out.why == Why::Apart),
        "{:?}",
        draft.plan.left_out
    );
    assert!(all.contains("| Flour | Protein | Best for |") && all.contains("**Example.** "));
    assert!(all.contains("*Source: The Small Bakery Handbook, page"));
    assert!(draft.plan.definitions.iter().any(|definition| definition.term == "autolysis"));
}

#[test]
fn the_same_references_give_the_same_draft() {
    let teams = teams();
    let brief = brief("Working in teams", 14);
    let first = draft(&brief, &[teams.source()]);
    let again = draft(&brief, &[teams.source()]);
    assert_eq!(first.plan, again.plan);
    assert_eq!(first.lessons, again.lessons);
    let json = serde_json::to_string(&first.plan).unwrap();
    let stored: Plan = serde_json::from_str(&json).unwrap();
    assert_eq!(extractive::lesson(&brief, &[teams.source()], &stored, 9), first.lessons[8]);
    let intro = extractive::intro_script(&brief, &[teams.source()], &stored);
    assert!((120..=250).contains(&reading::words(&intro)), "{intro}");
    assert!(
        (3..=6).contains(&stored.outline.objectives.len()) && (2..=6).contains(&stored.outline.tags.len())
    );
}

#[test]
fn too_little_text_says_what_would_fit() {
    let bakery = bakery();
    let too_little = |why: Unsuited| match why {
        Unsuited::TooLittle(error) => error,
        Unsuited::Unspaced => panic!("{why}"),
    };
    let why = extractive::outline(&brief("Running a small bakery", 21), &[bakery.source()]).unwrap_err();
    let error = too_little(why);
    assert_eq!((error.needed, error.days, error.fits), (10_500, 21, Some(7)));
    assert!((5_000..6_500).contains(&error.words), "{error}");
    assert!(
        error.to_string().contains("at least 10500")
            && error.to_string().ends_with("make a course of 7 days."),
        "{error}"
    );
    let documents = std::slice::from_ref(&bakery.document);
    assert_eq!(extractive::suffices(21, "en", documents), Err(why), "it can be asked before");
    assert_eq!(extractive::suffices(7, "en", documents), Ok(()));
    let error = too_little(extractive::outline(&brief("Nothing", 7), &[]).unwrap_err());
    assert_eq!((error.words, error.fits), (0, None));
}

#[test]
fn texts_without_spaces_are_refused_for_what_they_are() {
    let text = "東京は日本の首都です。会議室を予約する前に、必ず上司に確認してください。".repeat(400);
    let document = document::read(Format::Text, text.as_bytes()).unwrap();
    let why = extractive::suffices(7, "ja", std::slice::from_ref(&document)).unwrap_err();
    assert_eq!(why, Unsuited::Unspaced);
    assert!(why.to_string().contains("without spaces between words"), "{why}");
    let reference = Reference::new("Office", document, 0, 1);
    assert_eq!(extractive::outline(&brief("Office", 7), &[reference.source()]), Err(Unsuited::Unspaced));
}

#[test]
fn several_references_make_one_course() {
    let bakery = bakery();
    let next = bakery.passages.last().unwrap().number + 1;
    let text = format!("{}{}", chapters("projects-that-finish"), chapters("investing-without-drama"));
    let teams = Reference::markdown("Team handbook", &text, 1, next);
    let sources = [bakery.source(), teams.source()];
    let draft = draft(&brief("Running a bakery with a team", 21), &sources);
    let cites = |name: &str| {
        draft.lessons.iter().filter(|lesson| lesson.body.contains(&format!("*Source: {name}"))).count()
    };
    assert!(cites("The Small Bakery Handbook") >= 4 && cites("Team handbook, section “") >= 12);
    assert!(draft.lessons.iter().all(|lesson| (15..=20).contains(&minutes(lesson))));
}

#[test]
fn a_text_without_headings_makes_a_course_as_well() {
    let mut document = bakery().document;
    document.blocks.retain(|block| !matches!(block.kind, BlockKind::Heading(_)));
    let reference = Reference::new("Notes", document, 0, 1);
    let draft = draft(&brief("Running a small bakery", 7), &[reference.source()]);
    for lesson in &draft.lessons {
        assert!(
            (15..=20).contains(&minutes(lesson)) && lesson.body.matches("\n## ").count() >= 3,
            "{}",
            lesson.body
        );
    }
}

#[test]
fn the_gates_find_no_fault_with_what_the_author_composes() {
    for (draft, reference) in DRAFTS.iter().zip([bakery(), teams(), teams(), teams()]) {
        let context = Context { language: "en", level: Level::Intermediate, passages: &reference.passages };
        let days = u32::try_from(draft.lessons.len()).unwrap();
        let report = quality::judge_course(&draft.lessons, days, &context);
        assert_eq!(report.findings, [""; 0]);
        for (lesson, report) in draft.lessons.iter().zip(&report.lessons) {
            let found = |gate| report.gate(gate).unwrap();
            let structure = &found(Gate::Structure).findings;
            let own =
                ["The introduction has", "it needs 3", "it needs 2", "has only", "Action item ", "Question "];
            for finding in structure {
                assert!(!own.iter().any(|part| finding.contains(part)), "{}: {finding}", lesson.title);
            }
            assert!(found(Gate::Duplication).passed, "{:?}", found(Gate::Duplication));
            assert!(
                found(Gate::Support).findings.iter().all(|finding| !finding.contains("Source:")),
                "{:?}",
                found(Gate::Support)
            );
        }
    }
}

#[test]
fn plain_fields_hold_no_markdown() {
    for draft in DRAFTS.iter().chain([&*GUIDE]) {
        for lesson in &draft.lessons {
            let plain = lesson.action_items.iter().chain(&lesson.key_takeaways);
            for text in plain.chain([&lesson.summary, &lesson.title]) {
                assert!(!text.contains(['\\', '*', '`', '[', ']']), "{text}");
            }
        }
    }
}

/// A bakery's guide with what guides have besides their text.
static GUIDE: LazyLock<Draft> = LazyLock::new(|| {
    let mut document = bakery().document;
    let heading = |title: &str| (BlockKind::Heading(1), title.to_owned());
    let section = |title: &str| (BlockKind::Heading(2), title.to_owned());
    let text = |text: &str| (BlockKind::Paragraph, text.to_owned());
    let item = |text: &str| (BlockKind::ListItem, text.to_owned());
    let blocks = [
        heading("The Bakery Guide"),
        text("How we bake for the town"),
        text("Edition 4, 2023"),
        heading("Orders and stock"),
        text(
            "Start every season with a [flour audit][] of the whole store. Write the orders for the week on one sheet.",
        ),
        text("[flour audit]: https://example.org/audit [orders]:"),
        text("https://example.org/orders"),
        text(
            "For more detailed guidance on orders, see the Bakers’ Order Guide or the Bread Reference Guide.",
        ),
        text("Keep the words of an order short and name the customer first. For example:"),
        item("Please buy apples, bananas, and raisin rolls."),
        item("Fill the van with diesel every Tuesday."),
        text("A customer may shout at a tired shop assistant who has forgotten the order of the day."),
        text(
            "To avoid the fate of the assistant, read every order aloud before the customer leaves the shop.",
        ),
        section("Words that we use"),
        item("back end, back-end baking"),
        item("open crumb, open crumb bread"),
        item("deliver (bread is delivered, promises are kept)"),
        section("Additional resources"),
        item("Federal Bread Guidelines"),
        item("King County: Shorter, simpler loaves"),
    ];
    let blocks = blocks.into_iter().map(|(kind, text)| Block { kind, text, page: Some(1) });
    document.blocks.splice(0..0, blocks);
    let reference = Reference::new("guide.pdf", document, 0, 1);
    draft(&brief("Running a small bakery", 7), &[reference.source()])
});

#[test]
fn what_only_surrounds_a_text_is_not_taught() {
    let first = &GUIDE.lessons[0];
    let all: String = GUIDE.lessons.iter().map(|lesson| lesson.body.as_str()).collect();
    for apart in ["Edition 4", "The Bakery Guide", "Additional resources", "King County", "example.org"] {
        assert!(!all.contains(apart) && !GUIDE.plan.outline.description.contains(apart), "{apart}");
    }
    assert!(first.body.contains("Start every season with a flour audit of the whole store."));
    assert!(first.body.contains("\n- Please buy apples"), "{}", first.body);
}

#[test]
fn nothing_is_asked_that_the_text_only_shows_or_refers_to() {
    for lesson in &GUIDE.lessons {
        let asked = lesson.questions.iter().map(Question::text);
        let said = lesson.action_items.iter().chain(&lesson.key_takeaways).chain([&lesson.summary]);
        for text in said.map(String::as_str).chain(asked) {
            for shown in
                ["bananas", "diesel", "Bread Reference", "fate of", "ack-end", "pen crumb,", "is delivered"]
            {
                assert!(!text.contains(shown), "{text}");
            }
        }
    }
}

#[test]
fn titles_of_one_chapter_on_several_days_differ_by_their_parts() {
    for draft in DRAFTS.iter() {
        let mut chapters: Vec<HashSet<&str>> = Vec::new();
        for day in &draft.plan.days {
            chapters
                .push(day.parts.iter().filter_map(|part| part.path.first()).map(String::as_str).collect());
        }
        for (at, pair) in chapters.windows(2).enumerate() {
            for shared in pair[0].intersection(&pair[1]) {
                let titles = [&draft.lessons[at].title, &draft.lessons[at + 1].title];
                let bare = |title: &&&String| {
                    let (title, shared) = (title.to_lowercase(), shared.to_lowercase());
                    title.contains(&shared) && !title.contains(&format!("{shared} (part "))
                };
                assert!(titles.iter().filter(bare).count() < 2, "{titles:?}");
            }
        }
    }
}

#[test]
fn german_instructions_become_action_items() {
    let mut text = "# Brandschutz im Betrieb\n\n## Fluchtwege\n\nHalten Sie den Fluchtweg immer frei. Ein Fluchtweg führt ins Freie. \
        Bitte prüfen Sie den Feuerlöscher einmal im Jahr. Melde fehlende Personen sofort der Einsatzleitung.\n\n"
        .to_owned();
    for (at, place) in ["Küche", "Werkstatt", "Halle", "Treppe", "Kantine", "Garage"].iter().enumerate() {
        text.push_str(&format!("## {place}\n\n"));
        for count in 2..9 {
            text.push_str(&format!(
                "In der {place} hängen {} Melder, die der Hausdienst alle {count} Wochen mit einer Leiter und einem Prüfgerät besucht. ",
                at * 10 + count
            ));
        }
        text.push_str("\n\n");
    }
    let reference = Reference::markdown("Brandschutz", &text, 0, 1);
    let brief = Brief { language: "de", ..brief("Brandschutz", 1) };
    let lesson = &draft(&brief, &[reference.source()]).lessons[0];
    for item in [
        "Halten Sie den Fluchtweg immer frei.",
        "Prüfen Sie den Feuerlöscher einmal im Jahr.",
        "Melde fehlende Personen sofort der Einsatzleitung.",
    ] {
        assert!(lesson.action_items.iter().any(|own| own == item), "{:?}", lesson.action_items);
    }
    assert!(lesson.action_items.iter().all(|item| !item.contains('*')));
}

#[test]
fn what_has_no_pages_is_cited_by_its_headings() {
    let mut document = bakery().document;
    document.blocks.iter_mut().for_each(|block| block.page = None);
    let reference = Reference::new("guide.docx", document, 0, 1);
    let draft = draft(&brief("Running a small bakery", 7), &[reference.source()]);
    let cited: Vec<&str> = draft
        .lessons
        .iter()
        .flat_map(|lesson| lesson.body.lines())
        .filter(|line| line.starts_with("*Source"))
        .collect();
    assert!(cited.len() > 20 && cited.iter().all(|line| line.contains(", section “")), "{cited:?}");
}

#[test]
fn another_language_gets_its_own_phrases() {
    let bakery = bakery();
    let brief = Brief { language: "de-DE", ..brief("Die Bäckerei", 7) };
    let draft = draft(&brief, &[bakery.source()]);
    assert!(
        draft
            .lessons
            .iter()
            .all(|lesson| lesson.body.contains("\n## In die Praxis\n") && lesson.body.contains("*Quelle: "))
    );
    assert!(draft.lessons.iter().all(|lesson| lesson.questions.len() >= 4 && lesson.action_items.len() >= 3));
}

#[test]
fn sixty_pages_take_less_than_a_second() {
    let teams = teams();
    let start = Instant::now();
    draft(&brief("Working in teams", 21), &[teams.source()]);
    // Four times that on a machine that is busy.
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

fn block() -> impl Strategy<Value = Block> {
    let kind = prop_oneof![
        (0..=9_u8).prop_map(BlockKind::Heading),
        Just(BlockKind::Paragraph),
        Just(BlockKind::Paragraph),
        Just(BlockKind::ListItem),
        Just(BlockKind::Quote),
        Just(BlockKind::Code),
        Just(BlockKind::Table),
    ];
    let word = prop_oneof![
        "[a-z]{1,9}",
        "[A-Z][a-z]{1,6}",
        "the|a|is|of|never|before|such as|for example",
        "[0-9]{1,4}",
        "[.,:;!?()\\[\\]*_`|~#>\"“”’–-]{1,3}",
        "\\PC{1,4}",
        "[a-z]{3,6}\\. [A-Z]",
        Just("\n".to_owned()),
        Just("\t".to_owned()),
        Just("1. ".to_owned()),
    ];
    let text = prop::collection::vec(word, 0..120).prop_map(|words| words.join(" "));
    (kind, text, prop::option::of(0..90_u32)).prop_map(|(kind, text, page)| Block { kind, text, page })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_makes_a_draft_or_has_too_little(
        blocks in prop::collection::vec(block(), 0..140),
        language in "en|de|fr|es|ja|xx||\\PC",
        days in prop::sample::select(vec![0_u32, 1, 7, 14, 21]),
        split in any::<bool>(),
    ) {
        let document = Document { title: None, pages: None, blocks };
        let passages = if split { passage::split(0, 1, &document) } else { Vec::new() };
        let sources = [Source { name: "Any *name*", document: &document, passages: &passages }];
        let brief = Brief { topic: "", days, level: Level::Advanced, language: &language, audience: "" };
        match extractive::outline(&brief, &sources) {
            Ok(plan) => {
                prop_assert_eq!(plan.days.len(), days as usize);
                let titles: HashSet<_> = plan.outline.lessons.iter().map(|lesson| lesson.title.to_lowercase()).collect();
                prop_assert_eq!(titles.len(), days as usize);
                for day in 0..=days + 1 {
                    let lesson = extractive::lesson(&brief, &sources, &plan, day);
                    for question in &lesson.questions {
                        if let Question::Single { options, correct, .. } = question {
                            prop_assert!((*correct as usize) < options.len());
                        }
                    }
                }
                // A plan may be kept while its references change.
                let empty = Document::default();
                let _ = extractive::lesson(&brief, &[Source { name: "", document: &empty, passages: &[] }], &plan, 1);
                let _ = extractive::lesson(&brief, &[], &plan, 1);
                let _ = extractive::intro_script(&brief, &[], &plan);
            }
            Err(Unsuited::Unspaced) => {}
            Err(Unsuited::TooLittle(error)) => prop_assert!(error.words < error.needed || document.blocks.len() < 200, "{}", error),
        }
    }
}
