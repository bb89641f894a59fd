/// A mail as it lies in the mailbox.
#[derive(Debug, Clone)]
pub struct TestMail {
    /// Such as `reset-password`.
    pub template: String,
    /// What became of it.
    pub state: String,
    /// Its subject.
    pub subject: String,
    /// Its HTML part.
    pub html: String,
    /// Its text part.
    pub text: String,
}

impl TestMail {
    /// The link that the mail asks to follow, as a path of the site.
    #[must_use]
    pub fn link(&self) -> String {
        let line = self.text.lines().find(|line| line.starts_with("http")).expect("a line with a link");
        let (_, rest) = line.split_once("://").expect("an absolute link");
        format!("/{}", rest.split_once('/').expect("a path").1)
    }

    /// The token in the link.
    #[must_use]
    pub fn token(&self) -> String {
        self.link().split_once("token=").expect("a token").1.to_owned()
    }
}
