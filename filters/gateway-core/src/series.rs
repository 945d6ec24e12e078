//! Which series there are: a host keeps each for ever, so their number has an end.

use std::collections::HashMap;

/// The identifiers of the series that one VM has made.
pub struct SeriesIds {
    ids: HashMap<String, u32>,
    chosen: usize,
    most: usize,
}

impl SeriesIds {
    /// At most `most` series whose labels requests choose.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { ids: HashMap::new(), chosen: 0, most }
    }

    /// The series `name`, whose labels this program chooses; `define` makes it where it is new.
    pub fn of_ours(
        &mut self,
        name: String,
        define: impl FnOnce(&str) -> Option<u32>,
    ) -> Option<u32> {
        if let Some(id) = self.ids.get(&name) {
            return Some(*id);
        }
        let id = define(&name)?;
        self.ids.insert(name, id);
        Some(id)
    }

    /// The series `name`, whose labels a request chose; `overflow` instead where there is no room for a new one.
    pub fn of_request(
        &mut self,
        name: String,
        overflow: impl FnOnce() -> String,
        define: impl FnOnce(&str) -> Option<u32>,
    ) -> Option<u32> {
        if self.ids.contains_key(&name) {
            return self.of_ours(name, define);
        }
        if self.chosen >= self.most {
            return self.of_ours(overflow(), define);
        }
        self.chosen = self.chosen.saturating_add(1);
        self.of_ours(name, define)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    /// So many tenants, each heard of twice → how many series are made.
    fn check(tenants: u32, expected: u32) {
        let (mut series, mut made) = (SeriesIds::new(2000), 0_u32);
        for _ in 0..2 {
            for tenant in 0..tenants {
                let id = series.of_request(
                    format!("sluice_requests_total;tenant={tenant}"),
                    || "sluice_requests_total;tenant=other".to_owned(),
                    |_| {
                        made = made.saturating_add(1);
                        Some(made)
                    },
                );
                assert!(id.is_some(), "{tenant}");
            }
        }
        assert_eq!(made, expected, "{tenants}");
    }

    #[test]
    fn a_hundred_thousand_tenants_share_what_room_there_is() {
        check(2000, 2000);
        check(2001, 2001);
        check(100_000, 2001);
    }
}
