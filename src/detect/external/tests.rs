//! Programs that answer, and those that do not: written in the shell's language, which every Unix has.

#![cfg(unix)]

use std::time::Instant;

use super::*;

const SHORT: Patience = Patience { start: Duration::from_secs(5), picture: Duration::from_secs(5) };
const HELLO: &str = r#"echo '{"joints": "coco17"}'; "#;
/// Reads pictures for ever: frame in $f, bytes that came in $n.
const READ: &str = r#"while read -r line; do
    f=${line#*\"frame\":}; f=${f%%,*}
    w=${line#*\"width\":}; w=${w%%,*}
    h=${line#*\"height\":}; h=${h%\}}
    n=$(head -c $((w * h * 3)) | wc -c); n=$((n))
"#;

fn shell(script: &str) -> ExternalSpec {
    ExternalSpec { command: "sh".into(), args: vec!["-c".to_owned(), script.to_owned()] }
}

/// Reads pictures and runs `answer` for each.
fn answering(answer: &str) -> ExternalSpec {
    shell(&format!("{HELLO}{READ}{answer}\ndone"))
}

/// Shell words that answer with one person whose joints are all [n, f, 0.5].
fn one_person(joints: usize) -> String {
    let joints = vec!["[$n,$f,0.5]"; joints].join(",").replace("$n", "'$n'").replace("$f", "'$f'");
    format!(r#"echo '{{"frame":'$f',"people":[{{"score":0.75,"box":[1,2,3,4],"keypoints":[{joints}]}}]}}'"#)
}

fn picture(index: usize) -> VideoFrame {
    let size = [30, 20 + index as u32];
    let pixels = vec![b'\n'; (size[0] * size[1] * 3) as usize];
    VideoFrame { pixels: pixels.into(), size, time_secs: 0.0, index: FrameIndex(index) }
}

fn start(spec: &ExternalSpec) -> Result<External, LoadError> {
    External::start_with(spec, SHORT, &CancelToken::new())
}

fn failure(detector: &mut External, index: usize) -> String {
    detector.detect(&picture(index), &CancelToken::new()).unwrap_err().to_string()
}

fn is_alive(process: u32) -> bool {
    // Nothing there, or no such system: not alive. A zombie would still be there.
    std::path::Path::new(&format!("/proc/{process}")).exists()
}

#[test]
fn pictures_go_in_and_people_come_out() {
    let mut detector = start(&answering(&one_person(17))).unwrap();
    assert_eq!(
        detector.info(),
        &DetectorInfo { name: "sh, 17 joints".to_owned(), skeleton: SkeletonId::Coco17.skeleton() }
    );
    for index in [0, 1, 7, 3] {
        let found = detector.detect(&picture(index), &CancelToken::new()).unwrap();
        assert_eq!(found.len(), 1);
        let bytes = 30.0 * (20.0 + index as f32) * 3.0;
        assert_eq!(found[0].keypoints[..], [Keypoint::new(bytes, index as f32, 0.5); 17]);
        assert_eq!(
            (found[0].score, found[0].bbox, found[0].frame),
            (0.75, Some([1.0, 2.0, 3.0, 4.0]), FrameIndex(index))
        );
        detector.reset();
    }
}

#[test]
fn programs_that_do_not_introduce_themselves_are_no_detectors() {
    for (script, told) in [
        ("echo hello", "'hello'"),
        (r#"echo '{"joints":"octopus8"}'"#, "octopus8"),
        ("echo 'no such file: weights' >&2; exit 3", "no such file: weights"),
        ("exec sleep 1000", "longer than 0.3 s"),
        ("head -c 6000000 /dev/zero | tr '\\0' x; exec sleep 1000", "longer than 4 MiB"),
    ] {
        let patience = if script.contains("exec") { Duration::from_millis(300) } else { SHORT.start };
        let found = External::start_with(&shell(script), Patience { start: patience, ..SHORT }, &CancelToken::new());
        let Err(error @ LoadError::External { .. }) = found.map(|_| ()) else { panic!("{script} is a detector") };
        assert!(error.to_string().contains(told), "'{told}' is not in: {error}");
    }
    let missing = ExternalSpec { command: "/no/such/program".into(), args: Vec::new() };
    assert!(matches!(start(&missing), Err(LoadError::Start { .. })));
}

#[test]
fn wrong_answers_are_errors() {
    for (answer, told) in [
        ("echo garbage".to_owned(), "'garbage'"),
        (r#"echo '{"frame":99,"people":[]}'"#.to_owned(), "answered on 99"),
        (one_person(16), "16 joints"),
        (r#"echo '{"frame":0,"people":[{"keypoints":[[null,0,0]]}]}'"#.to_owned(), "null"),
        ("echo 'out of memory' >&2; exit 1".to_owned(), "out of memory"),
    ] {
        let told_by = failure(&mut start(&answering(&answer)).unwrap(), 0);
        assert!(told_by.contains(told), "'{told}' is not in: {told_by}");
    }
}

#[test]
fn after_a_crash_the_program_is_started_again_but_not_for_ever() {
    let crashes_on_five = format!("[ $f = 5 ] && exit 1; {}", one_person(17));
    let mut detector = start(&answering(&crashes_on_five)).unwrap();
    let cancel = CancelToken::new();
    for _ in 0..2 {
        assert_eq!(detector.detect(&picture(1), &cancel).unwrap().len(), 1);
        for _ in 1..MAX_FAILURES {
            assert!(failure(&mut detector, 5).contains("it ended"));
        }
    }
    assert_eq!(detector.detect(&picture(2), &cancel).unwrap().len(), 1);
    for _ in 0..MAX_FAILURES {
        failure(&mut detector, 5);
    }
    assert!(failure(&mut detector, 1).contains("not started again"));
}

#[test]
fn who_takes_too_long_is_late_and_their_late_answer_is_not_taken() {
    let slow_on_five = format!("[ $f = 5 ] && sleep 1; {}", one_person(17));
    let patience = Patience { picture: Duration::from_millis(300), ..SHORT };
    let mut detector = External::start_with(&answering(&slow_on_five), patience, &CancelToken::new()).unwrap();
    assert!(failure(&mut detector, 5).contains("longer than 0.3 s"));
    let found = detector.detect(&picture(6), &CancelToken::new()).unwrap();
    assert_eq!(found[0].keypoints[0].y, 6.0);
}

#[test]
fn waiting_ends_when_cancelled() {
    let mut detector = start(&answering("exec sleep 1000")).unwrap();
    let cancel = CancelToken::new();
    let elapsed = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(150));
            cancel.cancel();
            Instant::now()
        });
        assert!(matches!(detector.detect(&picture(0), &cancel), Err(DetectError::Cancelled(_))));
        waiting.join().unwrap().elapsed()
    });
    assert!(elapsed < Duration::from_millis(200), "went on for {elapsed:?}");
}

#[test]
fn no_program_is_left_behind() {
    let mut detector = start(&answering("[ $f = 5 ] && echo garbage || exec sleep 1000")).unwrap();
    let first = detector.conversation.as_ref().unwrap().process_id();
    failure(&mut detector, 5);
    assert!(!is_alive(first), "killed after nonsense");
    let detector = start(&answering("exec sleep 1000")).unwrap();
    let second = detector.conversation.as_ref().unwrap().process_id();
    assert!(!cfg!(target_os = "linux") || is_alive(second));
    drop(detector);
    assert!(!is_alive(second), "killed when dropped");
}
