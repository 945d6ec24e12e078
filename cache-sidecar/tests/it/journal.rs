//! The journal over restarts, kills and disks that refuse.

use std::fs;
use std::path::Path;

use cache_sidecar::accounting::books::lost;
use cache_sidecar::accounting::journal::Journal;
use cache_sidecar::accounting::record::{
    Charge, Event, Head, Intent, Outcome, Record, Settled, Shared,
};
use chat::contract::{Source, Usage};

pub const NOW: u64 = 1_795_423_968_000;

pub fn event(id: &str) -> Event {
    let usage = Usage {
        input_tokens: 3,
        cached_input_tokens: 0,
        output_tokens: 2,
        reasoning_tokens: 0,
        cost_micros: 7,
        source: Source::Reported,
    };
    Event {
        event_id: id.to_owned(),
        request_id: String::new(),
        occurred_at_ms: NOW,
        tenant: "acme".to_owned(),
        user: "alice".to_owned(),
        model: "echo".to_owned(),
        dialect: "openai".to_owned(),
        outcome: Outcome::Complete,
        status: 200,
        usage,
        saved_micros: 0,
        cache: "miss".to_owned(),
        upstream_ttft_ms: Some(1),
        duration_ms: 2,
        redactions: [("EMAIL".to_owned(), 1)].into(),
        budgets_version: 1,
    }
}

fn charge(account: &str, amount: u64) -> Charge {
    Charge {
        tenant: "acme".to_owned(),
        account: account.to_owned(),
        forget_at_ms: u64::MAX,
        amount,
    }
}

fn intent(id: &str, amount: u64) -> Record {
    let reserved = vec![charge("minute", amount)];
    Record::Intent(Intent { event: event(id), reserved, shared: None })
}

/// One who may have to pay `amount` for a call, and takes 1 where it hasn't.
fn sharing(id: &str, amount: u64) -> Record {
    let Record::Intent(intent) = intent(id, amount) else { unreachable!() };
    let shared = Shared { call: "call".to_owned(), otherwise: vec![charge("minute", 1)] };
    Record::Intent(Intent { shared: Some(shared), ..intent })
}

fn pays(id: &str, amount: u64) -> Record {
    let Record::Settled(settled) = settled(id, amount) else { unreachable!() };
    Record::Settled(Settled { pays_for: Some("call".to_owned()), ..settled })
}

pub fn settled(id: &str, amount: u64) -> Record {
    let charged = vec![charge("minute", amount)];
    Record::Settled(Settled { event: event(id), charged, pays_for: None })
}

async fn written(folder: &Path, records: Vec<Record>) -> Head {
    let (journal, memory) = opened(folder).await;
    let tickets: Vec<_> = records.into_iter().map(|record| journal.append(record)).collect();
    for ticket in tickets {
        ticket.durable().await.unwrap();
    }
    memory
}

/// What the journal remembers of `records`, over a restart: what is charged, and who is open.
async fn check(records: Vec<Record>, damage: impl Fn(&mut Vec<u8>), spent: u64, open: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let first = written(folder.path(), records).await;
    let path = folder.path().join("journal-000000000001.jsonl");
    let mut bytes = fs::read(&path).unwrap();
    damage(&mut bytes);
    fs::write(&path, bytes).unwrap();
    let again = reopened(folder.path()).await;
    assert_eq!(first.session, again.session, "the session is the journal's own");
    assert_eq!(again.spent.iter().map(|charge| charge.amount).sum::<u64>(), spent);
    let ids: Vec<_> = again.open.iter().map(|intent| intent.event.event_id.as_str()).collect();
    assert_eq!(ids, open);
}

/// The lock falls when the writer's thread has seen that nobody appends any more.
async fn opened(folder: &Path) -> (Journal, Head) {
    let open = async {
        loop {
            match Journal::open(Some(folder), NOW) {
                Ok(opened) => return opened,
                Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse),
            }
            tokio::task::yield_now().await;
        }
    };
    crate::stack::in_time("the journal's lock", open).await
}

async fn reopened(folder: &Path) -> Head {
    opened(folder).await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn remembers_what_was_settled_and_what_is_open() {
    let records = || vec![intent("a", 10), intent("b", 20), settled("a", 4), settled("c", 5)];
    check(vec![], |_| {}, 0, &[]).await;
    check(records(), |_| {}, 9, &["b"]).await;
    // A killed process leaves half a line.
    check(records(), |bytes| bytes.extend_from_slice(b"{\"settled\":{\"ev"), 9, &["b"]).await;
    check(records(), |bytes| bytes.truncate(bytes.len() - 1), 4, &["b"]).await;
    // A line that the disk broke costs that line.
    let broken = |bytes: &mut Vec<u8>| {
        let line = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 3;
        bytes[line] = b'#';
    };
    check(records(), broken, 9, &["b"]).await;
}

/// What those take who are left open by `records`, when the next process settles them; and when it is killed before the
/// last of them, the one after it.
async fn check_lost(records: Vec<Record>, expected: &[(&str, u64)]) {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), records).await;
    let told = |settled: &[Settled]| {
        let one = |one: &Settled| {
            (one.event.event_id.clone(), one.charged.iter().map(|charge| charge.amount).sum())
        };
        settled.iter().map(one).collect::<Vec<(String, u64)>>()
    };
    let settled = lost(reopened(folder.path()).await.open);
    let all = told(&settled);
    let expected: Vec<_> =
        expected.iter().map(|(id, amount)| ((*id).to_owned(), *amount)).collect();
    assert_eq!(all, expected);
    let mut written_twice = Vec::new();
    for one in settled {
        assert_eq!(told(&lost(reopened(folder.path()).await.open)), all[written_twice.len()..]);
        written_twice.push(one.event.event_id.clone());
        written(folder.path(), vec![Record::Settled(one)]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_those_who_share_a_call_pays() {
    let both = || vec![sharing("a", 30), sharing("b", 20), intent("other", 9)];
    let and = |more: Record| both().into_iter().chain([more]).collect();
    check_lost(both(), &[("a", 30), ("b", 1), ("other", 9)]).await;
    // One left, and left the call to the other.
    check_lost(and(settled("a", 1)), &[("b", 20), ("other", 9)]).await;
    // One paid, while the other was behind.
    check_lost(and(pays("b", 5)), &[("a", 1), ("other", 9)]).await;
    // It turned out that there was no call.
    let without = || Record::Intent(Intent { event: event("a"), reserved: vec![], shared: None });
    check_lost(and(without()), &[("a", 0), ("b", 20), ("other", 9)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let (_journal, _) = Journal::open(Some(folder.path()), NOW).unwrap();
    let error = Journal::open(Some(folder.path()), NOW).err().unwrap().to_string();
    assert!(error.contains("STATE_DIR") && error.contains("another process"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_none_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Journal::open(Some(file.path()), NOW).err().unwrap().to_string();
    assert!(error.contains("STATE_DIR") && error.contains("name a folder"), "{error}");
}

/// Segments change while exchanges are open, and the sum stays.
#[tokio::test(flavor = "multi_thread")]
async fn goes_on_over_segments() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(Some(folder.path()), NOW).unwrap();
    journal.append(intent("open", 1)).durable().await.unwrap();
    let mut last = None;
    for number in 0..60_000 {
        last = Some(journal.append(settled(&format!("e{number}"), 1)));
        if number % 1000 == 0 {
            last.take().unwrap().durable().await.unwrap();
        }
    }
    last.unwrap().durable().await.unwrap();
    drop(journal);
    let files = fs::read_dir(folder.path()).unwrap().count();
    assert!(files > 2, "{files} files: it never began a second segment");
    let memory = reopened(folder.path()).await;
    assert_eq!(memory.spent, [charge("minute", 60_000)]);
    assert_eq!(memory.open.len(), 1);
}
