//! IP addresses: IPv4 in four decimal parts, IPv6 in RFC 4291's forms, with a prefix length or a zone where one is
//! written.
//!
//! What names no host is left: the unspecified and the loopback addresses, netmasks, multicast and broadcast. Other
//! spellings of an IPv4 address (one number, octal, hexadecimal) aren't looked for: they are any number.

mod v4;
mod v6;

use crate::cues::Cues;

use super::{Recognize, Trigger};

pub(super) static FUNCTIONS: &[Recognize] = &[
    Recognize { trigger: Trigger::Number, recognize: v4::recognize },
    Recognize { trigger: Trigger::Number, recognize: v6::recognize },
    Recognize { trigger: Trigger::Pair(b":", b":"), recognize: v6::recognize },
    Recognize { trigger: Trigger::Token, recognize: v6::letters_first },
];

pub(super) static CUES: &[&Cues] = &[&v4::HOST];
