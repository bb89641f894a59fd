//! The author that is a language model: what it is asked for each step, and what its answers have to be.

use momentum_drafting::{
    Extras, Lesson, LessonText, Outline, PlannedLesson, Question, Script, language_name,
    passage::{self, Passage, PassageIndex},
    reading,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    JobKind,
    asking::{Asking, Stopped},
    material::{Shown, defused},
    repo::{self, StoredJob},
    steps::Step,
};
use crate::{Result, Services, authoring};

/// Passages that a plan is made from, and that a lesson is made from.
const FOR_PLAN: usize = 60;
const FOR_LESSON: usize = 8;
/// The most that the first request of a job may answer, in tokens: the plan of a course, or the text of a lesson.
pub(super) const FIRST_ANSWER: u32 = 8_000;
/// The same of what goes with a lesson, and of what is said in a video.
pub(super) const EXTRAS_ANSWER: u32 = 4_000;
pub(super) const SCRIPT_ANSWER: u32 = 1_500;

/// The plan of a job, whoever made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Planned {
    pub outline: Outline,
    /// For each lesson, in order, the numbers of the passages that it may rest on.
    pub passages: Vec<Vec<u32>>,
}

/// Does a step of a job.
pub(super) async fn perform(s: &Services, asking: &Asking<'_>) -> Result<Value, Stopped> {
    let job = asking.job;
    let value = match asking.step {
        Step::Plan => serde_json::to_value(plan(s, asking).await?),
        Step::Text(day) => serde_json::to_value(text(s, asking, day).await?),
        Step::Extras(day) => serde_json::to_value(extras(s, asking, day).await?),
        Step::Script(day) => {
            let about = about_lesson(s, job, day).await?;
            serde_json::to_value(script(s, asking, "script", about).await?)
        }
        Step::Intro => {
            let planned = planned(s, job).await?;
            let about = json!({
                "course": course(&planned.outline),
                "days": job.brief.duration_days,
                "language": language_name(&job.brief.language),
            });
            serde_json::to_value(script(s, asking, "intro", about).await?)
        }
        Step::Prepare | Step::Quality | Step::Save => {
            return Err(crate::Error::internal("no step of an author").into());
        }
    };
    value.map_err(|why| crate::Error::internal(why).into())
}

/// What people typed, as the templates show it.
fn brief(job: &StoredJob) -> Value {
    let brief = &job.brief;
    json!({
        "topic": defused(&brief.topic),
        "audience": defused(&brief.target_audience),
        "goals": defused(&brief.goals),
        "level": brief.level.as_str(),
        "tone": defused(&brief.tone),
        "instructions": defused(&brief.instructions),
        "language": language_name(&brief.language),
        "days": brief.duration_days,
    })
}

fn with(mut values: Value, more: Value) -> Value {
    if let (Some(values), Value::Object(more)) = (values.as_object_mut(), more) {
        values.extend(more);
    }
    values
}

/// The plan in the templates: what a model wrote is data for the next one, like everything else.
fn course(outline: &Outline) -> Value {
    json!({
        "title": defused(&outline.title),
        "subtitle": defused(&outline.subtitle),
        "description": defused(&outline.description),
        "lessons": outline.lessons.iter().map(lesson).collect::<Vec<_>>(),
    })
}

fn lesson(lesson: &PlannedLesson) -> Value {
    json!({
        "day": lesson.day,
        "title": defused(&lesson.title),
        "summary": defused(&lesson.summary),
        "topics": lesson.topics.iter().map(|topic| defused(topic)).collect::<Vec<_>>(),
    })
}

fn shown(passages: &[(Passage, String)], wanted: impl Iterator<Item = usize>) -> Vec<Shown> {
    wanted.filter_map(|at| passages.get(at)).map(|(passage, name)| Shown::new(passage, name)).collect()
}

async fn plan(s: &Services, asking: &Asking<'_>) -> Result<Planned, Stopped> {
    let job = asking.job;
    let known = repo::passages(&mut s.db.read().await?, job.id).await?;
    let plain: Vec<Passage> = known.iter().map(|(passage, _)| passage.clone()).collect();
    // Of long references those that have to do with the topic, in their own order.
    let mut chosen: Vec<usize> = if plain.len() <= FOR_PLAN {
        (0..plain.len()).collect()
    } else {
        let query = format!("{} {}", job.brief.topic, job.brief.goals);
        let best = PassageIndex::new(&plain, &job.brief.language).best(&query, FOR_PLAN / 2);
        let evenly = (0..FOR_PLAN / 2).map(|n| n * plain.len() / (FOR_PLAN / 2));
        best.into_iter().map(|(at, _)| at).chain(evenly).collect()
    };
    chosen.sort_unstable();
    chosen.dedup();
    let values = with(brief(job), json!({ "passages": shown(&known, chosen.into_iter()) }));
    let prompt = s.studio.prompts.fill("plan", values)?;
    let days = job.brief.duration_days;
    let outline: Outline = asking.ask(prompt, FIRST_ANSWER, |outline| outline_faults(outline, days)).await?;
    let topics: Vec<String> = outline
        .lessons
        .iter()
        .map(|lesson| format!("{} {} {}", lesson.title, lesson.summary, lesson.topics.join(" ")))
        .collect();
    let assigned = passage::assign(&topics, &plain, &job.brief.language, FOR_LESSON);
    let numbers = |places: Vec<usize>| {
        places.into_iter().filter_map(|at| plain.get(at)).map(|passage| passage.number).collect()
    };
    Ok(Planned { outline, passages: assigned.into_iter().map(numbers).collect() })
}

/// What is wrong with a plan, for whoever made it.
fn outline_faults(outline: &Outline, days: i64) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |ok: bool, fault: String| {
        if !ok {
            faults.push(fault);
        }
    };
    let length = |text: &str| text.trim().chars().count();
    check((1..=120).contains(&length(&outline.title)), "`title` needs 1 to 80 characters.".into());
    check((1..=180).contains(&length(&outline.subtitle)), "`subtitle` needs 1 to 120 characters.".into());
    check(length(&outline.description) >= 100, "`description` needs at least 100 characters.".into());
    check((3..=8).contains(&outline.objectives.len()), "`objectives` needs 3 to 6 entries.".into());
    let count = i64::try_from(outline.lessons.len()).unwrap_or(i64::MAX);
    check(
        count == days,
        format!("`lessons` has {count} entries; it needs exactly {days}, one for each day."),
    );
    for (day, lesson) in (1_u32..).zip(&outline.lessons) {
        check(lesson.day == day, format!("Lesson {day} says it is day {}.", lesson.day));
        check(
            (1..=120).contains(&length(&lesson.title)),
            format!("The title of day {day} needs 1 to 80 characters."),
        );
        check(!lesson.summary.trim().is_empty(), format!("Day {day} needs a summary."));
        check((1..=8).contains(&lesson.topics.len()), format!("Day {day} needs 3 to 5 topics."));
    }
    let mut titles: Vec<String> =
        outline.lessons.iter().map(|lesson| lesson.title.trim().to_lowercase()).collect();
    titles.sort();
    check(titles.windows(2).all(|pair| pair[0] != pair[1]), "Two lessons have the same title.".into());
    faults
}

/// The plan of the job; for a lesson that is written anew, the course as it is.
pub(super) async fn planned(s: &Services, job: &StoredJob) -> Result<Planned, Stopped> {
    let mut conn = s.db.read().await?;
    if job.kind == JobKind::Course {
        return Ok(repo::needed(&mut conn, job.id, Step::Plan).await?);
    }
    let lesson = job.lesson_id.ok_or(crate::Error::NotFound("lesson"))?;
    let whole = authoring::whole_course(&mut conn, lesson).await?;
    let lessons: Vec<PlannedLesson> = whole
        .lessons
        .iter()
        .map(|lesson| PlannedLesson {
            day: u32::try_from(lesson.day).unwrap_or_default(),
            title: lesson.title.clone(),
            summary: lesson.summary.clone(),
            topics: headings(&lesson.body),
            minutes: u32::try_from(lesson.minutes).unwrap_or_default(),
        })
        .collect();
    let known: Vec<Passage> =
        repo::passages(&mut conn, job.id).await?.into_iter().map(|(passage, _)| passage).collect();
    let passages = whole
        .lessons
        .iter()
        .map(|lesson| {
            let query = format!("{} {}", lesson.title, lesson.summary);
            let best = PassageIndex::new(&known, &job.brief.language).best(&query, FOR_LESSON);
            best.into_iter().filter_map(|(at, _)| known.get(at)).map(|passage| passage.number).collect()
        })
        .collect();
    let details = whole.details;
    Ok(Planned {
        outline: Outline {
            title: details.title,
            subtitle: details.subtitle,
            description: details.description,
            audience: details.audience,
            objectives: details.objectives,
            tags: details.tags,
            lessons,
        },
        passages,
    })
}

/// The headings of a Markdown text.
fn headings(markdown: &str) -> Vec<String> {
    markdown.lines().filter_map(|line| line.strip_prefix("## ")).map(|line| line.trim().to_owned()).collect()
}

async fn text(s: &Services, asking: &Asking<'_>, day: u32) -> Result<LessonText, Stopped> {
    let job = asking.job;
    let planned = planned(s, job).await?;
    let at = planned.place(day)?;
    let numbers = planned.passages.get(at).cloned().unwrap_or_default();
    let mut conn = s.db.read().await?;
    let known = repo::passages(&mut conn, job.id).await?;
    let before = match job.lesson_id {
        Some(lesson) => authoring::lesson_body(&mut conn, lesson).await?,
        None => String::new(),
    };
    drop(conn);
    let wanted = (0..known.len()).filter(|at| numbers.contains(&known[*at].0.number));
    let values = with(
        brief(job),
        json!({
            "day": day,
            "course": course(&planned.outline),
            "lesson": lesson(&planned.outline.lessons[at]),
            "passages": shown(&known, wanted),
            "before": defused(&before),
        }),
    );
    let prompt = s.studio.prompts.fill("lesson", values)?;
    let mut text: LessonText = asking.ask(prompt, FIRST_ANSWER, text_faults).await?;
    // What it says it used and wasn't given isn't a source.
    text.passages.retain(|number| numbers.contains(number));
    text.passages.sort_unstable();
    text.passages.dedup();
    Ok(text)
}

/// What is wrong with a lesson's text.
fn text_faults(text: &LessonText) -> Vec<String> {
    let mut faults = Vec::new();
    if text.introduction.trim().is_empty() {
        faults.push("`introduction` is empty.".to_owned());
    }
    if !(3..=6).contains(&text.concepts.len()) {
        faults.push(format!("`concepts` has {} entries; it needs 3 to 5.", text.concepts.len()));
    }
    for (number, concept) in (1..).zip(&text.concepts) {
        if concept.title.trim().is_empty() || concept.explanation.trim().is_empty() {
            faults.push(format!("Concept {number} needs a title and an explanation."));
        }
        if concept.example.trim().is_empty() {
            faults.push(format!("Concept {number} needs an example."));
        }
    }
    if text.practice.trim().is_empty() {
        faults.push("`practice` is empty.".to_owned());
    }
    let words = reading::words(&text.body());
    if words > 4_000 {
        faults.push(format!("The lesson has {words} words; 1,100 to 1,600 are asked for."));
    }
    faults
}

impl Planned {
    /// The place of a day's lesson in the plan.
    pub(super) fn place(&self, day: u32) -> Result<usize, Stopped> {
        let place = self.outline.lessons.iter().position(|lesson| lesson.day == day);
        place.ok_or_else(|| Stopped::Failed(format!("The plan has no day {day}.")))
    }
}

/// A lesson's text with its place in the course, for what is made from it.
async fn about_lesson(s: &Services, job: &StoredJob, day: u32) -> Result<Value, Stopped> {
    let planned = planned(s, job).await?;
    let at = planned.place(day)?;
    let text: LessonText = repo::needed(&mut s.db.read().await?, job.id, Step::Text(day)).await?;
    Ok(json!({
        "day": day,
        "course": { "title": defused(&planned.outline.title) },
        "lesson": lesson(&planned.outline.lessons[at]),
        "body": defused(&text.body()),
        "language": language_name(&job.brief.language),
    }))
}

async fn extras(s: &Services, asking: &Asking<'_>, day: u32) -> Result<Extras, Stopped> {
    let about = about_lesson(s, asking.job, day).await?;
    let prompt = s.studio.prompts.fill("extras", about)?;
    asking.ask(prompt, EXTRAS_ANSWER, extras_faults).await
}

/// What is wrong with what goes with a lesson.
fn extras_faults(extras: &Extras) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |ok: bool, fault: String| {
        if !ok {
            faults.push(fault);
        }
    };
    let fits = |texts: &[String]| texts.iter().all(|text| (1..=300).contains(&text.trim().chars().count()));
    check((3..=6).contains(&extras.action_items.len()), "`action_items` needs 3 to 5 entries.".into());
    check(fits(&extras.action_items), "Each action item needs 1 to 300 characters.".into());
    check((2..=4).contains(&extras.key_takeaways.len()), "`key_takeaways` needs 2 or 3 entries.".into());
    check(fits(&extras.key_takeaways), "Each key takeaway needs 1 to 300 characters.".into());
    check((3..=8).contains(&extras.questions.len()), "`questions` needs 4 to 6 entries.".into());
    for (number, question) in (1..).zip(&extras.questions) {
        if let Question::Single { options, correct, .. } = question {
            let right = usize::try_from(*correct).is_ok_and(|correct| correct < options.len());
            check(
                right,
                format!(
                    "In question {number}, `correct` is {correct}, which is no option; it counts from 0."
                ),
            );
        }
        let fault = super::saving::question(question).problem();
        check(fault.is_none(), format!("Question {number}: {}", fault.unwrap_or_default()));
    }
    faults
}

async fn script(s: &Services, asking: &Asking<'_>, template: &str, about: Value) -> Result<Script, Stopped> {
    let prompt = s.studio.prompts.fill(template, about)?;
    asking
        .ask(prompt, SCRIPT_ANSWER, |script: &Script| {
            let words = reading::words(&script.script);
            let fits = (30..=600).contains(&words);
            if fits {
                Vec::new()
            } else {
                vec![format!("The script has {words} words; it needs 120 to 250.")]
            }
        })
        .await
}

/// The lessons of a job as far as its steps have come.
pub(super) async fn lessons(s: &Services, job: &StoredJob) -> Result<Vec<Lesson>, Stopped> {
    let planned = planned(s, job).await?;
    let mut conn = s.db.read().await?;
    let mut lessons = Vec::new();
    for plan in planned.outline.lessons {
        let Some(text) = repo::result::<LessonText>(&mut conn, job.id, Step::Text(plan.day)).await? else {
            continue;
        };
        let extras: Extras = repo::needed(&mut conn, job.id, Step::Extras(plan.day)).await?;
        let script: Script = repo::needed(&mut conn, job.id, Step::Script(plan.day)).await?;
        lessons.push(Lesson {
            day: plan.day,
            title: plan.title,
            summary: plan.summary,
            body: text.body(),
            action_items: extras.action_items,
            key_takeaways: extras.key_takeaways,
            questions: extras.questions,
            script: script.script,
            passages: text.passages,
        });
    }
    Ok(lessons)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(days: u32) -> Outline {
        Outline {
            title: "Tea".into(),
            subtitle: "From leaf to cup".into(),
            description: "What tea is. ".repeat(10),
            audience: "Beginners".into(),
            objectives: vec!["Brew".into(), "Taste".into(), "Choose".into()],
            tags: vec!["tea".into()],
            lessons: (1..=days)
                .map(|day| PlannedLesson {
                    day,
                    title: format!("Day {day}"),
                    summary: "You can.".into(),
                    topics: vec!["a".into()],
                    minutes: 15,
                })
                .collect(),
        }
    }

    #[test]
    fn a_plan_has_exactly_its_days_and_no_title_twice() {
        assert_eq!(outline_faults(&outline(7), 7), [""; 0]);
        assert!(outline_faults(&outline(6), 7)[0].contains("exactly 7"));
        let mut twice = outline(7);
        twice.lessons[3].title = " day 1".into();
        assert_eq!(outline_faults(&twice, 7), ["Two lessons have the same title."]);
        let mut misnumbered = outline(7);
        misnumbered.lessons[3].day = 9;
        assert_eq!(outline_faults(&misnumbered, 7), ["Lesson 4 says it is day 9."]);
    }

    #[test]
    fn a_question_needs_a_right_answer() {
        let question = |correct| Question::Single {
            question: "What?".into(),
            options: vec!["a".into(), "b".into()],
            correct,
            explanation: "Because.".into(),
        };
        let extras = |correct| Extras {
            action_items: vec!["Do".into(); 3],
            key_takeaways: vec!["It is.".into(); 2],
            questions: vec![question(0), question(1), question(correct)],
        };
        assert_eq!(extras_faults(&extras(1)), [""; 0]);
        assert!(extras_faults(&extras(2))[0].contains("which is no option"));
    }
}
