//! A lifter that remembers: what has not changed since it was lifted is not lifted again.

use std::collections::{HashMap, VecDeque};
use std::ops::Deref;
use std::sync::Arc;

use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::lifter::{LiftError, Lifter};
use crate::support::{CancelToken, Notice};

/// Of more than this the oldest is forgotten: an hour of one person at 30 frames a second is 55 MB.
const MAX_BYTES: usize = 128 << 20;

/// Gives the same answer to the same clips as `L` did, bit for bit, without asking it again.
///
/// A video that is still searched, or a joint that was moved by hand, leaves most windows of a track as they were.
pub struct Remembering<L> {
    lifter: L,
    memory: Mutex<Memory>,
}

/// SHA-256 of the clips and their shape.
type Key = [u8; 32];

#[derive(Default)]
struct Memory {
    answers: HashMap<Key, Arc<[f32]>>,
    /// The oldest first.
    order: VecDeque<Key>,
    bytes: usize,
}

impl Memory {
    fn add(&mut self, key: Key, answer: Arc<[f32]>) {
        self.bytes += size_of_val(&*answer);
        match self.answers.insert(key, answer) {
            Some(same) => self.bytes -= size_of_val(&*same),
            None => self.order.push_back(key),
        }
        while self.bytes > MAX_BYTES {
            let Some(oldest) = self.order.pop_front() else { return };
            self.bytes -= self.answers.remove(&oldest).map_or(0, |answer| size_of_val(&*answer));
        }
    }
}

impl<L> Remembering<L> {
    pub fn new(lifter: L) -> Self {
        Self { lifter, memory: Mutex::default() }
    }
}

impl<L> Lifter for Remembering<L>
where
    L: Deref<Target: Lifter> + Send + Sync,
{
    fn max_frames(&self) -> usize {
        self.lifter.max_frames()
    }

    fn is_root_relative(&self) -> bool {
        self.lifter.is_root_relative()
    }

    fn lift(&self, clips: &[f32], batch: usize, frames: usize, cancel: &CancelToken) -> Result<Vec<f32>, LiftError> {
        let shape = [batch as u64, frames as u64].map(u64::to_le_bytes);
        let hash = Sha256::new().chain_update(shape.as_flattened()).chain_update(bytemuck::cast_slice(clips));
        let key = hash.finalize().into();
        let known = self.memory.lock().answers.get(&key).cloned();
        if let Some(answer) = known {
            return Ok(answer.to_vec());
        }
        let answer = self.lifter.lift(clips, batch, frames, cancel)?;
        self.memory.lock().add(key, answer.as_slice().into());
        Ok(answer)
    }

    fn take_notices(&self) -> Vec<Notice> {
        self.lifter.take_notices()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Doubles, and counts how often.
    #[derive(Default)]
    struct Doubling(AtomicUsize);

    impl Lifter for Doubling {
        fn max_frames(&self) -> usize {
            243
        }

        fn is_root_relative(&self) -> bool {
            false
        }

        fn lift(&self, clips: &[f32], _: usize, _: usize, cancel: &CancelToken) -> Result<Vec<f32>, LiftError> {
            cancel.check()?;
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(clips.iter().map(|value| value * 2.0).collect())
        }
    }

    #[test]
    fn only_what_changed_is_lifted_again() {
        let doubling = Doubling::default();
        let lifter = Remembering::new(&doubling);
        let lift =
            |clips: &[f32], batch: usize| lifter.lift(clips, batch, clips.len() / 51 / batch, &CancelToken::new());
        let mut clips = vec![0.5; 4 * 51];
        for _ in 0..3 {
            assert_eq!(lift(&clips, 1).unwrap(), [1.0; 4 * 51]);
        }
        assert_eq!(doubling.0.load(Ordering::Relaxed), 1);
        // The same numbers as two clips are something else.
        lift(&clips, 2).unwrap();
        clips[7] = 0.5 + f32::EPSILON;
        assert_eq!(lift(&clips, 1).unwrap()[7], 1.0 + 2.0 * f32::EPSILON);
        assert_eq!(doubling.0.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn what_was_stopped_is_not_remembered() {
        let doubling = Doubling::default();
        let (lifter, cancel) = (Remembering::new(&doubling), CancelToken::new());
        cancel.cancel();
        assert!(lifter.lift(&[0.0; 51], 1, 1, &cancel).is_err());
        assert_eq!(lifter.lift(&[0.0; 51], 1, 1, &CancelToken::new()).unwrap(), [0.0; 51]);
    }

    #[test]
    fn the_oldest_is_forgotten() {
        let mut memory = Memory::default();
        let answer: Arc<[f32]> = vec![0.0; MAX_BYTES / 16].into();
        for index in 0..7 {
            memory.add([index; 32], answer.clone());
        }
        assert_eq!((memory.bytes, memory.answers.len(), memory.order.len()), (MAX_BYTES, 4, 4));
        assert!(memory.answers.contains_key(&[6; 32]) && !memory.answers.contains_key(&[2; 32]));
        memory.add([6; 32], answer);
        assert_eq!((memory.bytes, memory.answers.len(), memory.order.len()), (MAX_BYTES, 4, 4));
    }
}
