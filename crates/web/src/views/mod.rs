//! Typed contexts of every page and fragment, one file an area.
//!
//! A view holds plain data that is ready to be shown: whoever fills it has already decided, translated and
//! formatted. Each view brings sample data, which the test at the end of [`gallery`] renders.

mod account;
mod admin;
mod analytics;
mod announcements;
mod audit;
mod authoring;
mod badges;
mod bulk;
mod catalog;
mod chart;
mod common;
mod connections;
mod course;
mod daily_review;
mod docs;
mod email;
mod engagement;
mod errors;
mod forms;
mod gallery;
mod home;
mod kept;
mod learning;
mod lesson;
mod media;
mod notes;
mod page;
mod panel;
mod people;
mod plan;
mod quiz;
mod recommendations;
mod recovery;
mod reviews;
mod sample_data;
mod schedule;
mod search;
mod security;
mod settings;
mod site;
mod site_settings;
mod studio;
mod table;
mod users;

pub use account::{PolicyRule, SetupPage, SignInPage, SignUpPage};
pub use admin::{MailPage, MailRow, MailTab, MailboxPage};
pub use analytics::{ActivityRow, AnalyticsPage, HabitsPart, LessonTimeRow, Metric, Rate, RunLine, TimeRow};
pub use announcements::{AnnouncementPage, AnnouncementRow, AnnouncementsPage, NewsItem, NewsPage};
pub use audit::{AuditChange, AuditPage, AuditRow, AuditVerdict};
pub use authoring::{
    ActionItemRow, CategoriesPage, CategoryPage, CategoryRow, ChangedField, ChangedLine, CheckLine,
    CourseFormPage, CourseHead, CourseLessonsPage, DeletedLessonPage, DraftNote, HistoryLine, HistoryPage,
    ImportPage, LessonEditorPage, LessonLine, PartRow, QuestionLine, QuestionPage, QuizEditorPage, QuizHead,
    ResourceRow, VersionPage,
};
pub use badges::{
    BadgeAdminPage, BadgeAdminRow, BadgeCard, BadgeFormPage, BadgeGroup, BadgeLook, BadgesPage, Earned,
    EmblemChoice, SharedBadgePage, StoredBadge,
};
pub use bulk::{BulkPage, BulkQuestion};
pub use catalog::{
    ActiveFilter, CatalogFilters, CatalogMain, CatalogPage, CatalogResults, PageLink, Pagination, ResultList,
};
pub(crate) use chart::Value as BarValue;
pub use chart::{Bar, BarChart};
pub use common::{
    Access, CategoryTag, ContinueCard, CourseCard, Cover, DateText, DayState, OutlineDay, Progress, QuizMark,
    Rating, Stat,
};
pub use connections::{ConnectionRow, ConnectionsPage, ProviderLink};
pub use course::{CoursePage, EnrollAction};
pub use daily_review::{
    GradeButton, ReviewBack, ReviewCardPage, ReviewFront, ReviewRest, ReviewRestPage, ReviewTeaser,
};
pub use docs::{ApiDocsPage, DocAnswer, DocField, DocGroup, DocOperation, DocSchema, DocType};
pub use email::{EmailSettingsPage, PendingEmail};
pub(crate) use engagement::weekday;
pub use engagement::{
    CalendarDay, CalendarWeek, LeaderboardPage, PlaceRow, PointsPage, PointsRow, PointsRule, RunRow,
    StreakPage, TabLink,
};
pub use errors::{ErrorKind, ErrorPage};
pub use forms::{Choice, Control, Field, wrong};
pub use gallery::{Samples, gallery};
pub use home::{CategoryTile, HomePage};
pub use kept::{KeptPage, KeptPart};
pub use learning::{
    CompletedPage, DashboardPage, EnrolledPage, FinishedCourse, MomentumStrip, ScheduleDay, TodayLesson,
};
pub use lesson::{
    ChecklistItem, Completion, CompletionPanel, LessonCourse, LessonLink, LessonNotes, LessonPage, Resource,
    Video, VideoKind,
};
pub use media::{MediaCard, MediaItemPage, MediaPage, MediaPicker, MediaUseLink, UploadedFile};
pub use notes::{NoteGroup, NoteItem, NotesPage};
pub use page::{Assets, Flash, FlashKind, JsonLd, Page, SafeHtml, Viewer};
pub use panel::{
    Figure, FoundGroup, FoundItem, Happening, MENU, MORE_PAGES, MenuEntry, OverviewPage, PanelSearchPage,
};
pub use people::{PublicProfilePage, SharedLook};
pub use plan::{PlanDate, PlanOption, PlanPage, Rescue};
pub use quiz::{
    AttemptLine, QuizForm, QuizInput, QuizOption, QuizPage, QuizPlaced, QuizPreview, QuizQuestion,
    QuizResultPage, QuizState, QuizTeaser, QuizVerdict,
};
pub use recommendations::{RecommendationResultsPage, RecommendedCourse};
pub use recovery::{ForgotPasswordPage, LinkPage, OutcomePage, ResetPasswordPage};
pub use reviews::{
    AdminReviewsPage, ModeratedRow, OwnReviewForm, ReviewItem, ReviewsBox, ReviewsPage, StarBar,
};
pub use schedule::{CalendarAddress, CalendarLesson, MonthDay, PlannedCourse, SchedulePage};
pub use search::{
    FacetGroup, FacetLink, FoundLesson, SearchHit, SearchPage, SearchResultList, SearchResultsPart,
};
pub use security::{
    AuthenticatorPage, ConfirmPage, PasskeyRow, RecoveryCodesPage, SecondFactorPage, SecurityPage,
};
pub use settings::{Device, DevicesPage, MissingItem, PasswordPage, ProfilePage};
pub use site::{Banner, LogoLook, SiteLook};
pub use site_settings::{
    BrandPreview, BrandPreviewPart, Check, Fact, LogoForm, PreviewTheme, ReadingRow, SettingsGroup,
    SettingsPage,
};
pub use studio::{
    BudgetBar, ChangeLook, CorrectionLine, DocumentChoice, DocumentLine, EstimateLook, GateLook, JobLook,
    ModelLine, PartLook, PassageLook, PromptLine, ProposalLook, QuestionLook, ReviewAnswer, ReviewLine,
    StepLook, StudioDocumentPage, StudioDocumentsPage, StudioEstimatePart, StudioHistoryPage, StudioJobPage,
    StudioJobPart, StudioLessonPage, StudioNewPage, StudioPromptsPage, StudioReviewPage, StudioUntaughtPage,
    StudioUsagePage, WritingLook,
};
pub use table::{Bulk, Cell, Column, ColumnChoice, ListPage, Row, Table};
pub use users::{NewUserPage, UserDeletePage, UserEditPage, UserImportPage, UserPage, UsersImportPage};
