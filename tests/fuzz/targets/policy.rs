//! Any configuration is a policy or an error that names a field.
#![no_main]

use gateway_core::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(error) = Policy::from_json(data) {
        assert!(!error.to_string().is_empty());
    }
});
