//! What is asked for, and what it should reach (the project's targets).

use momentum_core::identity::{SecretKey, SigningKeys};

use crate::{
    Result,
    drive::Request,
    ground::Ground,
    people::{Person, World},
};

/// Requests of a page; more would only fill the driver's memory.
const VARIETY: usize = 5_000;

const CATEGORIES: [(&str, &str); 6] = [
    ("technology", "Technology"),
    ("business", "Business"),
    ("personal-development", "Personal Development"),
    ("marketing", "Marketing"),
    ("design", "Design"),
    ("finance", "Finance"),
];

/// What a scenario should reach; what is `None` is shown without a verdict.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reach {
    /// Milliseconds, at most.
    pub p50: Option<f64>,
    /// Milliseconds, at most.
    pub p99: Option<f64>,
    /// Right answers a second, at least.
    pub rate: Option<f64>,
    /// Share of the bare handler's throughput, at least.
    pub ratio: Option<f64>,
}

/// A kind of request.
pub(crate) struct Scenario {
    pub name: &'static str,
    pub reach: Reach,
    pub requests: Vec<Request>,
    /// What the same clients have asked for before; not measured.
    pub before: Vec<Request>,
    /// Whether its growth with the number of learners is measured.
    pub grows: bool,
}

const PUBLIC: Reach = Reach { p50: None, p99: None, rate: None, ratio: Some(0.50) };
const SIGNED_IN: Reach = Reach { p50: Some(3.0), p99: Some(25.0), rate: None, ratio: Some(0.25) };
const SEARCH: Reach = Reach { p50: None, p99: Some(20.0), rate: None, ratio: None };
const ANALYTICS: Reach = Reach { p50: None, p99: Some(50.0), rate: None, ratio: None };
const LEADERBOARD: Reach = Reach { p50: None, p99: Some(20.0), rate: None, ratio: None };
const WRITE: Reach = Reach { p50: None, p99: Some(50.0), rate: Some(1_500.0), ratio: None };

/// Everything that is read.
pub(crate) fn pages(world: &World, ground: &Ground) -> Result<Vec<Scenario>> {
    let mut list = anonymous(world);
    list.extend(signed_in(world));
    list.push(recommendations(world, ground)?);
    Ok(list)
}

/// What the API recommends: found and kept when somebody asks first, read after that.
fn recommendations(world: &World, ground: &Ground) -> Result<Scenario> {
    let signing = SigningKeys::load(&ground.keys(), ground.issuer())?;
    let now = chrono::Utc::now();
    let mut requests = Vec::new();
    for i in spread(world.people.len(), VARIETY) {
        let person = &world.people[i];
        let token = signing.issue(person.user, person.role, person.api, now)?;
        requests.push(Request {
            bytes: get(
                "/api/v1/recommendations?limit=10",
                None,
                &format!("authorization: Bearer {token}\r\n"),
            ),
            markers: vec!["\"reason\":\"".into(), "\"generated_at\":\"".into()],
        });
    }
    let reach = Reach { p50: Some(3.0), p99: Some(20.0), rate: None, ratio: None };
    Ok(Scenario { name: "recommendations, API", reach, requests, before: Vec::new(), grows: true })
}

fn anonymous(world: &World) -> Vec<Scenario> {
    let visit =
        |path: String, marker: String| Request { bytes: get(&path, None, ""), markers: vec![marker.into()] };
    let home = vec![visit("/".into(), "<title>Momentum".into())];
    let catalog = vec![visit("/courses".into(), "<h1>Courses</h1>".into())];
    let categories = CATEGORIES
        .iter()
        .map(|(slug, name)| visit(format!("/courses?category={slug}"), (*name).into()))
        .collect();
    let courses = spread(world.courses.len(), VARIETY)
        .map(|i| {
            let course = &world.courses[i];
            visit(format!("/courses/{}", course.slug), format!(">{}</h1>", course.title))
        })
        .collect();
    let page = |name, reach, requests| Scenario { name, reach, requests, before: Vec::new(), grows: false };
    vec![
        page("home, anonymous", Reach::default(), home),
        page("catalog, anonymous", PUBLIC, catalog),
        page("category, anonymous", Reach::default(), categories),
        page("course, anonymous", PUBLIC, courses),
        page("search", SEARCH, searches(world)),
        page("search suggestions", SEARCH, suggestions(world)),
    ]
}

/// A word of every title, as somebody types it.
fn title_words(world: &World) -> impl Iterator<Item = String> {
    spread(world.courses.len(), VARIETY).map(|i| {
        let words = world.courses[i].title.split(|c: char| !c.is_ascii_alphanumeric());
        words.max_by_key(|word| word.len()).unwrap_or_default().to_owned()
    })
}

fn searches(world: &World) -> Vec<Request> {
    title_words(world)
        .map(|word| Request {
            bytes: get(&format!("/api/v1/search?q={word}"), None, ""),
            markers: vec!["\"slug\":".into()],
        })
        .collect()
}

fn suggestions(world: &World) -> Vec<Request> {
    title_words(world)
        .map(|word| {
            let begun: String = word.chars().take(3).collect();
            Request {
                bytes: get(&format!("/api/v1/search/suggestions?q={begun}"), None, ""),
                markers: vec!["\"kind\":".into()],
            }
        })
        .collect()
}

fn signed_in(world: &World) -> Vec<Scenario> {
    let of = |make: &dyn Fn(&Person, usize) -> Request| -> Vec<Request> {
        spread(world.people.len(), VARIETY).enumerate().map(|(n, i)| make(&world.people[i], n)).collect()
    };
    let ask = |person: &Person, path: String, marker: String| Request {
        bytes: get(&path, Some(person), ""),
        markers: vec![who(person), marker.into()],
    };
    let lesson = |person: &Person, n: usize, extra: &str| {
        let joined = &person.joined[n % person.joined.len()];
        let course = &world.courses[joined.course];
        let day = n % course.lessons.len();
        Request {
            bytes: get(&format!("/courses/{}/days/{}", course.slug, day + 1), Some(person), extra),
            markers: vec![who(person), format!(">{}</h1>", course.lessons[day].title).into()],
        }
    };
    let catalog = of(&|person, _| ask(person, "/courses".into(), "<h1>Courses</h1>".into()));
    let course = of(&|person, n| {
        let course = &world.courses[person.joined[n % person.joined.len()].course];
        ask(person, format!("/courses/{}", course.slug), format!(">{}</h1>", course.title))
    });
    let lessons = of(&|person, n| lesson(person, n, ""));
    // Compressed, so that the text can't be looked for.
    let compressed = of(&|person, n| Request {
        markers: vec!["content-encoding: gzip".into()],
        ..lesson(person, n, "accept-encoding: gzip\r\n")
    });
    let dashboard = of(&|person, _| ask(person, "/dashboard".into(), "<header class=\"page-head\">".into()));
    let analytics =
        of(&|person, _| ask(person, "/dashboard/analytics?range=365d".into(), "id=\"activity\"".into()));
    let boards = ["period=week", "period=month", "period=all", "period=all&category=design"];
    let leaderboard = of(&|person, n| {
        ask(person, format!("/leaderboard?{}", boards[n % boards.len()]), "<h1>Leaderboard</h1>".into())
    });
    let page =
        |name, requests| Scenario { name, reach: SIGNED_IN, requests, before: Vec::new(), grows: true };
    vec![
        page("catalog, signed in", catalog),
        page("course, signed in", course),
        page("lesson, signed in", lessons),
        page("dashboard, signed in", dashboard),
        Scenario { reach: ANALYTICS, ..page("analytics, signed in", analytics) },
        Scenario { reach: LEADERBOARD, ..page("leaderboard, signed in", leaderboard) },
        Scenario {
            name: "lesson, signed in, gzip",
            reach: Reach::default(),
            requests: compressed,
            before: Vec::new(),
            grows: false,
        },
    ]
}

/// Completions of lessons that are not done: half of them for the API, half for the page's form. Each can be sent
/// once.
pub(crate) fn writes(world: &World, ground: &Ground) -> Result<Vec<Scenario>> {
    let signing = SigningKeys::load(&ground.keys(), ground.issuer())?;
    let secret = SecretKey::load(&ground.keys())?;
    let now = chrono::Utc::now();
    let (mut api, mut form) = (Vec::new(), Vec::new());
    let tokens = world
        .people
        .iter()
        .map(|person| signing.issue(person.user, person.role, person.api, now))
        .collect::<momentum_core::Result<Vec<_>>>()?;
    // An app has shown the lesson before it reports its end, so its token was seen.
    let shown = tokens
        .iter()
        .map(|token| Request {
            bytes: get("/api/v1/me", None, &format!("authorization: Bearer {token}\r\n")),
            markers: vec!["\"email\":\"".into()],
        })
        .collect();
    // Learner after learner, so that neighbors in time are different people.
    for round in 0..40 {
        for (person, token) in world.people.iter().zip(&tokens) {
            let mut open = person
                .joined
                .iter()
                .flat_map(|joined| joined.open.iter().map(move |day| (joined.course, *day)));
            let Some((course, day)) = open.nth(round) else { continue };
            let course = &world.courses[course];
            if (round % 2) == 0 {
                let id = course.lessons[day].id;
                let body = format!("{{\"lesson_id\":\"{id}\",\"completed\":true}}");
                let headers = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
                api.push(Request {
                    bytes: post("/api/v1/progress", &headers, &body),
                    markers: vec![format!("\"lesson_id\":\"{id}\",\"completed_at\":\"").into()],
                });
            } else {
                let token = secret.form_token(&person.browser.to_string())?;
                let path = format!("/courses/{}/days/{}/complete", course.slug, day + 1);
                let headers = format!(
                    "cookie: momentum_session={}\r\nhx-request: true\r\n\
                     content-type: application/x-www-form-urlencoded\r\n",
                    person.cookie
                );
                form.push(Request {
                    bytes: post(&path, &headers, &format!("csrf={token}")),
                    markers: vec![format!("id=\"day-state-{}\"", day + 1).into()],
                });
            }
        }
    }
    let write = |name, before, requests| Scenario { name, reach: WRITE, requests, before, grows: false };
    Ok(vec![write("completion, API", shown, api), write("completion, page", Vec::new(), form)])
}

/// Proves that the page is this learner's.
fn who(person: &Person) -> Vec<u8> {
    format!("<b>{}</b>", person.name).into()
}

/// Numbers below `count` in an order that jumps about, at most `most` of them.
fn spread(count: usize, most: usize) -> impl Iterator<Item = usize> {
    // A prime, so that every number comes up.
    (0..count.min(most)).map(move |i| i * 7_919 % count)
}

fn get(path: &str, person: Option<&Person>, headers: &str) -> Vec<u8> {
    let cookie =
        person.map(|person| format!("cookie: momentum_session={}\r\n", person.cookie)).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{cookie}{headers}\r\n").into()
}

fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into()
}
