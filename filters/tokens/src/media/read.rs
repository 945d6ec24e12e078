//! Numbers at a place of the data. `None` behind its end.

pub(super) fn at<const N: usize>(head: &[u8], offset: usize) -> Option<[u8; N]> {
    head.get(offset..)?.first_chunk().copied()
}

pub(super) fn be16(head: &[u8], offset: usize) -> Option<u64> {
    at(head, offset).map(|bytes| u64::from(u16::from_be_bytes(bytes)))
}

pub(super) fn be32(head: &[u8], offset: usize) -> Option<u64> {
    at(head, offset).map(|bytes| u64::from(u32::from_be_bytes(bytes)))
}

pub(super) fn be64(head: &[u8], offset: usize) -> Option<u64> {
    at(head, offset).map(u64::from_be_bytes)
}

pub(super) fn le16(head: &[u8], offset: usize) -> Option<u64> {
    at(head, offset).map(|bytes| u64::from(u16::from_le_bytes(bytes)))
}

pub(super) fn le24(head: &[u8], offset: usize) -> Option<u64> {
    let [low, middle, high] = at(head, offset)?;
    Some(u64::from(u32::from_le_bytes([low, middle, high, 0])))
}

pub(super) fn le32(head: &[u8], offset: usize) -> Option<u64> {
    at(head, offset).map(|bytes| u64::from(u32::from_le_bytes(bytes)))
}

/// Whether `magic` stands at `offset`.
pub(super) fn is_at(head: &[u8], offset: usize, magic: &[u8]) -> bool {
    head.get(offset..).is_some_and(|behind| behind.starts_with(magic))
}
