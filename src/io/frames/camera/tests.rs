use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::stream::{Grab, GrabError, Picture, Stream};
use super::*;

fn id() -> CameraId {
    CameraId { index: 0, name: "Fake".to_owned() }
}

fn mode() -> CameraMode {
    CameraMode { size: [4, 2], fps: 30, format: "YUYV".to_owned() }
}

/// Gives what a function makes of the number of the picture; remembers that it was dropped.
struct Fake<F> {
    picture: F,
    index: usize,
    dropped: Arc<AtomicUsize>,
}

impl<F: FnMut(usize) -> Result<Picture, GrabError>> Grab for Fake<F> {
    fn grab(&mut self) -> Result<Picture, GrabError> {
        self.index += 1;
        (self.picture)(self.index - 1)
    }
}

impl<F> Drop for Fake<F> {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

fn painted(index: usize) -> Picture {
    Picture { pixels: vec![index as u8; 24], size: [4, 2], taken: Some(Duration::from_millis(100 * index as u64)) }
}

fn open(
    picture: impl FnMut(usize) -> Result<Picture, GrabError> + Send + 'static,
) -> (Result<Camera, FrameError>, Arc<AtomicUsize>) {
    let dropped = Arc::new(AtomicUsize::new(0));
    let fake = Fake { picture, index: 0, dropped: Arc::clone(&dropped) };
    (Camera::with_driver(move || Ok((id(), mode(), fake)), &CancelToken::new()), dropped)
}

/// What opening a camera gives that is never read.
type Opened = Result<(CameraId, CameraMode, Fake<fn(usize) -> Result<Picture, GrabError>>), CameraError>;

fn wait_for(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(10), "never happened");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn camera_error<T>(result: Result<T, FrameError>) -> CameraError {
    match result {
        Err(FrameError::Camera(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("no error"),
    }
}

#[test]
fn pictures_come_in_order_with_the_driver_s_times() {
    let (camera, dropped) = open(|index| {
        std::thread::sleep(Duration::from_millis(if index == 0 { 0 } else { 20 }));
        Ok(Picture { taken: Some(Duration::from_millis(500 + 21 * index as u64)), ..painted(index) })
    });
    let mut camera = camera.unwrap();
    assert_eq!(camera.info().times, None);
    assert_eq!(camera.mode(), &mode());
    let mut last = None;
    for _ in 0..5 {
        let frame = camera.next_frame(&CancelToken::new()).unwrap().unwrap();
        assert_eq!(frame.size, [4, 2]);
        assert_eq!(frame.pixels[0] as usize, frame.index.0);
        assert!((frame.time_secs - 0.021 * frame.index.0 as f64).abs() < 0.005, "{frame:?}");
        assert!(last < Some(frame.index));
        last = Some(frame.index);
    }
    drop(camera);
    wait_for(|| dropped.load(Ordering::SeqCst) == 1);
}

#[test]
fn a_slow_reader_gets_the_newest_picture() {
    let (camera, _) = open(|index| {
        if index == 50 {
            std::thread::sleep(Duration::from_secs(30));
        }
        Ok(painted(index))
    });
    let mut camera = camera.unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(camera.next_frame(&CancelToken::new()).unwrap().unwrap().index, FrameIndex(49));
}

#[test]
fn a_camera_that_hangs_can_be_left_at_once() {
    let (camera, _) = open(|_| {
        std::thread::sleep(Duration::from_secs(30));
        Ok(painted(0))
    });
    let mut camera = camera.unwrap();
    let cancel = CancelToken::new();
    let canceller = cancel.clone();
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            canceller.cancel();
        });
        assert!(matches!(camera.next_frame(&cancel), Err(FrameError::Cancelled(_))));
    });
    drop(camera);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_camera_without_pictures_is_told_of() {
    let fake = || {
        let fake = Fake {
            picture: |_| -> Result<Picture, GrabError> {
                loop {
                    std::thread::park();
                }
            },
            index: 0,
            dropped: Arc::default(),
        };
        Ok((id(), mode(), fake))
    };
    let (stream, ..) = Stream::start(fake, Duration::from_secs(5), &CancelToken::new()).unwrap();
    let error = camera_error(stream.next(Duration::from_millis(60), &CancelToken::new()));
    assert_eq!(error, CameraError::Silent { camera: "the camera Fake".to_owned() });
}

#[test]
fn a_camera_that_does_not_open_in_time_is_given_up() {
    let fake = || -> Opened {
        std::thread::sleep(Duration::from_secs(30));
        Err(CameraError::None)
    };
    let start = Instant::now();
    let opened = Stream::start(fake, Duration::from_millis(60), &CancelToken::new());
    assert!(matches!(camera_error(opened.map(|_| ())), CameraError::Silent { .. }));
    let cancel = CancelToken::new();
    cancel.cancel();
    assert!(matches!(Stream::start(fake, Duration::from_secs(60), &cancel), Err(FrameError::Cancelled(_))));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_camera_that_is_pulled_out_says_so_and_what_came_before_is_kept() {
    let gone = || CameraError::Gone { camera: "the camera Fake".to_owned() };
    let (camera, dropped) = open(move |index| match index {
        0 => Ok(painted(0)),
        _ => Err(GrabError::Lost(gone())),
    });
    let mut camera = camera.unwrap();
    wait_for(|| dropped.load(Ordering::SeqCst) == 1);
    assert!(camera.next_frame(&CancelToken::new()).is_ok());
    for _ in 0..2 {
        assert_eq!(camera_error(camera.next_frame(&CancelToken::new())), gone());
    }
}

#[test]
fn damaged_and_empty_pictures_are_left_out_but_not_for_ever() {
    let (camera, _) = open(|index| match index {
        0 => Ok(Picture { pixels: Vec::new(), ..painted(0) }),
        1 => Ok(Picture { size: [0, 0], pixels: Vec::new(), taken: None }),
        2 => Err(GrabError::Bad("damaged".to_owned())),
        3 => Ok(Picture { pixels: vec![0; 23], ..painted(0) }),
        4 => Ok(painted(4)),
        _ => {
            std::thread::sleep(Duration::from_millis(1));
            Err(GrabError::Bad("damaged".to_owned()))
        }
    });
    let mut camera = camera.unwrap();
    assert_eq!(camera.next_frame(&CancelToken::new()).unwrap().unwrap().index, FrameIndex(4));
    let error = camera_error(camera.next_frame(&CancelToken::new()));
    assert_eq!(error, CameraError::Failed { camera: "the camera Fake".to_owned(), why: "damaged".to_owned() });
}

#[test]
fn a_driver_that_crashes_takes_nothing_with_it() {
    let (camera, _) = open(|_| panic!("a driver that crashes, on purpose"));
    let error = camera_error(camera.unwrap().next_frame(&CancelToken::new()));
    assert!(error.to_string().contains("its driver crashed"), "{error}");
    let fake = || -> Opened { panic!("a driver that crashes while opening, on purpose") };
    let error = camera_error(Camera::with_driver(fake, &CancelToken::new()));
    assert!(error.to_string().contains("its driver crashed"), "{error}");
}

#[test]
fn a_clock_that_goes_astray_is_not_believed() {
    // Half a year ahead after the third picture, back before the first after the sixth.
    let (camera, _) = open(|index| {
        std::thread::sleep(Duration::from_millis(10));
        let taken = match index {
            0..3 => Duration::from_millis(10_000 + 10 * index as u64),
            3..6 => Duration::from_secs(15_000_000),
            _ => Duration::ZERO,
        };
        Ok(Picture { taken: Some(taken), ..painted(index) })
    });
    let mut camera = camera.unwrap();
    let mut last = -1.0;
    for _ in 0..8 {
        let frame = camera.next_frame(&CancelToken::new()).unwrap().unwrap();
        assert!(frame.time_secs > last && frame.time_secs < 5.0, "{frame:?} after {last}");
        last = frame.time_secs;
    }
}

#[test]
fn the_nearest_mode_is_by_size_then_rate_then_format() {
    let mode = |size, fps, format: &str| CameraMode { size, fps, format: format.to_owned() };
    let modes = [
        mode([1280, 720], 10, "YUYV"),
        mode([1280, 720], 30, "MJPEG"),
        mode([640, 480], 30, "MJPEG"),
        mode([640, 480], 30, "YUYV"),
        mode([640, 480], 60, "YUYV"),
        mode([640, 480], 25, "YUYV"),
    ];
    let nearest = |size, fps| modes.iter().min_by_key(|mode| misses(mode, size, fps)).unwrap();
    assert_eq!(nearest([640, 480], 30), &modes[3]);
    assert_eq!(nearest([640, 480], 26), &modes[3], "rather more pictures than fewer");
    assert_eq!(nearest([640, 480], 120), &modes[4]);
    assert_eq!(nearest([1920, 1080], 30), &modes[1]);
}

#[test]
fn a_camera_is_found_again_by_its_name() {
    let camera = |index, name: &str| CameraId { index, name: name.to_owned() };
    let there = [camera(0, "A"), camera(2, "B"), camera(4, "B")];
    assert_eq!(camera(2, "B").find(&there), Some(&there[1]));
    assert_eq!(camera(4, "B").find(&there), Some(&there[2]));
    assert_eq!(camera(1, "B").find(&there), Some(&there[1]), "it was plugged in elsewhere");
    assert_eq!(camera(0, "C").find(&there), None);
    assert_eq!(CameraId::numbered(2).find(&there), Some(&there[1]));
    assert_eq!(CameraId::numbered(3).find(&there), None);
}

#[test]
fn the_system_s_reasons_are_understood() {
    let camera = || "the camera X".to_owned();
    let told = |why| CameraError::told("the camera X", why);
    let busy = "Could not set device property Resolution with value 1: Device or resource busy (os error 16)";
    assert_eq!(told(busy), CameraError::Busy { camera: camera() });
    let denied = "Could not open device 0: V4L2 Error: Permission denied (os error 13)";
    assert_eq!(told(denied), CameraError::Denied { camera: camera() });
    let gone = "Could not capture frame: No such device (os error 19)";
    assert_eq!(told(gone), CameraError::Gone { camera: camera() });
    assert_eq!(told("odd"), CameraError::Failed { camera: camera(), why: "odd".to_owned() });
}

#[test]
fn a_mirror_swaps_left_and_right() {
    for width in [1, 2, 3, 4] {
        let pixels: Vec<u8> = (0..width * 2 * 3).map(|value| value as u8).collect();
        let mut mirrored = pixels.clone();
        driver::mirror(&mut mirrored, width);
        for (row, turned) in pixels.chunks(width * 3).zip(mirrored.chunks(width * 3)) {
            let expected: Vec<&[u8]> = row.chunks(3).rev().collect();
            assert_eq!(turned.chunks(3).collect::<Vec<_>>(), expected);
        }
    }
}
