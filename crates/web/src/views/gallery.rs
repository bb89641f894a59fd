//! Every view with its sample data, for the test below and `examples/gallery.rs`.

use askama::Template;

use super::page::Assets;
use super::{
    AdminReviewsPage, AnalyticsPage, AnnouncementPage, AnnouncementsPage, ApiDocsPage, AuditPage,
    AuthenticatorPage, BadgeAdminPage, BadgeFormPage, BadgesPage, BrandPreviewPart, BulkPage, CatalogMain,
    CatalogPage, CatalogResults, CategoriesPage, CategoryPage, CompletedPage, CompletionPanel, ConfirmPage,
    ConnectionsPage, CourseFormPage, CourseLessonsPage, CoursePage, DashboardPage, DeletedLessonPage,
    DevicesPage, EmailSettingsPage, EnrolledPage, ErrorPage, ForgotPasswordPage, HistoryPage, HomePage,
    ImportPage, KeptPage, LeaderboardPage, LessonEditorPage, LessonPage, LinkPage, ListPage, MailPage,
    MailboxPage, MediaItemPage, MediaPage, MediaPicker, NewUserPage, NewsPage, NotesPage, OutcomePage,
    OverviewPage, PanelSearchPage, PasswordPage, PlanPage, PointsPage, ProfilePage, PublicProfilePage,
    QuestionPage, QuizEditorPage, QuizPage, QuizResultPage, RecommendationResultsPage, RecoveryCodesPage,
    ResetPasswordPage, ReviewCardPage, ReviewRestPage, ReviewsPage, SchedulePage, SearchPage,
    SearchResultsPart, SecondFactorPage, SecurityPage, SettingsPage, SetupPage, SharedBadgePage, SignInPage,
    SignUpPage, StreakPage, StudioDocumentPage, StudioDocumentsPage, StudioEstimatePart, StudioHistoryPage,
    StudioJobPage, StudioJobPart, StudioLessonPage, StudioNewPage, StudioPromptsPage, StudioReviewPage,
    StudioUntaughtPage, StudioUsagePage, UserDeletePage, UserEditPage, UserImportPage, UserPage,
    UsersImportPage, VersionPage,
};

/// A view with sample data for each of its states.
pub trait Samples: Sized {
    /// Pairs of a file name without extension and the view.
    fn samples() -> Vec<(&'static str, Self)>;
}

/// Renders every sample. `assets` replaces the sample asset URLs.
///
/// # Errors
/// When a template fails to render.
pub fn gallery(assets: Option<&Assets>) -> askama::Result<Vec<(&'static str, String)>> {
    let mut rendered = Vec::new();
    macro_rules! render {
        ($($view:ty),+ $(,)?) => {$(
            for (name, mut view) in <$view>::samples() {
                if let Some(assets) = assets {
                    view.page.assets = assets.clone().into();
                }
                rendered.push((name, view.render()?));
            }
        )+};
    }
    render!(
        HomePage,
        AnalyticsPage,
        CourseFormPage,
        CourseLessonsPage,
        LessonEditorPage,
        DeletedLessonPage,
        HistoryPage,
        VersionPage,
        ImportPage,
        ListPage,
        BulkPage,
        NewUserPage,
        UserPage,
        UserEditPage,
        UserDeletePage,
        UsersImportPage,
        UserImportPage,
        OverviewPage,
        PanelSearchPage,
        CatalogMain,
        CatalogPage,
        KeptPage,
        CatalogResults,
        SearchPage,
        SearchResultsPart,
        CoursePage,
        EnrolledPage,
        LessonPage,
        QuizPage,
        QuizResultPage,
        ReviewCardPage,
        ReviewRestPage,
        ReviewsPage,
        AdminReviewsPage,
        QuizEditorPage,
        QuestionPage,
        RecommendationResultsPage,
        CompletionPanel,
        CompletedPage,
        BadgesPage,
        LeaderboardPage,
        StreakPage,
        PointsPage,
        SharedBadgePage,
        BadgeAdminPage,
        BadgeFormPage,
        DashboardPage,
        SchedulePage,
        PlanPage,
        NotesPage,
        SignInPage,
        SignUpPage,
        SetupPage,
        ForgotPasswordPage,
        ResetPasswordPage,
        LinkPage,
        OutcomePage,
        ProfilePage,
        EmailSettingsPage,
        PasswordPage,
        SecurityPage,
        AuthenticatorPage,
        RecoveryCodesPage,
        ConfirmPage,
        SecondFactorPage,
        SettingsPage,
        BrandPreviewPart,
        AnnouncementsPage,
        AnnouncementPage,
        CategoriesPage,
        CategoryPage,
        NewsPage,
        DevicesPage,
        ConnectionsPage,
        AuditPage,
        PublicProfilePage,
        MailboxPage,
        MailPage,
        MediaPage,
        MediaItemPage,
        MediaPicker,
        StudioHistoryPage,
        StudioNewPage,
        StudioEstimatePart,
        StudioDocumentsPage,
        StudioDocumentPage,
        StudioJobPage,
        StudioJobPart,
        StudioReviewPage,
        StudioUntaughtPage,
        StudioLessonPage,
        StudioUsagePage,
        StudioPromptsPage,
        ErrorPage,
        ApiDocsPage,
    );
    Ok(rendered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered() -> Vec<(&'static str, String)> {
        gallery(None).expect("every template renders from its samples")
    }

    #[test]
    fn every_view_renders_without_what_the_policy_forbids() {
        for (name, html) in rendered() {
            assert!(!html.contains(" style="), "{name} has a style attribute");
            assert!(!html.contains(" onclick=") && !html.contains("javascript:"), "{name} has inline script");
            assert!(!html.contains("\"id=") && !html.contains("\"name="), "{name} lacks a space in a tag");
            assert!(!html.contains("href=\"\"") && !html.contains("href=\"#\""), "{name} has a dead link");
            for tag in html.match_indices("<script").map(|(at, _)| &html[at..(at + 120).min(html.len())]) {
                assert!(tag.contains("nonce="), "{name} has a script without nonce: {tag}");
            }
        }
    }

    #[test]
    fn every_post_form_carries_the_csrf_token() {
        for (name, html) in rendered() {
            let forms = html.matches("method=\"post\"").count();
            let tokens = html.matches("name=\"csrf\"").count();
            assert_eq!(forms, tokens, "{name}: {forms} forms, {tokens} tokens");
        }
    }

    #[test]
    fn names_and_ids_are_unique() {
        let pages = rendered();
        let mut names: Vec<_> = pages.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), pages.len(), "sample names repeat");
        for (name, html) in &pages {
            let mut ids: Vec<_> =
                html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all, "{name} repeats an id");
        }
    }

    #[test]
    fn pages_stay_lean() {
        for (name, html) in rendered() {
            let limit = if name.starts_with("course-") || name.starts_with("lesson") { 30 } else { 40 };
            assert!(html.len() < limit * 1024, "{name} has {} bytes", html.len());
        }
    }
}
