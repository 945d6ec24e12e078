//! Chinese, Japanese and Korean names: behind an introduction or a label, or before an honorific.
//!
//! Without blanks between words nothing says where a name ends, so each of these needs a frequent surname, or an
//! end of the text's run of letters.

use super::found;
use crate::{
    context::Context,
    cues::{Cues, is_spaceless},
    recognizers::{Match, Reason},
};

/// Labels of names.
pub(super) static KEYS: Cues = Cues(&[
    "姓名",
    "名字",
    "客户",
    "客户姓名",
    "患者",
    "患者姓名",
    "联系人",
    "收件人",
    "员工",
    "员工姓名",
    "申请人",
    "持卡人",
    "氏名",
    "お名前",
    "名前",
    "顧客名",
    "患者名",
    "担当者",
    "担当",
    "署名",
    "差出人",
    "宛名",
    "이름",
    "성명",
    "고객명",
    "환자명",
    "담당자",
    "고객",
    "환자",
    "수신인",
    "name",
    "full name",
    "customer name",
    "patient name",
    "employee name",
    "first name",
    "last name",
    "surname",
    "customer",
    "patient",
]);

const BEFORE: &[&str] = &[
    "我叫",
    "我的名字是",
    "我的名字叫",
    "名叫",
    "姓名是",
    "本人姓名",
    "私の名前は",
    "私は",
    "名前は",
    "氏名は",
    "제 이름은 ",
    "이름은 ",
    "저는 ",
    "나는 ",
];

/// What stands directly behind a name.
const BEHIND: &[&str] = &[
    "先生",
    "女士",
    "小姐",
    "太太",
    "医生",
    "老师",
    "教授",
    "经理",
    "さん",
    "さま",
    "様",
    "氏",
    "くん",
    "ちゃん",
    "殿",
    "先生",
    "씨",
    "님",
    " 씨",
    " 님",
    "です",
    "と申します",
    "といいます",
    "입니다",
    "이라고",
    "라고",
];

/// The most frequent Chinese, Japanese and Korean surnames.
const SURNAMES: &str = "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾肖田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金韦賈贾夏付方邹鄒熊白孟秦邱侯江尹薛闫雷龙龍段郝孔邵史毛常万萬顾顧赖賴武康贺賀严嚴钱錢施牛洪김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노";
const JAPANESE: &[&str] = &[
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "渡邊",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
    "木村",
    "林",
    "斎藤",
    "斉藤",
    "清水",
    "山崎",
    "森",
    "池田",
    "橋本",
    "阿部",
    "石川",
    "山下",
    "中島",
    "石井",
    "小川",
    "前田",
    "岡田",
    "長谷川",
    "藤田",
    "後藤",
    "近藤",
    "村上",
    "遠藤",
    "青木",
    "坂本",
    "藤井",
    "西村",
    "福田",
    "太田",
    "三浦",
    "藤原",
    "岡本",
    "松田",
    "中川",
    "中野",
    "原田",
    "小野",
    "田村",
    "竹内",
    "金子",
    "和田",
    "中山",
    "石田",
    "上田",
    "森田",
    "原",
    "柴田",
    "酒井",
    "工藤",
    "横山",
    "宮崎",
    "宮本",
    "内田",
    "高木",
    "安藤",
    "谷口",
    "大野",
    "丸山",
    "今井",
    "河野",
    "藤本",
    "村田",
    "武田",
    "上野",
    "杉山",
    "増田",
    "平野",
    "大塚",
    "千葉",
    "久保",
    "松井",
    "小島",
    "岩崎",
    "桜井",
    "野口",
    "松尾",
    "野村",
    "木下",
    "菊地",
    "佐野",
    "大西",
    "杉本",
    "新井",
    "浜田",
    "菅原",
    "市川",
    "水野",
    "小松",
    "島田",
];

/// Characters of a name.
const MOST: usize = 6;

pub(super) fn name(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let before = ctx.before(at);
    let introduced = BEFORE.iter().any(|cue| before.ends_with(cue));
    let surname = surname(ctx, at);
    let begins_run = ctx.char_before(at).is_none_or(|c| !is_spaceless(c));
    if !introduced && surname.is_none() && !begins_run {
        return None;
    }
    let (end, honorific) = end(ctx, at);
    let chars = ctx.str(at..end).chars().count();
    if !(2..=MOST).contains(&chars) && !(chars == 1 && honorific && surname.is_some()) {
        return None;
    }
    let followed = ctx.char(end);
    let run_ends = followed.is_none_or(|c| !is_spaceless(c));
    if introduced && (honorific || run_ends || surname.is_some()) {
        let end = if honorific || run_ends { end } else { short(ctx, at, end) };
        return found(ctx, at, end, "introduced_name", Reason::Cue);
    }
    if honorific && surname.is_some() && chars <= 5 && !ends_with_copula(ctx, end) {
        return found(ctx, at, end, "honoured_name", Reason::Cue);
    }
    let plausible = surname.is_some() || (3..=5).contains(&chars);
    if begins_run && run_ends && plausible && ctx.cue(at..end, &KEYS) == Some(0) {
        return found(ctx, at, end, "named_by_key", Reason::Cue);
    }
    None
}

/// The bytes of the surname at `at`.
fn surname(ctx: &Context<'_>, at: usize) -> Option<usize> {
    let long = JAPANESE.iter().find(|name| ctx.starts_with(at, name)).map(|name| name.len());
    long.or_else(|| ctx.char(at).filter(|c| SURNAMES.contains(*c)).map(char::len_utf8))
}

/// Where the name ends: before an honorific, or at the end of the letters, [`MOST`] characters or so later.
fn end(ctx: &Context<'_>, at: usize) -> (usize, bool) {
    let mut end = at;
    for count in 0..=MOST {
        if count > 0 && BEHIND.iter().any(|honorific| ctx.starts_with(end, honorific)) {
            return (end, true);
        }
        match ctx.char(end) {
            Some(c) if is_spaceless(c) => end = end.saturating_add(c.len_utf8()),
            Some(' ') if count > 0 && count < 4 && is_kanji_pair(ctx, at, end) => {
                end = end.saturating_add(1)
            }
            _ => break,
        }
    }
    (end, false)
}

/// `山田 太郎`: a blank between surname and given name.
fn is_kanji_pair(ctx: &Context<'_>, at: usize, end: usize) -> bool {
    surname(ctx, at).is_some_and(|len| at.saturating_add(len) == end)
        && ctx.char(end.saturating_add(1)).is_some_and(is_spaceless)
}

/// Of `我叫王小明住在…` the first three characters.
fn short(ctx: &Context<'_>, at: usize, end: usize) -> usize {
    let text = ctx.str(at..end);
    text.char_indices().nth(3).map_or(end, |(len, _)| at.saturating_add(len))
}

fn ends_with_copula(ctx: &Context<'_>, end: usize) -> bool {
    ["です", "입니다", "이라고", "라고"].iter().any(|copula| ctx.starts_with(end, copula))
}
