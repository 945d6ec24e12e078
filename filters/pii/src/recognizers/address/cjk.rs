//! `北京市朝阳区建国路88号`, `東京都千代田区丸の内1-2-3`, `서울특별시 강남구 테헤란로 123`.
//!
//! From the large to the small: a province, prefecture or city, districts, and in the end a number.

use super::{LONGEST, may_begin, postcode};
use crate::{
    context::Context,
    cues::is_spaceless,
    entity::EntityType,
    letters,
    recognizers::{
        Match, Reason,
        lead::{self, Lead},
    },
};

/// What the first part of an address ends with.
const REGIONS: &[char] = &['省', '市', '区', '區', '县', '縣', '都', '道', '府', '県', '郡', '州'];
/// What stands before a house's number, or behind it.
const STREETS: &[&str] = &[
    "路", "街", "道", "巷", "弄", "胡同", "大厦", "小区", "村", "镇", "丁目", "番地", "番", "町",
    "号", "號", "区", "市", "通り",
];
/// What a number in an address is of.
const UNITS: &[char] = &[
    '号', '號', '室', '楼', '樓', '层', '層', '栋', '棟', '幢', '座', '单', '元', '弄', '番', '地',
    '丁', '目', '階', '院', '街', '座', '房', '之',
];

/// Characters before the first region: `黑龙江省`, `神奈川県`, `新疆维吾尔自治区`.
const REGION: usize = 8;

/// `〒100-0005`.
pub(super) static MARKED: Lead = Lead {
    begins: &[(lead::digits(2, 6), lead::ANY, lead::ANY)],
    behind: &[(lead::WIDE, lead::ANY)],
    ..Lead::ANY
};

/// `100-0005 東京都…`, or undivided.
pub(super) static PLACED: Lead = Lead {
    begins: &[
        (lead::digits(2, 6), lead::DASH | lead::BLANK, lead::DIGIT),
        (lead::digits(4, 4), lead::BLANK, lead::UPPER),
        (lead::digits(4, 4), lead::UPPER, lead::UPPER),
        (lead::digits(5, 6), lead::BLANK, lead::BLANK | lead::WIDE),
        (lead::digits(5, 6), lead::WIDE, lead::WIDE),
    ],
    behind: lead::NOT_WITHIN,
    blank: &[(lead::digits(2, 3), lead::BLANK | lead::WIDE)],
    sign: &[(lead::digits(3, 4), lead::BLANK | lead::WIDE)],
};

pub(super) fn address(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if ctx.byte(at).is_ascii() {
        return None;
    }
    let first = ctx.char(at).filter(|c| is_spaceless(*c))?;
    if is_hangul(first) {
        return korean(ctx, at);
    }
    if !begins(ctx, at) || !has_region(ctx, at) {
        return None;
    }
    let end = numbered(ctx, at)?;
    Some(Match::new(at..end, EntityType::Address, "east_asian_address", Reason::Form))
}

/// `〒100-0005 東京都…`, `100-0005 東京都…`.
pub(super) fn with_postcode(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if !ctx.byte(at).is_ascii_digit() || !may_begin(ctx, at) {
        return None;
    }
    let (end, _) = postcode::read(ctx, at).filter(|(_, form)| *form != postcode::Form::Short)?;
    let next = ctx.run(end, 2, |byte| byte == b' ');
    let wide = ctx.char(next).is_some_and(is_spaceless);
    if !wide {
        return ctx
            .char_before(at)
            .filter(|c| *c == '〒')
            .map(|_| Match::new(at..end, EntityType::Address, "postcode", Reason::Cue));
    }
    let end = if has_region(ctx, next) { numbered(ctx, next)? } else { return None };
    Some(Match::new(at..end, EntityType::Address, "east_asian_address", Reason::Form))
}

/// Not in the middle of a word: behind nothing, a sign or a word that goes before a place.
fn begins(ctx: &Context<'_>, at: usize) -> bool {
    if matches!(ctx.char(at), Some('的' | '在' | '与' | '了' | '这' | '该')) {
        return false;
    }
    ctx.char_before(at).is_none_or(|c| {
        !is_letter(c)
            || matches!(
                c,
                '在' | '于'
                    | '至'
                    | '到'
                    | '是'
                    | '址'
                    | '往'
                    | '寄'
                    | '送'
                    | '为'
                    | '為'
                    | 'は'
                    | 'を'
                    | 'が'
                    | '所'
                    | 'の'
                    | 'に'
            )
    })
}

fn has_region(ctx: &Context<'_>, at: usize) -> bool {
    let mut end = at;
    for count in 0..=REGION {
        match ctx.char(end) {
            Some(c) if count >= 2 && REGIONS.contains(&c) => return true,
            Some(c) if is_letter(c) => end = end.saturating_add(c.len_utf8()),
            _ => return false,
        }
    }
    false
}

/// Reads letters and numbers; gives the end of the last number, with what it is of, behind a street.
fn numbered(ctx: &Context<'_>, at: usize) -> Option<usize> {
    let mut end = at;
    let mut last = None;
    let mut streets = false;
    let mut digit = false;
    let mut before = '\0';
    let mut street = None;
    let limit = at.saturating_add(LONGEST);
    while end < limit {
        let Some(c) = ctx.char(end) else { break };
        let next = end.saturating_add(c.len_utf8());
        if is_digit(c) {
            // `分区 1` is no address: behind a blank stands the number of a street or a postcode.
            if before == ' '
                && !matches!(
                    street,
                    Some(
                        '路' | '街'
                            | '道'
                            | '巷'
                            | '弄'
                            | '号'
                            | '座'
                            | '番'
                            | '地'
                            | '目'
                            | '村'
                            | '镇'
                    )
                )
            {
                let len = ctx.run(end, 7, |byte| byte.is_ascii_digit()).saturating_sub(end);
                if !(5..=6).contains(&len) {
                    break;
                }
            }
            digit = true;
            if c.is_ascii_digit() && streets {
                last = Some(next);
            }
        } else if matches!(c, '-' | 'ー' | '−') && digit {
        } else if UNITS.contains(&c) && digit {
            if streets || c == '号' || c == '番' || c == '丁' {
                last = Some(next);
            }
            streets |= matches!(c, '丁' | '番' | '号');
            // `丁目`, `番地`, `单元` are two characters.
            digit = matches!(c, '丁' | '番' | '单');
        } else if c.is_ascii_alphabetic() && ctx.char(next) == Some('座') {
            digit = true;
        } else if c.is_ascii_uppercase()
            && (digit || is_digit(before) || before == ' ' || is_letter(before))
        {
        } else if is_letter(c) {
            digit = false;
            streets |= STREETS.iter().any(|street| street.starts_with(c));
        } else if c == ' ' && is_next(ctx, next) {
            digit = false;
        } else {
            break;
        }
        if c != ' ' {
            street = Some(c);
        }
        before = c;
        end = next;
    }
    last.filter(|_| streets)
}

fn is_next(ctx: &Context<'_>, at: usize) -> bool {
    ctx.char(at).is_some_and(|c| is_letter(c) || c.is_ascii_digit())
}

/// A region, a district, a road with a number, blanks between them.
fn korean(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if ctx.char_before(at).is_some_and(is_letter) {
        return None;
    }
    let mut end = at;
    let mut districts = 0_usize;
    for _ in 0..5 {
        let word_end = hangul_end(ctx, end);
        let word = ctx.str(end..word_end);
        if word.is_empty() {
            return None;
        }
        let road = (word.ends_with('로') && !word.ends_with("으로"))
            || word.ends_with('길')
            || word.ends_with('동')
            || word.ends_with('리')
            || word.ends_with('가');
        let district = [
            "시", "도", "군", "구", "읍", "면", "동", "서울", "부산", "대구", "인천", "광주",
            "대전", "울산", "경기", "세종", "제주",
        ];
        let blank = ctx.byte(word_end) == b' ';
        let next = word_end.saturating_add(usize::from(blank));
        // `선릉로 지하112`: below the ground.
        let below = "지하";
        let first = next.saturating_add(if ctx.starts_with(next, below) { below.len() } else { 0 });
        if road && districts > 0 && ctx.byte(first).is_ascii_digit() {
            let number = ctx.run(first, 9, |byte| byte.is_ascii_digit() || byte == b'-');
            let mut last = number;
            // `123번길 4`, `101동 1203호`, `4층`.
            for _ in 0..3 {
                let comma = usize::from(ctx.byte(last) == b',');
                let begin = ctx.run(last.saturating_add(comma), 1, |byte| byte == b' ');
                let digits = ctx.run(begin, 5, |byte| byte.is_ascii_digit());
                let unit =
                    ctx.char(digits).filter(|c| matches!(c, '층' | '호' | '동' | '번' | '길'));
                match unit {
                    Some(unit) if digits > begin || last == number => {
                        last = digits.saturating_add(unit.len_utf8())
                    }
                    _ => break,
                }
            }
            // `(역삼동)`: the quarter, in brackets.
            if ctx.starts_with(last, " (") {
                let quarter = hangul_end(ctx, last.saturating_add(2));
                if ctx.byte(quarter) == b')' && quarter > last.saturating_add(2) {
                    last = quarter.saturating_add(1);
                }
            }
            return Some(Match::new(
                at..last,
                EntityType::Address,
                "east_asian_address",
                Reason::Form,
            ));
        }
        if !blank || !district.iter().any(|ending| word.ends_with(ending)) {
            return None;
        }
        districts = districts.saturating_add(1);
        end = next;
    }
    None
}

fn hangul_end(ctx: &Context<'_>, at: usize) -> usize {
    let mut end = at;
    for _ in 0..10 {
        match ctx.char(end) {
            Some(c) if is_hangul(c) => end = end.saturating_add(c.len_utf8()),
            // `개포19길`.
            Some(c) if c.is_ascii_digit() && end > at => {
                let digits = ctx.run(end, 4, |byte| byte.is_ascii_digit());
                if !ctx.char(digits).is_some_and(|c| matches!(c, '로' | '길' | '가' | '거')) {
                    break;
                }
                end = digits;
            }
            _ => break,
        }
    }
    end
}

fn is_hangul(c: char) -> bool {
    matches!(c, '가'..='힣')
}

fn is_letter(c: char) -> bool {
    is_spaceless(c) && letters::is_letter(c)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十〇".contains(c)
}
