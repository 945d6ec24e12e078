use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The interpreter that has `tests/clients/requirements.txt`: `PYTHON`, else the repository's `.venv`.
#[must_use]
pub fn python() -> PathBuf {
    std::env::var_os("PYTHON").map_or_else(|| root().join(".venv/bin/python"), PathBuf::from)
}

/// Runs `tests/clients/{script}` with `BASE_URL`, `API_KEY` and what else it is given.
///
/// # Panics
/// If it fails; the panic shows what it printed.
pub fn run_client(script: &str, base_url: &str, api_key: &str, env: &[(&str, &str)]) -> String {
    let path = root().join("tests/clients").join(script);
    let mut command = Command::new(python());
    command.arg(path).env("BASE_URL", base_url).env("API_KEY", api_key).envs(env.iter().copied());
    let Output { status, stdout, stderr } = command.output().expect("python");
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{script}: {status}\n{stdout}\n{stderr}");
    stdout.into_owned()
}

fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}
