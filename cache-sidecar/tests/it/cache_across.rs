//! Several sidecars over one Redis: who is asked the same at the same time shares one call.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::fake::{Fake, hello, stop, text};
use crate::redis_cluster::RedisCluster;
use crate::redis_server::RedisServer;
use crate::stack::{Reply, Stack, head, in_time, read, reply};

/// What another's call is told by.
pub const COLLAPSED: &str = "sluice; fwd=miss; collapsed";

/// Two sidecars over `redis`, with one upstream.
pub async fn pair(redis: &RedisServer, variables: &[(&str, &str)]) -> [Stack; 2] {
    let fake = Arc::new(Fake::start().await);
    let url = redis.url();
    let variables = [&[("REDIS_URL", &*url)], variables].concat();
    [Stack::beside(Arc::clone(&fake), &variables).await, Stack::beside(fake, &variables).await]
}

fn results(result: &str) -> String {
    format!("sluice_sidecar_cache_results_total{{result=\"{result}\"}}")
}

/// How often one of several sidecars found `outcome`.
pub fn locks(outcome: &str) -> String {
    format!("sluice_sidecar_cache_locks_total{{outcome=\"{outcome}\"}}")
}

#[tokio::test]
async fn a_hundred_identical_misses_make_one_call() {
    let redis = RedisServer::start().await;
    let stacks = pair(&redis, &[]).await;
    let [one, two] = &stacks;
    let ask = |number: usize| {
        let stack = if number.is_multiple_of(2) { one } else { two };
        reply(if number.is_multiple_of(3) { stack.chat_stream("hi") } else { stack.chat("hi") })
    };
    // One of each sidecar's is there first: what holds is who waits for whom, not how fast Redis answers a crowd.
    let first = join_all((0..2).map(ask));
    let others = async {
        for stack in &stacks {
            stack.metric_reaches("sluice_sidecar_flights ", 1).await;
        }
        join_all((2..100).map(ask)).await
    };
    let upstream = async {
        let call = one.fake.call().await;
        for stack in &stacks {
            stack.metric_reaches(&results("collapsed"), 49).await;
        }
        call.answer(&hello());
    };
    let (mut replies, others, ()) = tokio::join!(first, others, upstream);
    replies.extend(others);
    assert_eq!(one.fake.waiting().await, 0);
    assert!(replies.iter().all(|reply| reply.content() == "Hello."));
    let count = |is: &dyn Fn(&Reply) -> bool| replies.iter().filter(|reply| is(reply)).count();
    assert_eq!(count(&|reply| reply.source() == "reported"), 1);
    assert_eq!(count(&|reply| reply.source() == "collapsed"), 99);
    assert_eq!(count(&|reply| reply.cache() == COLLAPSED), 99);
    let outcomes = [one.metric(&locks("followed")).await, two.metric(&locks("followed")).await];
    assert_eq!(outcomes.iter().sum::<u64>(), 1);
}

#[tokio::test]
async fn a_leader_that_goes_hands_over() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[]).await;
    let (leader, events) = tokio::join!(head(one.chat_stream("hi")), async {
        let events = one.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    });
    let follower = tokio::spawn(two.chat_stream("hi").send());
    two.metric_reaches(&results("miss"), 1).await;
    drop(leader);
    events.cancelled().await;
    one.fake.call().await.answer(&[text("New"), stop()]);
    let follower = read(in_time("the follower", follower).await.unwrap().unwrap()).await;
    assert_eq!((follower.cache(), follower.content().as_str()), ("sluice; fwd=miss", "New."));
    assert_eq!(follower.source(), "reported");
}

/// What a sidecar that died leaves behind: a lock that nobody renews, for so many milliseconds.
async fn lock_of_the_dead(redis: &RedisServer, stack: &Stack, ms: &str) {
    stack.miss(stack.chat("hi"), &hello()).await;
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    let keys = redis.entries().await;
    redis.run(&["DEL", keys[0].as_str()]).await;
    redis.run(&["SET", &format!("{}:lock", keys[0].as_str()), "dead", "PX", ms]).await;
}

#[tokio::test]
async fn a_leader_that_dies_is_followed_by_another() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[("CACHE_LOCAL_TTL_SECONDS", "0")]).await;
    lock_of_the_dead(&redis, &one, "300").await;
    let answer = two.miss(two.chat("hi"), &[text("New"), stop()]).await;
    assert_eq!(answer.cache(), "sluice; fwd=miss; stored");
    assert_eq!(two.metric(&locks("taken_over")).await, 1);
}

#[tokio::test]
async fn who_waits_bears_a_store_that_stumbles() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[]).await;
    let (leader, events) = tokio::join!(head(one.chat_stream("hi")), async {
        let events = one.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    });
    let follower = tokio::spawn(two.chat("hi").send());
    // The leader's lock and four tokens; all others are the follower's tries.
    in_time("the follower to wait", async { while sets(&redis).await < 7 {} }).await;
    redis.freeze();
    two.metric_reaches("sluice_sidecar_cache_breaker_open ", 1).await;
    redis.thaw();
    in_time("the leader to find Redis again", async {
        while one.admin("/readyz").await.json()["store"]["status"] != "ok" {}
    })
    .await;
    events.send(&text("lo"));
    events.send(&stop());
    drop(events);
    assert_eq!(read(leader).await.content(), "Hello.");
    let follower = read(in_time("the follower", follower).await.unwrap().unwrap()).await;
    assert_eq!((follower.cache(), follower.content().as_str()), (COLLAPSED, "Hello."));
}

/// How often something was set.
async fn sets(redis: &RedisServer) -> u64 {
    let stats: String = redis.ask(&["INFO", "commandstats"]).await;
    let calls = stats.split_once("cmdstat_set:calls=").and_then(|(_, rest)| rest.split_once(','));
    calls.map_or(0, |(calls, _)| calls.parse().unwrap())
}

#[tokio::test]
async fn waiting_is_bounded() {
    let redis = RedisServer::start().await;
    let variables = [("CACHE_LOCAL_TTL_SECONDS", "0"), ("CACHE_FOLLOW_SECONDS", "0")];
    let [one, two] = pair(&redis, &variables).await;
    lock_of_the_dead(&redis, &one, "3600000").await;
    let answer = two.miss(two.chat("hi"), &[text("New"), stop()]).await;
    assert_eq!(answer.content(), "New.");
    assert_eq!(two.metric(&locks("gave_up")).await, 1);
}

#[tokio::test]
async fn what_one_stores_the_other_serves() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[]).await;
    one.miss(one.chat("hi"), &hello()).await;
    one.metric_reaches("sluice_sidecar_flights ", 0).await;
    for (stack, tier) in [(&one, "memory"), (&two, "redis"), (&two, "memory")] {
        assert_eq!(reply(stack.chat("hi")).await.cache(), "sluice; hit; detail=exact");
        let found = format!("sluice_sidecar_cache_found_total{{tier=\"{tier}\"}}");
        assert_eq!(stack.metric(&found).await, 1, "{tier}");
    }
}

#[tokio::test]
async fn who_wants_a_new_answer_does_not_wait() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[]).await;
    let (_leader, _events) = tokio::join!(head(one.chat_stream("hi")), async {
        let events = one.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    });
    let request = two.chat("hi").header("cache-control", "no-cache");
    let answer = two.miss(request, &[text("New"), stop()]).await;
    assert_eq!((answer.cache(), &*answer.content()), ("sluice; fwd=request; stored", "New."));
}

/// Entries, tokens and locks lie in different slots.
#[tokio::test]
async fn over_a_cluster() {
    let cluster = RedisCluster::start().await;
    let fake = Arc::new(Fake::start().await);
    let url = cluster.url();
    let variables = [("REDIS_URL", &*url)];
    let one = Stack::beside(Arc::clone(&fake), &variables).await;
    let two = Stack::beside(fake, &variables).await;
    for prompt in ["a", "b", "c", "d"] {
        let (leader, follower, ()) =
            tokio::join!(reply(one.chat(prompt)), reply(two.chat(prompt)), async {
                one.fake.call().await.answer(&hello());
            });
        assert_eq!((leader.content(), follower.content()), ("Hello.".into(), "Hello.".into()));
        one.metric_reaches("sluice_sidecar_flights ", 0).await;
        for stack in [&one, &two] {
            assert_eq!(reply(stack.chat(prompt)).await.cache(), "sluice; hit; detail=exact");
        }
    }
    assert!(cluster.sizes().await.iter().all(|size| *size > 0));
}
