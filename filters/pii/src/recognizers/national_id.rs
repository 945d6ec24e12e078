//! National identity numbers.

use super::{Candidate, Row, Tail};
use crate::entity::EntityType;

/// A US Social Security number. It has no check digit: dashes or spaces, and the numbers never assigned, must do.
pub(super) const US_SSN: Row = Row {
    entity: EntityType::NationalId,
    pattern: r"[0-9]{3}(?:-[0-9]{2}-| [0-9]{2} )[0-9]{4}\b{end-half}(?:[- .][0-9]|-[A-Za-z])?",
    validate,
    tail: Tail::None,
};

const LEN: usize = "123-45-6789".len();

fn validate(candidate: &Candidate<'_>) -> Option<usize> {
    let text = candidate.as_str();
    let (number, goes_on) = text.split_at_checked(LEN)?;
    let spaced = number.contains(' ');
    // A number behind a space is another number, unless this one is written with spaces too.
    let joints: &[char] = if spaced { &['-', '.', ' '] } else { &['-', '.'] };
    if candidate.continues_number(joints) || (goes_on.starts_with(' ') && spaced) {
        return None;
    }
    if !goes_on.is_empty() && !goes_on.starts_with(' ') {
        return None;
    }
    let mut groups = number.split([' ', '-']);
    let (area, group, serial) = (groups.next()?, groups.next()?, groups.next()?);
    let assigned = area != "000"
        && area != "666"
        && !area.starts_with('9')
        && group != "00"
        && serial != "0000";
    if assigned { candidate.first(LEN) } else { None }
}
