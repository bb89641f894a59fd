use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use momentum_core::{
    ports::{TextAnswer, TextError, TextErrorKind, TextModel, TextRequest, TokenUsage, Writing},
    studio::{ModelPrice, Prompts, Studio, StudioOptions},
};
use serde_json::{Value, json};

/// A language model that answers well, unless it is told otherwise, and remembers what it was asked. Clones are one model.
#[derive(Clone, Default)]
pub struct ScriptedModel(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    requests: Vec<TextRequest>,
    next: VecDeque<Answer>,
    at: HashMap<usize, Answer>,
    /// Every answer waits for this long.
    pause: Duration,
    /// Dollars for a million tokens in, times this.
    price_factor: Option<f64>,
}

/// What a model does when it doesn't just answer.
#[derive(Clone, Debug)]
pub enum ModelAnswer {
    /// Says this.
    Text(String),
    /// Says this and is cut off.
    CutOff(String),
    /// Fails.
    Error(TextErrorKind, Option<Duration>),
    /// Says half of it, then nothing for ever.
    Hang,
    /// Says this again and again, until it is broken off.
    Endless(String),
}

use ModelAnswer as Answer;

/// Tokens of each answer.
const USAGE: TokenUsage = TokenUsage { input: 1_000, output: 2_000 };

impl ScriptedModel {
    /// The next requests are answered so, one after the other; then well again.
    pub fn next(&self, answers: impl IntoIterator<Item = ModelAnswer>) {
        self.0.lock().expect("a script").next.extend(answers);
    }

    /// The request of this number, from 1, is answered so.
    pub fn at_request(&self, number: usize, answer: ModelAnswer) {
        self.0.lock().expect("a script").at.insert(number, answer);
    }

    /// Every answer takes this long.
    pub fn take(&self, pause: Duration) {
        self.0.lock().expect("a script").pause = pause;
    }

    /// It costs so many times as much; before the site is made.
    pub fn cost_times(&self, factor: f64) {
        self.0.lock().expect("a script").price_factor = Some(factor);
    }

    /// What it was asked, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<TextRequest> {
        self.0.lock().expect("a script").requests.clone()
    }

    /// How often it was asked for answers of this form: `plan`, `text`, `extras`, `script`, `intro`.
    #[must_use]
    pub fn asked_for(&self, form: &str) -> usize {
        self.requests().iter().filter(|request| form_of(request) == form).count()
    }

    /// A studio with this model at 1 dollar for a million tokens in and 2 out, which loses no time.
    #[must_use]
    pub fn studio(&self) -> Studio {
        let factor = self.0.lock().expect("a script").price_factor.unwrap_or(1.0);
        let price = ModelPrice { input: factor, output: 2.0 * factor };
        Studio {
            model: Some(Arc::new(self.clone())),
            prompts: Prompts::built_in(),
            options: StudioOptions {
                final_model: "scripted-1".into(),
                draft_model: "scripted-small".into(),
                prices: [("scripted-1".to_owned(), price)].into(),
                concurrency: 4,
                retry_after: Duration::from_millis(5),
                look_every: Duration::from_millis(50),
            },
        }
    }
}

fn form_of(request: &TextRequest) -> &str {
    request.schema.as_ref().map_or("", |schema| schema.name.as_str())
}

impl TextModel for ScriptedModel {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn write<'a>(
        &'a self,
        request: &'a TextRequest,
        on_text: &'a (dyn Fn(&str) + Send + Sync),
    ) -> Writing<'a> {
        let (answer, pause) = {
            let mut script = self.0.lock().expect("a script");
            script.requests.push(request.clone());
            let number = script.requests.len();
            let answer = script.at.remove(&number).or_else(|| script.next.pop_front());
            (answer, script.pause)
        };
        Box::pin(async move {
            tokio::time::sleep(pause).await;
            let done = |text: String, complete| Ok(TextAnswer { text, complete, usage: USAGE });
            match answer {
                None => {
                    let text = good_answer(form_of(request), &request.messages[0].text).to_string();
                    for piece in text.as_bytes().chunks(400) {
                        on_text(&String::from_utf8_lossy(piece));
                    }
                    done(text, true)
                }
                Some(Answer::Text(text)) => done(text, true),
                Some(Answer::CutOff(text)) => done(text, false),
                Some(Answer::Error(kind, retry_after)) => Err(TextError {
                    kind,
                    message: format!("{kind:?} by the script"),
                    retry_after,
                    usage: TokenUsage::default(),
                }),
                Some(Answer::Endless(text)) => {
                    on_text(&text.repeat(100));
                    Err(TextError {
                        kind: TextErrorKind::TooLong,
                        message: "broken off by the script".into(),
                        retry_after: None,
                        usage: TokenUsage::default(),
                    })
                }
                Some(Answer::Hang) => {
                    on_text("{\"introduction\": \"Once upon a time");
                    std::future::pending().await
                }
            }
        })
    }
}

/// A good answer of this form to this prompt.
#[must_use]
pub fn good_answer(form: &str, prompt: &str) -> Value {
    match form {
        "plan" => plan(prompt),
        "text" => text(prompt),
        "extras" => extras(prompt),
        _ => {
            json!({ "script": "Welcome. Today you see why a daily habit grows when it is small enough to keep. ".repeat(5) })
        }
    }
}

/// The number after `before` in a text.
fn number_after(text: &str, before: &str) -> u32 {
    let rest = text.split_once(before).map(|(_, rest)| rest).unwrap_or_default();
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(1)
}

/// Things that differ from day to day, so that no two lessons say the same.
const THINGS: [&str; 21] = [
    "harbor", "lantern", "orchard", "compass", "violin", "glacier", "market", "bridge", "kettle", "meadow",
    "canyon", "ladder", "engine", "island", "mirror", "pepper", "quarry", "ribbon", "saddle", "tunnel",
    "willow",
];

fn thing(day: u32) -> &'static str {
    THINGS[day.saturating_sub(1) as usize % THINGS.len()]
}

fn plan(prompt: &str) -> Value {
    let days = number_after(prompt, "exactly ");
    json!({
        "title": "Small steps, kept",
        "subtitle": "How a daily habit begins and stays",
        "description": "A course about habits that last. You begin small, you see what happens, and you keep what works. \
                        At its end you have one habit that stays without effort.",
        "audience": "People who begin again and again",
        "objectives": ["Choose a habit", "Make it small", "Keep it on bad days"],
        "tags": ["habits", "learning"],
        "lessons": ((1..=days).map(|day| json!({
            "day": day,
            "title": format!("The {} of day {day}", thing(day)),
            "summary": format!("You can tell what a {} has to do with a habit.", thing(day)),
            "topics": [format!("{} basics", thing(day)), format!("{} practice", thing(day))],
            "minutes": 17,
        })).collect::<Vec<_>>()),
    })
}

fn text(prompt: &str) -> Value {
    let day = number_after(prompt, "day ");
    let it = thing(day);
    let sentences = |what: &str| {
        (0..18)
            .map(|n| {
                let verb = ["carries", "shows", "holds", "opens", "guides", "needs"][(n + day as usize) % 6];
                format!("The {it} {verb} the {what} of your {n} habit in a way that you can see today.")
            })
            .collect::<Vec<_>>()
            .join(" ")
    };
    let passages: Vec<u32> = prompt
        .match_indices("<passage number=\"")
        .map(|(at, mark)| number_after(&prompt[at..], mark))
        .filter(|number| *number > 0)
        .collect();
    json!({
        "introduction": format!("A {it} is a good picture of a habit.\n\nToday you look at one from close by."),
        "concepts": (["shape", "weight", "place"].map(|what| json!({
            "title": format!("The {what} of the {it}"),
            "explanation": sentences(what),
            "example": format!("For example, Ada puts her {it} beside the door, so that she sees its {what} each morning."),
        }))),
        "practice": format!("Take a sheet of paper. Draw your {it}. Write the habit below it, and the hour."),
        "passages": passages,
    })
}

fn extras(prompt: &str) -> Value {
    let it = thing(number_after(prompt, "day "));
    json!({
        "action_items": [
            format!("Draw your {it} in five minutes"),
            format!("Write one sentence about the shape of the {it}"),
            format!("Put the {it} where you see it at breakfast"),
        ],
        "key_takeaways": [format!("A {it} has a shape that you can see."), format!("Ada puts her {it} beside the door.")],
        "questions": [
            { "kind": "single", "question": format!("Where does Ada put her {it}?"),
              "options": ["Beside the door", "Below the window", "Behind the oven"], "correct": 0,
              "explanation": "She sees it each morning." },
            { "kind": "true_false", "question": format!("A {it} is a good picture of a habit."), "answer": true,
              "explanation": "The lesson begins with it." },
            { "kind": "short_answer", "question": format!("Complete: Draw your _____ ({}…)", &it[..1]), "answers": [it],
              "explanation": "It is what the practice asks for." },
        ],
    })
}
