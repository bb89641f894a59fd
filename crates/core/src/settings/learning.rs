use serde::{Deserialize, Serialize};

use super::Section;
use crate::FieldErrors;

/// How learning is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Learning {
    /// The local hour at which a day of a streak ends, 0 to 6: 3 means that a lesson at two in the night counts for the
    /// evening before. Days that are counted already stay as they are.
    pub day_end_hour: u32,
}

impl Default for Learning {
    fn default() -> Self {
        Self { day_end_hour: 3 }
    }
}

impl Section for Learning {
    const NAME: &'static str = "learning";
    const CHANGED: &'static str = "settings.learning-changed";

    fn check(&self, errors: &mut FieldErrors) {
        errors.check(self.day_end_hour <= 6, "day_end_hour", "out-of-range", "Choose an hour from 0 to 6.");
    }
}
