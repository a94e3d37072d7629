//! Runs the capture path against a real camera driver; `scripts/test-camera` does so in a virtual machine.
//!
//! Without arguments it lists the cameras of this computer and reads some pictures of the first. With the folder of a
//! driver in sysfs and the name of its device it also unplugs the camera while it runs, and plugs it in again, which
//! needs root.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use motionbert::io::frames::camera::{self, Camera, CameraError, CameraOptions};
use motionbert::io::frames::{FrameError, FrameSource};
use motionbert::support::CancelToken;

type Outcome = Result<(), Box<dyn Error>>;

/// Given to a copy of this program: only open the first camera, and say what is wrong in one word.
const OPEN_ONLY: &str = "--open-only";
/// The id that every system gives to nobody.
const NOBODY: u32 = 65_534;

#[allow(clippy::print_stdout, reason = "it reports to a terminal")]
fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [only] if only == OPEN_ONLY => {
            println!("{}", one_word(&Camera::open(&CameraOptions::default(), &CancelToken::new()).map(|_| ())));
            Ok(())
        }
        [] => check_pictures().map(|_| ()),
        [driver, device] => check_all(Path::new(driver), device),
        _ => Err("give no arguments, or the folder of a driver and the name of its device".into()),
    }
}

fn one_word(opened: &Result<(), FrameError>) -> &'static str {
    match opened {
        Ok(()) => "open",
        Err(FrameError::Camera(CameraError::Busy { .. })) => "busy",
        Err(FrameError::Camera(CameraError::Denied { .. })) => "denied",
        Err(FrameError::Camera(CameraError::Gone { .. })) => "gone",
        Err(FrameError::Camera(CameraError::None)) => "none",
        Err(_) => "other",
    }
}

#[allow(clippy::print_stdout, reason = "it reports to a terminal")]
fn check_all(driver: &Path, device: &str) -> Outcome {
    let mut camera = check_pictures()?;
    check(open_elsewhere(None)? == "busy", "a second program is told that the camera is busy")?;
    check(open_elsewhere(Some(NOBODY))? == "denied", "a user without rights is told so")?;

    std::fs::write(driver.join("unbind"), device)?;
    let start = Instant::now();
    let lost = loop {
        match camera.next_frame(&CancelToken::new()) {
            Ok(_) if start.elapsed() > Duration::from_secs(10) => break Err("pictures go on".into()),
            Ok(_) => {}
            Err(error) => break Ok::<_, Box<dyn Error>>(error),
        }
    }?;
    println!("unplugged: {lost}");
    check(one_word(&Err(lost)) == "gone", "a camera that was pulled out says so")?;
    drop(camera);
    check(camera::list()?.is_empty(), "no camera is left")?;
    let none = Camera::open(&CameraOptions::default(), &CancelToken::new()).map(|_| ());
    check(one_word(&none) == "none", "without a camera that is what is said")?;

    std::fs::write(driver.join("bind"), device)?;
    check_pictures()?;
    println!("CAMERA OK");
    Ok(())
}

/// Opens the first camera in another process, perhaps as another user.
fn open_elsewhere(user: Option<u32>) -> Result<String, Box<dyn Error>> {
    let program: PathBuf = std::env::current_exe()?;
    let mut command = Command::new(program);
    command.arg(OPEN_ONLY);
    #[cfg(unix)]
    if let Some(user) = user {
        std::os::unix::process::CommandExt::uid(&mut command, user);
    }
    Ok(String::from_utf8_lossy(&command.output()?.stdout).trim().to_owned())
}

#[allow(clippy::print_stdout, reason = "it reports to a terminal")]
fn check_pictures() -> Result<Camera, Box<dyn Error>> {
    let cameras = camera::list()?;
    println!("cameras: {cameras:?}");
    let first = cameras.first().ok_or("there is no camera")?;
    let modes = camera::modes(first)?;
    check(!modes.is_empty(), "the camera says what it offers")?;
    let names: Vec<String> = modes.iter().map(ToString::to_string).collect();
    println!("offers: {}", names.join("; "));

    let mut small = None;
    for (size, mirror) in [([1280, 720], false), ([640, 480], false), ([320, 180], true)] {
        drop(small.take());
        let options = CameraOptions { camera: Some(first.clone()), size, fps: 30, mirror };
        let mut camera = Camera::open(&options, &CancelToken::new())?;
        let mode = camera.mode().clone();
        check(modes.contains(&mode), &format!("the camera offers what it gives: {mode}"))?;
        let (mut frames, mut last_secs, mut changed, mut pixels) = (0, -1.0, 0, None);
        let start = Instant::now();
        for _ in 0..20 {
            let frame = camera.next_frame(&CancelToken::new())?.ok_or("a camera has no end")?;
            check(frame.size == mode.size, "pictures have the size that was read back")?;
            check(frame.time_secs > last_secs, "time goes on")?;
            last_secs = frame.time_secs;
            changed += usize::from(pixels.replace(frame.pixels.clone()).is_some_and(|last| last != frame.pixels));
            frames += 1;
        }
        check(changed > frames / 2, "pictures change")?;
        let secs = start.elapsed().as_secs_f64();
        println!("wanted {size:?} at 30: {mode}; {frames} pictures in {secs:.2} s, their clock says {last_secs:.2} s");
        small = Some(camera);
    }
    small.ok_or_else(|| "nothing was opened".into())
}

#[allow(clippy::print_stdout, reason = "it reports to a terminal")]
fn check(is_so: bool, what: &str) -> Outcome {
    if !is_so {
        return Err(format!("NOT SO: {what}").into());
    }
    Ok(())
}
