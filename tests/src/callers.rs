//! Who may call, from a short list to what Envoy reads: the folders that [`production`](crate::production) names.
//!
//! The list has keys and issuers. Both filters are made of those of the shipped `envoy/envoy.yaml`, with the list in place
//! of the demo's: the order in which they look and what counts as a JWT stay what the tests know.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use yaml_serde::Value;

use crate::production::{AUTHENTICATORS, http_filters, resource};
use crate::render::RenderError;

/// The public half of a key whose private half is gone: a provider that nobody's token satisfies. `jwt_authn` needs one,
/// or it would let every token through that looks like a JWT.
const NOBODY: &str = include_str!("../fixtures/nobody.jwks.json");

/// Who may call.
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Callers {
    keys: Vec<Key>,
    issuers: Vec<Issuer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    key: String,
    tenant: String,
    user: String,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({}/{})", self.tenant, self.user)
    }
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Issuer {
    issuer: String,
    audiences: Vec<String>,
    /// Where the issuer's keys are, `https://…`.
    jwks_uri: String,
    #[serde(default = "tenant_claim")]
    tenant_claim: String,
    #[serde(default = "user_claim")]
    user_claim: String,
}

fn tenant_claim() -> String {
    "tenant".to_owned()
}

fn user_claim() -> String {
    "sub".to_owned()
}

/// Why a list can't be used. No key is in it.
#[derive(Debug)]
pub enum CallersError {
    /// It isn't a list of callers.
    Json(serde_json::Error),
    /// What is wrong with the entry of that number, counted from 1.
    Entry(usize, &'static str),
}

impl std::fmt::Display for CallersError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // serde_json quotes what it met, which may be a key.
            Self::Json(error) => write!(
                f,
                "the list of callers: line {}, column {}: not of the form that docs/configuration.md shows",
                error.line(),
                error.column()
            ),
            Self::Entry(number, what) => write!(f, "the list of callers, entry {number}: {what}"),
        }
    }
}

impl std::error::Error for CallersError {}

impl Callers {
    /// Reads a list: `{"keys": [{"key", "tenant", "user"}], "issuers": [{"issuer", "audiences", "jwks_uri"}]}`.
    ///
    /// # Errors
    /// If it is no such list, a key is short or there twice, a name has a slash, or a URI isn't `https`.
    pub fn read(text: &str) -> Result<Self, CallersError> {
        let callers: Self = serde_json::from_str(text).map_err(CallersError::Json)?;
        let mut seen = BTreeSet::new();
        for (index, key) in callers.keys.iter().enumerate() {
            let wrong = |what| Err(CallersError::Entry(index + 1, what));
            if key.key.len() < 24 || !key.key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return wrong(
                    "a key has at least 24 printable characters: `openssl rand -hex 24` makes one",
                );
            }
            if !seen.insert(&key.key) {
                return wrong("the same key as another's");
            }
            if [&key.tenant, &key.user].iter().any(|name| name.is_empty() || name.contains('/')) {
                return wrong("tenant and user are not empty and have no slash");
            }
        }
        for (index, issuer) in callers.issuers.iter().enumerate() {
            let wrong = |what| Err(CallersError::Entry(index + 1, what));
            if host(&issuer.jwks_uri).is_none() {
                return wrong("jwks_uri reads https://host/path");
            }
            if issuer.audiences.is_empty() {
                return wrong("an issuer without audiences would let in its tokens for others");
            }
        }
        Ok(callers)
    }

    /// What Envoy is answered about each resource, by [its name](resource); `clusters` is where issuers' keys come from.
    ///
    /// # Errors
    /// If `shipped` lacks one of the two filters.
    pub fn resources(&self, shipped: &str) -> Result<BTreeMap<&'static str, Json>, RenderError> {
        let mut resources = BTreeMap::from([("clusters", answer(self.clusters()))]);
        for name in AUTHENTICATORS {
            let mut config = shipped_config(shipped, name)?;
            let missing = RenderError::Missing("filter of the form that is known here");
            self.fill(name, &mut config).ok_or(missing)?;
            let filter = json!({
                "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
                "name": name,
                "typed_config": config,
            });
            resources.insert(resource(name), answer(vec![filter]));
        }
        Ok(resources)
    }

    fn fill(&self, name: &str, config: &mut Json) -> Option<()> {
        if name == "api_key_auth" {
            let keys = self.keys.iter();
            let credentials = keys.map(
                |key| json!({ "key": key.key, "client": format!("{}/{}", key.tenant, key.user) }),
            );
            *config.pointer_mut("/extension_config/typed_config/credentials")? =
                credentials.collect();
            return Some(());
        }
        let template = config.pointer("/providers/tenants")?.clone();
        let mut providers = Map::new();
        for (index, issuer) in self.issuers.iter().enumerate() {
            providers.insert(format!("issuer-{index}"), provider(template.clone(), issuer)?);
        }
        if providers.is_empty() {
            let mut nobody = template;
            *nobody.get_mut("issuer")? = json!("https://nobody.invalid");
            *nobody.get_mut("local_jwks")? = json!({ "inline_string": NOBODY });
            providers.insert("nobody".to_owned(), nobody);
        }
        let any = providers.keys().map(|name| json!({ "provider_name": name })).collect::<Vec<_>>();
        *config.get_mut("providers")? = Json::Object(providers);
        *config.pointer_mut("/rules/0/requires")? = match any.as_slice() {
            [one] => one.clone(),
            _ => json!({ "requires_any": { "requirements": any } }),
        };
        Some(())
    }

    /// A cluster for each host that issuers' keys come from, checked by the system's authorities.
    fn clusters(&self) -> Vec<Json> {
        let hosts: BTreeSet<&str> =
            self.issuers.iter().filter_map(|issuer| host(&issuer.jwks_uri)).collect();
        hosts.into_iter().map(cluster).collect()
    }
}

fn provider(mut template: Json, issuer: &Issuer) -> Option<Json> {
    *template.get_mut("issuer")? = json!(issuer.issuer);
    *template.get_mut("audiences")? = json!(issuer.audiences);
    *template.get_mut("claim_to_headers")? = json!([
        { "header_name": "x-sluice-tenant", "claim_name": issuer.tenant_claim },
        { "header_name": "x-sluice-user", "claim_name": issuer.user_claim },
    ]);
    let provider = template.as_object_mut()?;
    provider.remove("local_jwks");
    let fetch = json!({
        "http_uri": { "uri": issuer.jwks_uri, "cluster": host(&issuer.jwks_uri)?, "timeout": "5s" },
        "cache_duration": "600s",
        // Before the first request, and again before the old ones end.
        "async_fetch": {},
    });
    provider.insert("remote_jwks".to_owned(), fetch);
    Some(template)
}

fn cluster(host: &str) -> Json {
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    json!({
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "name": host,
        "type": "LOGICAL_DNS",
        "connect_timeout": "5s",
        "load_assignment": { "cluster_name": host, "endpoints": [{ "lb_endpoints": [{ "endpoint": {
            "address": { "socket_address": { "address": name, "port_value": port.parse::<u16>().unwrap_or(443) } }
        } }] }] },
        "transport_socket": {
            "name": "envoy.transport_sockets.tls",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
                "sni": name,
                "common_tls_context": { "validation_context": {
                    "trusted_ca": { "filename": "/etc/ssl/certs/ca-certificates.crt" },
                    "match_typed_subject_alt_names": [{ "san_type": "DNS", "matcher": { "exact": name } }],
                } },
            },
        },
    })
}

/// Host, with its port where there is one.
fn host(uri: &str) -> Option<&str> {
    let (host, _) = uri.strip_prefix("https://")?.split_once('/')?;
    let name = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte);
    (!host.is_empty() && host.bytes().all(name)).then_some(host)
}

fn answer(resources: Vec<Json>) -> Json {
    json!({ "version_info": "1", "resources": resources })
}

fn shipped_config(shipped: &str, name: &str) -> Result<Json, RenderError> {
    let mut document: Value = yaml_serde::from_str(shipped).map_err(RenderError::Yaml)?;
    let filters = http_filters(&mut document)?;
    let filter =
        filters.iter().find(|filter| filter.get("name").and_then(Value::as_str) == Some(name));
    let config = filter.and_then(|filter| filter.get("typed_config"));
    let config = config.ok_or(RenderError::Missing("filters api_key_auth and jwt_authn"))?;
    yaml_serde::from_value(config.clone()).map_err(RenderError::Yaml)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../envoy/envoy.yaml");
    const KEY: &str = "0123456789abcdef01234567";

    fn made(list: &Json) -> BTreeMap<&'static str, Json> {
        Callers::read(&list.to_string()).unwrap().resources(SHIPPED).unwrap()
    }

    #[test]
    fn keys_take_the_place_of_the_demos() {
        let files = made(&json!({ "keys": [{ "key": KEY, "tenant": "acme", "user": "alice" }] }));
        let place = "/resources/0/typed_config/extension_config/typed_config/credentials";
        let expected = json!([{ "key": KEY, "client": "acme/alice" }]);
        assert_eq!(files["api_key_auth"].pointer(place), Some(&expected));
        assert_eq!(files["clusters"]["resources"], json!([]));
        let providers = &files["jwt_authn"]["resources"][0]["typed_config"]["providers"];
        assert_eq!(providers.as_object().unwrap().keys().collect::<Vec<_>>(), ["nobody"]);
    }

    #[test]
    fn an_issuers_keys_are_fetched_over_tls() {
        let issuer = |name: &str| json!({ "issuer": name, "audiences": ["sluice"], "jwks_uri": "https://keys.example/jwks" });
        let files = made(&json!({ "issuers": [issuer("a"), issuer("b")] }));
        let clusters = files["clusters"]["resources"].as_array().unwrap();
        assert_eq!(clusters.len(), 1, "one for each host");
        let config = &files["jwt_authn"]["resources"][0]["typed_config"];
        assert_eq!(
            config["rules"][0]["requires"]["requires_any"]["requirements"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        assert_eq!(config["providers"]["issuer-1"]["issuer"], "b");
        assert!(config["providers"]["issuer-1"].get("local_jwks").is_none());
        assert_eq!(config["providers"]["issuer-1"]["require_expiration"], true);
    }

    #[test]
    fn a_wrong_list_is_refused_without_its_keys() {
        let key = |key: &str, tenant: &str| json!({ "keys": [{ "key": key, "tenant": tenant, "user": "u" }] });
        let issuer = |uri: &str, audiences: &[&str]| json!({ "issuers": [{ "issuer": "i", "audiences": audiences, "jwks_uri": uri }] });
        for (list, expected) in [
            (key("short", "t"), "entry 1: a key has at least 24"),
            (key(KEY, "a/b"), "entry 1: tenant and user"),
            (
                json!({ "keys": [key(KEY, "a")["keys"][0], key(KEY, "b")["keys"][0]] }),
                "entry 2: the same key",
            ),
            (json!({ "keys": [{ "key": KEY }] }), "line 1, column"),
            (json!({ "key": KEY }), "line 1, column"),
            (issuer("http://keys.example/jwks", &["sluice"]), "entry 1: jwks_uri reads https://"),
            (issuer("https://keys.example/jwks", &[]), "entry 1: an issuer without audiences"),
        ] {
            let message = Callers::read(&list.to_string()).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
            assert!(!message.contains(KEY) && !message.contains("short"), "{message}");
        }
    }
}
