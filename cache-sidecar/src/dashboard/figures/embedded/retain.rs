//! What goes: rows that are too old, and where the file is too large the finest ones first.

use rusqlite::{Connection, params};

use super::{Bounds, LEVELS, signed, unsigned};

/// Of a level's time, what goes at once where the file is too large.
const PARTS: u64 = 8;

pub(super) fn trim(
    connection: &mut Connection,
    bounds: Bounds,
    now_s: u64,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let mut dropped = 0;
    for (level, kept_s) in LEVELS {
        dropped = drop_before(&transaction, level, now_s.saturating_sub(kept_s))?;
    }
    let mut forget = transaction
        .prepare_cached("DELETE FROM seen WHERE number <= (SELECT max(number) FROM seen) - ?1")?;
    forget.execute([signed(bounds.seen)])?;
    drop(forget);
    for (level, _) in LEVELS {
        // The next coarser ones only where nothing of these is left.
        while bytes(&transaction)? > bounds.bytes {
            dropped = drop_some(&transaction, level, now_s)?;
            if dropped == 0 {
                break;
            }
        }
    }
    // Of days, the last and longest kept: names without a row would take the room of those to come.
    if dropped > 0 {
        transaction.execute("DELETE FROM series WHERE id NOT IN (SELECT series FROM usage)", [])?;
    }
    transaction.commit()?;
    // Each row of this pragma is a page that it gives back.
    let mut vacuum = connection.prepare_cached("PRAGMA incremental_vacuum")?;
    let mut pages = vacuum.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}

fn drop_before(connection: &Connection, level: u64, before_s: u64) -> rusqlite::Result<usize> {
    let (level, before) = (signed(level), signed(before_s));
    let mut usage =
        connection.prepare_cached("DELETE FROM usage WHERE level = ?1 AND start < ?2")?;
    let dropped = usage.execute(params![level, before])?;
    if dropped == 0 {
        return Ok(0);
    }
    // By kind, as the table is ordered.
    let mut counts = connection.prepare_cached(
        "DELETE FROM counts WHERE level = ?1 AND kind BETWEEN 0 AND 5 AND start < ?2",
    )?;
    Ok(dropped + counts.execute(params![level, before])?)
}

/// Drops the oldest part of a level.
fn drop_some(connection: &Connection, level: u64, now_s: u64) -> rusqlite::Result<usize> {
    let mut oldest = connection.prepare_cached("SELECT min(start) FROM usage WHERE level = ?1")?;
    let oldest: Option<i64> = oldest.query_row([signed(level)], |row| row.get(0))?;
    let Some(oldest) = oldest.map(unsigned) else { return Ok(0) };
    let part = (now_s.saturating_sub(oldest) / PARTS).max(level);
    drop_before(connection, level, oldest.saturating_add(part))
}

/// Of what is in use: a file doesn't shrink before its free pages are given back.
fn bytes(connection: &Connection) -> rusqlite::Result<u64> {
    let figure = |pragma: &str| {
        connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).map(unsigned)
    };
    let pages = figure("page_count")?.saturating_sub(figure("freelist_count")?);
    Ok(pages.saturating_mul(figure("page_size")?))
}
