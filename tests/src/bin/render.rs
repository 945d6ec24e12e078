//! Makes what production runs of the shipped configuration.
//!
//!     render production ROOT         all that is committed of it, below the repository's root
//!     render callers LIST FOLDER     who may call, from a list of keys and issuers

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

use e2e::callers::Callers;
use e2e::production::{self, RESOURCE_FILE};

const SHIPPED: &str = include_str!("../../../envoy/envoy.yaml");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["production", root] => write_production(Path::new(root)),
        ["callers", list, folder] => write_callers(Path::new(list), Path::new(folder)),
        _ => Err("render production ROOT | render callers LIST FOLDER".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("render: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_production(root: &Path) -> Result<(), String> {
    let files = production::files(SHIPPED).map_err(|error| error.to_string())?;
    files.iter().try_for_each(|(file, text)| write(&root.join(file), text, 0o644))
}

fn write_callers(list: &Path, folder: &Path) -> Result<(), String> {
    let text = fs::read_to_string(list).map_err(|error| format!("{}: {error}", list.display()))?;
    let callers = Callers::read(&text).map_err(|error| error.to_string())?;
    for (resource, content) in callers.resources(SHIPPED).map_err(|error| error.to_string())? {
        // Keys are in it.
        write(&folder.join(resource).join(RESOURCE_FILE), &format!("{content:#}\n"), 0o600)?;
    }
    Ok(())
}

/// Writes beside the file and renames: Envoy watches for that, and never reads half a file.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), String> {
    let fail = |error: std::io::Error| format!("{}: {error}", path.display());
    let part = path.with_extension("part");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fail)?;
    }
    let mut options = fs::OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(mode).open(&part).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    fs::rename(&part, path).map_err(fail)
}
