//! What the documents promise about the repository itself.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::stack::House;

/// Above this a file says on its first lines why it is that long, as `More than 500 lines: …`.
const MAX_LINES: usize = 500;

fn house() -> House {
    House::find().unwrap()
}

/// All files of the repository but what was built or installed.
fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![house().root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
            let built =
                ["target", ".git", ".run", ".venv", ".tools", "node_modules", "__pycache__"];
            if built.iter().any(|built| name == *built) || path.is_symlink() {
                continue;
            }
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

fn with_extension(extensions: &[&str]) -> impl Iterator<Item = (PathBuf, String)> {
    let wanted = |path: &PathBuf| {
        let extension = path.extension().and_then(OsStr::to_str);
        extension.is_some_and(|extension| extensions.contains(&extension))
    };
    files().into_iter().filter(wanted).map(|path| {
        let text = fs::read_to_string(&path).unwrap_or_default();
        (path, text)
    })
}

fn read(path: &str) -> String {
    fs::read_to_string(house().root().join(path)).unwrap()
}

#[test]
fn one_manifest_names_proxy_wasm() {
    let naming = with_extension(&["toml"])
        .filter(|(path, _)| path.ends_with("Cargo.toml"))
        .filter(|(_, text)| text.lines().any(|line| line.trim_start().starts_with("proxy-wasm")));
    let naming: Vec<PathBuf> = naming.map(|(path, _)| path).collect();
    assert_eq!(naming, [house().root().join("filters/gateway-filter/Cargo.toml")]);
}

#[test]
fn long_files_say_why() {
    for (path, text) in with_extension(&["rs", "py", "yaml", "md"]) {
        let says = text.lines().take(20).any(|line| line.contains("More than 500 lines: "));
        let lines = text.lines().count();
        assert!(lines <= MAX_LINES || says, "{} has {lines} lines", path.display());
    }
}

#[test]
fn the_code_map_names_what_there_is() {
    let map = read("docs/architecture.md");
    let mut rows = 0;
    for line in map.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let folder = house().root().join(cells[1]);
        assert!(folder.is_dir(), "{line}");
        for start in cells[3].split(", ").map(|name| name.trim_matches('`')) {
            let places = [
                folder.join(start),
                folder.join("src").join(start),
                folder.join("src").join(format!("{start}.rs")),
            ];
            assert!(places.iter().any(|place| place.exists()), "{start}: {line}");
        }
        rows += 1;
    }
    assert!(rows >= 9, "{rows} rows");
    for (path, _) in with_extension(&["toml"]).filter(|(path, _)| path.ends_with("Cargo.toml")) {
        let folder =
            path.parent().and_then(|folder| folder.strip_prefix(house().root()).ok()).unwrap();
        let folder = folder.to_str().unwrap();
        assert!(
            folder.is_empty() || map.contains(&format!("| `{folder}` |")),
            "{folder} is in no row"
        );
    }
}

#[test]
fn documents_link_to_what_there_is() {
    for (path, text) in with_extension(&["md"]) {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next()) {
            let is_ours = !link.is_empty() && !link.contains("://") && !link.starts_with("mailto:");
            let target = path.parent().unwrap_or(Path::new("")).join(link);
            assert!(!is_ours || target.exists(), "{} links to {link}", path.display());
        }
    }
}

#[test]
fn every_variable_of_the_example_is_read() {
    let readers: Vec<String> = with_extension(&["rs"])
        .filter(|(path, _)| path.components().any(|part| part.as_os_str() == "src"))
        .map(|(_, text)| text)
        .collect();
    let example = read(".env.example");
    let names: Vec<&str> = example
        .lines()
        .filter_map(|line| line.trim_start_matches('#').split_once('='))
        .map(|(name, _)| name)
        .filter(|name| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        })
        .collect();
    assert!(names.len() > 10, "{names:?}");
    for name in &names {
        let quoted = format!("\"{name}\"");
        assert!(readers.iter().any(|text| text.contains(&quoted)), "nothing reads {name}");
    }
}

#[test]
fn envoy_takes_every_shipped_config() {
    let house = house();
    let folder = std::env::temp_dir().join(e2e::jwt::unique("sluice-validate"));
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink(house.module(), folder.join("gateway_filter.wasm")).unwrap();
    fs::copy(house.jwks(), folder.join("jwks.json")).unwrap();
    let configs: Vec<PathBuf> = with_extension(&["yaml"])
        .filter(|(path, text)| {
            path.starts_with(house.root().join("envoy")) && text.contains("\nstatic_resources:")
        })
        .map(|(path, _)| path)
        .collect();
    assert!(configs.contains(&house.envoy_config()));
    assert!(configs.len() >= 2, "{configs:?}");
    for config in configs {
        let config = as_if_mounted(&config, &folder);
        let mut envoy = Command::new(house.envoy().unwrap());
        envoy.current_dir(&folder).args(["--mode", "validate", "--config-path"]).arg(&config);
        let output = envoy.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !said.contains("[error]"),
            "{}: {said}",
            config.display()
        );
    }
    fs::remove_dir_all(folder).unwrap();
}

/// A copy of `config` with the image's folder in `folder`. `make kubernetes-test` runs a pod's.
fn as_if_mounted(config: &Path, folder: &Path) -> PathBuf {
    let text = fs::read_to_string(config).unwrap();
    let callers = config.with_file_name("callers");
    if !callers.is_dir() {
        return config.to_owned();
    }
    for name in ["api_key_auth", "jwt_authn", "clusters"] {
        let mounted = folder.join("callers").join(name);
        fs::create_dir_all(&mounted).unwrap();
        fs::copy(callers.join(name).join("config.json"), mounted.join("config.json")).unwrap();
    }
    let copy = folder.join(config.file_name().unwrap());
    fs::write(&copy, text.replace("/etc/sluice", folder.to_str().unwrap())).unwrap();
    copy
}
