//! Requests without a pause, in each form, and what became of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use e2e::client::{Caller, http, question, sse_events};
use e2e::jwt::unique;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::PATIENCE;

/// Half of them keep their connection, half open one for each request.
const WORKERS: usize = 6;
const GEMINI: &str = "/v1/projects/demo/locations/us-central1/publishers/google/models/echo";

/// What became of the requests.
#[derive(Default, Clone)]
struct Tally {
    /// Whole answers.
    whole: usize,
    /// Streamed answers.
    streamed: usize,
    /// What went wrong, one line each.
    failures: Vec<String>,
}

/// Clients that ask until they are told to stop.
pub struct Load {
    stop: Arc<AtomicBool>,
    tally: Arc<Mutex<Tally>>,
    /// How many requests each worker has ended.
    ended: Vec<watch::Receiver<usize>>,
    workers: Vec<JoinHandle<()>>,
}

impl Load {
    /// Begins, and returns when each worker has had answers.
    pub async fn start(caller: &Caller) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let tally = Arc::new(Mutex::new(Tally::default()));
        let (mut ended, mut workers) = (Vec::new(), Vec::new());
        for worker in 0..WORKERS {
            let (sender, receiver) = watch::channel(0);
            ended.push(receiver);
            let (stop, tally, caller) = (Arc::clone(&stop), Arc::clone(&tally), caller.clone());
            workers.push(tokio::spawn(async move {
                let mut client = http();
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    if worker % 2 == 1 {
                        client = http();
                    }
                    // Each worker goes through all forms, and no two begin with the same.
                    let form = (worker + number) % 4;
                    let outcome = ask(&client, &caller, form).await;
                    let mut tally = tally.lock().unwrap();
                    match outcome {
                        Ok(()) if is_streamed(form) => tally.streamed += 1,
                        Ok(()) => tally.whole += 1,
                        Err(failure) => tally.failures.push(failure),
                    }
                    drop(tally);
                    sender.send_replace(number + 1);
                }
            }));
        }
        let load = Self { stop, tally, ended, workers };
        load.round().await;
        load
    }

    /// Returns when each worker has ended a request that it began after now, in each form.
    pub async fn round(&self) {
        let all = async {
            for worker in &self.ended {
                let mut worker = worker.clone();
                let now = *worker.borrow();
                worker.wait_for(|ended| *ended >= now + 5).await.unwrap();
            }
        };
        assert!(tokio::time::timeout(PATIENCE, all).await.is_ok(), "nobody is served any more");
    }

    /// Stops, waits for what is in flight, and fails unless all were answered well. Prints how many, beside `streams`
    /// that were held during `what`.
    pub async fn end(self, what: &str, streams: usize) {
        self.stop.store(true, Ordering::Relaxed);
        for worker in self.workers {
            worker.await.unwrap();
        }
        let Tally { whole, streamed, failures } = self.tally.lock().unwrap().clone();
        let failed = failures.len();
        println!("{what}: {whole} whole, {streamed} streamed, {streams} held, {failed} failed");
        assert_eq!(failed, 0, "{failures:#?}");
        assert!(whole >= WORKERS && streamed >= WORKERS);
    }
}

fn is_streamed(form: usize) -> bool {
    form % 2 == 1
}

/// One question whose answer is the question, with an address in it that the upstream never sees.
async fn ask(client: &Client, caller: &Caller, form: usize) -> Result<(), String> {
    let text = format!("say it again: {}@example.com", unique("to"));
    let gemini = json!({"contents": [{"role": "user", "parts": [{"text": text}]}]});
    let mut openai = question("echo", &text);
    openai["stream"] = json!(is_streamed(form));
    let (path, body) = match form {
        0 | 1 => ("/v1/chat/completions".to_owned(), openai),
        2 => (format!("{GEMINI}:generateContent"), gemini),
        _ => (format!("{GEMINI}:streamGenerateContent?alt=sse"), gemini),
    };
    let request = client.post(format!("{}{path}", caller.base)).bearer_auth(&caller.bearer);
    let sent = request.json(&body).send().await;
    let response = sent.map_err(|error| format!("{path}: no answer: {error:?}"))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let read = response.bytes().await;
    let read = read.map_err(|error| format!("{path}: {status}, cut off: {error:?}"))?;
    let body = String::from_utf8_lossy(&read);
    if status != 200 {
        return Err(format!("{path}: {status} {headers:?} {body}"));
    }
    let documents: Vec<Value> = if is_streamed(form) {
        let events = sse_events(&body);
        events.iter().filter_map(|event| serde_json::from_str(&event.data).ok()).collect()
    } else {
        serde_json::from_str(&body).into_iter().collect()
    };
    let content: String = documents.iter().map(content).collect();
    let is_finished = documents.iter().any(is_last);
    let is_done = form != 1 || body.ends_with("data: [DONE]\n\n");
    if content == text && is_finished && is_done {
        Ok(())
    } else {
        Err(format!("{path}: another answer than {text:?}: {body}"))
    }
}

/// The text of an answer or of a chunk of one, of either dialect.
fn content(document: &Value) -> &str {
    let places = [
        "/choices/0/message/content",
        "/choices/0/delta/content",
        "/candidates/0/content/parts/0/text",
    ];
    places.iter().find_map(|place| document.pointer(place)?.as_str()).unwrap_or_default()
}

fn is_last(document: &Value) -> bool {
    let places = ["/choices/0/finish_reason", "/candidates/0/finishReason"];
    places.iter().any(|place| document.pointer(place).is_some_and(Value::is_string))
}
