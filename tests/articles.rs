//! Whole articles: the marks judge, the snapshots record.

use unchaff::segment::{self, is_blank};
use unchaff::{Cleaned, Config, clean};

use crate::util::{Fixture, Mark, fixtures, root};

/// Lines whose verdict is not what the mark wants.
fn wrong_lines(fixture: &Fixture, cleaned: &Cleaned) -> Vec<String> {
    let gone = gone(cleaned);
    let lines = segment::lines(cleaned.original);
    assert_eq!(lines.len(), fixture.marks.len());
    let mut wrong = Vec::new();
    for (number, (&mark, line)) in fixture.marks.iter().zip(&lines).enumerate() {
        let text = line.text(cleaned.original);
        let fits = match mark {
            Mark::Keep => gone[number].is_none(),
            Mark::Drop => gone[number].is_some(),
            Mark::Either => true,
        };
        if !fits && !is_blank(text) {
            let wanted = if mark == Mark::Keep { "must stay" } else { "must go" };
            let rule = gone[number].unwrap_or("-");
            wrong.push(format!("{}:{} {wanted} [{rule}]: {text}", fixture.name, number + 1));
        }
    }
    wrong
}

/// For each line the rule that cut it.
fn gone(cleaned: &Cleaned) -> Vec<Option<&'static str>> {
    let mut gone = vec![None; cleaned.lines];
    for cut in &cleaned.cuts {
        gone[cut.lines.clone()].fill(Some(cut.rule));
    }
    gone
}

fn check(folder: &str) {
    let fixtures = fixtures(folder);
    let mut wrong = Vec::new();
    for fixture in &fixtures {
        wrong.extend(wrong_lines(fixture, &clean(&fixture.text, &Config::default())));
        let windows = Fixture {
            name: format!("{} (CR LF)", fixture.name),
            text: fixture.text.replace('\n', "\r\n"),
            marks: fixture.marks.clone(),
        };
        wrong.extend(wrong_lines(&windows, &clean(&windows.text, &Config::default())));
    }
    assert!(wrong.is_empty(), "{} lines of {} fixtures:\n{}", wrong.len(), fixtures.len(), wrong.join("\n"));
}

#[test]
fn articles_are_cleaned_as_a_careful_person_would() {
    check("articles");
}

#[test]
fn clean_texts_come_through_untouched() {
    check("clean");
    for fixture in fixtures("clean") {
        let text = fixture.text.trim_end_matches('\n').to_owned() + "\n";
        let cleaned = clean(&text, &Config::default());
        assert_eq!(cleaned.cuts, [], "{}: not one byte", fixture.name);
    }
}

/// Boxes as pages have them between their last paragraphs, by the first letters of a fixture's name.
const BOXES: [(&str, [&[&str]; 4]); 6] = [
    (
        "en",
        [
            &[
                "Get the island's news in your inbox",
                "Email address",
                "Sign up",
                "You can unsubscribe at any time.",
            ],
            &["Share this article", "Facebook", "WhatsApp"],
            &["Leave a comment"],
            &["Related", "Lifeboat crew praised after night call", "Old chapel to become a library"],
        ],
    ),
    (
        "de",
        [
            &["Unser Newsletter", "Das Wichtigste der Woche", "E-Mail-Adresse", "Jetzt anmelden"],
            &["Teilen", "Facebook", "WhatsApp"],
            &["Kommentare"],
            &["Lesen Sie auch", "Freibad öffnet eine Woche früher", "Streit um die alte Mühle"],
        ],
    ),
    (
        "fr",
        [
            &["Newsletter", "Chaque matin, l'essentiel de l'île", "Votre e-mail", "Je m'inscris"],
            &["Partager", "Facebook", "WhatsApp"],
            &["Laisser un commentaire"],
            &["À lire aussi", "La criée rouvre ses portes", "Un phare à vendre"],
        ],
    ),
    (
        "es",
        [
            &["Boletín", "Las noticias del día en tu correo", "Correo electrónico", "Suscribirme"],
            &["Compartir", "Facebook", "WhatsApp"],
            &["Deja un comentario"],
            &["Te puede interesar", "El faro vuelve a encenderse", "Cierra la última barbería del puerto"],
        ],
    ),
    (
        "pl",
        [
            &["Newsletter", "Najważniejsze wiadomości co rano", "Adres e-mail", "Zapisz się"],
            &["Udostępnij", "Facebook", "WhatsApp"],
            &["Komentarze"],
            &["Zobacz także", "Latarnia znów świeci", "Ostatni fryzjer zamyka zakład"],
        ],
    ),
    (
        "ru",
        [
            &["Рассылка", "Главное за день в вашей почте", "Ваш e-mail", "Подписаться"],
            &["Поделиться", "ВКонтакте", "Telegram"],
            &["Комментарии"],
            &["Читайте также", "Маяк снова горит", "Последняя парикмахерская закрывается"],
        ],
    ),
];
/// Least characters of a paragraph.
const PARAGRAPH_MIN: usize = 60;
/// So many paragraphs at most may go where one of these boxes stands, of a hundred cases: whether the article goes on
/// is a guess, and a worse one of line-ups than of sentences.
const LOST_PERCENT_MAX: usize = 5;

#[test]
fn an_article_goes_on_behind_a_box() {
    let (mut cases, mut lost) = (0, Vec::new());
    for fixture in fixtures("articles").iter().filter(|fixture| !fixture.name.contains("-edge-")) {
        let Some((_, boxes)) = BOXES.iter().find(|(language, _)| fixture.name.starts_with(language)) else {
            continue;
        };
        let stays = |text: &str| -> Vec<bool> {
            let cleaned = clean(text, &Config::default());
            gone(&cleaned).iter().map(Option::is_none).collect()
        };
        let lines: Vec<&str> = fixture.text.lines().collect();
        let before = stays(&fixture.text);
        let is_paragraph = |at: &usize| {
            fixture.marks[*at] == Mark::Keep && before[*at] && lines[*at].chars().count() >= PARAGRAPH_MIN
        };
        let paragraphs: Vec<usize> = (0..lines.len()).filter(is_paragraph).collect();
        for (own, &at) in
            boxes.iter().flat_map(|own| paragraphs.iter().rev().take(3).map(move |at| (own, at)))
        {
            let added: Vec<&str> = own.iter().flat_map(|line| [*line, ""]).collect();
            let text = [&lines[..at], &added, &lines[at..]].concat().join("\n") + "\n";
            let after = stays(&text);
            cases += 1;
            let gone =
                paragraphs.iter().filter(|&&own| !after[if own < at { own } else { own + added.len() }]);
            lost.extend(gone.map(|&gone| format!("{} behind {:?}: {}", fixture.name, own[0], lines[gone])));
        }
    }
    assert!(
        lost.len() * 100 <= cases * LOST_PERCENT_MAX,
        "{} in {cases} cases:\n{}",
        lost.len(),
        lost.join("\n")
    );
}

#[test]
fn clean_text_is_clean_text() {
    let mut wrong = Vec::new();
    for fixture in fixtures("articles") {
        let once = clean(&fixture.text, &Config::default()).text();
        let twice = clean(&once, &Config::default());
        wrong.extend(
            twice.cuts.iter().map(|cut| format!("{}: {} {:?}", fixture.name, cut.rule, twice.removed(cut))),
        );
    }
    assert!(wrong.is_empty(), "a second run must find nothing:\n{}", wrong.join("\n"));
}

#[test]
fn clean_text_has_no_holes() {
    for fixture in fixtures("articles") {
        let longest_gap = |text: &str| {
            let blank: Vec<bool> = text.lines().map(is_blank).collect();
            blank.split(|blank| !blank).map(<[bool]>::len).max().unwrap_or(0)
        };
        let text = clean(&fixture.text, &Config::default()).text();
        assert!(longest_gap(&text) <= longest_gap(&fixture.text).min(2), "{}:\n{text}", fixture.name);
        assert!(!text.starts_with('\n') && !text.ends_with("\n\n"), "{}:\n{text}", fixture.name);
    }
}

#[test]
fn fixtures_cover_languages_and_scripts() {
    let articles = fixtures("articles");
    let mut languages: Vec<String> = articles.iter().map(|fixture| fixture.name[..2].to_owned()).collect();
    languages.sort();
    languages.dedup();
    assert!(articles.len() >= 25 && languages.len() >= 8, "{} articles in {languages:?}", articles.len());
}

#[test]
fn verdicts_are_recorded() {
    insta::with_settings!({ snapshot_path => root().join("snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
        for fixture in fixtures("articles") {
            let cleaned = clean(&fixture.text, &Config::default());
            let gone = gone(&cleaned);
            let lines = segment::lines(cleaned.original);
            let mut shown = String::new();
            for (rule, line) in gone.iter().zip(&lines) {
                let row = format!("{:<24}| {}", rule.unwrap_or(""), line.text(cleaned.original));
                shown += row.trim_end();
                shown += "\n";
            }
            insta::assert_snapshot!(format!("articles-{}", fixture.name), shown);
        }
    });
}
