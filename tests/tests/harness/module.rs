//! The Wasm module as it was built: what V8 compiles at each start of Envoy.

use e2e::stack::House;
use wasmparser::{Validator, WasmFeatures};

/// The bound that docs/performance.md publishes: V8 compiles the whole module before Envoy is ready.
const MAX_MODULE_BYTES: usize = 2_500_000;

fn module() -> Vec<u8> {
    let path = House::find().expect("the repository").module();
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; make wasm builds it", path.display()))
}

#[test]
fn is_small() {
    let bytes = module().len();
    assert!(bytes < MAX_MODULE_BYTES, "the module has {bytes} bytes");
}

/// `.cargo/config.toml` turns vectors on; a `RUSTFLAGS` of the environment silently replaces it.
#[test]
fn uses_vectors() {
    let module = module();
    let check = |features| Validator::new_with_features(features).validate_all(&module).map(drop);
    check(WasmFeatures::default()).expect("a valid module");
    let error = check(WasmFeatures::default().difference(WasmFeatures::SIMD));
    let error = error.expect_err("a module with vectors").to_string();
    assert!(error.contains("SIMD"), "{error}");
}
