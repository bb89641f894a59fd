//! The gates, seen from outside: a good lesson, and what becomes of it when one thing is broken.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use momentum_drafting::{
    Lesson, Level, Question,
    passage::Passage,
    quality::{
        Context, CourseReport, Gate, GateResult, HELD_AT, LessonReport, MOST_FINDINGS, judge_course,
        judge_lesson, shuffle_answers,
    },
};
use proptest::prelude::*;

fn good() -> Lesson {
    let mut lesson: Lesson = serde_json::from_str(include_str!("files/good-lesson.json")).unwrap();
    lesson.body = include_str!("files/good-lesson.md").to_owned();
    lesson
}

fn passage(number: u32, text: &str) -> Passage {
    Passage {
        number,
        reference: 0,
        heading: String::new(),
        first_page: None,
        last_page: None,
        text: text.into(),
    }
}

fn references() -> Vec<Passage> {
    vec![
        passage(
            1,
            "Ebbinghaus (1885) measured savings when relearning nonsense syllables: 58.2 % after 20 minutes, rounded 58, \
             33.7 % (34) after one day, 21.1 % (21) after 31 days.",
        ),
        passage(
            2,
            "Roediger and Karpicke, 2006: after one week the group that studied four times recalled 40 % of the ideas, \
             the group that was tested three times 61 %.",
        ),
        passage(
            3,
            "Cepeda et al. (2008) taught facts to over 1350 people, with tests up to 350 days later. The best gap fell from \
             20–40 % of a week to 5–10 % of a year.",
        ),
    ]
}

fn judge_in(lesson: &Lesson, language: &str, passages: &[Passage]) -> LessonReport {
    judge_lesson(lesson, &[], &Context { language, level: Level::Beginner, passages })
}

fn judge(lesson: &Lesson) -> LessonReport {
    judge_in(lesson, "en", &references())
}

fn gate(report: &LessonReport, gate: Gate) -> &GateResult {
    report.gate(gate).unwrap()
}

/// Judges a changed copy of the good lesson: the gate falls and names the place, the others stay, and so the lesson falls.
#[track_caller]
fn breaks(broken: Gate, named: &str, change: impl FnOnce(&mut Lesson)) -> LessonReport {
    let mut lesson = good();
    change(&mut lesson);
    let (before, after) = (judge(&good()), judge(&lesson));
    let result = gate(&after, broken);
    assert!(result.score < gate(&before, broken).score, "{result:#?}");
    assert!(result.findings.iter().any(|finding| finding.contains(named)), "{named}: {result:#?}");
    assert!(after.score < before.score);
    for other in Gate::ALL.into_iter().filter(|other| *other != broken) {
        let (before, after) = (gate(&before, other), gate(&after, other));
        assert!(i16::from(before.score) - i16::from(after.score) <= 10, "{broken:?} changes {after:#?}");
    }
    after
}

#[test]
fn a_good_lesson_passes_with_hardly_a_word() {
    let report = judge(&good());
    assert!(report.score >= 95 && report.passed(), "{report:#?}");
    assert!(report.gates.iter().all(|gate| gate.passed && gate.weight == gate.gate.weight()), "{report:#?}");
    assert_eq!(report.gates.iter().map(|gate| u32::from(gate.weight)).sum::<u32>(), 100);
    let findings: Vec<_> = report.gates.iter().flat_map(|gate| &gate.findings).collect();
    assert_eq!(findings, [""; 0]);
    assert_eq!(gate(&report, Gate::Length).measured.as_deref(), Some("18 minutes"));
    let support = gate(&report, Gate::Support).measured.as_deref().unwrap();
    assert_eq!(support, "9 of 9 sentences with numbers");
}

#[test]
fn without_an_introduction() {
    let report = breaks(Gate::Structure, "no introduction", |lesson| {
        let start = lesson.body.find("## ").unwrap();
        lesson.body.drain(..start);
    });
    assert!(report.score <= HELD_AT && !gate(&report, Gate::Structure).passed);
}

#[test]
fn with_an_introduction_of_one_paragraph() {
    breaks(Gate::Structure, "The introduction has 1 paragraph.", |lesson| {
        let start = lesson.body.find("\n\n").unwrap();
        lesson.body.replace_range(start..lesson.body.find("## ").unwrap(), "\n\n");
    });
}

#[test]
fn without_an_example() {
    breaks(Gate::Structure, "“Spread your reviews out” has no example", |lesson| {
        lesson.body = lesson.body.replace("**Example.** Lena", "Lena");
    });
}

#[test]
fn with_too_few_concepts() {
    let report = breaks(Gate::Structure, "The lesson has 1 key concept;", |lesson| {
        for title in ["Recall beats", "Spread your", "Write cards"] {
            lesson.body = lesson.body.replace(&format!("## {title}"), &format!("**{title}**"));
        }
    });
    assert!(!gate(&report, Gate::Structure).passed);
}

#[test]
fn without_practice() {
    let report = breaks(Gate::Structure, "no practice section", |lesson| {
        lesson.body.truncate(lesson.body.find("## Put it to use").unwrap());
    });
    assert!(!gate(&report, Gate::Structure).passed);
}

#[test]
fn with_poor_action_items() {
    breaks(Gate::Structure, "Action item 2, “Think about it”,", |lesson| {
        lesson.action_items[1] = "Think about it".into();
    });
    breaks(Gate::Structure, "doesn't begin with what to do", |lesson| {
        lesson.action_items[0] = "The idea of recall and how it works".into();
    });
    let mut lesson = good();
    lesson.action_items.truncate(1);
    let report = judge(&lesson);
    assert!(gate(&report, Gate::Structure).findings[0].contains("1 action item;"), "{report:#?}");
}

#[test]
fn with_parts_missing() {
    breaks(Gate::Structure, "no title", |lesson| lesson.title.clear());
    breaks(Gate::Structure, "no summary", |lesson| lesson.summary = " ".into());
    breaks(Gate::Structure, "no takeaways", |lesson| lesson.key_takeaways.clear());
    breaks(Gate::Structure, "Question 4, “One long evening", |lesson| {
        if let Question::TrueFalse { explanation, .. } = &mut lesson.questions[3] {
            explanation.clear();
        }
    });
    breaks(Gate::Structure, "Question 1, “When does most of the forgetting", |lesson| {
        if let Question::Single { options, .. } = &mut lesson.questions[0] {
            options[3] = options[2].clone();
        }
    });
    let mut lesson = good();
    lesson.questions.clear();
    let report = judge(&lesson);
    assert!(report.score <= HELD_AT);
    assert!(gate(&report, Gate::Structure).findings[0].contains("no questions"));
}

#[test]
fn too_short_and_too_long() {
    let mut lesson = good();
    for title in ["## Recall beats", "## Spread your", "## Write cards"] {
        let start = lesson.body.find(title).unwrap();
        let end = start + lesson.body[start + 3..].find("\n## ").unwrap() + 4;
        lesson.body.drain(start..end);
    }
    let report = judge(&lesson);
    let length = gate(&report, Gate::Length);
    assert_eq!((length.score, length.measured.as_deref()), (88, Some("14 minutes")), "{length:#?}");
    assert!(length.findings[0].contains("add about 200"), "{length:#?}");

    breaks(Gate::Length, "takes 24 minutes", |lesson| {
        let words: String =
            (0..1_100).map(|at| format!(" w{at}{}", if at % 9 == 0 { "." } else { "" })).collect();
        lesson.body = lesson.body.replace("\n\n## Put it", &format!("\n\nMore:{words}\n\n## Put it"));
    });
}

#[test]
fn hard_to_read() {
    let report = breaks(Gate::Readability, "in “Forgetting is fast, then slow” has", |lesson| {
        // All sentences of a paragraph become one, with long words.
        let hard: Vec<String> = lesson
            .body
            .split("\n\n")
            .map(|paragraph| {
                if paragraph.starts_with(['#', '*', '1']) {
                    return paragraph.to_owned();
                }
                let joined =
                    paragraph.trim_end_matches('.').replace(". ", ", and ").replace(".\n", ", and\n");
                format!("{joined}.").to_lowercase().replace(" the ", " the aforementioned ")
            })
            .collect();
        lesson.body = hard.join("\n\n");
    });
    let readability = gate(&report, Gate::Readability);
    assert!(
        !readability.passed && readability.findings[0].contains("Split long sentences"),
        "{readability:#?}"
    );
}

#[test]
fn the_level_decides_what_is_readable() {
    let mut lesson = good();
    lesson.body = lesson.body.replace(". ", ", and moreover ");
    let at = |level| {
        let context = Context { language: "en", level, passages: &[] };
        gate(&judge_lesson(&lesson, &[], &context), Gate::Readability).score
    };
    assert!(at(Level::Beginner) < at(Level::Intermediate) && at(Level::Intermediate) < at(Level::Advanced));
}

#[test]
fn languages_without_a_formula_are_not_judged_for_it() {
    for (language, judged) in [("en-GB", true), ("de", true), ("fr", true), ("ja", false), ("fi", false)] {
        let report = judge_in(&good(), language, &[]);
        let result = gate(&report, Gate::Readability);
        assert_eq!(result.weight > 0, judged, "{language}");
        let measured = result.measured.as_deref().unwrap();
        assert_eq!(measured.starts_with("not judged"), !judged, "{measured}");
    }
}

#[test]
fn a_german_lesson_is_judged_in_german() {
    let paragraph = "Wer etwas behalten will, fragt sich selbst ab. Am besten schon am selben Tag. Dann kommt die zweite \
                     Runde nach drei Tagen. Zum Beispiel lernt Anna zehn Wörter. Sie schreibt sie auf Karten. Nach einer \
                     Woche kennt sie noch acht davon, und das genügt ihr. ";
    let body = format!("{paragraph}\n\n{paragraph}\n\n## Abfragen\n\n{}", paragraph.repeat(4));
    let lesson = Lesson { body, ..good() };
    let report = judge_in(&lesson, "de-CH", &[]);
    let measured = gate(&report, Gate::Readability).measured.as_deref().unwrap();
    assert!(measured.starts_with("Wiener Sachtextformel"), "{measured}");
    assert!(gate(&report, Gate::Readability).passed);
    assert!(!gate(&report, Gate::Structure).findings.iter().any(|finding| finding.contains("no example")));
    let filler = Lesson { summary: "In der heutigen schnelllebigen Welt zählt Wissen.".into(), ..lesson };
    let report = judge_in(&filler, "de", &[]);
    assert!(gate(&report, Gate::Filler).findings[0].contains("in the summary"), "{report:#?}");
}

#[test]
fn a_paragraph_twice() {
    let report = breaks(
        Gate::Duplication,
        "A paragraph in “Put it to use” stands in this lesson before: “Reading a page",
        |lesson| {
            let start = lesson.body.find("Reading a page again").unwrap();
            let end = start + lesson.body[start..].find("\n\n").unwrap();
            let paragraph = lesson.body[start..end].to_owned();
            lesson.body.push_str(&format!("\n{paragraph}\n"));
        },
    );
    assert!(report.score >= 90);
}

#[test]
fn what_another_lesson_says() {
    let (lesson, mut other) = (good(), good());
    other.day = 5;
    other.title = "Recall again".into();
    let start = lesson.body.find("## Spread").unwrap();
    let end = lesson.body.find("## Write cards").unwrap();
    other.body = lesson.body[start..end].to_owned();
    let unlike = Lesson {
        day: 1,
        body: "Nothing of what is said here is said there, as far as words go.".into(),
        ..good()
    };
    let passages = references();
    let context = Context { language: "en", level: Level::Beginner, passages: &passages };
    let report = judge_lesson(&lesson, &[&unlike, &other, &lesson], &context);
    let result = gate(&report, Gate::Duplication);
    assert!(!result.passed && result.findings.len() == 1, "{result:#?}");
    assert!(result.findings[0].contains("day 5, “Recall again”: “"), "{result:#?}");
    assert!(result.findings[0].contains("“How long should the gap be? It depends on"), "{result:#?}");
    assert!(report.score < judge(&lesson).score);
    assert_eq!(gate(&judge_lesson(&lesson, &[&unlike], &context), Gate::Duplication).score, 100);
}

#[test]
fn always_the_same_option() {
    breaks(
        Gate::AnswerPosition,
        "option A in 4 of 4 single-choice questions (questions 1, 2, 3, 6)",
        |lesson| {
            lesson.questions.push(lesson.questions[0].clone());
            if let Some(Question::Single { question, .. }) = lesson.questions.last_mut() {
                question.insert_str(0, "Once more: ");
            }
            for question in &mut lesson.questions {
                if let Question::Single { options, correct, .. } = question {
                    options.swap(0, *correct as usize);
                    *correct = 0;
                }
            }
        },
    );
}

#[test]
fn always_the_longest_option() {
    breaks(Gate::AnswerPosition, "first in question 1, “When does most of the forgetting", |lesson| {
        for question in &mut lesson.questions {
            if let Question::Single { options, correct, .. } = question {
                options[*correct as usize]
                    .push_str(", as the lesson on memory and reading says in its first section");
            }
        }
    });
}

#[test]
fn all_statements_are_true() {
    breaks(Gate::AnswerPosition, "All 3 true-or-false statements are true", |lesson| {
        for text in
            ["Recall beats reading again.", "Forgetting is fast, then slow.", "A card asks for one thing."]
        {
            lesson.questions.push(Question::TrueFalse {
                question: text.into(),
                answer: true,
                explanation: "The lesson says so.".into(),
            });
        }
        lesson.questions.remove(3);
    });
}

#[test]
fn a_question_about_something_else() {
    let report = breaks(Gate::Answerable, "Question 5, “Which enzyme", |lesson| {
        lesson.questions[4] = Question::ShortAnswer {
            question: "Which enzyme breaks down starch in human saliva?".into(),
            answers: vec!["amylase".into(), "alpha-amylase".into()],
            explanation: "Amylase does.".into(),
        };
    });
    let result = gate(&report, Gate::Answerable);
    assert!(result.findings[0].contains("enzyme") && result.findings[0].contains("amylase"), "{result:#?}");
    assert_eq!(result.measured.as_deref(), Some("4 of 5"));
}

#[test]
fn a_right_answer_that_the_text_does_not_have() {
    breaks(Gate::Answerable, "Question 1,", |lesson| {
        if let Question::Single { options, correct, .. } = &mut lesson.questions[0] {
            options[*correct as usize] = "Hippocampal neurogenesis".into();
        }
    });
}

#[test]
fn a_number_that_no_reference_has() {
    let report = breaks(
        Gate::Support,
        "No reference has 73 in “Recall beats reading again”: “One week",
        |lesson| {
            lesson.body = lesson.body.replace("recalled kept 61\npercent", "recalled kept 73\npercent");
        },
    );
    assert_eq!(gate(&report, Gate::Support).measured.as_deref(), Some("8 of 9 sentences with numbers"));
    breaks(Gate::Support, "A 2019 study found", |lesson| {
        lesson.body =
            lesson.body.replace("**Example.** Mara", "**Example.** A 2019 study found 88% do so. Mara");
    });
}

#[test]
fn a_number_from_a_passage_about_something_else() {
    let mut lesson = good();
    lesson.body = lesson.body.replace("It does not stop it.", "It slows the loss by 450 percent.");
    let mut passages = references();
    passages.push(passage(4, "The town hall was built for $450 million."));
    assert!(gate(&judge_in(&lesson, "en", &passages), Gate::Support).score < 100);
    passages.push(passage(5, "Stories slow the loss by 450 %."));
    assert_eq!(gate(&judge_in(&lesson, "en", &passages), Gate::Support).score, 100);
}

#[test]
fn without_references_numbers_are_not_judged() {
    let report = judge_in(&good(), "en", &[]);
    let result = gate(&report, Gate::Support);
    assert_eq!((result.weight, result.passed), (0, true));
    assert_eq!(result.measured.as_deref(), Some("not judged: the course has no references"));
    assert!(report.score >= 95);
}

#[test]
fn empty_phrases() {
    let report =
        breaks(Gate::Filler, "“delve” in “Write cards that ask one thing” says nothing", |lesson| {
            lesson.body =
                lesson.body.replace("A card has a question", "Let's delve into cards. A card has a question");
            lesson.summary.push_str(" It’s important to note that this is a game-changer.");
        });
    let result = gate(&report, Gate::Filler);
    assert_eq!((result.findings.len(), result.score, result.passed), (3, 64, true), "{result:#?}");
}

#[test]
fn placeholders_and_refusals_hold_the_lesson_down() {
    for (text, named) in [
        ("[Insert an example here] Then go on.", "“[insert an example here]” in “Put it to use”"),
        ("As an AI language model, I can't do this.", "“as an ai language model” in “Put it to use”"),
        ("TODO: say more.", "“TODO” in “Put it to use”"),
        ("Lorem ipsum dolor sit amet.", "“lorem ipsum” in “Put it to use”"),
    ] {
        let report = breaks(Gate::Filler, named, |lesson| lesson.body.push_str(&format!("\n{text}\n")));
        assert_eq!(report.score, HELD_AT);
        assert!(!gate(&report, Gate::Filler).passed);
    }
    // Spoken of, or in code.
    let mut lesson = good();
    lesson.body.push_str(
        "\nSome texts begin with “As an AI language model”.\n\n```text\nTODO: [insert a name]\n```\n",
    );
    assert_eq!(gate(&judge(&lesson), Gate::Filler).score, 100);
}

fn course(days: u32) -> Vec<Lesson> {
    (1..=days)
        .map(|day| {
            let mut lesson = good();
            lesson.day = day;
            lesson.title = format!("Day number {day}");
            // Other words, but the same sentences.
            let mark = |word: &str| if word.len() > 6 { format!("{word}{day}x") } else { word.to_owned() };
            lesson.body = lesson
                .body
                .lines()
                .map(|line| {
                    if line.starts_with("##") {
                        line.into()
                    } else {
                        line.split(' ').map(mark).collect::<Vec<_>>().join(" ")
                    }
                })
                .collect::<Vec<_>>()
                .join("\n");
            for question in &mut lesson.questions {
                if let Question::Single { question, .. } = question {
                    question.push_str(&format!(" ({day})"));
                }
            }
            shuffle_answers(&mut lesson);
            lesson
        })
        .collect()
}

fn judge_days(lessons: &[Lesson], days: u32) -> CourseReport {
    judge_course(lessons, days, &Context { language: "en", level: Level::Advanced, passages: &[] })
}

#[test]
fn a_course_is_the_mean_of_its_lessons_less_what_is_missing() {
    let lessons = course(3);
    let whole = judge_days(&lessons, 3);
    assert_eq!((whole.lessons.len(), whole.findings.len()), (3, 0), "{:#?}", whole.findings);
    let mean = whole.lessons.iter().map(|lesson| f64::from(lesson.score)).sum::<f64>() / 3.0;
    assert!((f64::from(whole.score) - mean).abs() <= 0.5);

    let missing = judge_days(&lessons[..2], 3);
    assert!(f64::from(missing.score) < mean * 0.7 && !missing.passed);
    assert!(
        missing.findings.contains(&"Day 3 has no lesson. Draft it.".to_owned()),
        "{:?}",
        missing.findings
    );

    let mut twice = lessons.clone();
    twice[2].day = 2;
    twice[2].title = "DAY  number 1".into();
    let twice = judge_days(&twice, 3);
    assert!(twice.score < whole.score && !twice.passed);
    for named in
        ["Day 2 has 2 lessons", "Day 3 has no lesson", "Days 1 and 2 have the same title, “DAY number 1”"]
    {
        assert!(
            twice.findings.iter().any(|finding| finding.contains(named)),
            "{named}: {:?}",
            twice.findings
        );
    }

    let copied = vec![lessons[0].clone(), Lesson { day: 2, title: "Other".into(), ..lessons[0].clone() }];
    let copied = judge_days(&copied, 2);
    for (report, named) in copied.lessons.iter().zip(["day 2", "day 1"]) {
        let duplication = gate(report, Gate::Duplication);
        assert!(duplication.score == 0 && duplication.findings[0].contains(named), "{duplication:#?}");
    }
    assert_eq!(judge_days(&[], 0).score, 0);
    assert!(judge_days(&[], u32::MAX).findings.len() <= MOST_FINDINGS);
}

#[test]
fn positions_are_balanced_over_the_course() {
    let mut lessons = course(4);
    assert_eq!(judge_days(&lessons, 4).findings, [""; 0]);
    for question in lessons.iter_mut().flat_map(|lesson| &mut lesson.questions) {
        if let Question::Single { options, correct, .. } = question {
            options.swap(1, *correct as usize);
            *correct = 1;
        }
    }
    let report = judge_days(&lessons, 4);
    assert!(report.findings[0].contains("A 0, B 12, C 0, D 0"), "{:?}", report.findings);
}

fn singles(lesson: &Lesson) -> Vec<(&str, &[String], usize)> {
    let single = |question| match question {
        &Question::Single { ref question, ref options, correct, .. } => {
            Some((question.as_str(), options.as_slice(), correct as usize))
        }
        _ => None,
    };
    lesson.questions.iter().filter_map(single).collect()
}

#[test]
fn shuffled_answers_are_spread_evenly() {
    let mut lesson = good();
    lesson.questions = (0..8)
        .map(|at| Question::Single {
            question: format!("What is {at}?"),
            options: ["right", "wrong", "poor", "bad"].map(|option| format!("{option} {at}")).to_vec(),
            correct: 0,
            explanation: "It is.".into(),
        })
        .collect();
    shuffle_answers(&mut lesson);
    for place in 0..4 {
        assert_eq!(singles(&lesson).iter().filter(|(.., correct)| *correct == place).count(), 2);
    }
    // No plain round of A, B, C, D, and wrong options move as well.
    let places: Vec<_> = singles(&lesson).iter().map(|(.., correct)| *correct).collect();
    assert!((1..8).any(|at| places[at] != (places[at - 1] + 1) % 4), "{places:?}");
    let last: std::collections::BTreeSet<_> = singles(&lesson)
        .iter()
        .map(|(_, options, _)| options[3].split(' ').next().unwrap().to_owned())
        .collect();
    assert!(last.len() > 1, "{last:?}");
}

#[test]
fn options_that_name_places_stay() {
    let mut lesson = good();
    if let Question::Single { options, .. } = &mut lesson.questions[0] {
        options[3] = "None of the above".into();
    }
    let before = lesson.questions[0].clone();
    shuffle_answers(&mut lesson);
    assert_eq!(lesson.questions[0], before);
}

#[test]
fn reports_are_stored_as_json() {
    let report = judge_days(&course(2), 2);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["lessons"][0]["gates"][4]["gate"], "answer_position");
    assert_eq!(serde_json::from_value::<CourseReport>(json).unwrap(), report);
}

fn question() -> impl Strategy<Value = Question> {
    let text = || prop_oneof![any::<String>(), "[A-D ]{0,8}", Just("all of the above".to_owned())];
    prop_oneof![
        (text(), prop::collection::vec(text(), 0..6), 0..7_u32, text()).prop_map(
            |(question, options, correct, explanation)| Question::Single {
                question,
                options,
                correct,
                explanation
            }
        ),
        (text(), any::<bool>(), text()).prop_map(|(question, answer, explanation)| Question::TrueFalse {
            question,
            answer,
            explanation
        }),
        (text(), prop::collection::vec(text(), 0..3), text()).prop_map(|(question, answers, explanation)| {
            Question::ShortAnswer { question, answers, explanation }
        }),
    ]
}

fn lesson() -> impl Strategy<Value = Lesson> {
    let piece = prop_oneof![
        any::<String>(),
        "[ -~\n]{0,80}",
        prop::sample::select(vec![
            "## ",
            "\n\n",
            "- ",
            "> ",
            "```\n",
            "| a |\n|---|\n",
            "1,2.3",
            "5 %",
            "Example. ",
            "$9.9.9 Mio",
            "ß’s ",
            "as an AI model",
            "[insert ",
            "é1:2",
            "\u{300}",
            "12'3",
            "İ",
            "20 minutes",
        ])
        .prop_map(str::to_owned),
    ];
    (
        0..4_u32,
        any::<String>(),
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()),
        prop::collection::vec(any::<String>(), 0..4),
        prop::collection::vec(question(), 0..8),
    )
        .prop_map(|(day, title, body, items, questions)| Lesson {
            day,
            summary: title.clone(),
            title,
            body,
            key_takeaways: items.clone(),
            action_items: items,
            questions,
            script: String::new(),
            passages: vec![day],
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_course_is_judged(
        lessons in prop::collection::vec(lesson(), 0..4),
        text in any::<String>(),
        tag in prop::sample::select(vec!["en", "de", "fr", "es", "it", "pt", "nl", "sv", "ja", "", "xx-YY"]),
    ) {
        let passages = [passage(1, &text), passage(2, &lessons.first().map(|lesson| lesson.body.clone()).unwrap_or_default())];
        let context = Context { language: tag, level: Level::Advanced, passages: &passages };
        let report = judge_course(&lessons, 3, &context);
        prop_assert!(report.score <= 100 && report.findings.len() <= MOST_FINDINGS);
        prop_assert_eq!(report.lessons.len(), lessons.len());
        for lesson in &report.lessons {
            prop_assert!(lesson.score <= 100);
            prop_assert_eq!(lesson.gates.len(), Gate::ALL.len());
            for gate in &lesson.gates {
                prop_assert!(gate.score <= 100 && gate.findings.len() <= MOST_FINDINGS);
                prop_assert!(gate.weight == 0 || gate.weight == gate.gate.weight());
                prop_assert!(gate.weight > 0 || gate.passed);
            }
        }
        prop_assert_eq!(report, judge_course(&lessons, 3, &context));
    }

    #[test]
    fn shuffling_keeps_the_right_answer_right(lesson in lesson()) {
        let mut shuffled = lesson.clone();
        shuffle_answers(&mut shuffled);
        let mut again = lesson.clone();
        shuffle_answers(&mut again);
        prop_assert_eq!(&shuffled, &again);
        for ((question, before, correct), (same, after, moved)) in singles(&lesson).into_iter().zip(singles(&shuffled)) {
            prop_assert_eq!(question, same);
            prop_assert_eq!(before.get(correct), after.get(moved));
            let sorted = |options: &[String]| { let mut all = options.to_vec(); all.sort(); all };
            prop_assert_eq!(sorted(before), sorted(after));
        }
        let mut emptied = (lesson, shuffled);
        emptied.0.questions.clear();
        emptied.1.questions.clear();
        prop_assert_eq!(emptied.0, emptied.1);
    }
}
