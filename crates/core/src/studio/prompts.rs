//! The templates of prompts: files of the repository (`prompts`), each of which an operator can replace.

use std::{collections::BTreeMap, path::Path};

use minijinja::{
    Environment, UndefinedBehavior,
    value::{Serde, Value},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Error, Result};

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../../prompts/", $name, ".md")))),*]
    };
}

/// Name and text of each template.
const BUILT_IN: [(&str, &str); 7] =
    built_in!["system", "plan", "lesson", "extras", "script", "intro", "repair"];
const VERSION: &str = include_str!("../../../../prompts/version.txt");

/// The templates in force.
#[derive(Debug, Clone)]
pub struct Prompts {
    environment: Environment<'static>,
    version: String,
}

impl Prompts {
    /// Those that come with the program.
    #[must_use]
    pub fn built_in() -> Self {
        let templates = BUILT_IN.map(|(name, text)| (name, text.to_owned()));
        // The tests parse them.
        Self::new(BTreeMap::from(templates))
            .unwrap_or_else(|_| Self { environment: Environment::new(), version: String::new() })
    }

    /// Those that come with the program, except where `folder` has a file of the same name (`plan.md`).
    ///
    /// # Errors
    /// With a message for the operator: a file can't be read or is no template.
    pub fn overridden_by(folder: &Path) -> Result<Self, String> {
        if !folder.is_dir() {
            return Err(format!("the folder {} does not exist", folder.display()));
        }
        let mut templates = BTreeMap::new();
        for (name, text) in BUILT_IN {
            let file = folder.join(format!("{name}.md"));
            let text = if file.is_file() {
                std::fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?
            } else {
                text.to_owned()
            };
            templates.insert(name, text);
        }
        Self::new(templates)
    }

    fn new(templates: BTreeMap<&'static str, String>) -> Result<Self, String> {
        let mut hasher = Sha256::new();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, text) in templates {
            hasher.update(text.as_bytes());
            hasher.update([0]);
            environment.add_template_owned(name, text).map_err(|why| format!("{name}.md: {why:#}"))?;
        }
        let hash: String = hasher.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { environment, version: format!("{}-{hash}", VERSION.trim()) })
    }

    /// Number of the templates that come with the program and a hash of those in force, such as `1-0a1b2c3d`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The text of a template with its values filled in.
    pub(super) fn fill(&self, name: &str, values: impl Serialize) -> Result<String> {
        let wrong = |why: minijinja::Error| Error::internal(format!("prompt {name}: {why:#}"));
        self.environment.get_template(name).map_err(wrong)?.render(Value::from(Serde(values))).map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_templates() {
        let prompts = Prompts::built_in();
        assert!(prompts.version().starts_with("1-"), "{}", prompts.version());
        for (name, _) in BUILT_IN {
            assert!(prompts.environment.get_template(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_file_of_the_operator_takes_the_place_of_ours() {
        let folder = std::env::temp_dir().join(format!("prompts-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("repair.md"), "Again, please: {{ faults | join(', ') }}").expect("a file");
        let prompts = Prompts::overridden_by(&folder).expect("they are templates");
        let filled =
            prompts.fill("repair", serde_json::json!({ "faults": ["a", "b"] })).expect("it is filled");
        assert_eq!(filled, "Again, please: a, b");
        assert_ne!(prompts.version(), Prompts::built_in().version());
        std::fs::write(folder.join("plan.md"), "{{ oops").expect("a file");
        assert!(Prompts::overridden_by(&folder).is_err_and(|why| why.contains("plan.md")));
        std::fs::remove_dir_all(&folder).expect("it can be removed");
    }
}
