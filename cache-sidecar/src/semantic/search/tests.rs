//! Commands and replies byte for byte, over a server that answers as it is told. RediSearch's replies are as version 2.10.5
//! sent them, those of valkey-search as its documentation and source have them.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::cache::key::Key;
use crate::redis_link::RedisAddress;

const INDEX: &str = "sluice:search:1:words:4";
/// Its bytes are text, which keeps commands readable here.
const ASKED: [f32; 4] = [0.5; 4];
const BLOB: &str = "\0\0\0?\0\0\0?\0\0\0?\0\0\0?";
const MADE: &str = "+OK\r\n";
/// Of Redis without search.
const UNKNOWN: &str = "-ERR unknown command 'FT', with args beginning with: \r\n";
/// The server says nothing.
const SILENCE: &str = "";

/// What is asked, word by word, and what comes back.
type Step = (Vec<String>, Vec<u8>);

fn step(command: &[&str], reply: impl AsRef<[u8]>) -> Step {
    (command.iter().map(|word| (*word).to_owned()).collect(), reply.as_ref().to_vec())
}

/// Who shares answers, as it stands in keys.
const TAG: &str = "00000000000000ac";

fn answer_key(number: u32) -> Key {
    Key::parse(&format!("sluice:{{{TAG}}}:exact:{number:064}")).unwrap()
}

fn id() -> PartitionId {
    PartitionId::of(&answer_key(0), "words", "", b"s")
}

fn name() -> String {
    String::from_utf8(id().place().to_vec()).unwrap()
}

fn record(number: u32, kind: Kind, sentence: [f32; 4]) -> Record {
    Record {
        kind,
        key: answer_key(number),
        text: "text".into(),
        sentence: sentence.into(),
        tokens: Arc::new([]),
        created_ms: 1_000,
        first_chunk_ms: 0,
    }
}

fn answer(number: u32, sentence: [f32; 4]) -> Record {
    record(number, Kind::Answer, sentence)
}

fn key(record: &Record) -> String {
    let record_id: String = record.id().0.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{INDEX}:{{{TAG}}}:{}:{record_id}", name())
}

fn creates(reply: impl AsRef<[u8]>) -> Step {
    let words = "ON HASH PREFIX 1 sluice:search:1:words:4: SCHEMA p TAG v VECTOR HNSW 12 TYPE FLOAT32 DIM 4 \
                 DISTANCE_METRIC COSINE M 16 EF_CONSTRUCTION 200 EF_RUNTIME 64";
    let words: Vec<&str> = ["FT.CREATE", INDEX].into_iter().chain(words.split(' ')).collect();
    step(&words, reply)
}

fn informs(reply: impl AsRef<[u8]>) -> Step {
    step(&["FT.INFO", INDEX], reply)
}

fn searches(tag: &str, count: &str, reply: impl AsRef<[u8]>) -> Step {
    let query = format!("(@p:{{{tag}}})=>[KNN {count} @v $q]");
    let head = ["FT.SEARCH", INDEX, &query, "NOCONTENT", "TIMEOUT", "50", "PARAMS", "2", "q", BLOB];
    step(&[head.as_slice(), &["LIMIT", "0", count, "DIALECT", "2"]].concat(), reply)
}

fn reads(record: &Record, reply: impl AsRef<[u8]>) -> Step {
    step(&["HMGET", &key(record), "r", "e"], reply)
}

fn bulk(bytes: &[u8]) -> Vec<u8> {
    [format!("${}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// A record that nothing is known of.
fn kept(record: &Record, place: &[u8]) -> Vec<u8> {
    [b"*2\r\n".to_vec(), bulk(&record.encode(place, b"s")), b"$-1\r\n".to_vec()].concat()
}

/// As RESP2 has it, of every server.
fn list(keys: &[String]) -> Vec<u8> {
    let mut reply = format!("*{}\r\n:{}\r\n", keys.len() + 1, keys.len()).into_bytes();
    keys.iter().for_each(|key| reply.extend(bulk(key.as_bytes())));
    reply
}

/// As RediSearch has it in RESP3.
fn map(keys: &[String]) -> Vec<u8> {
    let mut reply = format!(
        "%5\r\n+attributes\r\n*0\r\n+total_results\r\n:{0}\r\n+format\r\n+STRING\r\n+results\r\n*{0}\r\n",
        keys.len()
    )
    .into_bytes();
    for key in keys {
        reply.extend(b"%2\r\n+id\r\n");
        reply.extend(bulk(key.as_bytes()));
        reply.extend(b"+values\r\n*0\r\n");
    }
    reply.extend(b"+warning\r\n*0\r\n");
    reply
}

/// Answers what a client asks to get to know it, and then `replies` in their order; gathers what was asked for them.
async fn serve(
    stream: TcpStream,
    mut replies: impl Iterator<Item = Vec<u8>>,
    heard: Arc<Mutex<Vec<Vec<String>>>>,
) {
    let mut stream = BufReader::new(stream);
    while let Some(command) = hear(&mut stream).await {
        let reply = match command.first().map(String::as_str) {
            Some("CLIENT") => b"+OK\r\n".to_vec(),
            Some("HELLO") => b"%1\r\n+proto\r\n:3\r\n".to_vec(),
            Some("CLUSTER") => b"-ERR This instance has cluster support disabled\r\n".to_vec(),
            _ => {
                heard.lock().unwrap().push(command);
                replies.next().unwrap_or_default()
            }
        };
        if stream.write_all(&reply).await.is_err() {
            return;
        }
    }
}

async fn hear(stream: &mut BufReader<TcpStream>) -> Option<Vec<String>> {
    let words = length(stream).await?;
    let mut command = Vec::new();
    for _ in 0..words {
        let mut word = vec![0; length(stream).await? + 2];
        stream.read_exact(&mut word).await.ok()?;
        word.truncate(word.len() - 2);
        command.push(String::from_utf8_lossy(&word).into_owned());
    }
    Some(command)
}

async fn length(stream: &mut BufReader<TcpStream>) -> Option<usize> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    line.get(1..)?.trim_end().parse().ok()
}

/// What `act` makes of a server that takes the steps of `script`, and that it asks nothing else.
async fn check<T>(
    protocol: &str,
    script: Vec<Step>,
    act: impl AsyncFnOnce(&Search) -> T,
    expected: T,
) where
    T: PartialEq + std::fmt::Debug,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}/?protocol={protocol}", listener.local_addr().unwrap());
    let heard = Arc::default();
    let (commands, replies): (Vec<_>, Vec<_>) = script.into_iter().unzip();
    let server = {
        let heard = Arc::clone(&heard);
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            serve(stream, replies.into_iter(), heard).await;
        })
    };
    let link = Link::new(RedisAddress::parse(&url).unwrap()).unwrap();
    let limit = Duration::from_millis(50);
    let search = Search::new(link, b"s", Duration::from_secs(60), "words", limit);
    assert_eq!(act(&search).await, expected);
    assert_eq!(*heard.lock().unwrap(), commands);
    server.abort();
}

/// The numbers of what is found, nearest first; those of a quarantine are no numbers.
async fn nearest(search: &Search, quarantines: bool) -> Result<Vec<String>, StoreError> {
    let known = Known { questions: true, quarantines };
    Ok(match search.nearest(&id(), known, &ASKED, 5, 2_000).await? {
        Near::Quarantine => vec!["quarantine".to_owned()],
        Near::Questions(near) => near
            .iter()
            .map(|one| one.record.key.as_str().rsplit(':').next().unwrap())
            .map(|number| number.trim_start_matches('0').to_owned())
            .collect(),
    })
}

fn found(numbers: &[&str]) -> Result<Vec<String>, StoreError> {
    Ok(numbers.iter().map(|number| (*number).to_owned()).collect())
}

#[tokio::test]
async fn finds_the_nearest_in_either_protocol() {
    let (far, near) = (answer(1, [0.5, 0.5, 0.5, -0.5]), answer(2, ASKED));
    let keys = [key(&far), key(&near)];
    for (protocol, reply) in [("resp2", list(&keys)), ("resp3", map(&keys))] {
        let script = vec![
            creates(MADE),
            searches(&name(), "5", reply),
            reads(&far, kept(&far, name().as_bytes())),
            reads(&near, kept(&near, name().as_bytes())),
        ];
        check(protocol, script, async |search| nearest(search, false).await, found(&["2", "1"]))
            .await;
    }
    for (protocol, reply) in [("resp2", list(&[])), ("resp3", map(&[]))] {
        let script = vec![creates(MADE), searches(&name(), "5", reply)];
        check(protocol, script, async |search| nearest(search, false).await, found(&[])).await;
    }
}

#[tokio::test]
async fn believes_no_reply() {
    let (own, moved) = (answer(1, ASKED), answer(2, ASKED));
    let short = Record { sentence: [1.0].into(), ..answer(3, ASKED) };
    let wrong = record(4, Kind::Quarantine { radius: 0.9 }, ASKED);
    // Of another partition; that lapsed meanwhile; of another place, dimension and kind, or under another one's key.
    let strange = "sluice:search:1:words:4:{globex}:1:2".to_owned();
    let gone = answer(5, ASKED);
    let keys = [strange, key(&gone), key(&own), key(&moved), key(&short), key(&wrong)];
    let script = vec![
        creates(MADE),
        searches(&name(), "5", list(&keys)),
        reads(&gone, "*2\r\n$-1\r\n$-1\r\n"),
        reads(&own, kept(&moved, name().as_bytes())),
        reads(&moved, kept(&moved, b"elsewhere")),
        reads(&short, kept(&short, name().as_bytes())),
        reads(&wrong, kept(&wrong, name().as_bytes())),
    ];
    check("resp2", script, async |search| nearest(search, false).await, found(&[])).await;
}

#[tokio::test]
async fn serves_nothing_in_a_quarantine() {
    let (own, wrong) = (answer(1, ASKED), record(1, Kind::Quarantine { radius: 0.9 }, ASKED));
    let script = vec![
        creates(MADE),
        searches(&name(), "5", list(&[key(&own)])),
        searches(&format!("q{}", name()), "3", list(&[key(&wrong)])),
        reads(&own, kept(&own, name().as_bytes())),
        reads(&wrong, kept(&wrong, name().as_bytes())),
    ];
    check("resp2", script, async |search| nearest(search, true).await, found(&["quarantine"]))
        .await;
}

#[tokio::test]
async fn makes_the_index_unless_it_is_there() {
    let empty = || searches(&name(), "5", list(&[]));
    let fits = found(&[]);
    let refused = || Err(StoreError::Refused);
    let there = "-Index already exists\r\n";
    let valkey = format!("-Index {INDEX} in database 0 already exists.\r\n");
    let redisearch = include_bytes!("../../../tests/golden/search/redisearch-info.resp2");
    let redisearch_map = include_bytes!("../../../tests/golden/search/redisearch-info.resp3");
    let valkey_search = include_bytes!("../../../tests/golden/search/valkey-search-info.resp2");
    let changed = |info: &[u8], from: &str, to: &str| {
        let info = std::str::from_utf8(info).unwrap();
        assert!(info.contains(from), "{from}");
        info.replacen(from, to, 1)
    };
    let other_index = changed(redisearch, "dim\r\n:4", "dim\r\n:3");
    let other_prefix = changed(redisearch_map, "+sluice:search:1:words:4:", "+a:");
    let other_metric = changed(valkey_search, "COSINE", "L2");
    let other_dimension = changed(valkey_search, "dimensions\r\n:4", "dimensions\r\n:3");
    for (protocol, script, expected) in [
        ("resp2", vec![creates(MADE), empty()], fits.clone()),
        ("resp2", vec![creates(there), informs(redisearch), empty()], fits.clone()),
        ("resp3", vec![creates(there), informs(redisearch_map), empty()], fits.clone()),
        ("resp2", vec![creates(&valkey), informs(valkey_search), empty()], fits),
        ("resp2", vec![creates(there), informs(other_index)], refused()),
        ("resp3", vec![creates(there), informs(other_prefix)], refused()),
        ("resp2", vec![creates(&valkey), informs(other_metric)], refused()),
        ("resp2", vec![creates(&valkey), informs(other_dimension)], refused()),
        ("resp2", vec![creates(UNKNOWN), informs(UNKNOWN)], refused()),
        ("resp2", vec![creates(UNKNOWN), informs("-Unknown index name\r\n")], refused()),
    ] {
        check(protocol, script, async |search| nearest(search, false).await, expected).await;
    }
}

#[tokio::test]
async fn an_index_that_is_lost_is_made_again() {
    let unknown = format!("-Index with name '{INDEX}' not found in database 0\r\n");
    for lost in [
        format!("-{INDEX}: no such index\r\n"),
        unknown,
        "-Error parsing vector similarity query: query vector blob size (16) does not match index's expected size (12).\r\n".to_owned(),
        "-Timeout limit was reached\r\n".to_owned(),
    ] {
        let script = vec![
            creates(MADE),
            searches(&name(), "5", lost),
            creates(MADE),
            searches(&name(), "5", list(&[])),
            searches(&name(), "5", list(&[])),
        ];
        let thrice = async |search: &Search| {
            [
                nearest(search, false).await,
                nearest(search, false).await,
                nearest(search, false).await,
            ]
        };
        let expected = [Err(StoreError::Refused), found(&[]), found(&[])];
        check("resp2", script, thrice, expected).await;
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_left_alone() {
    let script = vec![creates(MADE), searches(&name(), "5", SILENCE)];
    let twice = async |search: &Search| (nearest(search, false).await, search.known(&id()).await);
    let expected = (Err(StoreError::Timeout), Err(StoreError::Skipped));
    check("resp2", script, twice, expected).await;
}

#[tokio::test]
async fn keeps_notes_and_removes() {
    let one = answer(1, ASKED);
    let wrong = record(1, Kind::Quarantine { radius: 0.9 }, ASKED);
    let scripts = [include_str!("../lua/search_put.lua"), include_str!("../lua/search_note.lua")];
    let [put, note] = scripts.map(|text| redis::Script::new(text).get_hash().to_owned());
    let place = format!("sluice:{{{TAG}}}:semantic:{}", name());
    let puts = |record: &Record, mark: &str, tag: &str, keep: &str| {
        let bytes = record.encode(name().as_bytes(), b"s");
        let bytes = String::from_utf8_lossy(&bytes).into_owned();
        let mark = format!("{place}:{mark}");
        step(&["EVALSHA", &put, "2", &key(record), &mark, tag, BLOB, &bytes, keep], ":1\r\n")
    };
    let mut known = Evidence::default();
    known.observe(0.5, true);
    let noted = String::from_utf8_lossy(&known.encode()).into_owned();
    let marks = [format!("{place}:questions"), format!("{place}:quarantines")];
    let script = vec![
        creates(MADE),
        puts(&one, "questions", &name(), "60000"),
        puts(&wrong, "quarantines", &format!("q{}", name()), "3600000"),
        step(&["MGET", &marks[0], &marks[1]], "*2\r\n$1\r\n1\r\n$-1\r\n"),
        step(&["HGET", &key(&one), "e"], "$-1\r\n"),
        step(&["EVALSHA", &note, "1", &key(&one), &noted], ":1\r\n"),
        step(&["DEL", &key(&one)], ":1\r\n"),
    ];
    let all = async |search: &Search| {
        search.put(&id(), &one).await?;
        search.put(&id(), &wrong).await?;
        let known = search.known(&id()).await?;
        search.observe(&id(), &one, 0.5, true).await?;
        search.remove(&id(), &one).await?;
        Ok::<_, StoreError>(known)
    };
    check("resp2", script, all, Ok(Known { questions: true, quarantines: false })).await;
}
