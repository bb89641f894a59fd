//! What somebody hears who has finished a course.

use chrono::{DateTime, Utc};
use momentum_db::Tx;

use crate::{
    Result, Services,
    catalog::Course,
    engagement::Gain,
    identity::{self, AccountState},
    ids::UserId,
    messaging::{self, Message, Recipient},
};

/// Writes to somebody that they have finished the course at the moment `at`, having learned for so many days, and what
/// they earned with it. To be called once for each completion, in its transaction.
pub(super) async fn congratulate(
    s: &Services,
    tx: &mut Tx,
    user: UserId,
    course: &Course,
    (at, days): (DateTime<Utc>, i64),
    gain: &Gain,
) -> Result<()> {
    if !s.live.now().notifications.course_completed {
        return Ok(());
    }
    let Some(user) = identity::load_user(tx, user).await? else { return Ok(()) };
    if user.state != AccountState::Active {
        return Ok(());
    }
    let zone = identity::parse_time_zone(&user.time_zone).unwrap_or(chrono_tz::UTC);
    let message = Message::CourseCompleted {
        course: course.card.title.clone(),
        lessons: course.card.lesson_count,
        day: at.with_timezone(&zone).date_naive(),
        days,
        points: gain.points,
        badges: gain.badges.iter().map(|badge| badge.name.clone()).collect(),
        course_link: format!("{}/courses/{}/completed", s.settings.base_url, course.card.slug),
    };
    let to = Recipient { user: Some(user.id), email: user.email, name: user.name };
    messaging::send(tx, &to, &message, s.clock.now()).await?;
    Ok(())
}
