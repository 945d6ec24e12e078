//! Reads one variable after the other, and takes note of what is wrong with it.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use super::{
    AdminToken, BudgetsConfig, DEFAULT_MODELS, DataAddress, JournalConfig, LogFormat,
    MAX_SOCKET_PATH_BYTES, StoreConfig,
};
use crate::redis_link::{RedisAddress, RedisAuth};
use crate::vertex::{Auth, VertexConfig};

/// What no process has of memory: 1 TiB.
const MAX_BYTES: u64 = 1 << 40;

pub(super) struct Reader<L> {
    pub(super) lookup: L,
    pub(super) faults: Vec<String>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
    }

    pub(super) fn fault(&mut self, name: &str, write: &str) {
        self.faults.push(format!("{name}: {write}"));
    }

    /// A secret, or what the file has that `{name}_FILE` names: orchestrators mount secrets as files, and no listing of a
    /// process's variables has those.
    pub(super) fn secret(&mut self, name: &str) -> Option<String> {
        let from_file = format!("{name}_FILE");
        let (value, file) = (self.text(name), self.text(&from_file));
        let (None, Some(file)) = (&value, &file) else {
            if file.is_some() {
                self.fault(
                    &from_file,
                    &format!("leave it out where {name} is set; there is one secret"),
                );
            }
            return value;
        };
        match std::fs::read_to_string(file) {
            Ok(text) if !text.trim().is_empty() => return Some(text.trim().to_owned()),
            Ok(_) => self.fault(
                &from_file,
                &format!("write the name of a file with the secret; {file} is empty"),
            ),
            Err(error) => self.fault(
                &from_file,
                &format!("write the name of a file with the secret; {file} can't be read: {error}"),
            ),
        }
        None
    }

    pub(super) fn number<N: FromStr>(&mut self, name: &str, default: N) -> N {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                self.fault(name, &format!("write a whole number from 0 to {}", largest::<N>()));
                default
            }
        }
    }

    /// A whole number of a range, which its fault names.
    pub(super) fn number_in(
        &mut self,
        name: &str,
        default: u64,
        range: RangeInclusive<u64>,
    ) -> u64 {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(number)) if range.contains(&number) => number,
            Some(_) => {
                let (least, most) = range.into_inner();
                self.fault(name, &format!("write a whole number from {least} to {most}"));
                default
            }
        }
    }

    /// A size that must hold something.
    pub(super) fn bytes(&mut self, name: &str, default: u64) -> usize {
        self.number_in(name, default, 1..=MAX_BYTES) as usize
    }

    pub(super) fn data_address(&mut self) -> DataAddress {
        match (self.text("SIDECAR_SOCKET"), self.text("SIDECAR_DATA_ADDR")) {
            (Some(_), Some(_)) => self.fault("SIDECAR_DATA_ADDR", "leave it out where SIDECAR_SOCKET is set; the data plane has one address"),
            (None, Some(address)) => match address.parse::<SocketAddr>() {
                Ok(address) if is_loopback(address.ip()) => return DataAddress::Loopback(address),
                _ => self.fault("SIDECAR_DATA_ADDR", "write a loopback address with a port, such as 127.0.0.1:8082; whoever reaches the data plane chooses a tenant"),
            },
            (Some(path), None) if path.len() > MAX_SOCKET_PATH_BYTES => {
                self.fault("SIDECAR_SOCKET", &format!("write a shorter path; this one has {} bytes and a Unix socket takes {MAX_SOCKET_PATH_BYTES}", path.len()));
            }
            (Some(path), None) => return DataAddress::Socket(path.into()),
            (None, None) => {}
        }
        DataAddress::Socket(".run/sidecar.sock".into())
    }

    pub(super) fn store(&mut self, max_bytes: u64) -> StoreConfig {
        let (ca_file, auth) = (self.text("REDIS_CA_FILE"), self.redis_auth());
        let Some(url) = self.text("REDIS_URL") else { return StoreConfig::Memory { max_bytes } };
        let Some(address) = RedisAddress::parse(&url) else {
            self.fault("REDIS_URL", "write redis://[user:password@]host[:port][/database], rediss:// for TLS, with commas between the nodes of a cluster; or leave it out to keep all in memory");
            return StoreConfig::Memory { max_bytes };
        };
        if auth == RedisAuth::Google && !address.is_private() {
            self.fault("REDIS_AUTH", "write google together with rediss:// only; an access token may not travel in clear");
        }
        StoreConfig::Redis(self.with_ca(address, ca_file).with_auth(auth))
    }

    fn with_ca(&mut self, address: RedisAddress, file: Option<String>) -> RedisAddress {
        const NAME: &str = "REDIS_CA_FILE";
        const WRITE: &str = "write the name of a PEM file with the certificates of the authorities that signed Redis's own";
        let Some(file) = file else { return address };
        let pem = match std::fs::read(&file) {
            Ok(pem) => pem,
            Err(error) => {
                self.fault(NAME, &format!("{WRITE}; {file} can't be read: {error}"));
                return address;
            }
        };
        address.clone().with_ca(pem).unwrap_or_else(|| {
            self.fault(NAME, WRITE);
            address
        })
    }

    fn redis_auth(&mut self) -> RedisAuth {
        match self.text("REDIS_AUTH").as_deref() {
            None | Some("url") => RedisAuth::Url,
            Some("google") => RedisAuth::Google,
            Some(_) => {
                self.fault("REDIS_AUTH", "write url for user and password of REDIS_URL, or google for access tokens of Application Default Credentials");
                RedisAuth::Url
            }
        }
    }

    pub(super) fn budgets(&mut self) -> BudgetsConfig {
        let state_dir = self.text("STATE_DIR").unwrap_or_else(|| ".run/state".to_owned());
        BudgetsConfig {
            file: self.text("BUDGETS_FILE").map(PathBuf::from),
            state_dir: PathBuf::from(state_dir),
        }
    }

    pub(super) fn admin_token(&mut self) -> AdminToken {
        let token = self.secret("ADMIN_TOKEN");
        AdminToken(token.unwrap_or_else(|| AdminToken::DEFAULT.to_owned()))
    }

    /// Without an endpoint the calls go to Google and cost money, so project and location have no default then.
    pub(super) fn vertex(&mut self) -> VertexConfig {
        let endpoint = self.text("VERTEX_ENDPOINT");
        if let Some(endpoint) = &endpoint
            && !is_origin(endpoint)
        {
            self.fault("VERTEX_ENDPOINT", "write scheme and authority only, such as http://127.0.0.1:8090, or leave it out to call Google");
        }
        let project = self.place(
            "VERTEX_PROJECT",
            endpoint.is_some().then_some("demo"),
            b"-.:",
            "the id of the Google Cloud project that pays: letters, digits, `-`, `.`, `:`",
        );
        let location = self.place(
            "VERTEX_LOCATION",
            endpoint.is_some().then_some("us-central1"),
            b"-",
            "global, us, eu or a region such as europe-west4",
        );
        let config = VertexConfig::new(project, location);
        match endpoint {
            Some(endpoint) => {
                let auth = self.auth();
                config.with_endpoint(endpoint, auth)
            }
            None => config,
        }
    }

    fn auth(&mut self) -> Auth {
        match self.text("VERTEX_AUTH").as_deref() {
            None | Some("default") => Auth::ApplicationDefault,
            Some("none") => Auth::Anonymous,
            Some(_) => {
                self.fault(
                    "VERTEX_AUTH",
                    "write default for Application Default Credentials, or none",
                );
                Auth::ApplicationDefault
            }
        }
    }

    fn place(&mut self, name: &str, default: Option<&str>, marks: &[u8], write: &str) -> String {
        let value = self.text(name).or_else(|| default.map(str::to_owned)).unwrap_or_default();
        let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || marks.contains(&byte));
        if value.is_empty() || !plain {
            self.fault(name, &format!("write {write}"));
        }
        value
    }

    pub(super) fn models(&mut self) -> Vec<String> {
        let text = self.text("MODELS").unwrap_or_else(|| DEFAULT_MODELS.to_owned());
        let models: Vec<String> = text.split(',').map(|model| model.trim().to_owned()).collect();
        if !models.iter().all(|model| crate::dialect::is_model_name(model)) {
            self.fault("MODELS", "write model names with commas between them, such as gemini-3.5-flash,gemini-2.5-pro; a name has letters, digits and `-`, `_`, `.`, `@`");
        }
        models
    }

    pub(super) fn journal(&mut self) -> JournalConfig {
        match self.text("JOURNAL").as_deref() {
            None | Some("disk") => JournalConfig::Disk,
            Some("memory") => JournalConfig::Memory,
            Some(_) => {
                self.fault("JOURNAL", "write disk, or memory where no disk outlives the process");
                JournalConfig::Disk
            }
        }
    }

    pub(super) fn log_format(&mut self) -> LogFormat {
        match self.text("LOG_FORMAT").as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                self.fault("LOG_FORMAT", "write text or json");
                LogFormat::Text
            }
        }
    }
}

fn largest<N>() -> u64 {
    u64::MAX >> (64 - 8 * size_of::<N>())
}

fn is_loopback(address: IpAddr) -> bool {
    address.is_loopback()
}

fn is_origin(text: &str) -> bool {
    text.parse::<::http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some()
            && uri.path() == "/"
            && uri.query().is_none()
            && !text.ends_with('/')
    })
}
