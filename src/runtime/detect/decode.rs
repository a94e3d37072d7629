//! The `decode` thread: reads pictures ahead of the detector, as far as the queue lets it.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender};

use crate::data::VideoFrame;
use crate::io::frames::{FrameError, FrameSource, SourceInfo};
use crate::support::{CancelToken, Cancelled};

/// Pictures on their way to the detector: 50 MB in Full HD.
pub(super) const QUEUE_FRAMES: usize = 8;
/// How often somebody who waits looks at the cancel token.
const PATIENCE: Duration = Duration::from_millis(50);

/// What comes out of the thread: first the info, then pictures, and an error at the end if it was not the last.
pub(super) enum Decoded {
    Info(SourceInfo),
    Picture(VideoFrame),
    Failed(FrameError),
}

/// Opens the source and reads it to its end, or until nobody wants more.
pub(super) fn decode(
    open: impl FnOnce(&CancelToken) -> Result<Box<dyn FrameSource>, FrameError>,
    sender: &Sender<Decoded>,
    cancel: &CancelToken,
) {
    let read = || -> Result<(), FrameError> {
        let mut source = open(cancel)?;
        send(sender, Decoded::Info(source.info().clone()), cancel)?;
        while let Some(picture) = source.next_frame(cancel)? {
            send(sender, Decoded::Picture(picture), cancel)?;
        }
        Ok(())
    };
    match read() {
        Ok(()) | Err(FrameError::Cancelled(_)) => {}
        Err(error) => {
            if send(sender, Decoded::Failed(error), cancel).is_err() {
                log::debug!("an error of the decoder found nobody listening");
            }
        }
    }
}

fn send(sender: &Sender<Decoded>, mut decoded: Decoded, cancel: &CancelToken) -> Result<(), Cancelled> {
    loop {
        cancel.check()?;
        match sender.send_timeout(decoded, PATIENCE) {
            Ok(()) => return Ok(()),
            Err(SendTimeoutError::Timeout(back)) => decoded = back,
            Err(SendTimeoutError::Disconnected(_)) => return Err(Cancelled),
        }
    }
}

/// The next of the queue; none after the last.
pub(super) fn receive(receiver: &Receiver<Decoded>, cancel: &CancelToken) -> Result<Option<Decoded>, Cancelled> {
    loop {
        cancel.check()?;
        match receiver.recv_timeout(PATIENCE) {
            Ok(decoded) => return Ok(Some(decoded)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
    }
}
