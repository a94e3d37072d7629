//! The body that is built into the program.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::{BodyFileError, parse};
use crate::data::body::BodyModel;

static BYTES: &[u8] = include_bytes!("../../../models/mannequin.npz");

/// A neutral body of our own (`models/README.md`), for everybody who has no SMPL. Read once.
///
/// # Errors
/// Only if the program itself is damaged.
pub fn mannequin() -> Result<Arc<BodyModel>, BodyFileError> {
    static MANNEQUIN: OnceLock<Arc<BodyModel>> = OnceLock::new();
    if let Some(body) = MANNEQUIN.get() {
        return Ok(body.clone());
    }
    let body = parse(Path::new("Mannequin"), BYTES)?.body;
    Ok(MANNEQUIN.get_or_init(|| Arc::new(body)).clone())
}
