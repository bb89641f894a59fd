//! HTML pages, one file an area. Each handler extracts, calls one service and fills a view.

mod account;
mod admin;
mod analytics;
mod announcements;
mod api_docs;
mod audit;
mod authoring;
mod avatar;
mod banners;
mod branding;
mod bulk;
mod catalog;
mod context;
mod courses;
mod daily_review;
mod dashboard;
mod email;
mod engagement;
pub(crate) mod errors;
mod external;
mod failure;
mod form;
mod lessons;
mod media;
mod media_files;
mod media_uploads;
mod notes;
mod notice;
mod operations;
mod paging;
mod panel;
mod passkeys;
mod people;
mod quiz;
mod quiz_form;
mod recommendations;
mod recovery;
mod reviews;
mod routing;
mod schedule;
mod search;
mod searches;
mod second_factor;
mod security;
mod seo;
mod settings;
mod settings_forms;
mod site_settings;
mod standing;
mod studio;
mod table;
mod unlock;
mod users;
pub(crate) mod visitor_page;

pub(crate) use routing::{Routes, guard_page};

use axum::{
    http::Method,
    routing::{delete, get, head, patch, post},
};

use crate::http::access::Access;

/// Every page and form target with who may call it.
pub(crate) fn routes(routes: Routes) -> Routes {
    use Access::{Admin, Anyone, User};
    let (get_, post_) = (Method::GET, Method::POST);
    let page = |routes: Routes, path: &str, access, handler| routes.page(get_.clone(), path, access, handler);
    let form =
        |routes: Routes, path: &str, access, handler| routes.page(post_.clone(), path, access, handler);

    // Discovery
    let routes = page(routes, "/", Anyone, get(catalog::home));
    let routes = page(routes, "/courses", Anyone, get(catalog::index));
    let routes = page(routes, "/courses/{slug}", Anyone, get(courses::show));
    let routes = page(routes, "/covers/{file}", Anyone, get(courses::cover));
    let routes = page(routes, "/search", Anyone, get(search::index));
    let routes = page(routes, "/search/suggestions", Anyone, get(search::suggestions));
    let routes = page(routes, "/search/go", Anyone, get(search::go));
    let routes = page(routes, "/robots.txt", Anyone, get(seo::robots));
    let routes = page(routes, "/sitemap.xml", Anyone, get(seo::sitemap));

    // Learning
    let routes = form(routes, "/courses/{slug}/enroll", User, post(courses::enroll));
    let routes = page(routes, "/courses/{slug}/enrolled", User, get(courses::enrolled));
    let routes = page(routes, "/courses/{slug}/completed", User, get(courses::completed));
    let routes = page(routes, "/courses/{slug}/days/{day}", Anyone, get(lessons::show));
    let routes = form(routes, "/courses/{slug}/days/{day}/complete", User, post(lessons::complete));
    let routes = form(routes, "/courses/{slug}/days/{day}/checklist", User, post(lessons::checklist));
    let routes = form(routes, "/courses/{slug}/days/{day}/notes", User, post(lessons::save_notes));
    let routes = form(routes, "/courses/{slug}/days/{day}/heartbeat", User, post(lessons::heartbeat));
    let quiz = "/courses/{slug}/days/{day}/quiz";
    let routes = page(routes, quiz, User, get(quiz::show));
    let routes = form(routes, quiz, User, post(quiz::answer));
    let routes = form(routes, &format!("{quiz}/begin"), User, post(quiz::begin));
    let routes = page(routes, &format!("{quiz}/attempts/{{number}}"), User, get(quiz::result));
    let reviews = "/courses/{slug}/reviews";
    let routes = page(routes, reviews, Anyone, get(reviews::index));
    let routes = form(routes, reviews, User, post(reviews::save));
    let routes = form(routes, &format!("{reviews}/delete"), User, post(reviews::remove));
    let routes = form(routes, &format!("{reviews}/{{id}}/report"), User, post(reviews::report));
    let routes = page(routes, "/dashboard", User, get(dashboard::show));
    let routes = page(routes, "/dashboard/analytics", User, get(analytics::show));
    let routes = page(routes, "/notes", User, get(notes::index));
    let routes = page(routes, "/notes/export", User, get(notes::export));

    let routes = page(routes, "/review", User, get(daily_review::show));
    let routes = form(routes, "/review", User, post(daily_review::grade));
    let routes = page(routes, "/review/done", User, get(daily_review::done));

    let routes = engagement::routes(routes);
    let routes = schedule::routes(routes);

    // Account
    let routes = page(routes, "/sign-in", Anyone, get(account::sign_in_form));
    let routes = form(routes, "/sign-in", Anyone, post(account::sign_in));
    let routes = page(routes, "/sign-in/second-factor", Anyone, get(second_factor::form));
    let routes = form(routes, "/sign-in/second-factor", Anyone, post(second_factor::submit));
    let routes = passkey_routes(routes);
    let routes = page(routes, "/sign-up", Anyone, get(account::sign_up_form));
    let routes = form(routes, "/sign-up", Anyone, post(account::sign_up));
    let routes = form(routes, "/sign-out", User, post(account::sign_out));
    let routes = page(routes, "/setup", Anyone, get(account::setup_form));
    let routes = form(routes, "/setup", Anyone, post(account::setup));
    let routes = page(routes, "/forgot-password", Anyone, get(recovery::forgot_form));
    let routes = form(routes, "/forgot-password", Anyone, post(recovery::forgot));
    let routes = page(routes, "/reset-password", Anyone, get(recovery::reset_form));
    let routes = form(routes, "/reset-password", Anyone, post(recovery::reset));
    let routes = page(routes, "/verify-email", Anyone, get(email::verify_form));
    let routes = form(routes, "/verify-email", Anyone, post(email::verify));
    let routes = page(routes, "/confirm-email", Anyone, get(email::confirm_form));
    let routes = form(routes, "/confirm-email", Anyone, post(email::confirm));
    let routes = page(routes, "/settings", User, get(settings::index));
    let routes = page(routes, "/settings/profile", User, get(settings::profile_form));
    let routes = form(routes, "/settings/profile", User, post(settings::save_profile));
    let routes = page(routes, "/settings/account", User, get(email::settings));
    let routes = form(routes, "/settings/account/email", User, post(email::begin_change));
    let routes = form(routes, "/settings/account/email/cancel", User, post(email::cancel_change));
    let routes = form(routes, "/settings/account/verification", User, post(email::resend));
    let routes = page(routes, "/settings/password", User, get(settings::password_form));
    let routes = form(routes, "/settings/password", User, post(settings::change_password));
    let routes = page(routes, "/settings/confirm", User, get(security::confirm_form));
    let routes = form(routes, "/settings/confirm", User, post(security::confirm));
    let routes = security_routes(routes);
    let routes = page(routes, "/settings/devices", User, get(settings::devices));
    let routes = form(routes, "/settings/devices/{id}/revoke", User, post(settings::revoke_device));
    let routes = form(routes, "/settings/devices/revoke-others", User, post(settings::revoke_other_devices));
    let routes = page(routes, "/settings/connections", User, get(external::connections));
    let routes = form(routes, "/settings/connections/{id}/remove", User, post(external::remove_connection));
    let routes = page(routes, "/sign-in/with/{provider}", Anyone, get(external::start));
    let routes = page(routes, "/sign-in/with/{provider}/callback", Anyone, get(external::callback));
    let routes = form(routes, "/sign-in/with/{provider}/callback", Anyone, post(external::callback_form));
    let routes = page(routes, "/admin/audit", Admin, get(audit::index));
    let routes = page(routes, "/admin/audit/export", Admin, get(audit::export));
    let picture = axum::extract::DefaultBodyLimit::max(momentum_core::identity::MAX_AVATAR + 64 * 1024);
    let routes = form(routes, "/settings/avatar", User, post(avatar::save).layer(picture));
    let routes = form(routes, "/settings/avatar/remove", User, post(avatar::remove));
    let routes = page(routes, "/people/{id}/avatar/{file}", Anyone, get(avatar::show));
    let routes = page(routes, "/unlock", Anyone, get(unlock::form));
    let routes = form(routes, "/unlock", Anyone, post(unlock::unlock));
    let routes = page(routes, "/people/{id}", Anyone, get(people::show));

    // Administration
    let routes = page(routes, "/admin", Admin, get(panel::overview));
    let routes = page(routes, "/admin/search", Admin, get(panel::search));
    let routes = page(routes, "/admin/searches", Admin, get(searches::index));
    let routes = page(routes, "/admin/mail", Admin, get(admin::mailbox));
    let routes = page(routes, "/admin/mail/{id}", Admin, get(admin::mail));
    let routes = page(routes, "/admin/mail/{id}/content", Admin, get(admin::mail_content));
    let routes = form(routes, "/admin/mail/{id}/retry", Admin, post(admin::retry_mail));
    let routes = users::routes(routes);
    let routes = page(routes, "/admin/recommendations", Admin, get(recommendations::results));
    let routes = page(routes, "/admin/reviews", Admin, get(reviews::moderation));
    let routes = form(routes, "/admin/reviews", Admin, post(reviews::decide));
    let routes = authoring::routes(routes);
    let routes = site_settings_routes(routes);
    let routes = announcement_routes(routes);
    let routes = media_routes(routes);
    let routes = studio::routes(routes);

    // The API's description
    let routes = page(routes, "/api/docs", Anyone, get(api_docs::show));
    let routes = page(routes, "/api/v1/openapi.json", Anyone, get(api_docs::document));

    // Operations
    let routes = page(routes, "/assets/{name}", Anyone, get(operations::asset));
    let routes = page(routes, "/favicon.ico", Anyone, get(operations::favicon));
    let routes = page(routes, "/health/live", Anyone, get(operations::live));
    let routes = page(routes, "/health/ready", Anyone, get(operations::ready));
    let routes = page(routes, "/metrics", Anyone, get(operations::metrics));
    page(routes, "/.well-known/jwks.json", Anyone, get(operations::jwks))
}

/// Second factors.
fn security_routes(routes: Routes) -> Routes {
    use Access::User;
    routes
        .page(Method::GET, "/settings/security", User, get(security::show))
        .page(
            Method::POST,
            "/settings/security/authenticator/begin",
            User,
            post(security::begin_authenticator),
        )
        .page(Method::GET, "/settings/security/authenticator", User, get(security::authenticator_form))
        .page(Method::POST, "/settings/security/authenticator", User, post(security::confirm_authenticator))
        .page(
            Method::POST,
            "/settings/security/authenticator/remove",
            User,
            post(security::remove_authenticator),
        )
        .page(Method::POST, "/settings/security/recovery-codes", User, post(security::new_recovery_codes))
}

/// Where the script of the passkeys asks, and the forms that it fills.
fn passkey_routes(routes: Routes) -> Routes {
    use Access::{Anyone, User};
    let form = |routes: Routes, path: &str, access, handler| routes.page(Method::POST, path, access, handler);
    let routes = form(routes, "/sign-in/passkey/options", Anyone, post(passkeys::sign_in_options));
    let routes = form(routes, "/sign-in/passkey", Anyone, post(passkeys::sign_in));
    let second = "/sign-in/second-factor/passkey";
    let routes = form(routes, &format!("{second}/options"), Anyone, post(passkeys::second_factor_options));
    let routes = form(routes, second, Anyone, post(passkeys::second_factor));
    let routes = form(routes, "/settings/confirm/passkey/options", User, post(passkeys::confirm_options));
    let routes = form(routes, "/settings/confirm/passkey", User, post(passkeys::confirm));
    let mine = "/settings/security/passkeys";
    let routes = form(routes, &format!("{mine}/options"), User, post(passkeys::options));
    let routes = form(routes, mine, User, post(passkeys::add));
    let routes = form(routes, &format!("{mine}/{{id}}/rename"), User, post(passkeys::rename));
    form(routes, &format!("{mine}/{{id}}/remove"), User, post(passkeys::remove))
}

/// The settings, a page a section, and how the instance looks by them.
fn site_settings_routes(routes: Routes) -> Routes {
    use Access::{Admin, Anyone};
    use settings_forms::{
        BrandingForm, GeneralForm, LearningForm, NotificationsForm, SecurityForm, StudioForm, SystemForm,
    };
    let base = "/admin/settings";
    let routes = routes.page(Method::GET, base, Admin, get(site_settings::index));
    macro_rules! section {
        ($routes:expr, $name:literal, $form:ty) => {{
            let path = format!("{base}/{}", $name);
            let routes = $routes.page(Method::GET, &path, Admin, get(site_settings::show::<$form>));
            routes.page(Method::POST, &path, Admin, post(site_settings::save::<$form>))
        }};
    }
    let routes = section!(routes, "general", GeneralForm);
    let routes = section!(routes, "branding", BrandingForm);
    let routes = section!(routes, "security", SecurityForm);
    let routes = section!(routes, "learning", LearningForm);
    let routes = section!(routes, "ai", StudioForm);
    let routes = section!(routes, "notifications", NotificationsForm);
    let routes = section!(routes, "system", SystemForm);
    let branding = format!("{base}/branding");
    let picture = axum::extract::DefaultBodyLimit::max(momentum_core::operations::MAX_LOGO + 64 * 1024);
    routes
        .page(Method::POST, &format!("{branding}/preview"), Admin, post(site_settings::preview_branding))
        .page(Method::POST, &format!("{branding}/logo"), Admin, post(site_settings::save_logo).layer(picture))
        .page(Method::POST, &format!("{branding}/logo/remove"), Admin, post(site_settings::remove_logo))
        .page(Method::GET, "/branding/{file}", Anyone, get(branding::sheet))
        .page(Method::GET, "/branding/logo/{file}", Anyone, get(branding::logo))
        .page(Method::GET, "/branding/icon/{file}", Anyone, get(branding::icon))
}

/// Announcements.
fn announcement_routes(routes: Routes) -> Routes {
    use Access::{Admin, Anyone};
    let list = "/admin/announcements";
    routes
        .page(Method::GET, "/announcements", Anyone, get(announcements::news))
        .page(Method::POST, "/announcements/{id}/dismiss", Anyone, post(banners::dismiss))
        .page(Method::GET, list, Admin, get(announcements::index))
        .page(Method::POST, list, Admin, post(announcements::create))
        .page(Method::GET, &format!("{list}/new"), Admin, get(announcements::new))
        .page(Method::GET, &format!("{list}/{{id}}"), Admin, get(announcements::edit))
        .page(Method::POST, &format!("{list}/{{id}}"), Admin, post(announcements::save))
        .page(Method::POST, &format!("{list}/{{id}}/delete"), Admin, post(announcements::delete))
}

/// The media library, and the files themselves.
fn media_routes(routes: Routes) -> Routes {
    use Access::{Admin, Anyone};
    // What else the form has is small.
    let limit = || axum::extract::DefaultBodyLimit::max(momentum_core::media::MAX_IN_ONE_PIECE + 64 * 1024);
    let uploads = "/admin/media/uploads";
    let one = "/admin/media/uploads/{id}";
    routes
        .page(Method::GET, "/media/{id}/{name}", Anyone, get(media_files::show))
        .page(Method::GET, "/admin/media", Admin, get(media::index))
        .page(Method::POST, "/admin/media", Admin, post(media::upload).layer(limit()))
        .page(Method::GET, "/admin/media/picker", Admin, get(media::picker))
        .page(Method::POST, uploads, Admin, post(media_uploads::create))
        .page(Method::HEAD, one, Admin, head(media_uploads::state))
        .page(Method::PATCH, one, Admin, patch(media_uploads::append))
        .page(Method::DELETE, one, Admin, delete(media_uploads::abandon))
        .page(Method::GET, "/admin/media/{id}", Admin, get(media::show))
        .page(Method::POST, "/admin/media/{id}", Admin, post(media::save))
        .page(Method::POST, "/admin/media/{id}/replace", Admin, post(media::replace).layer(limit()))
        .page(Method::POST, "/admin/media/{id}/delete", Admin, post(media::delete))
}
