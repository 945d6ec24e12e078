//! Lists the dashboard's files, which `make dashboard` puts into `dashboard/dist`, so that they are in the binary. Where
//! they aren't built, one page says so: `cargo build` alone needs no Node.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::{env, fs, io};

const MISSING: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sluice</title></head><body>\
<main><h1>The dashboard isn't built</h1><p>Run <code>make dashboard</code>, then build the sidecar again. Its API under \
<code>/api</code> and <code>/admin</code> works.</p></main></body></html>";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    // Always there: git keeps the folder.
    println!("cargo::rerun-if-changed=dashboard/dist");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir("dashboard/dist").into_iter().flatten() {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if let Some(kind) = kind(&path) {
            files.insert(name, (kind, fs::canonicalize(&path)?));
        }
    }
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    if !files.contains_key("index.html") {
        let page = Path::new(&out).join("missing.html");
        fs::write(&page, MISSING)?;
        files.insert("index.html".to_owned(), ("text/html; charset=utf-8", page));
    }
    let mut list = "static FILES: &[File] = &[\n".to_owned();
    for (name, (kind, path)) in files {
        let mut hasher = DefaultHasher::new();
        fs::read(&path)?.hash(&mut hasher);
        let tag = format!("\"{:016x}\"", hasher.finish());
        // Writing to a String can't fail.
        let _ = writeln!(list, "    ({name:?}, {kind:?}, {tag:?}, include_bytes!({path:?})),");
    }
    list.push_str("];\n");
    fs::write(Path::new(&out).join("dashboard_files.rs"), list)
}

fn kind(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()? {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}
