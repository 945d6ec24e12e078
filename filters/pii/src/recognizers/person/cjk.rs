//! Chinese, Japanese and Korean names: behind an introduction or a label, or before an honorific.
//!
//! Without blanks between words nothing says where a name ends, so each of these needs a frequent surname, or an
//! end of the text's run of letters. The tables are written down for this project.

use super::{found, keys};
use crate::{
    context::Context,
    cues::{Cues, is_spaceless},
    letters,
    recognizers::{Match, Reason},
};

/// Labels of names.
#[rustfmt::skip]
pub(super) static KEYS: Cues = Cues(&[
    "姓名", "名字", "客户", "客户姓名", "患者", "患者姓名", "联系人", "收件人", "员工", "员工姓名", "申请人", "持卡人", "氏名",
    "お名前", "名前", "顧客名", "患者名", "担当者", "担当", "署名", "差出人", "宛名", "이름", "성명", "성함", "고객명", "환자명", "담당자",
    "고객", "환자", "수신인", "name", "full name", "customer name", "patient name", "employee name", "first name",
    "last name", "surname", "customer", "patient", "account holder", "cardholder", "client", "employee", "contact",
    "recipient", "sender", "applicant", "from", "to", "attendees", "author",
]);

/// What stands directly before a name.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "我叫", "我的名字是", "我的名字叫", "名叫", "姓名是", "私の名前は", "私は", "名前は", "氏名は", "担当の", "担当者は", "제 이름은 ", "이름은 ", "저는 ",
    "나는 ",
];

/// What stands directly before one in an English text.
#[rustfmt::skip]
const BEFORE_LATIN: &[&str] = &[
    "Dr. ", "Mr. ", "Mrs. ", "Ms. ", "Prof. ", "Dear ", "Hi ", "Hello ", "Hello, ", "This is ", "this is ", "name is ",
    "I'm ", "I am ", "atient, ", "atient ", "spoke with ", "letter for ", "egards,\n", "incerely,\n",
];

/// What stands directly behind a Chinese or Japanese name, and what behind a Korean one.
#[rustfmt::skip]
const BEHIND: &[&str] = &[
    "先生", "女士", "小姐", "太太", "医生", "老师", "教授", "经理", "さん", "さま", "様", "氏", "くん", "ちゃん", "殿", "です", "と申します",
    "といいます",
];
const BEHIND_KOREAN: &[&str] = &["씨", "님", " 씨", " 님", "입니다", "이라고", "라고"];

/// What ends a sentence, and honours nobody.
const COPULAS: &[&str] = &["です", "입니다", "이라고", "라고"];

/// Characters of a name.
const MOST: usize = 6;

pub(super) fn name(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let before = ctx.char_before(at);
    let begins = before.is_none_or(|c| !is_spaceless(c));
    let introduced = matches!(before, Some('叫' | '是' | 'は' | 'の' | ' ')) && {
        let before = ctx.before(at);
        BEFORE.iter().any(|cue| before.ends_with(cue))
    };
    let surname = surname(ctx, at);
    if surname.is_none() && !introduced && !begins {
        return None;
    }
    let korean = ctx.char(at).is_some_and(is_hangul);
    let Read { end, chars, behind } = read(ctx, at, korean, surname);
    let fits = match (korean, behind) {
        (true, _) => {
            (surname.is_some() || introduced)
                && (chars == 3
                    || (behind.is_some_and(|behind| behind.starts_with(' ')) && chars == 2))
        }
        (false, Some(_)) => (1..=MOST).contains(&chars),
        (false, None) => (2..=MOST).contains(&chars),
    };
    if !fits {
        return None;
    }
    let copula = behind.is_some_and(|behind| COPULAS.contains(&behind));
    let run_ends = ctx.char(end).is_none_or(|c| !is_letter(c));
    let japanese = before == Some('は');
    let introduced = introduced && (surname.is_some() || !japanese);
    if introduced && chars > 1 && (behind.is_some() || (!korean && (run_ends || surname.is_some())))
    {
        let end = if behind.is_some() || run_ends {
            end
        } else {
            in_kana(ctx, end).unwrap_or_else(|| short(ctx, at, end))
        };
        return found(ctx, at, end, "introduced_name", Reason::Cue);
    }
    let said = matches!(before, Some(' ' | '\n')) && surname.is_some() && run_ends && chars > 1;
    if said && {
        let before = ctx.before(at);
        BEFORE_LATIN.iter().any(|cue| before.ends_with(cue))
    } {
        return found(ctx, at, end, "introduced_name", Reason::Cue);
    }
    // `料金教授`: one character within a word is a surname before the plainest honorifics only.
    let plain = matches!(behind, Some("先生" | "女士" | "小姐" | "さん" | "様"));
    let apart = chars > 1 || begins || plain;
    if behind.is_some() && surname.is_some() && !copula && chars <= 5 && apart {
        return found(ctx, at, end, "honoured_name", Reason::Cue);
    }
    let plausible = surname.is_some() || (3..=5).contains(&chars);
    if begins
        && run_ends
        && plausible
        && keys::begins_value(ctx, at)
        && ctx.cue(at..end, &KEYS) == Some(0)
    {
        return found(ctx, at, end, "named_by_key", Reason::Cue);
    }
    None
}

/// The bytes of the surname at `at`.
fn surname(ctx: &Context<'_>, at: usize) -> Option<usize> {
    let first = ctx.char(at)?;
    let len = first.len_utf8();
    if is_hangul(first) {
        return KOREAN.binary_search(&first).is_ok().then_some(len);
    }
    // Of those that are equal or less the greatest is the longest that begins so, or nearly.
    let mut end = at.saturating_add(len);
    let mut longest = CHINESE.binary_search(&first).is_ok().then_some(len);
    for _ in 0..3 {
        let text = ctx.str(at..end);
        if JAPANESE.binary_search(&text).is_ok() {
            longest = Some(text.len());
        }
        match ctx.char(end).filter(|c| is_letter(*c)) {
            Some(c) => end = end.saturating_add(c.len_utf8()),
            None => break,
        }
    }
    longest
}

struct Read {
    end: usize,
    chars: usize,
    /// The honorific or copula behind it.
    behind: Option<&'static str>,
}

/// Reads up to an honorific, the end of the letters, or [`MOST`] characters.
fn read(ctx: &Context<'_>, at: usize, korean: bool, surname: Option<usize>) -> Read {
    let list = if korean { BEHIND_KOREAN } else { BEHIND };
    let mut read = Read { end: at, chars: 0, behind: None };
    loop {
        let next = ctx.char(read.end);
        if read.chars > 0 && next.is_some_and(begins_behind) {
            let behind = list.iter().find(|behind| ctx.starts_with(read.end, behind)).copied();
            // `様々` and the like are words.
            let word =
                |behind: &&str| ctx.char(read.end.saturating_add(behind.len())) == Some('々');
            read.behind = behind.filter(|behind| !word(behind));
        }
        // `山田 太郎`: a blank between surname and given name.
        let blank = next == Some(' ')
            && !korean
            && surname.is_some_and(|len| at.saturating_add(len) == read.end)
            && ctx.char(read.end.saturating_add(1)).is_some_and(is_letter);
        let takes = blank
            || next.is_some_and(|c| is_letter(c) && is_hangul(c) == korean && !is_hiragana(c));
        if read.behind.is_some() || !takes || read.chars > MOST {
            return read;
        }
        read.end = read.end.saturating_add(next.map_or(0, char::len_utf8));
        read.chars = read.chars.saturating_add(usize::from(!blank));
    }
}

/// Whether a word of [`BEHIND`] or [`BEHIND_KOREAN`] begins with `c`.
fn begins_behind(c: char) -> bool {
    " 先女小太医老教经さ様氏くちで殿と씨님입이라".contains(c)
}

fn is_letter(c: char) -> bool {
    is_spaceless(c) && letters::is_letter(c)
}

fn is_hangul(c: char) -> bool {
    matches!(c, '가'..='힣')
}

fn is_hiragana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゟ')
}

/// The end of a given name in hiragana, as in `伊藤さゆりです`.
fn in_kana(ctx: &Context<'_>, at: usize) -> Option<usize> {
    let mut end = at;
    for _ in 0..4 {
        let next = ctx.char(end).filter(|c| is_letter(*c) && !is_hangul(*c))?;
        end = end.saturating_add(next.len_utf8());
        if ["です", "と申します", "といいます"].iter().any(|copula| ctx.starts_with(end, copula))
        {
            return Some(end);
        }
    }
    None
}

/// Of `我叫王小明住在…` the first three characters.
fn short(ctx: &Context<'_>, at: usize, end: usize) -> usize {
    ctx.str(at..end).char_indices().nth(3).map_or(end, |(len, _)| at.saturating_add(len))
}

/// The most frequent Chinese surnames, in order.
#[rustfmt::skip]
const CHINESE: &[char] = &[
    '丁', '万', '严', '于', '付', '任', '何', '余', '侯', '冯', '刘', '劉', '卢', '史', '叶', '吕', '吳',
    '吴', '呂', '周', '唐', '嚴', '夏', '姚', '姜', '孔', '孙', '孟', '孫', '宋', '尹', '崔', '常', '康',
    '廖', '张', '張', '彭', '徐', '方', '施', '曹', '曾', '朱', '李', '杜', '杨', '林', '梁', '楊', '武',
    '段', '毛', '江', '汪', '沈', '洪', '潘', '熊', '牛', '王', '田', '白', '盧', '石', '秦', '程', '罗',
    '羅', '肖', '胡', '苏', '范', '萬', '葉', '董', '蒋', '蔡', '蔣', '薛', '蘇', '袁', '許', '謝', '譚',
    '许', '谢', '谭', '賀', '賈', '賴', '贺', '贾', '赖', '赵', '趙', '邓', '邱', '邵', '邹', '郑', '郝',
    '郭', '鄒', '鄧', '鄭', '金', '錢', '鍾', '钟', '钱', '闫', '陆', '陈', '陳', '陸', '雷', '韓', '韦',
    '韩', '顧', '顾', '馬', '馮', '马', '高', '魏', '黃', '黄', '龍', '龙',
];

/// The most frequent Korean ones, in order.
#[rustfmt::skip]
const KOREAN: &[char] = &[
    '강', '고', '권', '김', '남', '노', '류', '문', '박', '배', '백', '서', '손', '송', '신', '심', '안',
    '양', '오', '유', '윤', '이', '임', '장', '전', '정', '조', '최', '한', '허', '홍', '황',
];

/// The most frequent Japanese ones, in order.
#[rustfmt::skip]
const JAPANESE: &[&str] = &[
    "三浦", "上田", "上野", "中山", "中島", "中川", "中村", "中野", "丸山", "久保", "井上", "今井", "伊藤", "佐々木", "佐藤", "佐野", "内田", "前田",
    "加藤", "千葉", "原", "原田", "吉田", "和田", "坂本", "増田", "大塚", "大西", "大野", "太田", "安藤", "宮崎", "宮本", "小島", "小川", "小松",
    "小林", "小野", "山下", "山口", "山崎", "山本", "山田", "岡本", "岡田", "岩崎", "島田", "工藤", "市川", "平野", "後藤", "斉藤", "斎藤", "新井",
    "木下", "木村", "杉山", "杉本", "村上", "村田", "松井", "松尾", "松本", "松田", "林", "柴田", "桜井", "森", "森田", "横山", "橋本", "武田",
    "水野", "池田", "河野", "浜田", "清水", "渡辺", "渡邊", "田中", "田村", "石井", "石川", "石田", "福田", "竹内", "菅原", "菊地", "藤井", "藤原",
    "藤本", "藤田", "西村", "谷口", "近藤", "遠藤", "酒井", "野口", "野村", "金子", "鈴木", "長谷川", "阿部", "青木", "高木", "高橋",
];

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn the_tables_are_in_order() {
        assert!(CHINESE.is_sorted() && KOREAN.is_sorted() && JAPANESE.is_sorted());
    }
}
