//! Bars over time, drawn by the server: they need no script, follow the theme by the style sheet, and stand above the table
//! with the same numbers.

/// A bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Left edge and width, percent of the drawing.
    pub x: String,
    /// Width.
    pub width: String,
    /// Middle of the bar, percent: where its label stands.
    pub middle: String,
    /// Upper edge, percent of the height.
    pub y: String,
    /// Height; at least a line when there is something.
    pub height: String,
    /// What the bar says when somebody points at it, such as `November 23: 2 lessons`.
    pub title: String,
    /// Below the bar, for as many bars as there is room for.
    pub label: Option<String>,
}

/// Bars, one beside the other.
#[derive(Clone, Debug)]
pub struct BarChart {
    /// What it shows, such as `Lessons completed`.
    pub caption: &'static str,
    /// The longest bar, such as `4`.
    pub most: String,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// What a bar stands for.
pub(crate) struct Value {
    /// How long.
    pub amount: i64,
    /// See [`Bar::title`].
    pub title: String,
    /// See [`Bar::label`].
    pub label: String,
}

/// Labels that a phone has room for.
const LABELS: usize = 6;

impl BarChart {
    /// Draws the values against the largest of them; `most` says in words how much that is.
    pub(crate) fn new(caption: &'static str, values: Vec<Value>, most: impl Fn(i64) -> String) -> Self {
        let largest = values.iter().map(|value| value.amount).max().unwrap_or(0);
        let slot = 100.0 / precise(i64::try_from(values.len()).unwrap_or(1).max(1));
        let every = values.len().div_ceil(LABELS).max(1);
        let bars = (0_i64..).zip(values).map(|(index, value)| {
            let height = if value.amount <= 0 {
                0.0
            } else {
                (precise(value.amount) / precise(largest) * 100.0).max(2.0)
            };
            let left = precise(index) * slot;
            Bar {
                x: format!("{:.3}", left + slot * 0.12),
                width: format!("{:.3}", slot * 0.76),
                middle: format!("{:.3}", left + slot / 2.0),
                y: format!("{:.2}", 100.0 - height),
                height: format!("{height:.2}"),
                title: value.title,
                label: usize::try_from(index).is_ok_and(|index| index % every == 0).then_some(value.label),
            }
        });
        Self { caption, most: most(largest), bars: bars.collect() }
    }

    /// Whether there is anything to see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bars.iter().all(|bar| bar.height == "0.00")
    }
}

/// Exact up to 2^31, and nobody learns for longer.
fn precise(n: i64) -> f64 {
    f64::from(i32::try_from(n).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(amounts: &[i64]) -> BarChart {
        let values = amounts
            .iter()
            .map(|amount| Value { amount: *amount, title: format!("{amount}"), label: "x".into() })
            .collect();
        BarChart::new("Lessons", values, |most| most.to_string())
    }

    #[test]
    fn the_largest_fills_the_height_and_something_is_never_nothing() {
        let chart = chart(&[0, 1, 1000]);
        let heights: Vec<_> = chart.bars.iter().map(|bar| bar.height.as_str()).collect();
        assert_eq!(heights, ["0.00", "2.00", "100.00"]);
        assert_eq!(chart.most, "1000");
        assert_eq!(chart.bars[2].y, "0.00");
    }

    #[test]
    fn no_values_and_no_amounts_are_empty() {
        assert!(chart(&[]).is_empty());
        assert!(chart(&[0, 0]).is_empty());
        assert!(!chart(&[0, 3]).is_empty());
    }

    #[test]
    fn a_phone_has_room_for_the_labels() {
        for bars in 1..100 {
            let chart = chart(&vec![1; bars]);
            let labels = chart.bars.iter().filter(|bar| bar.label.is_some()).count();
            assert!((1..=LABELS).contains(&labels), "{bars} bars have {labels} labels");
        }
    }
}
