//! MotionBERT Studio as a library: 2D keypoints in, 3D human motion out.
//!
//! # Layers
//!
//! | layer | modules | may import |
//! |---|---|---|
//! | 5 | `ui`, `cli` | everything below, never each other |
//! | 4 | `runtime` | 0 to 3; the only place that spawns threads outliving a call, but for those on the pipes of a child process, on a camera (`io::frames`) and on a connection (`io::zoo`) |
//! | 3 | `session` | 0 to 2; knows no threads and no GPU |
//! | 2 | `detect`, `infer`, `render` | 0 and 1; render sees scene and `motion::skin`, infer sees nn and motion |
//! | 1 | `motion`, `scene`, `io`, `nn` | 0; never each other |
//! | 0 | `data`, `support` | nothing of ours |
//!
//! `tests/architecture.rs` reads every `use crate::` line and fails on one that this table does not allow.
//! candle types stay in `nn` and `infer`, rten types in `detect`, nokhwa types in `io`, wgpu types in `render` and the
//! viewport panel, egui in `ui`.
//!
//! # Data path
//!
//! `io::keypoints` reads a file into a [`data::Recording`]; `motion::people` splits it into one
//! [`data::KeypointTrack`] per person; `motion::remap` brings it to the model's 17 joints; `motion::normalise` to
//! [-1, 1]; `infer` cuts windows, runs the network and stitches a [`data::PosePrediction`]; `motion::placement` puts
//! it on the floor as a [`data::WorldTrack`]; a [`data::BodyModel`] posed by a [`data::BodyTrack`] gives it a surface
//! (`motion::skin`). Such a track comes from a mesh model (`infer::predict_body`, `motion::body_placing`) or is fitted
//! to the joints (`motion::ik`); `motion::contact` stands it on its feet. `scene` turns a moment of it into shapes and
//! `render` draws them.
//!
//! Pictures come from `io::frames` as [`data::VideoFrame`]s, each with its index and its time, and leave through it as
//! clips. `runtime::detect` decodes a video, finds people in it (`detect`), follows them (`motion::people`) and makes a
//! [`data::Recording`] of them, all at once; `io::detection_cache` keeps what was found.
//!
//! What people do: `infer::action` scores windows of keypoints with an action model, `motion::moves` compares the
//! features of poses (`motion::features`) with named examples ([`data::MoveSet`], `io::moves`); both give
//! [`data::ActionScores`], which `motion::segments` cuts into [`data::Segment`]s. `motion::cycles` counts what is
//! repeated. `session::actions` keeps all that for the window.

pub mod cli;
pub mod data;
pub mod detect;
pub mod infer;
pub mod io;
pub mod motion;
pub mod nn;
pub mod render;
pub mod runtime;
pub mod scene;
pub mod session;
pub mod support;
pub mod ui;
