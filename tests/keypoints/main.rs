//! Keypoint readers: every format, every trap of time, ids, units and joint sets, and bad input.

#![allow(clippy::unwrap_used)]

mod anatomy;
mod bad;
mod formats;
mod mutations;
mod support;
mod time;
