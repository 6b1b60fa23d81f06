//! What a date is made of: numbers, names of months and weekdays, and the small words between them.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Names of months, and their usual abbreviations, in lower case. What stands here in two languages stands once.
const MONTHS: &str = "\
    january february march april may june july august september october november december \
    jan feb mar apr jun jul aug sep sept oct nov dec \
    januar februar märz mai juni juli oktober dezember jänner mär okt dez \
    janvier février mars avril juin juillet août septembre octobre novembre décembre janv févr avr juil déc \
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago dic \
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre gen mag giu lug set ott \
    janeiro fevereiro março maio junho julho setembro outubro novembro dezembro fev out \
    januari februari maart mei augustus mrt maj augusti oktober december desember marts juli \
    tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta \
    tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu \
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia \
    styczeń luty marzec kwiecień czerwiec lipiec sierpień wrzesień październik listopad grudzień sty lut kwi cze lip sie wrz paź lis gru \
    ledna února března dubna května června července srpna září října listopadu prosince \
    leden únor březen duben květen červen červenec srpen říjen prosinec \
    januára februára apríla mája júna júla augusta septembra októbra novembra decembra \
    január február március április május június július augusztus szeptember október \
    ianuarie februarie martie aprilie iunie iulie septembrie octombrie noiembrie decembrie \
    ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık \
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря \
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь янв фев мар апр июн июл авг сен окт ноя дек \
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня \
    січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень \
    януари февруари април юни юли септември октомври ноември декември \
    siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna studenoga prosinca juna jula avgusta \
    јануар фебруар јун јул септембар октобар новембар децембар \
    ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου μαίου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου \
    ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος \
    ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ \
    يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر \
    فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند \
    ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר \
    בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר \
    जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर सितम्बर अक्टूबर नवंबर नवम्बर दिसंबर दिसम्बर \
    জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর \
    มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม \
    tháng januari februari maret mei juni juli agustus oktober desember";

/// Weekdays, times of day, zones, and the words that join the parts of a date, in lower case.
const AROUND: &str = "\
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun \
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so \
    lundi mardi mercredi jeudi vendredi samedi dimanche \
    lunes martes miércoles jueves viernes sábado domingo \
    lunedì martedì mercoledì giovedì venerdì sabato domenica \
    segunda terça quarta quinta sexta feira \
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
    mandag tirsdag onsdag torsdag fredag lørdag søndag måndag tisdag lördag söndag \
    poniedziałek wtorek środa czwartek piątek sobota niedziela \
    pondělí úterý středa čtvrtek pátek neděle \
    pazartesi salı çarşamba perşembe cuma cumartesi pazar \
    понедельник вторник среда четверг пятница суббота воскресенье \
    понеділок вівторок середа четвер п'ятниця субота неділя \
    δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή \
    الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد \
    today yesterday heute gestern hoy ayer hoje ontem oggi ieri aujourd'hui hier vandaag gisteren \
    idag igår dziś wczoraj dnes včera bugün dün сегодня вчера сьогодні вчора σήμερα χθες \
    am pm a.m p.m a p m uhr h hrs hours utc gmt cet cest est edt pst pdt bst ist msk mez mesz et ct pt \
    of the on at and in st nd rd th \
    um den der le à el de del a las los la il lo alle ore em às de op te van om kl klo den d og o godz \
    w dnia v г год года г. р в о at στις ώρα thứ ngày lúc pukul wib saat tarihinde \
    pukul jam น น. เวลา ที่ วันที่ พ.ศ";

/// Letters of dates in scripts that part no words.
const UNSPACED: &str = "年月日号號時时分秒點点午前後后上下星期周週曜一二三四五六七八九十土木火水金년월일시분초오전후요화수목금토";

static MONTH_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| MONTHS.split_whitespace().collect());
static AROUND_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| AROUND.split_whitespace().collect());

/// Most words of a line with a whole date that are no part of one: a place, a label.
const OTHERS_MAX: usize = 3;

/// What counts in a short text.
#[derive(Default)]
struct Counts {
    words: usize,
    numbers: usize,
    years: usize,
    months: usize,
    others: usize,
}

/// Is a short text a date or a time of day, as far as its words tell?
///
/// A whole date (day, month and year, or a month and a time) may have a few other words around it. With less
/// than that every word must be part of a date: "The 25 best albums of 2025" is none, and "John 3:16" neither.
pub(super) fn is_date(text: &str) -> bool {
    let text = text.to_lowercase();
    let times =
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).filter(|word| is_time(word)).count();
    let mut counts = Counts::default();
    for word in text.split(is_between).filter(|word| !word.is_empty()) {
        counts.words += 1;
        for number in word.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()) {
            counts.numbers += 1;
            counts.years += usize::from(is_year(number));
        }
        let letters = word.trim_matches(|c: char| c.is_ascii_digit());
        if MONTH_WORDS.contains(letters) {
            counts.months += 1;
        } else if !letters.is_empty() && !AROUND_WORDS.contains(letters) && !is_unspaced_part(letters) {
            counts.others += 1;
        }
    }
    let Counts { words, numbers, years, months, others } = counts;
    // The month of a language that is not in the table: "14 maímánaðar 2026".
    let may_be_month = (words, numbers, years, others) == (3, 2, 1, 1)
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit());
    let joined = numbers_joined(&text);
    let is_whole = joined >= 3 || may_be_month || months > 0 && (years > 0 && numbers >= 2 || times > 0);
    // "1990 | 12" and "2019: 4,108" are rows of tables.
    let is_part = years + times <= 1 && (joined == 2 || numbers <= years + 2 * times);
    others <= if is_whole { OTHERS_MAX } else { 0 } && (is_whole || months > 0 || is_part)
}

fn is_between(c: char) -> bool {
    c.is_whitespace()
        || c.is_ascii_punctuation() && c != '\''
        || matches!(
            c,
            '–' | '—'
                | '•'
                | '·'
                | '،'
                | '，'
                | '：'
                | '、'
                | '（'
                | '）'
                | '【'
                | '】'
                | '|'
                | '｜'
                | '©'
        )
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
}

/// 14:05 and 14h05.
fn is_time(word: &str) -> bool {
    let is_number =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once([':', 'h']).is_some_and(|(hours, minutes)| is_number(hours) && is_number(minutes))
}

/// The most numbers, up to three, with the marks of a date between them: 14.05.2026, 2026-05, 5/14/26, 2026年5月14日.
fn numbers_joined(text: &str) -> usize {
    let (mut joined, mut most) = (0, 0);
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let between = rest[..start].trim();
        let is_joined = most > 0 && matches!(between, "." | "/" | "-" | "年" | "月" | "년" | "월");
        joined = if is_joined { joined + 1 } else { 1 };
        most = most.max(joined);
        if most == 3 {
            break;
        }
        let number = &rest[start..];
        rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    most
}

/// Is it made of letters that stand in dates of scripts that part no words?
fn is_unspaced_part(letters: &str) -> bool {
    letters.chars().all(|c| c.is_ascii_digit() || UNSPACED.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_other_lines_with_years_and_times() {
        for date in [
            "14 May 2026",
            "May 2024",
            "Westhaven, Thursday, May 14, 2026 at 6:42 pm EDT",
            "14.05.2026, 18:42 Uhr",
            "2026-05-14T18:42:00Z",
            "le 14 mai 2026 à 18h42",
            "14 мая 2026, 18:42",
            "2026年5月14日(木) 18時42分",
            "2026년 5월 14일 오후 6:42",
            "14 maímánaðar 2026",
            "गुरुवार, 14 मई 2026",
            "Today, 14:05",
            "2024",
            "05/2024",
            "2026年5月",
        ] {
            assert!(is_date(date), "{date}");
        }
        for other in [
            "The 25 Best Albums of 2025",
            "World Cup 2026",
            "Election results: May 2026",
            "Bilan 2025",
            "Q3 2025",
            "John 3:16",
            "12:30 – Lunch",
            "1931 – 2025",
            "Windows 2000",
            "2026年的计划",
            "0:00 / 6:12",
            "© 2026 TechCrush Media LLC.",
            "参与 2043",
            "2019 | 4,108",
            "1990: 12",
            "| 1990 | 12 |",
        ] {
            assert!(!is_date(other), "{other}");
        }
    }
}
