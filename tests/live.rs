//! The live path for a while: nothing may grow, however long it runs. In a process of its own, so that its memory is
//! its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use motionbert::nn::bench::resident_mb;
use motionbert::runtime::live::{KEEP_SECS, LiveRequest, LiveStats, SHOWN_SECS, TestPattern, test_pattern};
use motionbert::runtime::{Live, Runtime};
use motionbert::session::SourceId;

const FPS: f64 = 30.0;

/// Figures after a while.
struct Moment {
    stats: LiveStats,
    memory_mb: Option<f64>,
}

/// Takes what comes for `secs`, as the window does.
fn watch(live: &Live, secs: f64) -> Moment {
    let started = Instant::now();
    let mut updates = 0;
    while started.elapsed().as_secs_f64() < secs {
        let Some(update) = live.take_update() else {
            std::thread::sleep(Duration::from_millis(3));
            continue;
        };
        updates += 1;
        live.presented(update.captured_at.elapsed());
        assert!(update.source.frame_count <= (SHOWN_SECS * FPS) as usize);
        for person in &update.motion.people {
            assert!(person.world.range.len() <= update.source.frame_count);
        }
    }
    assert!(updates > 0, "nothing came in {secs} s: {:?}", live.stats());
    Moment { stats: live.stats(), memory_mb: resident_mb() }
}

fn soak(warm_up_secs: f64, secs: f64, most_growth_mb: f64) {
    let (camera, detector) = test_pattern(TestPattern::default()).unwrap();
    let runtime = Runtime::new(Arc::new(|| {})).unwrap();
    let live = runtime.live(LiveRequest::new(SourceId(1), "Live".to_owned(), camera, detector)).unwrap();
    let before = watch(&live, warm_up_secs);
    let after = watch(&live, secs);
    eprintln!("{:?}", after.stats);
    assert!(after.stats.detected > before.stats.detected && after.stats.people == 1, "{:?}", after.stats);
    assert!(after.stats.ring_frames <= (KEEP_SECS * FPS) as usize, "{:?}", after.stats);
    if let (Some(before), Some(after)) = (before.memory_mb, after.memory_mb) {
        eprintln!("{before:.1} MB, then {after:.1} MB");
        assert!(after - before < most_growth_mb, "{before} MB became {after} MB");
    }
    let kept = live.keep(SourceId(2)).unwrap();
    assert!(kept.frame_count <= (KEEP_SECS * FPS) as usize && kept.tracks.len() == 1);
}

#[test]
fn nothing_grows_in_ten_seconds() {
    // Until the shown clip has its length.
    soak(SHOWN_SECS + 1.0, 9.0, 8.0);
}

/// `LIVE_SOAK_SECS` says how long; 300 without it. The ring of keypoints is full after five minutes.
#[test]
#[ignore = "takes minutes"]
fn nothing_grows_in_minutes() {
    let secs = std::env::var("LIVE_SOAK_SECS").ok().and_then(|secs| secs.parse().ok()).unwrap_or(300.0);
    soak(30.0, secs, 20.0);
}
