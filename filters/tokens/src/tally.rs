//! Counts by class of bytes and of what stands before them, sixteen bytes at a time.
//!
//! Every byte gets eight bits, one a class. Bits of neighbours, ANDed, say where runs go on; ANDed after a rotation,
//! which class follows which: each operation answers for all eight classes at once. What is left is to count bits, in
//! lanes of four that are widened before they are full. Plain loops over bytes: the compiler makes vectors of them.

/// What has no text behind it: no UTF-8 holds this byte.
pub(crate) const PAD: u8 = 0xFF;

/// How far back the counts look.
pub(crate) const CONTEXT: usize = 2 * LANES;

/// Bytes for which a lane of four bits doesn't overflow.
const GROUP: usize = 15 * LANES;
/// Bytes of a vector.
const LANES: usize = 16;

/// Bytes that are counted at a time; a lane of eight bits doesn't overflow on so many.
pub(crate) const CHUNK: usize = 8 * GROUP;
/// What the counts look back at, and the bytes.
pub(crate) const WINDOW: usize = CONTEXT + CHUNK;

const LETTER: u8 = 1;
const PUNCTUATION: u8 = 1 << 1;
const SPACE: u8 = 1 << 2;
const OTHER_SPACE: u8 = 1 << 3;
const DIGIT: u8 = 1 << 4;
const BEYOND_ASCII: u8 = 1 << 5;
const UPPER: u8 = 1 << 6;
const CONSONANT: u8 = 1 << 7;

/// Bit sets that are counted, eight counts each.
const SETS: usize = 6;
/// How many counts there are.
pub(crate) const TALLIES: usize = 8 * SETS;

/// Where the counts of single classes stand.
pub(crate) const LETTERS: usize = 0;
pub(crate) const PUNCTUATIONS: usize = 1;
pub(crate) const SPACES: usize = 2;
pub(crate) const OTHER_SPACES: usize = 3;
pub(crate) const DIGITS: usize = 4;
pub(crate) const BEYONDS: usize = 5;
pub(crate) const UPPERS: usize = 6;
/// `th`, hardly ever missing in English.
pub(crate) const TH: usize = 40;
/// j, k, q, v, w, x, z.
pub(crate) const RARE_LETTERS: usize = 42;
/// Where four consonants stand in a row.
pub(crate) const CONSONANTS_IN_FOURS: usize = 23;

/// Adds the counts of what `window` holds behind its context up to `end`, where only [`PAD`] stands further on.
pub(crate) fn tally(window: &[u8; WINDOW], end: usize, tallies: &mut [u32; TALLIES]) {
    let end = CONTEXT.saturating_add(end.div_ceil(GROUP).saturating_mul(GROUP)).min(WINDOW);
    let text = window.get(..end).unwrap_or_default();
    let mut sets = tallies.as_chunks_mut::<8>().0.iter_mut();
    let mut count = |set: &[u8; WINDOW]| {
        if let Some(tallies) = sets.next() {
            count(set, end, tallies);
        }
    };
    let (mut class, mut runs2, mut runs4) = ([0; WINDOW], [0; WINDOW], [0; WINDOW]);
    let mut set = [0; WINDOW];
    for (to, byte) in class.iter_mut().zip(text) {
        *to = class_of(*byte);
    }
    count(&class);
    join(&mut runs2, &class, &class, 1, end, |here, before| here & before);
    count(&runs2);
    join(&mut runs4, &runs2, &runs2, 2, end, |here, before| here & before);
    count(&runs4);
    longer(&mut set, [&runs4, &runs2, &class], end);
    count(&set);
    join(&mut set, &class, &class, 1, end, follow);
    count(&set);
    join(&mut set, window, window, 1, end, tell);
    count(&set);
}

/// What follows from each byte of `here` and the one that stands `back` before it.
fn join(
    to: &mut [u8; WINDOW],
    here: &[u8; WINDOW],
    before: &[u8; WINDOW],
    back: usize,
    end: usize,
    of: impl Fn(u8, u8) -> u8,
) {
    let to = to.get_mut(LANES..end).unwrap_or_default();
    for ((to, here), before) in to.iter_mut().zip(part(here, 0, end)).zip(part(before, back, end)) {
        *to = of(*here, *before);
    }
}

/// Long words and long indents, by runs of eight; of the other classes runs of three.
fn longer(to: &mut [u8; WINDOW], [runs4, runs2, class]: [&[u8; WINDOW]; 3], end: usize) {
    let of_eight = part(runs4, 0, end).iter().zip(part(runs4, 4, end));
    let of_three = part(runs2, 0, end).iter().zip(part(class, 2, end));
    let to = to.get_mut(LANES..end).unwrap_or_default();
    for (to, ((here, four_before), (two, before))) in to.iter_mut().zip(of_eight.zip(of_three)) {
        let long = here & four_before & (LETTER | SPACE);
        *to = long | (two & before & !(LETTER | SPACE));
    }
}

/// What stands `back` before each byte, in whole vectors: nothing looks at the context's first half.
fn part(set: &[u8; WINDOW], back: usize, end: usize) -> &[u8] {
    set.get(LANES.saturating_sub(back)..end.saturating_sub(back)).unwrap_or_default()
}

/// Where a class follows another: each bit says which, of the pairs that tell most.
fn follow(here: u8, before: u8) -> u8 {
    // A letter, punctuation and a space before a digit, what lies beyond ASCII and a capital.
    let fourth = (before << 4) & (DIGIT | BEYOND_ASCII | UPPER);
    let word = (before >> 2) & LETTER;
    let mark_before_space = (before << 1) & SPACE;
    let space_before_mark = (before >> 1) & (PUNCTUATION | OTHER_SPACE);
    let within_word = (before << 7) & CONSONANT;
    here & (fourth | word | mark_before_space | space_before_mark | within_word)
}

fn class_of(byte: u8) -> u8 {
    let folded = byte | 0x20;
    let letter = folded.wrapping_sub(b'a') < 26;
    // Written out, since the compiler makes a table of `matches!`, and no vector.
    let vowel = (folded == b'a')
        | (folded == b'e')
        | (folded == b'i')
        | (folded == b'o')
        | (folded == b'u')
        | (folded == b'y');
    let upper = byte.wrapping_sub(b'A') < 26;
    let digit = byte.wrapping_sub(b'0') < 10;
    let (space, other_space) = (byte == b' ', byte.wrapping_sub(0x09) < 5);
    let beyond = byte.wrapping_sub(0x80) < 0x7F;
    let known = letter | digit | space | other_space | (byte >= 0x80);
    let class = |class: u8, is: bool| if is { class } else { 0 };
    class(LETTER, letter)
        | class(PUNCTUATION, !known)
        | class(SPACE, space)
        | class(OTHER_SPACE, other_space)
        | class(DIGIT, digit)
        | class(BEYOND_ASCII, beyond)
        | class(UPPER, upper)
        | class(CONSONANT, letter & !vowel)
}

/// What tells English, code and noise from other texts.
fn tell(byte: u8, before: u8) -> u8 {
    let folded = byte | 0x20;
    // j, k; v, w, x; q; z.
    let rare = (folded.wrapping_sub(b'j') < 2)
        | (folded.wrapping_sub(b'v') < 3)
        | (folded == b'q')
        | (folded == b'z');
    bit(0, (folded == b'h') & (before | 0x20 == b't'))
        | bit(1, folded == b'e')
        | bit(2, rare)
        | bit(3, byte == b'\n')
        | bit(4, byte == b'<')
        | bit(5, byte == b'=')
        | bit(6, byte == b'/')
        | bit(7, byte == b'_')
}

fn bit(bit: u8, is: bool) -> u8 {
    if is { 1 << bit } else { 0 }
}

/// Adds how often each bit is set behind the context.
fn count(set: &[u8; WINDOW], end: usize, tallies: &mut [u32; 8]) {
    let (groups, _) = set.get(CONTEXT..end).unwrap_or_default().as_chunks::<GROUP>();
    let mut wide = [[0_u8; LANES]; 8];
    for group in groups {
        // In lanes of two bits, then of four, then of eight: each is widened before it is full.
        let [mut first, mut second, mut third, mut fourth] = [[0_u8; LANES]; 4];
        for [one, two, three] in group.as_chunks::<LANES>().0.as_chunks::<3>().0 {
            let lanes = first.iter_mut().zip(&mut second).zip(third.iter_mut().zip(&mut fourth));
            for ((((first, second), (third, fourth)), one), (two, three)) in
                lanes.zip(one).zip(two.iter().zip(three))
            {
                let even = (one & 0x55).wrapping_add(two & 0x55).wrapping_add(three & 0x55);
                let (one, two, three) = (one >> 1, two >> 1, three >> 1);
                let odd = (one & 0x55).wrapping_add(two & 0x55).wrapping_add(three & 0x55);
                *first = first.wrapping_add(even & 0x33);
                *second = second.wrapping_add(odd & 0x33);
                *third = third.wrapping_add((even >> 2) & 0x33);
                *fourth = fourth.wrapping_add((odd >> 2) & 0x33);
            }
        }
        for (bit, lanes) in [first, second, third, fourth].iter().enumerate() {
            for (half, shift) in [(bit, 0), (bit.saturating_add(4), 4)] {
                for (wide, lane) in wide.get_mut(half).into_iter().flatten().zip(lanes) {
                    *wide = wide.wrapping_add((lane >> shift) & 0x0F);
                }
            }
        }
    }
    for (tally, lanes) in tallies.iter_mut().zip(&wide) {
        let sum = lanes.iter().fold(0_u32, |sum, lane| sum.wrapping_add(u32::from(*lane)));
        *tally = tally.saturating_add(sum);
    }
}
