//! The list of addresses that text browsers put below a page (`lynx -dump`): a line for each link, with the
//! number that stands before the link's text as `[12]Home`.

use super::{Item, Page};
use crate::kind::Kind;
use crate::links;
use crate::profile::Profile;

/// Least lines of such a list.
const ADDRESSES_MIN: usize = 10;
/// For so many addresses a line that begins with the number of a link: in menus each does, and where an article
/// gives its sources none.
const SHARE_OF_LABELS: usize = 4;
/// Most words of a label above the list, and most labels: "References", "Visible links".
const LABEL_WORDS_MAX: u32 = 2;
const LABELS_MAX: usize = 2;
const SCORE: f32 = 0.95;
pub(super) const RULE: &str = "navigation/addresses";

const BEGINNINGS: [&str; 6] = ["http://", "https://", "ftp://", "file://", "mailto:", "javascript:"];

pub(super) fn settle(page: &mut Page, profile: &Profile) {
    let is_address: Vec<bool> = page.items.iter().map(is_address).collect();
    let addresses = is_address.iter().filter(|is_address| **is_address).count();
    if addresses < ADDRESSES_MIN {
        return;
    }
    let lines = 0..profile.lines.len();
    let labels = lines.filter(|&line| links::begins_with_number(profile.line(line))).count();
    if labels * SHARE_OF_LABELS < addresses {
        return;
    }
    for at in (0..page.items.len()).rev() {
        let label_of_list = |by: usize| is_address.get(at + by) == Some(&true);
        let item = &page.items[at];
        let is_label = item.facts.words() <= LABEL_WORDS_MAX
            && !item.facts.ends_statement()
            && (1..=LABELS_MAX).any(label_of_list);
        if item.wish.is_none() && (is_address[at] || is_label) {
            page.items[at].settle(Kind::Navigation, RULE, SCORE);
        }
    }
}

/// Is the line a number and an address, and nothing else?
fn is_address(item: &Item) -> bool {
    let text = item.text.trim();
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(address) = behind.strip_prefix('.').filter(|_| behind.len() < text.len()) else { return false };
    let address = address.trim_start();
    BEGINNINGS.iter().any(|beginning| address.starts_with(beginning))
        && !address.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use crate::{Config, clean};

    const BODY: &str = "The ferry that the [7]council bought in spring has not left its berth since, because nobody had measured the lock.\n\nThe [8]harbour master says that he was never asked about any of it, and that he would have told them so.\n";

    fn page(numbered: bool) -> String {
        let menu: Vec<String> = (1..=6).map(|n| format!("   [{n}]Part {n}\n")).collect();
        let list: Vec<String> = (1..=12).map(|n| format!("   {n}. https://gazette.example/{n}\n")).collect();
        let menu = if numbered { menu.concat() } else { String::new() };
        let body = if numbered { BODY.to_owned() } else { BODY.replace("[7]", "").replace("[8]", "") };
        format!("{menu}\n{body}\nReferences\n\n   Visible links\n{}", list.concat())
    }

    #[test]
    fn the_links_of_a_text_browser_go_with_their_addresses() {
        let text = page(true);
        let cleaned = clean(&text, &Config::default());
        assert!(cleaned.text().ends_with(BODY), "{}", cleaned.text());
        assert!(cleaned.cuts.iter().any(|cut| cut.rule == "navigation/addresses"));
    }

    #[test]
    fn sources_of_an_article_stay() {
        let text = page(false);
        assert_eq!(clean(&text, &Config::default()).text(), text);
    }
}
