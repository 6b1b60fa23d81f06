//! The one score along which presets move: is it what it says, and what does each bound on it buy?
//!
//! The score of a line is the chance that it is no running text. [`Curve::of`] compares it with labels,
//! [`Curve::svg`] draws what it found.
//!
//! Cost: linear in the lines; each document is scored once and cleaned once for each preset.

use std::fmt::Write as _;

use rayon::prelude::*;

use super::gold::{Corpus, Gold, Label};
use super::scores::{self, Score};
use crate::classify::{self, Preset};
use crate::config::Config;
use crate::profile::Profile;

/// Steps of the score.
const STEPS: usize = 20;

/// Lines whose score falls into one step, and how many of them are no running text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bin {
    /// Labelled lines.
    pub lines: usize,
    /// Those that are furniture or junk.
    pub other: usize,
    /// Those that are junk.
    pub junk: usize,
    /// Sum of their scores.
    pub scores: f64,
}

impl Bin {
    /// The mean score, and the share that is no running text.
    #[must_use]
    pub fn means(&self) -> Option<(f64, f64)> {
        let lines = self.lines as f64;
        (self.lines > 0).then(|| (self.scores / lines, self.other as f64 / lines))
    }
}

/// Scores of labelled lines beside their labels.
#[derive(Clone, Debug)]
pub struct Curve {
    /// From score 0 to score 1, in steps of the same width.
    pub bins: Vec<Bin>,
    /// Each preset as it is, with names and guards.
    pub presets: Vec<(Preset, Score)>,
}

impl Curve {
    /// Measures on `documents`, of which clean texts are left out; `config` makes the configuration of
    /// each, whose preset is put aside.
    #[must_use]
    pub fn of(corpus: &Corpus, documents: &[&Gold], config: &(impl Fn(&Gold) -> Config + Sync)) -> Self {
        let pages: Vec<&Gold> = documents.iter().copied().filter(|gold| gold.genre.is_none()).collect();
        let of_page = |gold: &&Gold| {
            let mut bins = vec![Bin::default(); STEPS];
            let inputs = classify::inputs(&Profile::of(&gold.text));
            for (&line, chances) in inputs.lines.iter().zip(config(gold).model.score(&inputs)) {
                let label = gold.labels[line];
                if matches!(label, Label::Stays | Label::Unknown) {
                    continue;
                }
                let score = f64::from(1.0 - chances.body).clamp(0.0, 1.0);
                let step = (1..STEPS).take_while(|&step| score >= step as f64 / STEPS as f64).count();
                let bin = &mut bins[step];
                bin.lines += 1;
                bin.other += usize::from(label != Label::Body);
                bin.junk += usize::from(label == Label::Junk);
                bin.scores += score;
            }
            bins
        };
        let of_pages: Vec<Vec<Bin>> = pages.par_iter().map(of_page).collect();
        let mut bins = vec![Bin::default(); STEPS];
        for of_page in &of_pages {
            for (sum, bin) in bins.iter_mut().zip(of_page) {
                sum.lines += bin.lines;
                sum.other += bin.other;
                sum.junk += bin.junk;
                sum.scores += bin.scores;
            }
        }
        let presets = Preset::ALL
            .into_iter()
            .map(|preset| {
                let with_preset = |gold: &Gold| Config { preset, ..config(gold) };
                let mut score = Score::default();
                for outcome in &scores::outcomes(corpus, &pages, &with_preset) {
                    score.add(outcome);
                }
                (preset, score)
            })
            .collect();
        Self { bins, presets }
    }

    /// The expected calibration error (Naeini et al. 2015): how far a score is from the share it
    /// promises, in the mean over all lines.
    #[must_use]
    pub fn error(&self) -> f64 {
        let lines: usize = self.bins.iter().map(|bin| bin.lines).sum();
        let of_bin =
            |bin: &Bin| bin.means().map_or(0.0, |(said, seen)| (said - seen).abs() * bin.lines as f64);
        self.bins.iter().map(of_bin).sum::<f64>() / lines.max(1) as f64
    }

    /// Precision and recall of keeping body among body and junk, if all lines below a bound stay: for each
    /// bound from low to high.
    #[must_use]
    pub fn bounds(&self) -> Vec<(f64, f64)> {
        let body = |bin: &Bin| bin.lines - bin.other;
        let all: usize = self.bins.iter().map(body).sum();
        let (mut kept, mut right) = (0, 0);
        let mut points = Vec::new();
        for bin in &self.bins {
            kept += body(bin) + bin.junk;
            right += body(bin);
            points.push((right as f64 / kept.max(1) as f64, right as f64 / all.max(1) as f64));
        }
        points
    }

    /// The numbers, for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = format!(
            "\n{:<24}{:>9}  {:<20}{:<14}{}\n",
            "preset", "", "line keep P/R/F1", "article F1", "exact"
        );
        for (preset, score) in &self.presets {
            let ([precision, recall, f1], _) = score.of_lines();
            let _ = write!(out, "{:<33}  {precision:.3} {recall:.3} {f1:.3}   ", preset.name());
            let _ = match score.of_articles() {
                Some((f1, exact)) => writeln!(out, "{f1:<14.4}{exact:.3}"),
                None => writeln!(out),
            };
        }
        let _ = writeln!(out, "\n{:<24}{:>9}  no running text", "score", "lines");
        for bin in &self.bins {
            if let Some((said, seen)) = bin.means() {
                let _ = writeln!(out, "{said:<24.3}{:>9}  {seen:.3}", bin.lines);
            }
        }
        let _ = writeln!(out, "calibration error {:.3}", self.error());
        out
    }

    /// A drawing of both, as SVG: the scores beside what they promise, and what bounds and presets buy.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut out = String::from(HEAD);
        let most = self.bins.iter().map(|bin| bin.lines).max().unwrap_or(1).max(1) as f64;
        axes(
            &mut out,
            LEFT,
            ["said: chance of no running text", "seen: share of no running text"],
            [0.0, 1.0],
        );
        let [x, y] = place(LEFT, [0.0, 1.0], 0.0, 0.0);
        let [to_x, to_y] = place(LEFT, [0.0, 1.0], 1.0, 1.0);
        let _ = writeln!(out, r#"<path class="g" d="M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}"/>"#);
        for bin in &self.bins {
            if let Some((said, seen)) = bin.means() {
                let [x, y] = place(LEFT, [0.0, 1.0], said, seen);
                let radius = 2.0 + 6.0 * (bin.lines as f64 / most).sqrt();
                let _ = writeln!(
                    out,
                    r#"<circle class="d" cx="{x:.1}" cy="{y:.1}" r="{radius:.1}"><title>{} lines, said {said:.3}, seen {seen:.3}</title></circle>"#,
                    bin.lines
                );
            }
        }
        let span = [0.6, 1.0];
        axes(&mut out, RIGHT, ["recall of running text, by lines", "precision of running text"], span);
        let path: Vec<String> = self
            .bounds()
            .iter()
            .filter(|(precision, recall)| *precision >= span[0] && *recall >= span[0])
            .map(|&(precision, recall)| {
                let [x, y] = place(RIGHT, span, recall, precision);
                format!("{x:.1} {y:.1}")
            })
            .collect();
        let _ = writeln!(out, r#"<path class="c" d="M{}"/>"#, path.join("L"));
        for (preset, score) in &self.presets {
            let ([precision, recall, _], _) = score.of_lines();
            let [x, y] = place(RIGHT, span, recall.max(span[0]), precision.max(span[0]));
            let _ = writeln!(out, r#"<circle class="d" cx="{x:.1}" cy="{y:.1}" r="4"/>"#);
            let _ = writeln!(out, r#"<text x="{:.1}" y="{:.1}">{}</text>"#, x + 8.0, y + 4.0, preset.name());
        }
        out.push_str("</svg>\n");
        out
    }
}

/// Left edges of the two drawings, and their size.
const LEFT: f64 = 60.0;
const RIGHT: f64 = 420.0;
const SIZE: f64 = 270.0;
const TOP: f64 = 20.0;
/// Lines of a grid in each direction.
const GRID: usize = 5;

const HEAD: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 350" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="Calibration of the score, and precision and recall of the presets">
<style>
svg { background: #fff; fill: #1c2430; }
path { fill: none; stroke: #8a94a3; }
.g { stroke-dasharray: 4 4; }
.c { stroke: #0b6bcb; stroke-width: 2; }
.d { fill: #0b6bcb; fill-opacity: .75; }
.n { stroke: #dfe3e8; }
@media (prefers-color-scheme: dark) {
svg { background: #14181f; fill: #e4e8ee; }
.c { stroke: #6cb6ff; }
.d { fill: #6cb6ff; }
.n { stroke: #2b323d; }
}
</style>
"#;

/// Where a point stands, of a drawing whose axes both have this span.
fn place(left: f64, span: [f64; 2], x: f64, y: f64) -> [f64; 2] {
    let of = |value: f64| (value - span[0]) / (span[1] - span[0]) * SIZE;
    [left + of(x), TOP + SIZE - of(y)]
}

fn axes(out: &mut String, left: f64, names: [&str; 2], span: [f64; 2]) {
    for step in 0..=GRID {
        let value = span[0] + (span[1] - span[0]) * step as f64 / GRID as f64;
        let [x, y] = place(left, span, value, value);
        let (right, bottom) = (left + SIZE, TOP + SIZE);
        let _ = writeln!(out, r#"<path class="n" d="M{x:.1} {TOP}V{bottom}M{left} {y:.1}H{right}"/>"#);
        let _ =
            writeln!(out, r#"<text x="{x:.1}" y="{}" text-anchor="middle">{value:.2}</text>"#, bottom + 16.0);
        let _ = writeln!(
            out,
            r#"<text x="{}" y="{:.1}" text-anchor="end">{value:.2}</text>"#,
            left - 6.0,
            y + 4.0
        );
    }
    let (middle, centre) = (left + SIZE / 2.0, TOP + SIZE / 2.0);
    let _ = writeln!(
        out,
        r#"<text x="{middle}" y="{}" text-anchor="middle">{}</text>"#,
        TOP + SIZE + 36.0,
        names[0]
    );
    let side = left - 42.0;
    let _ = writeln!(
        out,
        r#"<text x="{side}" y="{centre}" text-anchor="middle" transform="rotate(-90 {side} {centre})">{}</text>"#,
        names[1]
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(bins: &[(usize, usize, f64)]) -> Curve {
        let bin = |&(lines, other, score): &(usize, usize, f64)| Bin {
            lines,
            other,
            junk: other,
            scores: score * lines as f64,
        };
        Curve { bins: bins.iter().map(bin).collect(), presets: vec![(Preset::Balanced, Score::default())] }
    }

    #[test]
    fn a_score_that_is_what_it_says_has_no_error() {
        assert!(curve(&[(10, 1, 0.1), (10, 9, 0.9)]).error() < 1e-9);
        assert!((curve(&[(10, 5, 0.1), (10, 5, 0.9)]).error() - 0.4).abs() < 1e-9);
        assert!(curve(&[]).error().abs() < 1e-9);
    }

    #[test]
    fn higher_bounds_keep_more_and_know_less() {
        let points = curve(&[(10, 1, 0.1), (10, 9, 0.9)]).bounds();
        assert_eq!(points, [(0.9, 0.9), (0.5, 1.0)]);
    }

    #[test]
    fn a_drawing_is_well_formed() {
        let svg = curve(&[(10, 1, 0.1), (10, 9, 0.9)]).svg();
        assert!(
            svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && svg.contains(">balanced</text>"),
            "{svg}"
        );
        assert!(!svg.contains("NaN"), "{svg}");
    }
}
