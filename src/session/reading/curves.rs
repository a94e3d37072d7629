//! Curves that are worked out away from the window's thread.

use std::sync::Arc;

use super::{LengthUnit, Quantity, Reading, Series};
use crate::data::PersonId;
use crate::session::{Motion, Session, Source};
use crate::support::{CancelToken, Cancelled};

/// What is plotted, of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CurveKey {
    pub person: PersonId,
    pub quantity: Quantity,
}

/// Curves of one clip that are wanted: shared values, so taking them costs nothing.
#[derive(Clone, Debug)]
pub struct CurveRequest {
    pub source: Arc<Source>,
    /// None before inference.
    pub motion: Option<Arc<Motion>>,
    pub fps: f64,
    /// As wished; see [`Reading::unit`].
    pub length_unit: LengthUnit,
    pub keys: Vec<CurveKey>,
}

/// One curve over all frames of its person.
#[derive(Clone, Debug)]
pub struct WorkedOut {
    pub key: CurveKey,
    /// Of its values; see [`Quantity::unit`].
    pub unit: &'static str,
    pub series: Arc<Series>,
}

impl Session {
    /// What it takes to work out these curves of the active clip.
    pub fn curve_request(&self, keys: Vec<CurveKey>) -> Option<CurveRequest> {
        let state = self.active()?;
        Some(CurveRequest {
            source: state.source.clone(),
            motion: self.active_motion().cloned(),
            fps: state.fps,
            length_unit: self.settings.length_unit,
            keys,
        })
    }
}

impl CurveRequest {
    /// Walks over the clip once for each curve.
    ///
    /// # Errors
    /// [`Cancelled`] when asked to stop.
    pub fn work_out(&self, cancel: &CancelToken) -> Result<Vec<WorkedOut>, Cancelled> {
        let curve = |key: &CurveKey| {
            cancel.check()?;
            let motion = self.motion.as_deref();
            let reading = Reading::of(&self.source, motion, key.person, self.fps, self.length_unit);
            let unit = key.quantity.unit(reading.unit());
            Ok(WorkedOut { key: *key, unit, series: Arc::new(reading.series(key.quantity)) })
        };
        self.keys.iter().map(curve).collect()
    }
}
