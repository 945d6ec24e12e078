//! Where things are: the repository, and what was built in it.

use std::path::{Path, PathBuf};

use super::StackError;

/// The repository, and the folder that our own binary is in.
#[derive(Clone, Debug)]
pub struct House {
    root: PathBuf,
    binaries: PathBuf,
}

impl House {
    /// The repository around the working directory; else the one that this was built in.
    ///
    /// # Errors
    /// If the system doesn't tell where our own binary is.
    pub fn find() -> Result<Self, StackError> {
        let here = std::env::current_dir()?;
        let built = Path::new(env!("CARGO_MANIFEST_DIR"));
        let around = here
            .ancestors()
            .chain(built.ancestors())
            .find(|path| path.join("envoy/VERSION").is_file());
        let root = around.unwrap_or(built).to_owned();
        // target/debug/stack, or target/debug/deps/some_test-0123
        let own = std::env::current_exe()?;
        let folder = own.parent().unwrap_or(Path::new("."));
        let binaries =
            if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
        Ok(Self { root, binaries: binaries.to_owned() })
    }

    /// The repository.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The shipped Envoy config.
    #[must_use]
    pub fn envoy_config(&self) -> PathBuf {
        self.root.join("envoy/envoy.yaml")
    }

    /// What Envoy's config has more where there is a collector.
    #[must_use]
    pub fn otlp_config(&self) -> PathBuf {
        self.root.join("envoy/otlp.yaml")
    }

    /// The shipped budgets.
    #[must_use]
    pub fn budgets(&self) -> PathBuf {
        self.root.join("envoy/budgets.json")
    }

    /// The shipped policy of the cache.
    #[must_use]
    pub fn cache_policy(&self) -> PathBuf {
        self.root.join("envoy/cache.json")
    }

    /// The shipped JWKS.
    #[must_use]
    pub fn jwks(&self) -> PathBuf {
        self.root.join("envoy/jwks.json")
    }

    /// The filter as Envoy loads it.
    #[must_use]
    pub fn module(&self) -> PathBuf {
        let target = self.binaries.parent().unwrap_or(&self.root);
        target.join("wasm32-wasip1/wasm/gateway_filter.wasm")
    }

    /// The sidecar, built in the same profile as ourselves.
    ///
    /// # Errors
    /// If it isn't built.
    pub fn sidecar(&self) -> Result<PathBuf, StackError> {
        existing(self.binaries.join("cache-sidecar"), "cargo build -p cache-sidecar")
    }

    /// Envoy: `ENVOY`, else the one in `.venv`.
    ///
    /// # Errors
    /// If there is none.
    pub fn envoy(&self) -> Result<PathBuf, StackError> {
        match std::env::var_os("ENVOY") {
            Some(path) => existing(path.into(), "set ENVOY to an Envoy binary"),
            None => {
                existing(self.root.join(".venv/bin/envoy"), "make run installs it; or set ENVOY")
            }
        }
    }
}

/// The text of a file, or which one can't be read.
pub(super) fn read(path: &Path) -> Result<String, StackError> {
    let text = std::fs::read_to_string(path);
    text.map_err(|error| StackError(format!("{}: {error}", path.display())))
}

pub(super) fn existing(path: PathBuf, remedy: &str) -> Result<PathBuf, StackError> {
    if path.exists() {
        Ok(path)
    } else {
        Err(StackError(format!("{} is missing: {remedy}", path.display())))
    }
}
