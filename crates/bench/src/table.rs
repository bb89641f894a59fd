//! The table.

use std::fmt::Write;

use crate::{Options, drive::Outcome, plan::sound, relevance::REACH, scenarios::Reach, studio::REACH_MILLIS};

/// A measured page.
pub(crate) struct Line {
    pub name: &'static str,
    pub reach: Reach,
    pub outcome: Outcome,
    /// Answers a second of the bare handler.
    pub bare: Option<f64>,
    /// Median with few learners, in milliseconds.
    pub small_p50: Option<f64>,
    /// Seconds of processor time while it was measured.
    pub server_cpu: f64,
    pub driver_cpu: f64,
    pub others_cpu: f64,
}

/// Everything that was measured.
pub(crate) struct Table {
    machine: String,
    size: String,
    engine: String,
    connections: usize,
    pub lines: Vec<Line>,
    pub start_millis: Option<f64>,
    pub binary_mib: Option<f64>,
    /// Mean NDCG@5 of the judged queries on the demo's courses.
    pub ndcg: Option<f64>,
    /// Milliseconds that a generated lesson takes without its model, and seconds for twenty courses at once.
    pub studio: Option<(f64, f64)>,
    pub resident_mib: Option<f64>,
    pub resident_peak_mib: Option<f64>,
    /// Writes that were acknowledged, and those that the database has.
    pub written: Option<(u64, u64)>,
}

/// Megabytes in the targets are 10^6 bytes.
const MIB: f64 = 1.048_576;

/// Growth from the small to the big database, at most.
const GROWTH: f64 = 1.3;

impl Table {
    pub(crate) fn new(machine: String, engine: String, size: String, options: &Options) -> Self {
        Self {
            machine,
            size,
            engine,
            connections: options.connections,
            lines: Vec::new(),
            start_millis: None,
            binary_mib: None,
            ndcg: None,
            studio: None,
            resident_mib: None,
            resident_peak_mib: None,
            written: None,
        }
    }

    /// As Markdown.
    pub(crate) fn render(&self) -> String {
        let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
        rows.extend(self.lines.iter().map(Line::row));
        let mut out = format!(
            "{} on {}; {}; {} connections\n\n",
            self.engine, self.machine, self.size, self.connections
        );
        write_rows(&mut out, &rows);
        out.push('\n');
        let mut rows = vec![["what", "reach", "measured", "verdict"].map(str::to_owned).to_vec()];
        rows.extend(self.lines.iter().filter_map(Line::growth));
        rows.extend(self.whole());
        write_rows(&mut out, &rows);
        out.push_str(&self.shares());
        out
    }

    fn whole(&self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        let mut add = |what: &str, reach: &str, measured: String, good: bool| {
            rows.push(vec![what.to_owned(), reach.to_owned(), measured, verdict(good)]);
        };
        if let (Some(now), Some(peak)) = (self.resident_mib, self.resident_peak_mib) {
            add(
                "resident memory after the load",
                "< 150 MB",
                format!("{:.0} MB (peak {:.0} MB)", now * MIB, peak * MIB),
                peak * MIB < 150.0,
            );
        }
        if let Some(millis) = self.start_millis {
            add("start to first page", "< 300 ms", format!("{millis:.0} ms"), millis < 300.0);
        }
        if let Some(mib) = self.binary_mib {
            add("release binary", "< 60 MB", format!("{:.1} MB", mib * MIB), mib * MIB < 60.0);
        }
        if let Some((lesson, twenty)) = self.studio {
            let reach = format!("< {REACH_MILLIS:.0} ms");
            add(
                "generated lesson, without the model",
                &reach,
                format!("{lesson:.1} ms"),
                lesson < REACH_MILLIS,
            );
            add("20 courses of 7 days at once, one worker", "", format!("{twenty:.1} s"), true);
        }
        if let Some(ndcg) = self.ndcg {
            let reach = format!("≥ {REACH}");
            add("NDCG@5 of the search on the demo", &reach, format!("{ndcg:.3}"), ndcg >= REACH);
        }
        if let Some((told, kept)) = self.written {
            // A request that was under way at the end may be kept and not told.
            add("acknowledged writes in the database", "all", format!("{kept} of {told}"), kept >= told);
        }
        rows
    }

    /// Who had the processors, for judging the numbers.
    fn shares(&self) -> String {
        let most = |share: fn(&Line) -> f64| self.lines.iter().map(share).fold(0.0, f64::max);
        format!(
            "\nThe driver used up to {:.2} of the processors' time, other programs up to {:.2} (in processors). \
             “CPU” is the server's processor time a request.\n",
            most(|line| line.driver_cpu / line.outcome.seconds),
            most(|line| line.others_cpu / line.outcome.seconds),
        )
    }
}

const HEAD: [&str; 9] =
    ["what", "reach", "p50 ms", "p95 ms", "p99 ms", "req/s", "of bare", "CPU µs", "verdict"];

impl Line {
    fn ratio(&self) -> Option<f64> {
        self.bare.map(|bare| self.outcome.rate() / bare)
    }

    fn row(&self) -> Vec<String> {
        let Reach { p50, p99, rate, ratio } = self.reach;
        let reach: Vec<String> = [
            p50.map(|limit| format!("p50 < {limit} ms")),
            p99.map(|limit| format!("p99 < {limit} ms")),
            rate.map(|limit| format!("> {limit}/s")),
            ratio.map(|limit| format!("≥ {:.0} % of bare", limit * 100.0)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let o = &self.outcome;
        let good = sound(o)
            && p50.is_none_or(|limit| o.millis(0.5) < limit)
            && p99.is_none_or(|limit| o.millis(0.99) < limit)
            && rate.is_none_or(|limit| o.rate() > limit)
            && ratio.zip(self.ratio()).is_none_or(|(limit, ratio)| ratio >= limit);
        let verdict = match o.failures {
            0 if reach.is_empty() => "–".into(),
            0 => verdict(good),
            failures => format!("MISSED: {failures} wrong answers"),
        };
        vec![
            self.name.to_owned(),
            reach.join(", "),
            format!("{:.2}", o.millis(0.5)),
            format!("{:.2}", o.millis(0.95)),
            format!("{:.2}", o.millis(0.99)),
            format!("{:.0}", o.rate()),
            self.ratio().map(|ratio| format!("{:.0} %", ratio * 100.0)).unwrap_or_default(),
            format!("{:.0}", self.server_micros()),
            verdict,
        ]
    }

    fn growth(&self) -> Option<Vec<String>> {
        let small = self.small_p50?;
        let growth = self.outcome.millis(0.5) / small;
        Some(vec![
            format!("growth of {}", self.name),
            format!("≤ {GROWTH}"),
            format!("{growth:.2} ({small:.2} ms with few learners)"),
            verdict(growth <= GROWTH),
        ])
    }
}

fn verdict(good: bool) -> String {
    if good { "ok".into() } else { "MISSED".into() }
}

/// A Markdown table with columns in line.
fn write_rows(out: &mut String, rows: &[Vec<String>]) {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (number, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            // Writing to a string can't fail.
            let _ = write!(out, "| {cell:width$} ");
        }
        out.push_str("|\n");
        if number == 0 {
            for width in &widths {
                let _ = write!(out, "|{}", "-".repeat(width + 2));
            }
            out.push_str("|\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use hdrhistogram::Histogram;

    use super::*;

    fn line(micros: u64, failures: u64) -> Line {
        let mut latencies = Histogram::new_with_bounds(1, 60_000_000, 3).unwrap();
        latencies.record_n(micros, 1_000).unwrap();
        Line {
            name: "page",
            reach: Reach { p50: Some(3.0), p99: Some(25.0), rate: None, ratio: Some(0.25) },
            outcome: Outcome { latencies, seconds: 1.0, failures, first_failure: None },
            bare: Some(2_000.0),
            small_p50: Some(1.0),
            server_cpu: 0.1,
            driver_cpu: 0.1,
            others_cpu: 0.0,
        }
    }

    #[test]
    fn what_misses_its_reach_is_called_missed() {
        let verdict = |line: &Line| line.row().pop().unwrap();
        assert_eq!(verdict(&line(2_000, 0)), "ok");
        assert_eq!(verdict(&line(4_000, 0)), "MISSED", "too slow");
        assert_eq!(verdict(&line(2_000, 3)), "MISSED: 3 wrong answers");
        assert_eq!(verdict(&Line { bare: Some(9_000.0), ..line(2_000, 0) }), "MISSED", "too far from bare");
        assert_eq!(
            line(2_000, 0).growth().unwrap().pop().unwrap(),
            "MISSED",
            "twice as slow as the small one"
        );
    }

    #[test]
    fn columns_stand_in_line() {
        let mut out = String::new();
        write_rows(&mut out, &[vec!["a".into(), "bb".into()], vec!["ccc".into(), "–".into()]]);
        assert_eq!(out, "| a   | bb |\n|-----|----|\n| ccc | –  |\n");
    }
}
