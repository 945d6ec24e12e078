//! The partitions in memory, bounded by bytes: the one that was used least recently goes.

use std::sync::Arc;
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::partition::{Partition, PartitionId};

/// What a name and the map around it take.
const PER_PARTITION: usize = 300;

/// Partitions in memory.
pub struct Shelf(Cache<PartitionId, Arc<Partition>>);

impl Shelf {
    /// At most `max_bytes` together, each for `idle` after its last use: its answers are gone by then.
    #[must_use]
    pub fn new(max_bytes: usize, idle: Duration) -> Self {
        let weigh = |_: &PartitionId, partition: &Arc<Partition>| {
            u32::try_from(partition.held_bytes().saturating_add(PER_PARTITION)).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder()
            .max_capacity(max_bytes as u64)
            .weigher(weigh)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(idle);
        Self(cache.build())
    }

    /// The partition, if it is here.
    #[must_use]
    pub fn get(&self, id: &PartitionId) -> Option<Arc<Partition>> {
        self.0.get(id)
    }

    /// The partition, made where it isn't here.
    #[must_use]
    pub fn get_or_create(&self, id: &PartitionId, tenant: &Arc<str>) -> Arc<Partition> {
        self.0.get_with_by_ref(id, || Arc::new(Partition::new(Arc::clone(tenant))))
    }

    /// Weighs a partition that has changed, and lets others go where it has grown. One that went in the meantime, and
    /// came back as another, stays away.
    pub fn weigh(&self, id: &PartitionId, partition: &Arc<Partition>) {
        if self.0.get(id).is_some_and(|current| Arc::ptr_eq(&current, partition)) {
            self.0.insert(id.clone(), Arc::clone(partition));
        }
    }

    /// A tenant's answers by their thresholds, as [`Partition::thresholds`] counts them.
    #[must_use]
    pub fn thresholds(&self, tenant: &str, base: f32) -> [usize; 3] {
        let mut sum = [0; 3];
        let own = self.0.iter().filter(|(_, partition)| partition.is_of(tenant));
        for (_, partition) in own {
            sum.iter_mut().zip(partition.thresholds(base)).for_each(|(sum, more)| *sum += more);
        }
        sum
    }

    /// Partitions, and the bytes that they take.
    #[must_use]
    pub fn size(&self) -> (u64, u64) {
        self.0.run_pending_tasks();
        (self.0.entry_count(), self.0.weighted_size())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::key::Key;
    use crate::semantic::record::{Kind, Record};

    #[test]
    fn the_least_recently_used_goes() {
        let id =
            |number: u32| PartitionId::of(&Key::of_test("a", &number.to_string()), "", "", b"");
        let shelf = Shelf::new(20_000, Duration::from_secs(60));
        for number in 0..40 {
            let partition = shelf.get_or_create(&id(number), &"acme".into());
            let record = Record {
                kind: Kind::Answer,
                key: Key::of_test("a", "k"),
                text: "t".into(),
                sentence: vec![0.1; 200].into(),
                tokens: Arc::new([]),
                created_ms: 0,
                first_chunk_ms: 0,
            };
            partition.insert(record, None);
            shelf.weigh(&id(number), &partition);
            // The first is asked for all the time.
            assert!(shelf.get(&id(0)).is_some(), "{number}");
            assert!(shelf.size().1 <= 20_000);
        }
        assert!(shelf.get(&id(1)).is_none() && shelf.get(&id(39)).is_some());
    }
}
