//! IP addresses: IPv4 in four decimal parts, IPv6 in RFC 4291's forms, with a prefix length or a zone where one is
//! written.
//!
//! What names no host is left: the unspecified and the loopback addresses, netmasks, multicast and broadcast. Other
//! spellings of an IPv4 address (one number, octal, hexadecimal) aren't looked for: they are any number.

mod v4;
mod v6;

use crate::cues::Cues;

use super::{
    HEX_LETTERS, Recognize, Trigger,
    lead::{self, Lead},
};

pub(super) static FUNCTIONS: &[Recognize] = &[
    Recognize { trigger: Trigger::Number(&FOUR_PARTS), recognize: v4::recognize },
    Recognize { trigger: Trigger::Number(&GROUPS), recognize: v6::recognize },
    Recognize { trigger: Trigger::Pair(b":", b":"), recognize: v6::recognize },
    Recognize {
        trigger: Trigger::TokenLike(b"", HEX_LETTERS, b"abcdefABCDEF:"),
        recognize: v6::letters_first,
    },
];

static FOUR_PARTS: Lead = Lead {
    begins: &[(lead::digits(1, 3), lead::DOT, lead::DIGIT)],
    behind: &[(lead::DOT, lead::ANY & !lead::ALNUM), (lead::ANY & !lead::DOT, lead::ANY)],
    sign: &[(lead::digits(1, 3), lead::DOT)],
    ..Lead::ANY
};

/// Up to four hexadecimal digits, and a colon with more behind it.
static GROUPS: Lead = Lead {
    begins: &[
        (lead::digits(1, 4), lead::COLON, lead::ALNUM | lead::COLON),
        (lead::digits(1, 3), lead::LETTER, lead::ALNUM | lead::COLON),
        (lead::digits(0, 0), lead::ALNUM, lead::ALNUM | lead::COLON),
    ],
    behind: lead::ANYWHERE,
    sign: &[(lead::digits(1, 4), lead::COLON | lead::DOT | lead::LETTER)],
    ..Lead::ANY
};

pub(super) static CUES: &[&Cues] = &[&v4::HOST];
