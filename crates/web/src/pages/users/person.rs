//! One account: made, looked at, changed.

use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_core::{
    Error,
    identity::{
        self, Role, User,
        administration::{self, NewUser, UserUpdate},
    },
    operations::{self, UserDetail},
};
use serde::Deserialize;

use super::{ROLES, list::badge, role_label, user_id};
use crate::{
    App,
    pages::{
        account::{mark, refused},
        audit,
        context::{Ctx, Notice},
        failure::PageError,
        form::Posted,
        settings::{ProfileForm, made_from, profile_view, zones},
    },
    present,
    views::{Choice, Field, Happening, NewUserPage, ProfilePage, UserEditPage, UserPage},
};

/// The form of a new account as it is sent.
#[derive(Deserialize)]
#[serde(default)]
pub(crate) struct NewUserForm {
    name: String,
    email: String,
    role: String,
    time_zone: String,
}

impl Default for NewUserForm {
    fn default() -> Self {
        Self { name: String::new(), email: String::new(), role: "free".into(), time_zone: "UTC".into() }
    }
}

impl NewUserForm {
    fn view(&self, ctx: &Ctx) -> NewUserPage {
        NewUserPage {
            page: ctx.private_page("New account", "/admin/users/new"),
            alert: None,
            name: Field::text("name", "Name").required().max_length(100).value(&self.name),
            email: Field::email("email", "Email").required().max_length(254).value(&self.email),
            role: Field::select("role", "Role", Choice::list(&ROLES, &self.role)),
            time_zone: Field::select("time_zone", "Time zone", zones(&self.time_zone)),
        }
    }
}

/// `GET /admin/users/new`
pub(crate) async fn new_form(ctx: Ctx) -> Result<Response, PageError> {
    ctx.require_recent_proof()?;
    ctx.render(&NewUserForm::default().view(&ctx))
}

/// `POST /admin/users/new`
pub(crate) async fn create(
    State(app): State<App>,
    posted: Posted<NewUserForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let created = match form.role.parse::<Role>() {
        Ok(role) => {
            let new = NewUser {
                email: form.email.clone(),
                name: form.name.clone(),
                role,
                time_zone: Some(form.time_zone.clone()),
            };
            administration::create_user(&app.services, ctx.actor()?, new).await
        }
        Err(error) => Err(error),
    };
    let error = match created {
        Ok(user) => return Ok(ctx.redirect_with(&format!("/admin/users/{}", user.id), Notice::UserCreated)),
        Err(error) => error,
    };
    let mut view = form.view(&ctx);
    match &error {
        Error::Invalid(errors) => {
            mark(errors, &mut [&mut view.name, &mut view.email, &mut view.role, &mut view.time_zone]);
        }
        Error::Conflict { .. } => view.email.error = Some(error.to_string()),
        _ => return Err(error.into()),
    }
    refused(&ctx, &error, &view)
}

/// `GET /admin/users/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let detail = operations::user_detail(&app.services, actor, user_id(&id)?).await?;
    let now = app.services.clock.now();
    let at = |moment: DateTime<Utc>| present::moment(moment, now, actor.time_zone);
    let UserDetail { user, access, .. } = &detail;
    let mut badges = vec![badge(user.state), ("draft", role_label(user.role.as_str()).to_owned())];
    if !user.email_verified {
        badges.push(("queued", "Address not confirmed".to_owned()));
    }
    if access.is_demo {
        badges.push(("queued", "Demo account".to_owned()));
    }
    let view = UserPage {
        page: ctx.private_page(&user.name, &format!("/admin/users/{}", user.id)),
        id: user.id.to_string(),
        name: user.name.clone(),
        badges,
        facts: facts(&detail),
        joined: at(user.created_at),
        last_seen: detail.last_seen_at.map(at),
        suspended: access.suspended_at.map(at),
        suspended_reason: access.suspended_reason.clone(),
        is_self: user.id == actor.user,
        has_factors: access.has_totp || access.passkey_count > 0,
        role: Field::select("role", "Role", Choice::list(&ROLES, user.role.as_str())),
        reason: Field::text("reason", "Reason")
            .hint("For administrators; the person doesn’t see it.")
            .max_length(500),
        activity: activity(&detail, now, actor.time_zone),
    };
    ctx.render(&view)
}

fn facts(detail: &UserDetail) -> Vec<(&'static str, String)> {
    let UserDetail { user, access, missing_parts, .. } = detail;
    let missing: Vec<String> = missing_parts.iter().map(|part| part.replace('_', " ")).collect();
    let profile = if missing.is_empty() {
        "Complete".to_owned()
    } else {
        format!("{}% complete; missing: {}", user.profile_completion_percent, missing.join(", "))
    };
    let mut ways = Vec::new();
    if access.has_password {
        ways.push("password".to_owned());
    }
    if access.external_count > 0 {
        ways.push(present::count(access.external_count, "account elsewhere", "accounts elsewhere"));
    }
    if access.has_totp {
        ways.push("authenticator app".to_owned());
    }
    if access.passkey_count > 0 {
        ways.push(present::count(access.passkey_count, "passkey", "passkeys"));
    }
    if ways.is_empty() {
        ways.push("no password yet".to_owned());
    }
    vec![
        ("Email", user.email.clone()),
        ("Signs in by", ways.join(", ")),
        ("Time zone", user.time_zone.replace('_', " ")),
        ("Language", present::language(&user.locale)),
        ("Profile", profile),
    ]
}

/// What there is to see of somebody, by kind.
fn activity(
    detail: &UserDetail,
    now: DateTime<Utc>,
    zone: Tz,
) -> Vec<(&'static str, &'static str, Vec<Happening>)> {
    let at = |moment: DateTime<Utc>| present::moment(moment, now, zone);
    let courses = detail.enrollments.iter().map(|course| Happening {
        title: course.course_title.clone(),
        note: format!(
            "{} of {}{}",
            course.lessons_completed,
            present::count(course.lesson_count, "lesson", "lessons"),
            if course.completed_at.is_some() { ", finished" } else { "" }
        ),
        url: Some(format!("/admin/courses/{}", course.course_id)),
        at: at(course.last_activity_at),
    });
    let sessions = detail.access.sessions.iter().map(|session| Happening {
        title: identity::device_name(&session.user_agent).unwrap_or_else(|| "Unknown device".to_owned()),
        note: session.address.clone(),
        url: None,
        at: at(session.last_seen_at),
    });
    let mails = detail.mails.iter().map(|mail| Happening {
        title: mail.subject.clone().unwrap_or_else(|| present::sentence(&mail.template.replace('-', " "))),
        note: mail.state.as_str().to_owned(),
        url: Some(format!("/admin/mail/{}", mail.id)),
        at: at(mail.created_at),
    });
    let entries = detail.audit.iter().map(|entry| Happening {
        title: audit::title(entry),
        note: match &entry.actor_email {
            Some(email) if *email != detail.user.email => format!("by {email}"),
            _ => entry.address.clone(),
        },
        url: None,
        at: at(entry.at),
    });
    vec![
        ("Courses", "No courses yet.", courses.collect()),
        ("Signed in", "Not signed in anywhere.", sessions.collect()),
        ("Mails", "No mails of the last 30 days.", mails.collect()),
        ("What happened", "Nothing noted yet.", entries.collect()),
    ]
}

/// The fields of a profile, named from outside.
async fn edit_view(app: &App, ctx: &Ctx, stored: &User, shown: &User) -> Result<UserEditPage, PageError> {
    let mut profile = profile_view(app, ctx, shown).await?;
    profile.was = made_from(stored)?;
    "About".clone_into(&mut profile.bio.label);
    "Learning goals".clone_into(&mut profile.goals.label);
    profile.headline.hint = None;
    profile.time_zone.hint = None;
    for field in [&mut profile.name, &mut profile.country, &mut profile.occupation] {
        // The browser would fill in the administrator's own data.
        field.autocomplete = "off";
    }
    Ok(UserEditPage {
        version: administration::profile_version(stored)?,
        alert: None,
        theirs: Vec::new(),
        page: ctx.private_page(&format!("Edit {}", stored.name), &format!("/admin/users/{}/edit", stored.id)),
        id: stored.id.to_string(),
        heading: stored.name.clone(),
        profile,
    })
}

/// `GET /admin/users/{id}/edit`
pub(crate) async fn edit_form(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let user = operations::user_detail(&app.services, ctx.actor()?, user_id(&id)?).await?.user;
    let view = edit_view(&app, &ctx, &user, &user).await?;
    ctx.render(&view)
}

/// `POST /admin/users/{id}/edit`
pub(crate) async fn edit(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<ProfileForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let (actor, id) = (ctx.actor()?, user_id(&id)?);
    let version = Some(form.version.clone()).filter(|version| !version.is_empty());
    let update = UserUpdate { profile: form.update(), role: None, version: version.clone() };
    let error = match operations::update_user(&app.services, actor, id, update).await {
        Ok(_) => return Ok(ctx.redirect_with(&format!("/admin/users/{id}"), Notice::UserSaved)),
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. })) => error,
        Err(other) => return Err(other.into()),
    };
    let stored = operations::user_detail(&app.services, actor, id).await?.user;
    let typed = form.typed(stored.clone());
    let mut view = edit_view(&app, &ctx, &stored, &typed).await?;
    match &error {
        Error::Invalid(errors) => {
            mark(errors, &mut fields(&mut view.profile));
            // What was typed is still made from the version that it was made from.
            view.version = version.unwrap_or(view.version);
            view.profile.was.clone_from(&form.was);
        }
        other => {
            view.alert = Some(other.to_string());
            let mut now = edit_view(&app, &ctx, &stored, &stored).await?.profile;
            view.theirs = match form.made_from(stored.clone()) {
                Some(was) => theirs(&mut now, &mut edit_view(&app, &ctx, &stored, &was).await?.profile),
                None => theirs(&mut now, &mut view.profile),
            };
        }
    }
    refused(&ctx, &error, &view)
}

/// Labels and values of what is stored now, where it differs from `other`: what the form was made from, or what was typed.
fn theirs(now: &mut ProfilePage, other: &mut ProfilePage) -> Vec<(String, String)> {
    let on = |is_on: bool| if is_on { "On" } else { "Off" }.to_owned();
    let favorites = |profile: &ProfilePage| -> String {
        let chosen = profile.favorite_categories.iter().filter(|choice| choice.selected);
        chosen.map(|choice| choice.label.as_str()).collect::<Vec<_>>().join(", ")
    };
    let more = |profile: &ProfilePage| {
        [
            ("Public profile", on(profile.is_public)),
            ("On leaderboards", on(profile.on_leaderboards)),
            ("Favorite categories", favorites(profile)),
        ]
    };
    let more: Vec<_> = more(now).into_iter().zip(more(other)).collect();
    let fields = fields(now).into_iter().zip(fields(other));
    fields
        .map(|(now, other)| (now.label.clone(), now.shown().to_owned(), other.shown().to_owned()))
        .chain(more.into_iter().map(|((label, now), (_, other))| (label.to_owned(), now, other)))
        .filter(|(_, now, other)| now.replace('\r', "") != other.replace('\r', ""))
        .map(|(label, now, _)| (label, now))
        .collect()
}

fn fields(view: &mut ProfilePage) -> [&mut Field; 12] {
    [
        &mut view.name,
        &mut view.headline,
        &mut view.bio,
        &mut view.time_zone,
        &mut view.locale,
        &mut view.age_range,
        &mut view.country,
        &mut view.occupation,
        &mut view.education,
        &mut view.goals,
        &mut view.daily_minutes,
        &mut view.preferred_time,
    ]
}
