//! Any bytes as a pickle: an error or values that can be walked, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use motionbert::support::pickle::Pickle;

/// Values looked at: a pickle may be circular.
const VISITS: usize = 10_000;

fuzz_target!(|bytes: &[u8]| {
    let Ok(pickle) = Pickle::parse(bytes) else { return };
    let mut pending = vec![pickle.root()];
    for _ in 0..VISITS {
        let Some(node) = pending.pop() else { break };
        let _ = (node.as_bytes(), node.as_str(), node.number(), node.class(), node.describe());
        if let Ok(array) = node.numpy() {
            let _ = (array.to_f64(), array.to_strings(), array.objects());
        }
        pending.extend(node.items().unwrap_or_default());
        pending.extend(node.pairs().unwrap_or_default().into_iter().flat_map(|(key, value)| [key, value]));
        pending.extend(node.state().into_iter().chain(node.persistent()));
    }
});
