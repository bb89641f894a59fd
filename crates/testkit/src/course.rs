use momentum_core::{
    Services,
    catalog::{self, Access, Course, Level, package},
};

/// Describes a course and publishes it through the same door as the demo courses.
pub struct CourseBuilder<'a> {
    s: &'a Services,
    slug: String,
    title: Option<String>,
    category: &'static str,
    tags: &'static [&'static str],
    level: Level,
    days: i64,
    access: Access,
    drip: bool,
    body: String,
    takeaways: &'static [&'static str],
}

impl<'a> CourseBuilder<'a> {
    pub(crate) fn new(s: &'a Services, slug: &str) -> Self {
        Self {
            s,
            slug: slug.to_owned(),
            title: None,
            category: "technology",
            tags: &["testing"],
            level: Level::Beginner,
            days: 7,
            access: Access::Free,
            drip: false,
            body: "## One idea\n\nSome **text**.".to_owned(),
            takeaways: &["Remember this"],
        }
    }

    /// 7, 14 or 21; 7 unless said.
    #[must_use]
    pub fn days(mut self, days: i64) -> Self {
        self.days = days;
        self
    }

    /// Free unless said; a paid course costs $19.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Its slug as a title unless said.
    #[must_use]
    pub fn title(mut self, title: &str) -> Self {
        self.title = Some(title.to_owned());
        self
    }

    /// Technology unless said.
    #[must_use]
    pub fn category(mut self, slug: &'static str) -> Self {
        self.category = slug;
        self
    }

    /// `testing` unless said.
    #[must_use]
    pub fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }

    /// For beginners unless said.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Day N opens N−1 days after enrollment.
    #[must_use]
    pub fn drip(mut self) -> Self {
        self.drip = true;
        self
    }

    /// The Markdown of every lesson.
    #[must_use]
    pub fn body(mut self, markdown: &str) -> Self {
        self.body = markdown.to_owned();
        self
    }

    /// The key takeaways of every lesson; one unless said.
    #[must_use]
    pub fn takeaways(mut self, takeaways: &'static [&'static str]) -> Self {
        self.takeaways = takeaways;
        self
    }

    /// Publishes it. Day 1 is a preview; every lesson has two action items.
    ///
    /// # Panics
    /// When the package is refused.
    pub async fn publish(self) -> std::sync::Arc<Course> {
        let price = if self.access == Access::Paid { "price: { amount: 1900, currency: USD }\n" } else { "" };
        let head = format!(
            "---\nformat: 1\nslug: {slug}\ntitle: \"{title}\"\nsubtitle: A course for tests\ncategory: {category}\n\
             tags: [{tags}]\nduration_days: {days}\nlevel: {level}\nlanguage: en\naccess: {access}\n{price}\
             author: Tess Tester\naudience: Tests\nobjectives: [Pass]\ndrip: {drip}\n---\nA **description**.",
            slug = self.slug,
            title = self.title.as_deref().unwrap_or(&self.slug),
            category = self.category,
            tags = self.tags.join(", "),
            level = self.level.as_str(),
            days = self.days,
            access = self.access.as_str(),
            drip = self.drip,
        );
        let mut files = vec![("course.md".to_owned(), head)];
        for day in 1..=self.days {
            let lesson = format!(
                "---\ntitle: Lesson {day}\nslug: lesson-{day}\nsummary: Do thing {day}\nminutes: 15\npreview: {}\n\
                 action_items: [First thing, Second thing]\nkey_takeaways: {takeaways:?}\n\
                 quiz: [{{ kind: true_false, question: Is it so?, answer: true, explanation: The secret reason }}]\n---\n{}",
                day == 1,
                self.body,
                takeaways = self.takeaways,
            );
            files.push((format!("lessons/{day:02}-lesson.md"), lesson));
        }
        let package = package::parse(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
            .expect("the package is well made");
        let id =
            catalog::import_package(self.s, &package).await.expect("it is taken").expect("its slug is free");
        catalog::course_by_id(self.s, id).await.expect("it is published")
    }
}
