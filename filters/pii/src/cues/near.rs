//! Which lists have a cue near a candidate.

use super::{
    CueIndex, Nearness,
    index::{ListId, Slot},
    nearest::phrases,
    words,
};

/// Lists with a cue near, and how near it is.
#[derive(Default)]
pub(super) struct Near {
    /// The phrases whose lists these are: a cue that stands near a candidate may stand there often.
    phrases: Vec<u32>,
    lists: Vec<ListId>,
    /// By list, for those in `lists` alone: a cue may be of hundreds, so that nobody looks for one among them.
    nearness: Vec<Option<Nearness>>,
}

impl Near {
    pub(super) fn of(&self, list: ListId) -> Option<Nearness> {
        if self.lists.is_empty() {
            return None;
        }
        self.nearness.get(usize::from(list)).copied().flatten()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.phrases.clear();
        for list in self.lists.drain(..) {
            if let Some(near) = self.nearness.get_mut(usize::from(list)) {
                *near = None;
            }
        }
    }

    pub(super) fn add(&mut self, index: &CueIndex, phrase: Slot, nearness: Nearness) {
        if !phrase.is_cue() || self.phrases.contains(&phrase.list) {
            return;
        }
        self.phrases.push(phrase.list);
        for list in index.lists_of(phrase) {
            let at = usize::from(list);
            if self.nearness.len() <= at {
                self.nearness.resize(index.lists().max(at.saturating_add(1)), None);
            }
            if let Some(near @ None) = self.nearness.get_mut(at) {
                *near = Some(nearness);
                self.lists.push(list);
            }
        }
    }

    /// The cues in a name of the value: a key from outside of the text, or a column's header.
    pub(super) fn add_label(&mut self, index: &CueIndex, label: &str) {
        let mut words = Vec::new();
        words::cut(label, 0..label.len(), |word| words.push(word));
        for phrase in phrases(index, label, &words) {
            self.add(index, phrase, 0);
        }
    }
}
