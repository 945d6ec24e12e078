//! May it be, must it be, should it be: questions about one thing whose answers differ.

use super::Pair;
use crate::reading::{Frame, Kind, Reading};

/// Which of these a text asks about.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Modes {
    can: bool,
    must: bool,
    should: bool,
}

/// Whether one asks whether something may be, and the other whether it must or should be; or one asks what was.
pub(super) fn differ(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let [one, other] = pair.readings.map(modes);
    let closed = |reading: &Reading| {
        matches!(
            reading.frame,
            Frame::Can | Frame::Must | Frame::Should | Frame::Whether | Frame::None
        )
    };
    // "When should I be there", "when do I have to be there"
    let wanted = |modes: Modes| match closed(a) && closed(b) {
        true => modes,
        false => {
            Modes { must: modes.must || modes.should, should: modes.must || modes.should, ..modes }
        }
    };
    let (one, other) = (wanted(one), wanted(other));
    let any = |modes: Modes| modes != Modes::default();
    let shared = one.can && other.can || one.must && other.must || one.should && other.should;
    if any(one) && any(other) && !shared {
        return true;
    }
    // "How" is answered alike: what I did about it, what I can do.
    let [here, there] = pair.readings.map(past);
    let free = |reading: &Reading| !matches!(reading.frame, Frame::How | Frame::Why);
    free(a)
        && free(b)
        && (here && !there && !any(one) && any(other) || there && !here && !any(other) && any(one))
}

fn modes(reading: &Reading) -> Modes {
    let mut modes = match reading.frame {
        Frame::Can => Modes { can: true, ..Modes::default() },
        Frame::Must => Modes { must: true, ..Modes::default() },
        Frame::Should => Modes { should: true, ..Modes::default() },
        _ => Modes::default(),
    };
    // "How can I" and "how should I" ask for one way, and "is it a good idea to" has said its mode.
    let said = !matches!(
        reading.frame,
        Frame::When
            | Frame::Where
            | Frame::Long
            | Frame::Often
            | Frame::Count
            | Frame::Amount
            | Frame::Whether
    );
    for (at, word) in reading.words.iter().enumerate() {
        if word.kind == Kind::Filler || said && word.kind == Kind::Frame {
            continue;
        }
        let to = reading.words.get(at + 1).is_some_and(|next| next.text == "to");
        match word.text.as_str() {
            "can" | "could" | "may" | "might" | "able" | "allow" | "allows" | "allowed"
            | "permit" | "permits" | "permitted" | "possible"
                if !word.name =>
            {
                modes.can = true;
            }
            "must" | "required" | "mandatory" | "compulsory" | "obligatory" | "obliged"
            | "necessary" => {
                modes.must = true;
            }
            "have" | "has" | "had" | "need" | "needs" | "needed" if to => modes.must = true,
            "should" | "ought" | "advisable" | "recommended" | "supposed" => modes.should = true,
            _ => {}
        }
    }
    modes
}

/// Whether a text asks what was, or whether something has been done.
fn past(reading: &Reading) -> bool {
    let mut words = reading.words.iter().filter(|word| word.kind != Kind::Filler);
    words.next().is_some_and(|word| matches!(word.text.as_str(), "has" | "have" | "had"))
        || reading.words.iter().any(|word| {
            matches!(word.kind, Kind::Function | Kind::Frame)
                && matches!(word.text.as_str(), "did" | "was" | "were" | "had")
        })
}
