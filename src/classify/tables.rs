//! Rows of tables in plain text: cells with bars, tabs or wide gaps between them.

use super::Item;
use crate::traits::{BAR, FOLDED, GAP, Traits};

/// Least cells of a row, and least rows, one behind the other, with as many.
const CELLS_MIN: usize = 3;
const ROWS_MIN: usize = 3;
/// What may part cells: bars, tabs, gaps. Of lines without these, which are most, nothing is looked at.
const PARTING: Traits = BAR | FOLDED | GAP;

/// Which lines are rows of tables of numbers: standings, results, measures. Of the rows at least half hold a
/// cell of digits; a menu in columns holds none.
pub(super) fn rows(items: &[Item]) -> Vec<bool> {
    let count = |item: &Item| if item.facts.traits & PARTING != 0 { cells(item.text).count() } else { 1 };
    let cells: Vec<usize> = items.iter().map(count).collect();
    let mut rows = vec![false; items.len()];
    let mut at = 0;
    while at < items.len() {
        let end = at + cells[at..].iter().take_while(|&&count| count == cells[at]).count();
        if cells[at] >= CELLS_MIN && end - at >= ROWS_MIN {
            let numbers = items[at..end].iter().filter(|item| cells_of_digits(item.text)).count();
            rows[at..end].fill(numbers * 2 >= end - at);
        }
        at = end;
    }
    rows
}

fn cells_of_digits(text: &str) -> bool {
    let is_number =
        |cell: &str| cell.contains(|c: char| c.is_ascii_digit()) && !cell.contains(char::is_alphabetic);
    cells(text).any(is_number)
}

fn cells(text: &str) -> impl Iterator<Item = &str> {
    let by = if text.contains('|') {
        "|"
    } else if text.trim().contains('\t') {
        "\t"
    } else {
        "  "
    };
    text.split(by).map(str::trim).filter(|cell| !cell.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::kind::Kind;
    use crate::{Config, clean};

    const ARTICLE: &str = "Sport\nNews\nWeather\n\nHawks beat the Rovers again\n\nThe Hawks beat the Rovers for the third time this season on Saturday, and this time nobody could say that it was the wind.\n\nThe visitors led at the break, but two goals within four minutes turned the game, and the keeper did the rest.\n";

    #[test]
    fn standings_below_an_article_stay() {
        for gap in ["   ", "\t", " | "] {
            let rows =
                [["Hawks", "12", "31"], ["Rovers", "12", "24"], ["Harbour", "11", "19"], ["Mill", "12", "8"]];
            let table: String = rows.map(|row| row.join(gap) + "\n").concat();
            let text = format!("{ARTICLE}\n{table}");
            let mut body_only = Config::default();
            body_only.dropped.insert(Kind::Caption);
            let cleaned = clean(&text, &body_only);
            assert!(cleaned.text().ends_with(&table), "{}", cleaned.text());
        }
    }

    #[test]
    fn a_menu_in_columns_is_no_table_of_numbers() {
        let text =
            format!("{ARTICLE}\nHome   News   Sport\nContact   Imprint   Privacy\nTerms   Jobs   Help\n");
        let cleaned = clean(&text, &Config::default());
        assert!(!cleaned.text().contains("Imprint"), "{}", cleaned.text());
    }
}
