//! The cache, as clients see it: by the `cache-status` header, and by what the emulator received.

use std::process::Command;

use e2e::client::{Answer, Caller, Stream};
use e2e::stack::{Stack, shared};
use futures_util::future::join_all;
use serde_json::json;

use crate::mark;
use crate::private::{Prompt, email, one_of_each};
use crate::way::{Way, text_of, usage_of};

const HIT: &str = "sluice; hit; detail=exact";
const MISS: &str = "sluice; fwd=miss";
const COLLAPSED: &str = "sluice; fwd=miss; collapsed";
const STORED: &str = "sluice; fwd=miss; stored";

/// Asks in `way` and expects that `cache-status`.
async fn check(caller: &Caller, way: Way, text: &str, status: &str) -> Answer {
    let answer = way.ask(caller, "echo", text).await;
    assert_eq!((answer.cache(), &*text_of(&answer)), (status, text), "{way:?}");
    answer
}

async fn upstream_calls(stack: &Stack, mark: &str) -> usize {
    stack.steering().requests_with(mark).await.len()
}

#[tokio::test]
async fn an_answer_is_found_again_whole_or_streamed() {
    let stack = shared().await;
    let caller = stack.caller();
    let gemini = [Way::Generate, Way::GenerateStream, Way::GenerateArray];
    for ways in [&[Way::Chat, Way::ChatStream][..], &gemini] {
        for first in ways {
            let mark = mark();
            let text = format!("{mark} {} and more", email());
            let status = if Way::STREAMS.contains(first) { MISS } else { STORED };
            let asked = check(&caller, *first, &text, status).await;
            assert_eq!(usage_of(&asked), (4, 4), "{first:?}");
            for second in ways {
                let again = check(&caller, *second, &text, HIT).await;
                assert_eq!(usage_of(&again), usage_of(&asked), "{first:?} {second:?}");
                assert!(again.header("age").parse::<u64>().is_ok(), "{:?}", again.headers);
            }
            assert_eq!(upstream_calls(&stack, &mark).await, 1);
        }
    }
}

#[tokio::test]
async fn a_hit_is_not_charged() {
    let stack = shared().await;
    let caller = stack.caller();
    let text = format!("{} {}", mark(), "many words ".repeat(100));
    let remaining =
        |answer: &Answer| -> u64 { answer.header("x-ratelimit-remaining-tokens").parse().unwrap() };
    let miss = remaining(&check(&caller, Way::Chat, &text, STORED).await);
    let hit = remaining(&check(&caller, Way::Chat, &text, HIT).await);
    // A new minute may have begun, with a whole budget.
    assert!(hit >= miss, "{hit} after {miss}");
}

#[tokio::test]
async fn an_answer_never_crosses_tenants() {
    let stack = shared().await;
    let mark = mark();
    for _ in 0..2 {
        check(&stack.caller(), Way::Chat, &mark, STORED).await;
    }
    assert_eq!(upstream_calls(&stack, &mark).await, 2);
}

#[tokio::test]
async fn private_values_share_an_answer_and_each_gets_its_own_back() {
    let stack = shared().await;
    let tenant = e2e::jwt::unique("shares");
    for way in [Way::Chat, Way::ChatStream, Way::Generate] {
        let mark = mark();
        for (user, status) in [("alice", None), ("bob", Some(HIT)), ("carol", Some(HIT))] {
            let caller = stack.caller_as(&tenant, user);
            let text = format!("{mark} write to {} please", email());
            let answer = way.ask(&caller, "echo", &text).await;
            assert_eq!(text_of(&answer), text, "{way:?} {user}");
            assert!(status.is_none_or(|status| answer.cache() == status), "{user}");
        }
        assert_eq!(upstream_calls(&stack, &mark).await, 1);
    }
}

#[tokio::test]
async fn two_dialects_and_two_models_are_two_questions() {
    let stack = shared().await;
    let caller = stack.caller();
    let mark = mark();
    check(&caller, Way::Chat, &mark, STORED).await;
    check(&caller, Way::Generate, &mark, STORED).await;
    let other = Way::Chat.ask(&caller, "gemini-2.5-flash", &mark).await;
    assert_eq!(other.cache(), STORED);
    assert_eq!(upstream_calls(&stack, &mark).await, 3);
}

#[tokio::test]
async fn a_client_may_keep_its_question_out() {
    let stack = shared().await;
    let caller = stack.caller();
    let mark = mark();
    let ask = async |control: &str| {
        let request = Way::Chat.request(&caller, "echo", &mark);
        Answer::of(request.header("cache-control", control)).await.cache().to_owned()
    };
    for (control, status, calls) in [
        ("no-store", "sluice; fwd=bypass", 1),
        ("no-store", "sluice; fwd=bypass", 2),
        ("max-age=60", STORED, 3),
        ("max-age=60", HIT, 3),
        ("no-cache", "sluice; fwd=request; stored", 4),
        ("only-if-cached", HIT, 4),
        ("no-store", "sluice; fwd=bypass", 5),
    ] {
        assert_eq!(ask(control).await, status, "{control}");
        assert_eq!(upstream_calls(&stack, &mark).await, calls, "{control}");
    }
}

#[tokio::test]
async fn identical_requests_in_flight_share_one_call() {
    const CALLERS: usize = 8;
    let stack = shared().await;
    let caller = stack.caller();
    for way in Way::STREAMS {
        let (mark, mail) = (mark(), email());
        let model = format!("held-{mark}");
        stack.steering().script(json!({"model": model, "gate": mark})).await;
        let text = format!("{mark} {mail}");
        // The gate holds the stream behind its first chunk, which is the mark: who has it is on board.
        let board = async || {
            let mut stream = Stream::of(way.request(&caller, &model, &text)).await;
            assert!(stream.until(&mark).await, "{}", stream.seen());
            stream
        };
        let streams = join_all((0..CALLERS).map(|_| board())).await;
        let whole = if way.is_chat() { Way::Chat } else { Way::Generate };
        let late = whole.ask(&caller, &model, &text);
        let opened = async { stack.steering().open_gate(&mark).await };
        let (late, (), streams) =
            tokio::join!(late, opened, join_all(streams.into_iter().map(Stream::rest)));
        assert!(streams.iter().chain([&late]).all(|answer| text_of(answer) == text));
        assert_eq!(upstream_calls(&stack, &mark).await, 1);
        let with = |status| streams.iter().filter(|answer| answer.cache() == status).count();
        assert_eq!((with(MISS), with(COLLAPSED)), (1, CALLERS - 1));
    }
}

#[tokio::test]
async fn what_redis_holds_is_redacted() {
    let stack = shared().await;
    let caller = stack.caller();
    let (mark, own, leaked) = (mark(), one_of_each(), one_of_each());
    let Prompt { text, redacted, restored } = Prompt::new(&mark, &own);
    // In one chunk, so that nothing is hidden by being cut; with values that the model made up itself.
    let leak = Prompt::new("made up", &leaked).text;
    let model = format!("leaks-{mark}");
    let answer = json!({"chunks": [format!("{redacted}\n{leak}")]});
    stack.steering().script(json!({"model": model, "answer": answer})).await;
    for way in [Way::Chat, Way::GenerateStream] {
        for _ in 0..2 {
            let answer = text_of(&way.ask(&caller, &model, &text).await);
            assert!(answer.starts_with(&restored) && !answer.contains(&leak), "{answer}");
        }
    }
    let held = redis_dump(&stack);
    let at = held.find(&mark).expect("the answer, to be searched");
    let stored = &held[at..];
    assert!(stored.contains("value: [PHONE_1] ends") && stored.contains("value: [PHONE] ends"));
    for private in own.iter().chain(&leaked) {
        assert!(!held.contains(&private.needle), "{}", private.entity);
    }
}

/// All keys and values of the stack's Redis. Each is printed raw, those of entries unpacked as well.
pub fn redis_dump(stack: &Stack) -> String {
    let url = stack.redis_url().expect("a stack with Redis");
    let redis = |arguments: &[&str]| {
        let output = Command::new("redis-cli").args(["-u", &url]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    };
    let keys = String::from_utf8_lossy(&redis(&["--scan"])).into_owned();
    let keys: Vec<&str> = keys.lines().collect();
    assert!(!keys.is_empty(), "nothing is stored");
    let values = redis(&[&["MGET"], &keys[..]].concat());
    let mut dump = format!("{}\n{}", keys.join("\n"), String::from_utf8_lossy(&values));
    for key in keys.iter().filter(|key| key.contains(":exact:")) {
        dump.push_str(&unpacked(&redis(&["GET", key])).unwrap_or_default());
    }
    dump
}

/// What an entry says: behind its version, its seal and its length is one LZ4 block.
fn unpacked(value: &[u8]) -> Option<String> {
    let (length, block) = value.get(17..)?.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    // What prints the value ends it with a line feed.
    let block = block.strip_suffix(b"\n")?;
    let raw = lz4_flex::block::decompress(block, length).ok()?;
    Some(String::from_utf8_lossy(&raw).into_owned())
}
