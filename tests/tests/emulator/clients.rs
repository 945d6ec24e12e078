use e2e::client::run_client;

use crate::Api;

/// Google's own client takes the emulator for Vertex AI.
#[tokio::test(flavor = "multi_thread")]
async fn google_genai_takes_it_for_vertex() {
    let api = Api::start().await;
    let printed = run_client("google_genai.py", api.steering.base(), &api.token, &[]);
    assert_eq!(printed.lines().count(), 5, "{printed}");
}
