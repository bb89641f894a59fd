//! Over how long, and in which pieces.

use chrono::{Datelike, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many days, until today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub enum Span {
    #[serde(rename = "7d")]
    Week,
    #[default]
    #[serde(rename = "30d")]
    Month,
    #[serde(rename = "90d")]
    Quarter,
    #[serde(rename = "365d")]
    Year,
}

impl Span {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// As in addresses: `30d`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::Year => "365d",
        }
    }

    /// What [`Span::as_str`] answered.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.as_str() == text)
    }

    /// How many days.
    #[must_use]
    pub fn days(self) -> i64 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
        }
    }

    /// In which pieces it can be looked at, the usual one first.
    #[must_use]
    pub fn grains(self) -> &'static [Grain] {
        match self {
            Self::Week => &[Grain::Day],
            Self::Month => &[Grain::Day, Grain::Week],
            Self::Quarter => &[Grain::Week, Grain::Month, Grain::Day],
            Self::Year => &[Grain::Month, Grain::Week],
        }
    }

    /// From the first day on, until `today`.
    #[must_use]
    pub fn until(self, today: NaiveDate) -> DateRange {
        let from = today.checked_sub_signed(TimeDelta::days(self.days() - 1)).unwrap_or(today);
        DateRange { from, to: today }
    }

    /// As many days just before.
    #[must_use]
    pub fn before(self, today: NaiveDate) -> DateRange {
        let from = self.until(today).from;
        self.until(from.pred_opt().unwrap_or(from))
    }
}

/// How long a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    Day,
    /// From Monday to Sunday.
    Week,
    Month,
}

impl Grain {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// As in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// What [`Grain::as_str`] answered.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.as_str() == text)
    }

    /// The last day of the piece that `day` lies in.
    fn end(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day + TimeDelta::days(6 - i64::from(day.weekday().num_days_from_monday())),
            Self::Month => {
                let length = i64::from(day.num_days_in_month());
                day + TimeDelta::days(length - i64::from(day.day()))
            }
        }
    }
}

/// Days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct DateRange {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl DateRange {
    /// Whether the day is one of them.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// How many.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// Cut into weeks or months, which the first and the last may be only a part of.
    #[must_use]
    pub fn pieces(&self, grain: Grain) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            let to = grain.end(from).min(self.to);
            pieces.push(Self { from, to });
            let Some(next) = to.succ_opt() else { break };
            from = next;
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 12, 20).unwrap() + TimeDelta::days(n)
    }

    #[test]
    fn the_time_before_ends_the_day_before() {
        let today = day(400);
        for span in Span::ALL {
            let (now, before) = (span.until(today), span.before(today));
            assert_eq!((now.days(), before.days()), (span.days(), span.days()));
            assert_eq!(before.to.succ_opt(), Some(now.from));
            assert_eq!(Span::parse(span.as_str()), Some(span));
        }
    }

    #[test]
    fn february_is_as_long_as_it_is() {
        let leap = Span::Quarter.until(NaiveDate::from_ymd_opt(2024, 3, 31).unwrap());
        let months: Vec<i64> = leap.pieces(Grain::Month).iter().map(DateRange::days).collect();
        assert_eq!(months, [30, 29, 31]);
    }

    proptest! {
        #[test]
        fn pieces_cover_every_day_once(from in 0_i64..1500, length in 1_i64..800) {
            let range = DateRange { from: day(from), to: day(from + length - 1) };
            for grain in Grain::ALL {
                let pieces = range.pieces(grain);
                prop_assert_eq!(pieces.iter().map(DateRange::days).sum::<i64>(), length);
                prop_assert_eq!((pieces[0].from, pieces[pieces.len() - 1].to), (range.from, range.to));
                for pair in pieces.windows(2) {
                    prop_assert_eq!(pair[0].to.succ_opt(), Some(pair[1].from));
                    match grain {
                        Grain::Day => {}
                        Grain::Week => prop_assert_eq!(pair[1].from.weekday(), chrono::Weekday::Mon),
                        Grain::Month => prop_assert_eq!(pair[1].from.day(), 1),
                    }
                }
            }
        }
    }
}
