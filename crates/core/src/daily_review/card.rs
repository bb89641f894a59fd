//! What a card is.

use std::{fmt, str::FromStr, sync::Arc};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::schedule::{self, Memory, Steps, Waits};
use crate::{
    Error, Result,
    catalog::{Lesson, Question},
    ids::LessonId,
    learning::quiz::Dealt,
};

/// Which card: a part of a lesson. The same for everybody; whose it is follows from what they have learned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CardId {
    pub lesson: LessonId,
    pub(super) part: Part,
}

/// What a card is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// The key takeaway at this place, from 1.
    Takeaway(usize),
    /// The question that asks this: a hash of its text, so that it stays the same one when its answers are mended.
    Question(u64),
}

impl CardId {
    pub(super) fn question(lesson: LessonId, question: &Question) -> Self {
        Self { lesson, part: Part::Question(hash(question.text().trim())) }
    }

    /// A number that looks random and is the same for the same review of the card.
    pub(super) fn seed(&self, version: i64) -> u64 {
        hash(&format!("{self} {version}"))
    }
}

/// The first 64 bits of its SHA-256.
fn hash(text: &str) -> u64 {
    Sha256::digest(text.as_bytes()).iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Takeaway(place) => write!(f, "t{place}"),
            Self::Question(hash) => write!(f, "q{hash:016x}"),
        }
    }
}

impl FromStr for Part {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let place = |text: &str| text.parse().ok().filter(|place| *place > 0).map(Self::Takeaway);
        let hash = |text: &str| u64::from_str_radix(text, 16).ok().map(Self::Question);
        let part = text.strip_prefix('t').and_then(place).or_else(|| text.strip_prefix('q').and_then(hash));
        // One card has one name.
        part.filter(|part| part.to_string() == text).ok_or(Error::NotFound("card"))
    }
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.lesson, self.part)
    }
}

impl FromStr for CardId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (lesson, part) = text.rsplit_once('-').ok_or(Error::NotFound("card"))?;
        let lesson = lesson.parse().map_err(|_| Error::NotFound("card"))?;
        Ok(Self { lesson, part: part.parse()? })
    }
}

impl Serialize for CardId {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How well somebody remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RecallGrade)]
pub enum Grade {
    /// Not at all.
    Again,
    /// With effort.
    Hard,
    /// Well.
    Good,
    /// At once.
    Easy,
}

impl Grade {
    /// All of them, the worst first.
    pub const ALL: [Self; 4] = [Self::Again, Self::Hard, Self::Good, Self::Easy];

    /// As forms and the API name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Again => "again",
            Self::Hard => "hard",
            Self::Good => "good",
            Self::Easy => "easy",
        }
    }

    /// The grade for a word, if it is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.as_str() == word)
    }
}

/// A card as somebody sees it.
#[derive(Debug, Clone)]
pub struct Card {
    pub id: CardId,
    /// How often they have reviewed it. A grade names it, so that it counts once.
    pub version: i64,
    pub lesson: Arc<Lesson>,
    pub content: Content,
    /// What they remembered after the last review, and their day of it; none for a new card.
    pub(super) memory: Option<(Memory, NaiveDate)>,
    /// Their day.
    pub(super) today: NaiveDate,
}

/// What stands on a card.
#[derive(Debug, Clone)]
pub enum Content {
    Takeaway {
        /// From 1.
        place: usize,
        /// How many the lesson has.
        of: usize,
        /// How it begins; none when that would tell all or nothing.
        cue: Option<String>,
        text: String,
    },
    Question(Dealt),
}

impl Card {
    pub(super) fn steps(&self) -> Result<Steps> {
        let memory = self.memory.map(|(memory, _)| memory);
        let elapsed = self.memory.map_or(0, |(_, day)| (self.today - day).num_days());
        schedule::steps(memory, elapsed)
    }

    /// When it comes again, by grade.
    ///
    /// # Errors
    /// When what was stored about it is no number.
    pub fn waits(&self) -> Result<Waits> {
        Ok(self.steps()?.waits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_has_one_name() {
        let lesson = LessonId::new();
        for part in [Part::Takeaway(1), Part::Takeaway(12), Part::Question(7), Part::Question(u64::MAX)] {
            let id = CardId { lesson, part };
            assert_eq!(id.to_string().parse::<CardId>().unwrap(), id);
        }
        for bad in ["t0", "t01", "t+1", "t-1", "t", "q7", "q000000000000000G", "qFFFFFFFFFFFFFFFF", "x1", ""]
        {
            assert!(format!("{lesson}-{bad}").parse::<CardId>().is_err(), "{bad}");
        }
        assert!("t1".parse::<CardId>().is_err());
    }

    #[test]
    fn a_question_stays_the_same_card_while_it_asks_the_same() {
        let lesson = LessonId::new();
        let question = |text: &str, answer| Question::TrueFalse {
            question: text.into(),
            answer,
            explanation: String::new(),
        };
        let id = CardId::question(lesson, &question("Is it so?", true));
        assert_eq!(id, CardId::question(lesson, &question("Is it so? ", false)));
        assert_ne!(id, CardId::question(lesson, &question("Is it not?", true)));
    }
}
