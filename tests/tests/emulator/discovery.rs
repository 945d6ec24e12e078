use std::path::Path;
use std::process::Command;

use e2e::client::python;

/// The schema that is compiled in is what Google's pinned package yields.
#[test]
fn schema_is_regenerated_from_the_pinned_package() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("discovery");
    let requirements =
        std::fs::read_to_string(folder.join("../clients/requirements.txt")).expect("requirements");
    let document = std::fs::read_to_string(folder.join("aiplatform.v1.json")).expect("a schema");
    let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    let package = document["package"].as_str().expect("a package");
    assert!(
        requirements.lines().any(|line| line == package),
        "{package} isn't what requirements.txt pins"
    );
    let output = Command::new(python())
        .arg(folder.join("extract.py"))
        .arg("--check")
        .output()
        .expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
