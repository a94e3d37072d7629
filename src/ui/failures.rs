//! What failed in the background, so that it is neither tried again in vain nor told again and again.

use std::collections::HashMap;
use std::hash::Hash;

/// By what failed, the state in which it did. It is not tried again in the same state, and told once until it succeeds.
pub struct Failures<K, S> {
    known: HashMap<K, S>,
}

impl<K, S> Default for Failures<K, S> {
    fn default() -> Self {
        Self { known: HashMap::new() }
    }
}

impl<K: Eq + Hash, S: PartialEq> Failures<K, S> {
    /// True if it has not failed since it last succeeded.
    pub fn note(&mut self, what: K, state: S) -> bool {
        self.known.insert(what, state).is_none()
    }

    pub fn is_known(&self, what: &K, state: &S) -> bool {
        self.known.get(what).is_some_and(|known| known == state)
    }

    pub fn succeeded(&mut self, what: &K) {
        self.known.remove(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_news_once_until_it_succeeds() {
        let mut failures = Failures::default();
        assert!(failures.note("a", 1));
        assert!(failures.is_known(&"a", &1) && !failures.is_known(&"a", &2) && !failures.is_known(&"b", &1));
        assert!(!failures.note("a", 2), "the same again, in another state");
        assert!(failures.note("b", 2), "something else");
        failures.succeeded(&"a");
        assert!(!failures.is_known(&"a", &2));
        assert!(failures.note("a", 2));
    }
}
