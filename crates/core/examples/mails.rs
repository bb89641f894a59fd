//! Writes every mail to a folder, to be looked at in a browser.
//!
//! `cargo run -p momentum-core --example mails -- target/mails`

use std::{env, error::Error, fs, path::PathBuf};

use momentum_core::{
    messaging::{Look, Message, render},
    settings::MailColors,
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).map_or_else(|| PathBuf::from("target/mails"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    let look = Look {
        base_url: "https://learn.example".into(),
        site: "Momentum".into(),
        colors: MailColors::default(),
        logo: None,
        footer: String::new(),
    };
    for message in Message::samples() {
        let mail = render(&look, "Ada Moreau", &message)?;
        let name = message.template();
        fs::write(folder.join(format!("{name}.html")), mail.html)?;
        fs::write(folder.join(format!("{name}.txt")), format!("Subject: {}\n\n{}", mail.subject, mail.text))?;
    }
    Ok(())
}
