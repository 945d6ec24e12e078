//! The bookkeeper: what each exchange took, told once, to the disk, the ledger and the metrics.

pub mod books;
pub mod demand;
pub mod journal;
pub mod record;
pub mod seen;
pub mod segment;
