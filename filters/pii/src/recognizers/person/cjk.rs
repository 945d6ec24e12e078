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
    "recipient", "sender", "applicant", "from", "to", "attendees", "author", "beneficiary", "passenger", "candidate",
    "insured", "deceased", "attn", "teacher", "student", "tenant", "landlord", "witness", "requested by", "approved by",
    "お客様名", "お客様", "患者氏名", "ご担当者", "受取人", "契約者", "依頼者", "申込者", "会員名", "宛先", "수신", "발신", "받는 사람", "보내는 사람",
    "신청인", "계약자", "签署人", "经办人", "负责人", "申请人姓名", "顾客", "乘客",
]);

/// Labels of one part of a name, which may be a single character.
#[rustfmt::skip]
pub(super) static PARTS: Cues = Cues(&[
    "first name", "last name", "given name", "family name", "surname", "姓", "名", "성", "이름", "苗字", "下の名前",
]);

/// What stands directly before a name.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "患者 ", "お客様 ", "担当 ", "환자 ", "고객 ", "담당자 ", "我叫", "我的名字是", "我的名字叫", "名叫", "姓名是", "私の名前は", "私は", "名前は", "氏名は", "担当の", "担当者は", "제 이름은 ", "이름은 ", "저는 ",
    "나는 ",
];

/// What stands before one, and before other things: the name must end within the sentence.
#[rustfmt::skip]
const WEAK: &[&str] = &[
    "我是", "联系", "聯繫", "通知", "申请人", "申請人", "收件人", "联系人", "签署人", "经办人", "负责人", "患者", "客户", "客戶", "员工", "乘客", "这是", "他是",
    "她是", "同事", "朋友",
];

/// What follows a name in a sentence.
const GOES_ON: &str = "于在的因与和已将说表，。、；：！？）";

/// Words that begin as surnames do.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "万一", "于是", "任一", "任何", "任务", "任意", "任務", "何时", "何种", "余额", "傅里", "严格", "严重", "周围", "周期", "周末", "安全", "安装", "常用",
    "常见", "常规", "常量", "常驻", "徐州", "徐徐", "方便", "方向", "方式", "方案", "方法", "方面", "曾经", "江苏", "段落", "温度", "白名", "白色", "石油",
    "程序", "程度", "童年", "许可", "许多", "游戏", "游标", "郑州", "金融", "金额", "陈述", "顾客", "马上", "高亮", "高可", "高效", "高度", "高性", "高清",
    "高级", "黄色", "黄金", "서비스", "서버", "문서", "변수", "변경", "구성", "구현", "조회", "이상", "이하", "주의", "정의", "안내", "장치", "최대", "최소", "최신", "유지",
    "各位", "전자", "정보", "고객", "이름", "이용", "주소", "한국", "조건", "전체", "전송", "전화", "유형", "임시", "안전", "오류",
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
    if let Some(end) = part(ctx, at, begins) {
        return found(ctx, at, end, "named_by_key", Reason::Cue);
    }
    if surname.is_some()
        && let Some(end) = weakly_introduced(ctx, at, before)
    {
        return found(ctx, at, end, "introduced_name", Reason::Cue);
    }
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
    if is_word(ctx, at) && behind.is_none() {
        return None;
    }
    if said_in_latin(ctx, at, end, surname, chars) {
        return found(ctx, at, end, "named_in_sentence", Reason::Form);
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

/// `"last_name": "陈"`: the end of a value of one to four characters.
fn part(ctx: &Context<'_>, at: usize, begins: bool) -> Option<usize> {
    let quoted = matches!(ctx.char_before(at), Some('"' | '\'' | ':' | '：' | ' ' | ',' | '\n'));
    if !begins || !quoted || !keys::begins_value(ctx, at) {
        return None;
    }
    let mut end = at;
    for _ in 0..4 {
        match ctx.char(end).filter(|c| is_letter(*c)) {
            Some(c) => end = end.saturating_add(c.len_utf8()),
            None => break,
        }
    }
    let one = ctx.str(at..end).chars().count() == 1;
    if one && ctx.char(at).is_some_and(is_hangul) && surname(ctx, at).is_none() {
        return None;
    }
    let closed = ctx.char(end).is_none_or(|c| "\"',;|\n\t<".contains(c));
    (end > at && closed && ctx.is_keyed(at..end, &PARTS)).then_some(end)
}

/// `请联系雷平。`: two or three characters, behind which the sentence goes on or ends.
fn weakly_introduced(ctx: &Context<'_>, at: usize, before: Option<char>) -> Option<usize> {
    if !matches!(
        before,
        Some('是' | '系' | '繫' | '知' | '人' | '者' | '户' | '戶' | '工' | '客' | '事' | '友')
    ) {
        return None;
    }
    let text = ctx.before(at);
    if !WEAK.iter().any(|cue| text.ends_with(cue)) || is_word(ctx, at) {
        return None;
    }
    let mut end = at;
    for count in 0..3 {
        let c = ctx.char(end).filter(|c| is_letter(*c))?;
        end = end.saturating_add(c.len_utf8());
        let next = ctx.char(end);
        if count > 0 && next.is_none_or(|c| GOES_ON.contains(c) || !is_letter(c)) {
            return Some(end);
        }
    }
    None
}

fn is_word(ctx: &Context<'_>, at: usize) -> bool {
    WORDS.iter().any(|word| ctx.starts_with(at, word))
}

/// `forward this to 김서연 today`: within an English sentence, whose words stand on both sides.
fn said_in_latin(
    ctx: &Context<'_>,
    at: usize,
    end: usize,
    surname: Option<usize>,
    chars: usize,
) -> bool {
    let Some(len) = surname else { return false };
    let two = ctx.str(at..at.saturating_add(len)).chars().count();
    if !(two.saturating_add(1)..=two.saturating_add(2)).contains(&chars)
        || ctx.byte_before(at) != b' '
        || is_word(ctx, at)
    {
        return false;
    }
    let next = ctx.byte(end);
    let second = ctx.byte(end.saturating_add(1));
    let goes_on = next == b' ' && (second.is_ascii_lowercase() || second == b'(' || second == b'<')
        || matches!(next, b'.' | b',' | b';' | b'!' | b'?' | b'\'' | b')') && second < 0x80
        || next == 0;
    if !goes_on {
        return false;
    }
    let before = ctx.before(at);
    let near = before.len().saturating_sub(48);
    if before.bytes().skip(near).any(|byte| !byte.is_ascii()) {
        return false;
    }
    let mut words = before.trim_end().rsplit(' ');
    let mut small = || {
        words.next().is_some_and(|word| {
            let word = word.trim_matches([',', ':', '.', '(', '"']);
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
        })
    };
    small() && small()
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
            let named = surname.is_some_and(|len| {
                len > 3
                    && at.saturating_add(len) <= read.end
                    && read.end <= at.saturating_add(len).saturating_add(1)
            });
            if named && read.behind.is_none() && next.is_some_and(is_hiragana) {
                return with_kana(ctx, read);
            }
            return read;
        }
        read.end = read.end.saturating_add(next.map_or(0, char::len_utf8));
        read.chars = read.chars.saturating_add(usize::from(!blank));
    }
}

/// A given name in hiragana behind a Japanese surname, up to the end of the letters or an honorific: `佐藤あすか`.
fn with_kana(ctx: &Context<'_>, read: Read) -> Read {
    let mut end = read.end;
    for chars in 0..=4_usize {
        let behind = BEHIND.iter().find(|behind| ctx.starts_with(end, behind)).copied();
        let next = ctx.char(end);
        if chars > 1 && (behind.is_some() || next.is_none_or(|c| !is_letter(c))) {
            return Read { end, chars: read.chars.saturating_add(chars), behind };
        }
        match next.filter(|c| is_hiragana(*c)) {
            Some(c) => end = end.saturating_add(c.len_utf8()),
            None => break,
        }
    }
    read
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
    '丁', '万', '严', '乔', '于', '付', '任', '伍', '何', '余', '佟', '侯', '俞', '倪', '傅', '兰', '冉', '冯', '凌', '刘',
    '劉', '卢', '卫', '史', '叶', '吕', '吳', '吴', '呂', '周', '唐', '喬', '喻', '嚴', '夏', '姚', '姜', '娄', '孔', '孙',
    '孟', '季', '孫', '宁', '宋', '尤', '尹', '屈', '岳', '崔', '巫', '常', '庄', '庞', '康', '廖', '张', '張', '彭', '徐',
    '慕', '戴', '方', '施', '晏', '曹', '曾', '朱', '李', '杜', '杨', '林', '柳', '柴', '桑', '梁', '楊', '楚', '樊', '武',
    '段', '殷', '毛', '江', '汪', '沈', '洪', '涂', '温', '溫', '滕', '潘', '焦', '熊', '牛', '牟', '王', '甘', '田', '申',
    '白', '盧', '石', '祁', '祝', '秦', '程', '章', '童', '粟', '紀', '纪', '罗', '羅', '翟', '耿', '聞', '肖', '胡', '臧',
    '舒', '艾', '苏', '苑', '范', '莊', '萧', '萬', '葉', '葛', '董', '蒋', '蓝', '蔡', '蔣', '蕭', '薛', '藍', '蘇', '衛',
    '袁', '裴', '褚', '覃', '許', '詹', '謝', '譚', '许', '谢', '谭', '賀', '賈', '賴', '贲', '贺', '贾', '赖', '赵', '趙',
    '邓', '邢', '邱', '邵', '邹', '郑', '郝', '郭', '鄒', '鄧', '鄭', '金', '錢', '鍾', '钟', '钱', '闫', '闻', '阮', '陆',
    '陈', '陳', '陸', '雷', '霍', '鞠', '韓', '韦', '韩', '顏', '顧', '顾', '颜', '馬', '馮', '駱', '马', '骆', '高', '魏',
    '黃', '黄', '齊', '齐', '龍', '龐', '龙',
];

/// The most frequent Korean ones, in order.
#[rustfmt::skip]
const KOREAN: &[char] = &[
    '강', '고', '곽', '구', '권', '금', '길', '김', '남', '노', '라', '류', '마', '문', '민', '박', '배', '백', '변', '서',
    '석', '설', '손', '송', '신', '심', '안', '양', '엄', '여', '염', '오', '유', '윤', '이', '임', '장', '전', '정', '조',
    '주', '최', '추', '표', '하', '한', '허', '홍', '황',
];

/// The most frequent Japanese ones, in order.
#[rustfmt::skip]
const JAPANESE: &[&str] = &[
    "三好", "三宅", "三浦", "上村", "上田", "上野", "中井", "中山", "中島", "中川", "中村", "中田", "中西", "中野", "丸山", "久保",
    "久保田", "五十嵐", "井上", "今井", "伊藤", "佐々木", "佐久間", "佐藤", "佐野", "内田", "内藤", "前田", "加藤", "北村", "千葉",
    "原", "原田", "古川", "吉岡", "吉川", "吉村", "吉田", "和田", "土屋", "坂本", "増田", "大久保", "大塚", "大山", "大島", "大森",
    "大橋", "大石", "大西", "大野", "太田", "奥村", "安田", "安藤", "宮崎", "宮川", "宮本", "宮田", "富田", "小山", "小島", "小川",
    "小松", "小林", "小池", "小沢", "小田", "小野", "尾崎", "山下", "山中", "山内", "山口", "山崎", "山本", "山根", "山田", "岡崎",
    "岡本", "岡田", "岩崎", "岩本", "岩田", "島田", "川上", "川口", "川崎", "川村", "工藤", "市川", "平井", "平田", "平野", "後藤",
    "成田", "斉藤", "斎藤", "新井", "早川", "星野", "服部", "望月", "木下", "木村", "本田", "本間", "杉山", "杉本", "杉田", "村上",
    "村井", "村山", "村田", "松下", "松井", "松尾", "松岡", "松本", "松村", "松永", "松田", "林", "柴田", "栗原", "根本", "桑原",
    "桜井", "森", "森下", "森本", "森田", "樋口", "横山", "橋本", "武田", "水谷", "水野", "永井", "池田", "河野", "浅井", "浅野",
    "浜口", "浜田", "清水", "渡辺", "渡邊", "渡部", "滝沢", "熊谷", "片山", "牧野", "田中", "田口", "田村", "田辺", "町田", "白石",
    "矢野", "石井", "石原", "石川", "石橋", "石田", "神田", "福井", "福島", "福田", "秋山", "稲垣", "立石", "竹内", "篠原", "細川",
    "若林", "荒井", "荒木", "菅原", "菅野", "菊地", "菊池", "萩原", "落合", "藤井", "藤原", "藤本", "藤田", "西川", "西村", "西田",
    "谷口", "辻", "近藤", "遠藤", "酒井", "野中", "野口", "野村", "野田", "金子", "鈴木", "鎌田", "長尾", "長谷川", "関口", "阿部",
    "青山", "青木", "須田", "須藤", "飯塚", "飯田", "馬場", "高井", "高山", "高木", "高橋", "高田", "高野", "黒川", "黒田",
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
