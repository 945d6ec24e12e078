//! Files that a process watches, changed as `mv` does: whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// A folder of such files, which is gone with this.
pub struct Watched {
    folder: PathBuf,
    version: u32,
}

impl Watched {
    /// A new folder.
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(e2e::jwt::unique("sluice-rollouts"));
        fs::create_dir_all(&folder).unwrap();
        Self { folder, version: 0 }
    }

    /// Where the file of that name is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Puts `text` in force.
    pub fn put(&self, name: &str, text: &str) {
        put(&self.path(name), text);
    }

    /// Puts a resource of Envoy's discovery services in force.
    pub fn put_resource(&mut self, name: &str, resource: &Value) {
        self.version += 1;
        let version = self.version.to_string();
        self.put(name, &json!({"version_info": version, "resources": [resource]}).to_string());
    }

    /// What tells Envoy to watch the file of that name.
    pub fn source(&self, name: &str) -> Value {
        json!({
            "resource_api_version": "V3", "initial_fetch_timeout": "0s",
            "path_config_source": {"path": self.path(name), "watched_directory": {"path": self.folder}},
        })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Replaces a file that somebody watches.
pub fn put(path: &Path, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}
