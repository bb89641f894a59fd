//! Facts to words: numbers, durations, dates, and the pieces that many pages show.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use momentum_core::{
    catalog::{self, CourseCard, Money},
    media::Media,
    recommendations::{Reason, ReasonKind},
};

use crate::views::{self, CategoryTag, DateText};

/// `1,204`.
pub(crate) fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 course`, `12 courses`.
pub(crate) fn count(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// `16 min`, `1 h 52 min`.
pub(crate) fn minutes(total: i64) -> String {
    match (total / 60, total % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// Time that was spent, such as `3 min`, as a figure; a little, `< 1 min`, is not nothing.
pub(crate) fn spent(seconds: i64) -> String {
    if (1..60).contains(&seconds) { "< 1 min".to_owned() } else { minutes(seconds / 60) }
}

/// How long something will take, such as `About 3 minutes`.
pub(crate) fn about(seconds: i64) -> String {
    match seconds {
        ..=45 => format!("About {}", count(seconds.max(1), "second", "seconds")),
        46..=5_400 => format!("About {}", count((seconds + 30) / 60, "minute", "minutes")),
        _ => format!("About {}", count((seconds + 1_800) / 3_600, "hour", "hours")),
    }
}

/// How long something took so far, in whole minutes: a number that changes each second is hard to look away from.
pub(crate) fn taken(seconds: i64) -> String {
    if seconds < 60 { "less than a minute".to_owned() } else { minutes(seconds / 60) }
}

/// Millionths of a US dollar: `$1.25`; less than a cent as `$0.0042`.
pub(crate) fn dollars(micros: i64) -> String {
    let (sign, micros) = (if micros < 0 { "−" } else { "" }, micros.unsigned_abs());
    if micros > 0 && micros < 10_000 {
        return format!("{sign}$0.{:04}", micros.div_ceil(100));
    }
    let cents = micros / 10_000 + u64::from(micros % 10_000 >= 5_000);
    let whole = number(i64::try_from(cents / 100).unwrap_or(i64::MAX));
    format!("{sign}${whole}.{:02}", cents % 100)
}

/// US dollars in millionths.
#[expect(clippy::cast_possible_truncation, reason = "far below 2^63")]
pub(crate) fn micros(dollars: f64) -> i64 {
    (dollars * 1e6).round() as i64
}

/// A month such as `2026-11` as `November 2026`.
pub(crate) fn month(text: &str) -> String {
    let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d");
    first.map_or_else(|_| text.to_owned(), |day| day.format("%B %Y").to_string())
}

/// `$19`, `$19.50`, `19.50 EUR`, `1,900 JPY`.
pub(crate) fn money(money: &Money) -> String {
    let amount = match (minor_digits(&money.currency), money.amount % 100) {
        (0, _) => number(money.amount),
        (_, 0) => number(money.amount / 100),
        (_, rest) => format!("{}.{rest:02}", number(money.amount / 100)),
    };
    if money.currency == "USD" { format!("${amount}") } else { format!("{amount} {}", money.currency) }
}

/// How many digits of a currency's minor unit stand behind the point.
fn minor_digits(currency: &str) -> u32 {
    if ["JPY", "KRW", "VND", "CLP", "ISK", "UGX"].contains(&currency) { 0 } else { 2 }
}

/// An amount as it is typed: `19.50`.
pub(crate) fn amount(money: &Money) -> String {
    match minor_digits(&money.currency) {
        0 => money.amount.to_string(),
        _ => format!("{}.{:02}", money.amount / 100, money.amount % 100),
    }
}

/// What was typed as an amount, in minor units.
pub(crate) fn parse_amount(text: &str, currency: &str) -> Option<i64> {
    let digits = minor_digits(currency);
    let text = text.trim().replace(',', ".");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(rest) || rest.len() > digits as usize {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let rest: i64 = format!("{rest:0<2}").parse().ok()?;
    match digits {
        0 => Some(whole),
        _ => whole.checked_mul(100)?.checked_add(rest),
    }
}

/// `key_takeaways` as `Key takeaways`.
pub(crate) fn sentence(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// One or two letters for a name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// `Sunday, November 22`.
pub(crate) fn day(day: NaiveDate) -> String {
    format!("{}, {} {}", day.format("%A"), day.format("%B"), day.day())
}

/// When something to come opens: `tomorrow`, `on Sunday, November 22`.
pub(crate) fn opens(on: NaiveDate, today: NaiveDate) -> String {
    if today.succ_opt() == Some(on) { "tomorrow".to_owned() } else { format!("on {}", day(on)) }
}

/// `November 22`.
pub(crate) fn date(day: NaiveDate) -> String {
    format!("{} {}", day.format("%B"), day.day())
}

/// `Nov`.
pub(crate) fn short_month(day: NaiveDate) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[day.month0() as usize % 12]
}

/// `November 22`, `November 22 to November 28`, with the year when it isn't that of `today`, and with both when they differ.
pub(crate) fn dates(from: NaiveDate, to: NaiveDate, today: NaiveDate) -> String {
    if from.year() != to.year() {
        return format!("{}, {} to {}, {}", date(from), from.year(), date(to), to.year());
    }
    let year = if to.year() == today.year() { String::new() } else { format!(", {}", to.year()) };
    if from == to { format!("{}{year}", date(to)) } else { format!("{} to {}{year}", date(from), date(to)) }
}

/// The absolute address of the calendar behind a token.
pub(crate) fn calendar_address(base_url: &str, token: &str) -> String {
    format!("{base_url}/calendar/{token}.ics")
}

/// A moment as the person in this time zone says it.
pub(crate) fn moment(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> DateText {
    let local = at.with_timezone(&zone);
    let days = (now.with_timezone(&zone).date_naive() - local.date_naive()).num_days();
    let ago = now - at;
    let relative = if ago < TimeDelta::minutes(1) {
        "just now".to_owned()
    } else if ago < TimeDelta::hours(1) {
        format!("{} ago", count(ago.num_minutes(), "minute", "minutes"))
    } else if days == 0 {
        format!("today at {}", local.format("%-I:%M %p"))
    } else if days == 1 {
        "yesterday".to_owned()
    } else if days < 7 {
        format!("{days} days ago")
    } else {
        format!("on {}", local.format("%B %-d, %Y"))
    };
    DateText {
        iso: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        exact: local.format("%B %-d, %Y, %-I:%M %p").to_string(),
        relative,
    }
}

/// A moment to come, such as `Tuesday, 12:00 PM`; with its date when that isn't within six days.
pub(crate) fn deadline(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> DateText {
    let local = at.with_timezone(&zone);
    let days = (local.date_naive() - now.with_timezone(&zone).date_naive()).num_days();
    let form = if days <= 6 { "%A, %-I:%M %p" } else { "%A, %B %-d, %Y, %-I:%M %p" };
    DateText { relative: local.format(form).to_string(), ..moment(at, at, zone) }
}

/// `Good morning, Ada`, by the learner's own clock.
pub(crate) fn greeting(name: &str, now: DateTime<Utc>, zone: Tz) -> String {
    use chrono::Timelike;
    let part = match now.with_timezone(&zone).hour() {
        5..12 => "Good morning",
        12..18 => "Good afternoon",
        18..23 => "Good evening",
        _ => "Still up",
    };
    format!("{part}, {}", first_name(name))
}

/// The first word of a name.
pub(crate) fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// `Beginner`.
pub(crate) fn level(level: catalog::Level) -> &'static str {
    match level {
        catalog::Level::Beginner => "Beginner",
        catalog::Level::Intermediate => "Intermediate",
        catalog::Level::Advanced => "Advanced",
    }
}

/// `Documentation`.
pub(crate) fn resource_kind(kind: catalog::ResourceKind) -> &'static str {
    use catalog::ResourceKind as Kind;
    match kind {
        Kind::Article => "Article",
        Kind::Documentation => "Documentation",
        Kind::Book => "Book",
        Kind::Video => "Video",
        Kind::Tool => "Tool",
        Kind::Paper => "Paper",
    }
}

/// A language's name for its tag; the tag itself when it is a rare one.
pub(crate) fn language(tag: &str) -> String {
    let primary = tag.split('-').next().unwrap_or(tag);
    LANGUAGES
        .iter()
        .find(|(code, _)| *code == primary)
        .map_or_else(|| tag.to_owned(), |(_, name)| (*name).to_owned())
}

/// Languages to choose from, by their own names.
pub(crate) const LANGUAGES: [(&str, &str); 20] = [
    ("en", "English"),
    ("ar", "العربية"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("hi", "हिन्दी"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nl", "Nederlands"),
    ("no", "Norsk"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
];

/// Percent-encodes a query value.
pub(crate) fn encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Days of a course as the views count them.
pub(crate) fn small(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

/// The colored label of a course's category.
pub(crate) fn category(card: &CourseCard) -> CategoryTag {
    CategoryTag::new(&card.category_slug, &card.category_name)
}

/// Who may take a course.
pub(crate) fn access(card: &CourseCard) -> views::Access {
    match card.access {
        catalog::Access::Free => views::Access::Free,
        catalog::Access::Premium => views::Access::Premium,
        catalog::Access::Paid => {
            views::Access::Paid(card.price.money().as_ref().map_or_else(|| "Paid".to_owned(), money))
        }
    }
}

/// `1,204 learners`; nothing while there are none.
pub(crate) fn learners(card: &CourseCard) -> Option<String> {
    (card.enrollment_count > 0).then(|| count(card.enrollment_count, "learner", "learners"))
}

/// The average rating, when there is any.
pub(crate) fn rating(card: &CourseCard) -> Option<views::Rating> {
    let average = card.rating_average.filter(|_| card.rating_count > 0)?;
    Some(views::Rating { average: format!("{average:.1}"), count: number(card.rating_count) })
}

/// What a file is, such as `PNG · 1200 × 800 · 240 KB`.
pub(crate) fn file_facts(file: &Media) -> String {
    let mut facts = vec![file.ending().to_uppercase()];
    if let (Some(width), Some(height)) = (file.width, file.height) {
        facts.push(format!("{width} × {height}"));
    }
    facts.push(bytes(file.size));
    facts.join(" · ")
}

/// `2.4 MB`
pub(crate) fn bytes(n: i64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if n < 1_024 {
        return count(n, "byte", "bytes");
    }
    // In tenths, so that nothing is rounded twice.
    let (mut tenths, mut unit) = (n * 10 / 1_024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths / 1_024, unit + 1);
    }
    let unit = UNITS.get(unit).copied().unwrap_or_default();
    if tenths >= 100 || tenths % 10 == 0 {
        format!("{} {unit}", number(tenths / 10))
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

/// Where a course's picture is: the one that its authors chose, or a drawn cover.
pub(crate) fn cover(card: &CourseCard) -> views::Cover {
    views::Cover::of(&card.slug, card.thumbnail_url.as_deref())
}

/// A course in a list.
pub(crate) fn card(card: &CourseCard) -> views::CourseCard {
    views::CourseCard {
        slug: card.slug.clone(),
        title: card.title.clone(),
        subtitle: card.subtitle.clone(),
        category: category(card),
        duration_days: u8::try_from(card.duration_days).unwrap_or(0),
        level: level(card.level).to_owned(),
        access: access(card),
        total_time: minutes(card.total_minutes),
        learners: learners(card),
        rating: rating(card),
        author: card.author.clone(),
        cover: cover(card),
    }
}

/// Why a course is recommended.
pub(crate) fn reason(reason: &Reason, course: &CourseCard) -> String {
    match reason {
        Reason::Finished { title } => format!("Because you finished “{title}”"),
        Reason::Current { title } => format!("Because you’re taking “{title}”"),
        Reason::NextLevel => format!("Your next step in {}", course.category_name),
        Reason::Favorite => format!("You like {}", course.category_name),
        Reason::Short => format!("Short: done in {} days", course.duration_days),
        Reason::Popular => format!("Popular in {}", course.category_name),
        Reason::HighlyRated => "Highly rated by its learners".to_owned(),
        Reason::OftenFinished => "Most who begin it finish it".to_owned(),
        Reason::New => format!("New in {}", course.category_name),
        Reason::Discover => format!("Something else: {}", course.category_name),
    }
}

/// A kind of reason, for those who look at what came of it.
pub(crate) fn reason_kind(kind: ReasonKind) -> &'static str {
    match kind {
        ReasonKind::Finished => "Goes with a finished course",
        ReasonKind::Current => "Goes with a course under way",
        ReasonKind::NextLevel => "The next level",
        ReasonKind::Favorite => "A favorite category",
        ReasonKind::Short => "Short",
        ReasonKind::Popular => "Popular",
        ReasonKind::HighlyRated => "Highly rated",
        ReasonKind::OftenFinished => "Often finished",
        ReasonKind::New => "New",
        ReasonKind::Discover => "Something else",
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn a_little_time_is_not_nothing() {
        let figures = [(0, "0 min"), (1, "< 1 min"), (59, "< 1 min"), (60, "1 min"), (3_700, "1 h 1 min")];
        for (seconds, figure) in figures {
            assert_eq!(spent(seconds), figure);
        }
    }

    #[test]
    fn amounts_are_read_as_they_are_written() {
        assert_eq!(parse_amount("19", "USD"), Some(1900));
        assert_eq!(parse_amount(" 19,5 ", "EUR"), Some(1950));
        assert_eq!(parse_amount("19.05", "USD"), Some(1905));
        assert_eq!(parse_amount("1900", "JPY"), Some(1900));
        for wrong in ["", "-1", "1.234", "1e3", "nineteen", ".5", "9999999999999999999"] {
            assert_eq!(parse_amount(wrong, "USD"), None, "{wrong}");
        }
        assert_eq!(parse_amount("19.5", "JPY"), None);
        assert_eq!(amount(&Money { amount: 1905, currency: "USD".into() }), "19.05");
    }

    #[test]
    fn numbers_and_money_are_grouped() {
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(999), "999");
        assert_eq!(count(1, "course", "courses"), "1 course");
        assert_eq!(minutes(112), "1 h 52 min");
        assert_eq!(bytes(900), "900 bytes");
        assert_eq!(bytes(2_621_440), "2.5 MB");
        assert_eq!(bytes(2 << 30), "2 GB");
        assert_eq!(money(&Money { amount: 1_900, currency: "USD".into() }), "$19");
        assert_eq!(money(&Money { amount: 1_950, currency: "EUR".into() }), "19.50 EUR");
        assert_eq!(money(&Money { amount: 1_900, currency: "JPY".into() }), "1,900 JPY");
    }

    #[test]
    fn initials_take_the_first_and_the_last_name() {
        assert_eq!(initials("Ada Augusta Lovelace"), "AL");
        assert_eq!(initials("plato"), "P");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn yesterday_is_the_readers_yesterday() {
        let now = Utc.with_ymd_and_hms(2026, 3, 2, 3, 0, 0).unwrap();
        let at = Utc.with_ymd_and_hms(2026, 3, 1, 23, 30, 0).unwrap();
        assert_eq!(moment(at, now, chrono_tz::UTC).relative, "yesterday");
        assert_eq!(moment(at, now, chrono_tz::America::New_York).relative, "today at 6:30 PM");
        assert_eq!(moment(now, now, chrono_tz::UTC).relative, "just now");
    }

    #[test]
    fn a_day_to_come_has_its_date_when_its_name_would_not_do() {
        let now = Utc.with_ymd_and_hms(2026, 3, 2, 12, 0, 0).unwrap();
        let on = |day| Utc.with_ymd_and_hms(2026, 3, day, 8, 0, 0).unwrap();
        assert_eq!(deadline(on(8), now, chrono_tz::UTC).relative, "Sunday, 8:00 AM");
        assert_eq!(deadline(on(9), now, chrono_tz::UTC).relative, "Monday, March 9, 2026, 8:00 AM");
    }
}
