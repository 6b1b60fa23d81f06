use super::*;

const LONG: &str = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.";
const NEXT: &str = "The harbour master says that he was never asked, and that he would have told them so for the price of a very small coffee.";
const LAST: &str = "Its captain has taken to painting the railings, first white and then, because there was nothing else to do, all of them white again.";

fn findings(text: &str) -> Findings {
    find(&Profile::of(text), |_| true, &Settings::default())
}

fn found(text: &str) -> Vec<(Vec<usize>, Range<usize>)> {
    findings(text).cuts.into_iter().map(|repeat| (repeat.lines, repeat.first.lines)).collect()
}

fn parts<'t>(text: &'t str, repeats: &[Repeat]) -> Vec<&'t str> {
    repeats.iter().filter_map(|repeat| repeat.part.clone()).map(|span| &text[span]).collect()
}

#[test]
fn a_block_is_one_finding_with_its_short_lines() {
    let text = format!("Title\n{LONG}\nYes.\n{NEXT}\n\n{LONG}\nYes.\n\n{NEXT}\nEnd.\n");
    assert_eq!(found(&text), [(vec![5, 6, 8], 1..4)]);
}

#[test]
fn a_common_short_line_does_not_hide_the_match() {
    let text = format!("Yes.\nYes.\n{LONG}\nYes.\n{LONG}\n");
    assert_eq!(found(&text), [(vec![3, 4], 1..3)]);
}

/// Found by the fuzzer: a line that goes in one block was also cut in part, by another one.
#[test]
fn a_line_of_two_blocks_goes_once() {
    let text = "Quay\na well-known: The ferry sets:sail on. say Jane Quay\nQuay\na well-known: The ferry sets:sail on. say Jane Quay again: look! Quay\na well-known: The ferry sets:sail on. say Jane ";
    let settings = Settings { words_min: 8, ..Settings::default() };
    let cuts = find(&Profile::of(text), |_| true, &settings).cuts;
    let mut lines: Vec<usize> = cuts.iter().flat_map(|cut| cut.lines.clone()).collect();
    assert!(lines.contains(&3), "{cuts:?}");
    lines.sort_unstable();
    let count = lines.len();
    lines.dedup();
    assert_eq!(lines.len(), count, "{cuts:?}");
}

#[test]
fn type_setting_does_not_matter_and_numbers_do() {
    let shouted = LONG.to_uppercase().replace(' ', "  ");
    assert_eq!(found(&format!("{LONG}\n{shouted}\n")), [(vec![1], 0..1)]);
    let wrapped = format!("{LONG} {NEXT}\n{LONG}\n{NEXT}\n");
    assert_eq!(found(&wrapped), [(vec![1, 2], 0..1)]);
    let prices = "On Monday the price of a barrel of salted herring at the upper market stood at 12.40 crowns, up from the day before yesterday, traders said.";
    let text = format!("{LONG}\n{prices}\n{NEXT}\n{LONG}\n{}\n{NEXT}\n", prices.replace("12.40", "12.41"));
    assert_eq!(found(&text), [(vec![3], 0..1), (vec![5], 2..3)], "a number that differs is news");
}

#[test]
fn of_equal_lines_the_first_stays() {
    let text = format!("{LONG}\n").repeat(4);
    assert_eq!(found(&text), [(vec![1], 0..1), (vec![2], 0..1), (vec![3], 0..1)]);
}

#[test]
fn refrains_stay() {
    let verse = "Row on, row on, the tide is turning,\nRow on, row on, the lamp is burning,\nRow on till the morning comes.\n";
    let text = format!("{verse}\nOne\n\n{verse}\nTwo\n\n{verse}");
    assert_eq!(findings(&text), Findings::default());
}

#[test]
fn no_source_is_part_of_a_copy() {
    let text = [LONG, NEXT, LONG, "Between.", NEXT, LONG, NEXT].join("\n");
    let findings = findings(&text);
    let copies: Vec<usize> = findings.cuts.iter().flat_map(|repeat| repeat.lines.clone()).collect();
    assert_eq!(copies, [2, 4, 5, 6]);
    for repeat in &findings.cuts {
        assert!(repeat.first.lines.clone().all(|line| !copies.contains(&line)), "{repeat:?}");
    }
}

#[test]
fn a_line_inside_the_second_copy_does_not_break_the_block() {
    let short = "He laughed at that.";
    let text = format!(
        "{LONG}\n{short}\n{NEXT}\n\n{LONG}\nSummer sale at the harbour\n{short}\nAnd more of it\n{NEXT}\n"
    );
    let findings = findings(&text);
    let cuts: Vec<_> = findings.cuts.iter().map(|cut| (cut.lines.clone(), cut.first.lines.clone())).collect();
    assert_eq!(cuts, [(vec![4], 0..1), (vec![6], 1..2), (vec![8], 2..3)]);
    let marks: Vec<_> = findings.marks.iter().map(|mark| (mark.rule, mark.lines.clone())).collect();
    assert_eq!(marks, [(GAP, vec![5]), (GAP, vec![7])]);
}

#[test]
fn a_body_pasted_without_line_breaks_goes_sentence_by_sentence() {
    let text = format!("{LONG}\n{NEXT}\n\nAlso in this issue. {LONG} {NEXT} Read it twice.\n");
    let findings = findings(&text);
    assert_eq!(parts(&text, &findings.cuts), [format!("{LONG} {NEXT} ")]);
    let at_the_end = format!("{LONG}\n{NEXT}\n\nAlso in this issue. {LONG} {NEXT}\n");
    let found = self::findings(&at_the_end);
    assert_eq!(parts(&at_the_end, &found.cuts), [format!(" {LONG} {NEXT}")]);
    let mark = Settings { partial: Partial::Mark, ..Settings::default() };
    let marked = find(&Profile::of(&text), |_| true, &mark);
    assert_eq!((marked.cuts.len(), marked.marks.len()), (0, 1));
}

#[test]
fn half_a_sentence_is_marked_and_never_cut() {
    let tail = LONG.trim_start_matches("The ferry ");
    let text = format!("{LONG} And so on.\n{NEXT}\nNobody believes that the boat {tail} {LAST}\n{LAST}\n");
    let findings = findings(&text);
    assert_eq!(found(&text), [(vec![3], 2..3)]);
    assert_eq!(parts(&text, &findings.marks), [tail.trim_end_matches('.')]);
    assert_eq!(findings.marks[0].rule, PARTIAL);
}

#[test]
fn in_scripts_without_spaces_letters_are_the_words() {
    let body = "市议会在春天买下的渡船从那以后再也没有离开过泊位，因为没有人量过它必须通过的船闸，港务长说从来没有人问过他的意见。";
    let text = format!("{body}\n\n另外还有一句话。{body}完了。\n");
    let findings = findings(&text);
    assert_eq!(parts(&text, &findings.cuts), [body]);
    assert_eq!(found(&format!("{body}\n{body}\n")), [(vec![1], 0..1)]);
}

#[test]
fn a_quotation_of_an_earlier_sentence_stays() {
    let sentence = "Nobody in this town has ever asked me for the depth of the lock, and now they come with cameras and ask me why.";
    let text = format!("{sentence}\nThe report of Friday quotes him: “{sentence}” Then it goes on.\n");
    let findings = findings(&text);
    assert_eq!((findings.cuts.len(), findings.marks.len()), (0, 1));
}

#[test]
fn changed_words_need_support() {
    let changed = LAST.replace("railings", "railing");
    let alone = findings(&format!("{LONG} {LAST}\nA pause.\n{LONG} {changed}\n"));
    assert_eq!((alone.cuts.len(), alone.marks.len(), alone.marks[0].rule), (0, 1, NEAR));
    let text = format!("{LONG}\n{LAST}\n{NEXT}\n{LONG}\n{changed}\n{NEXT}\n");
    let supported = findings(&text);
    assert_eq!(found(&text), [(vec![3, 4, 5], 0..3)]);
    let cut = &supported.cuts[0];
    assert_eq!((cut.rule, cut.likeness), (NEAR, Likeness::Near));
    assert!((0.01..0.05).contains(&cut.changed), "{}", cut.changed);
}

#[test]
fn a_line_with_a_credit_added_is_its_copy() {
    let text = format!("{LONG}\n{NEXT}\n{LONG} (Photo: Jane Roe)\n");
    assert_eq!(found(&text), [(vec![2], 0..1)]);
    let said = format!("{LONG}\n{NEXT}\n{LONG} He resigned.\n");
    assert_eq!(parts(&said, &findings(&said).cuts), [format!("{LONG} ")], "a new sentence is no credit");
}

#[test]
fn a_wrapped_text_that_stands_twice_is_told_if_it_is_too_short_to_go() {
    let wrapped = |text: &str| {
        let words: Vec<&str> = text.split(' ').collect();
        words.chunks(9).map(|line| line.join(" ") + "\n").collect::<String>()
    };
    let text = wrapped(&format!("{LONG} {NEXT} {LAST}"));
    let twice = findings(&format!("{text}\nA pause.\n\n{text}"));
    assert_eq!((twice.cuts.len(), twice.marks.len()), (0, 1));
    assert_eq!(twice.marks[0].lines.len(), text.lines().count());
    let chorus = wrapped(&format!("{LONG} {NEXT}"));
    assert_eq!(findings(&format!("{chorus}\nA pause.\n\n{chorus}")), Findings::default());
}

/// A line all of whose words stood before, in places that are copies of different lines.
#[test]
fn a_line_of_many_small_copies_is_told() {
    let list = |numbers: Range<usize>| {
        let items = numbers.map(|number| {
            format!("the holder of boat {number} sold {number} ropes of hemp to the old harbour office at the usual price")
        });
        items.collect::<Vec<_>>().join(", ")
    };
    let body = format!("{}.\n{}.\n{}.\n", list(1..3), list(2..4), list(1..5));
    let found = findings(&format!("{body}\n{LONG}\n\n{body}"));
    for line in 6..9 {
        let told = found.cuts.iter().chain(&found.marks).any(|repeat| repeat.lines.contains(&line));
        assert!(told, "line {line}: {found:?}");
    }
}

fn of_ferries(numbers: impl Iterator<Item = usize>, between: &str) -> String {
    let say =
        |at| format!("The ferry of number {at} lies in the lock below the old town of {at} again today.");
    numbers.map(say).collect::<Vec<_>>().join(between)
}

/// Texts on which a careless step behind the search is quadratic. A quadratic one would not end.
#[test]
fn hostile_texts_come_to_an_end() {
    let many = 40_000;
    let lines = format!("{LONG} {NEXT}");
    for text in [
        "cookies accept all ".repeat(many),
        "It rained \"again. ".repeat(many),
        "a\nb\n".repeat(many),
        "Read more\nwalks along the river\nand the quay too\n".repeat(many),
        format!("{LONG}\n").repeat(many / 10),
        format!("{LONG} ").repeat(many / 10),
        format!("{lines}\n{}", format!("{LONG} Yes. ").repeat(many / 10)),
        (0..many / 10).fold(lines, |text, at| text + &format!("\n{LONG} {at}")),
        "市议会在春天买下的渡船。".repeat(many),
        format!("{}\n{}", of_ferries(0..many / 10, "\n"), of_ferries((0..many / 10).rev(), " ")),
        "a".repeat(20 * many),
    ] {
        let findings = findings(&text);
        assert!(findings.cuts.len() + findings.marks.len() <= text.len() / 50 + 1);
    }
}

#[path = "twin.rs"]
mod twin;

/// Sentences of 25 words and more, each of its own.
fn posts(count: usize) -> Vec<String> {
    let words =
        "ferry lock river council winch quay harbour captain railings berth spring tide lamp rope bell";
    let words: Vec<&str> = words.split(' ').collect();
    (0..count)
        .map(|post| {
            let said: Vec<&str> =
                (0..26).map(|at| words[(post * 7 + at * (post + 2)) % words.len()]).collect();
            format!("Number {post} says that {}.", said.join(" "))
        })
        .collect()
}

/// Lines that end a block.
fn between(at: usize) -> String {
    let lines: Vec<String> =
        (0..8).map(|line| format!("Reply {at} says on its line {line} that it agrees.\n")).collect();
    lines.concat()
}

#[test]
fn a_thread_whose_posts_quote_each_other_stays() {
    let posts = posts(6);
    let thread = |quoted: usize| -> String {
        let quote = |at: usize| if (1..=quoted).contains(&at) { posts[at - 1].as_str() } else { "Hello." };
        let told = |(at, post): (usize, &String)| [quote(at), "\n", post, "\n", &between(at)].concat();
        posts.iter().enumerate().map(told).collect()
    };
    assert_eq!(found(&thread(3)).len(), 3);
    let told = findings(&thread(4));
    assert!(told.cuts.is_empty(), "{:?}", told.cuts);
    assert_eq!(told.marks.len(), 4);
    assert!(told.marks.iter().all(|mark| mark.rule == DOCUMENT && mark.occurrence == Some((2, 2))));
}

#[test]
fn a_body_goes_however_often_it_was_pasted_and_whatever_stands_between() {
    let posts = posts(6);
    let body = posts.join("\n");
    assert_eq!(found(&[body.as_str(); 6].join("\nAnd again.\n")).len(), 5);
    // So many lines stand between that each paragraph is a find of its own.
    let piece = |(at, post): (usize, &String)| [post, "\n", between(at).as_str()].concat();
    let pieces: String = posts.iter().enumerate().map(piece).collect();
    assert_eq!(found(&format!("{body}\n{pieces}")).len(), 6);
}

/// Lines of at most `columns` characters.
fn wrapped_at(text: &str, columns: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().unwrap();
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > columns {
            lines.push(word.to_owned());
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn a_body_that_was_pasted_twice_goes_whatever_its_lines_are() {
    let body = [LONG, NEXT, LAST].map(|paragraph| wrapped_at(paragraph, 48)).join("\n");
    let lines = body.lines().filter(|line| !line.is_empty()).count();
    let copied = |text: &str| findings(text).cuts.iter().map(|cut| cut.lines.len()).sum::<usize>();
    assert_eq!(copied(&format!("{body}\n{body}")), lines);
    assert_eq!(copied(&format!("A headline\nBy Jane Roe\n\n{body}\n{body}\nMore on page 3\n")), lines);
    assert_eq!(copied(&format!("{body}\n{body}\n{body}")), 2 * lines);
    let korean = "전남의 작은 섬 우체국이 올해 들어 세 번째로 지붕을 고쳤다. 범인은 둥지를 짓는 갈매기였다.\n수리비는 모두 팔백만 원이 들었다. 우정청은 예산이 없다며 기와 대신 함석을 권했지만 주민들이 반대했다.\n섬에는 현재 백열두 가구가 산다. 하루 우편물은 평균 마흔 통으로, 절반이 약이다.\n우체국은 다음 달부터 상자 여섯 개를 설치한다. 상자에는 우편번호도 붙이기로 했다.\n";
    assert_eq!(copied(&korean.repeat(2)), 4);
    // Where other text parts them, or is as much, the author may have said it again.
    assert_eq!(copied(&format!("{body}\nA pause.\n\n{body}")), 0);
    let rest = posts(3).join("\n");
    assert_eq!(copied(&format!("{body}\n{body}\n{rest}\n")), 0);
}

#[test]
fn a_song_sung_twice_stays() {
    let verses = [
        "The boats go out when the tide is high,\nAnd the gulls go up in the morning sky,\nAnd nobody knows on the harbour wall\nWhich of the boats will come home at all.\n",
        "The lamp is lit in the upper room,\nThe nets hang down like a weaver's loom,\nAnd she who is waiting has learned to wait\nFor a step on the stones and a hand on the gate.\n",
        "O row, my brothers, and mind the bar,\nFor the night is long and the land is far,\nAnd what we have taken we have to pay\nTo the sea that gave it another day.\n",
    ];
    let song = verses.join("\n");
    assert!(findings(&format!("{song}\n{song}")).cuts.is_empty());
    let refrain = "Ring out, ring out, the bells of the town!\nRing out, ring out, for the river is down!\n";
    assert!(findings(&refrain.repeat(12)).cuts.is_empty());
    let hymn = "Ring out, you bells of the upper town, ring out over roof and river!\nSing out, you gulls of the harbour wall, sing out over mast and mooring!\nBlow, wind, from the east and the south and the west, and carry the news to the islands!\n";
    assert!(findings(&hymn.repeat(2)).cuts.is_empty());
    let chinese = "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n春眠不觉晓，\n处处闻啼鸟。\n夜来风雨声，\n花落知多少。\n白日依山尽，\n黄河入海流。\n欲穷千里目，\n更上一层楼。\n千山鸟飞绝，\n万径人踪灭。\n孤舟蓑笠翁，\n独钓寒江雪。\n红豆生南国，\n春来发几枝。\n愿君多采撷，\n此物最相思。\n";
    assert!(findings(&format!("{chinese}\n{chinese}")).cuts.is_empty());
}

#[test]
fn a_sentence_said_again_and_again_stays_in_a_clean_text() {
    let response = format!("Minister: {LONG}\nPeople: We are here, and we are listening.\n");
    let service = format!(
        "The gathering\n\n{response}\nReading: Isaiah 43\n\n{response}\nPsalm\n\n{response}\nBlessing\n"
    );
    let cuts = |text: &str| {
        let profile = Profile::of(text);
        let mut findings = findings(text);
        let before = findings.cuts.len() + findings.marks.len();
        findings.spare_responses(&profile);
        assert_eq!(findings.cuts.len() + findings.marks.len(), before);
        findings.cuts.len()
    };
    assert_eq!(cuts(&service), 0);
    let inside =
        format!("He began. {LONG} They sat.\n{NEXT} {LONG} They stood.\nThey rose. {LONG} They went.\n");
    assert_eq!(cuts(&inside), 0);
    assert_eq!(cuts(&format!("{response}\n{response}\n{response}")), 2, "one behind the other");
    assert_eq!(cuts(&format!("{response}\nPsalm\n\n{response}")), 1, "twice");
    let body = [LONG, NEXT, LAST].join("\n");
    assert_eq!(cuts(&[body.as_str(); 4].join("\nAnd again.\n")), 3, "a body");
}
