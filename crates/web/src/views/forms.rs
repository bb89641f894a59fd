//! Form fields: what was typed is kept, what is wrong is said beside the field.

/// One option of a select, radio group or set of checkboxes.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Submitted value.
    pub value: String,
    /// Text shown.
    pub label: String,
    /// Chosen now.
    pub selected: bool,
}

impl Choice {
    /// Choices from pairs of value and label.
    #[must_use]
    pub fn list(pairs: &[(&str, &str)], selected: &str) -> Vec<Self> {
        pairs
            .iter()
            .map(|(value, label)| Self {
                value: (*value).into(),
                label: (*label).into(),
                selected: *value == selected,
            })
            .collect()
    }
}

/// How a field is edited.
#[derive(Clone, Debug)]
pub enum Control {
    /// An `<input>` of this type. A password is never filled again.
    Input(&'static str),
    /// A color that is typed, and the one that an empty field stands for.
    Color(&'static str),
    /// A `<textarea>` of so many rows.
    Textarea(u8),
    /// A `<select>`.
    Select(Vec<Choice>),
}

/// A labeled field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name in the form; its id is `f-{name}`.
    pub name: &'static str,
    /// Label.
    pub label: String,
    /// What was typed or is stored.
    pub value: String,
    /// What is wrong and how to fix it.
    pub error: Option<String>,
    /// Help below the label.
    pub hint: Option<String>,
    /// `autocomplete` token; empty for none.
    pub autocomplete: &'static str,
    /// Must be filled.
    pub required: bool,
    /// Longest input, in characters.
    pub max_length: Option<u32>,
    /// Kind of control.
    pub control: Control,
}

impl Field {
    fn new(name: &'static str, label: &str, control: Control) -> Self {
        Self {
            name,
            label: label.into(),
            value: String::new(),
            error: None,
            hint: None,
            autocomplete: "",
            required: false,
            max_length: None,
            control,
        }
    }

    /// A line of text.
    #[must_use]
    pub fn text(name: &'static str, label: &str) -> Self {
        Self::new(name, label, Control::Input("text"))
    }

    /// An email address.
    #[must_use]
    pub fn email(name: &'static str, label: &str) -> Self {
        Self::new(name, label, Control::Input("email"))
    }

    /// A password: its value is never sent back.
    #[must_use]
    pub fn password(name: &'static str, label: &str) -> Self {
        Self::new(name, label, Control::Input("password"))
    }

    /// A color such as `#b0370c`; `empty` is the one that no color stands for. A script puts the browser's picker beside it.
    #[must_use]
    pub fn color(name: &'static str, label: &str, empty: &'static str) -> Self {
        Self::new(name, label, Control::Color(empty)).max_length(7)
    }

    /// Several lines of text.
    #[must_use]
    pub fn textarea(name: &'static str, label: &str, rows: u8) -> Self {
        Self::new(name, label, Control::Textarea(rows))
    }

    /// One of several options.
    #[must_use]
    pub fn select(name: &'static str, label: &str, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Control::Select(choices))
    }

    /// Chooses one of its options.
    pub fn choose(&mut self, value: &str) {
        if let Control::Select(choices) = &mut self.control {
            for choice in choices {
                choice.selected = choice.value == value;
            }
        }
    }

    /// Sets what was typed or is stored.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// Marks the field as wrong.
    #[must_use]
    pub fn error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// Adds help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets the `autocomplete` token.
    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = token;
        self
    }

    /// Makes the field required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Limits the length, in characters.
    #[must_use]
    pub fn max_length(mut self, characters: u32) -> Self {
        self.max_length = Some(characters);
        self
    }

    /// What somebody sees in it: of a choice its label.
    #[must_use]
    pub fn shown(&self) -> &str {
        match &self.control {
            Control::Select(choices) => {
                choices.iter().find(|choice| choice.selected).map_or("", |choice| &choice.label)
            }
            _ => &self.value,
        }
    }

    /// Ids for `aria-describedby`: hint first, then error.
    #[must_use]
    pub fn described_by(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("f-{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("f-{}-error", self.name));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }
}

/// The fields that are wrong, in the order of the form, for the error summary.
#[must_use]
pub fn wrong<'a>(fields: &[&'a Field]) -> Vec<&'a Field> {
    fields.iter().copied().filter(|field| field.error.is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_field_points_to_its_hint_and_error() {
        let field = Field::text("name", "Name").hint("As others see it.").error(Some("Enter a name.".into()));
        assert_eq!(field.described_by().as_deref(), Some("f-name-hint f-name-error"));
        assert_eq!(wrong(&[&field]).len(), 1);
    }
}
