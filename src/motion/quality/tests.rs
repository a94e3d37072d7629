use super::*;
use crate::data::PersonId;
use crate::support::rng::SplitMix64;

const FPS: f64 = 30.0;

fn track(frames: usize, joint: impl FnMut((usize, usize)) -> Vec3) -> WorldTrack {
    let all = (0..frames).flat_map(|frame| (0..H36M_JOINTS).map(move |joint| (frame, joint)));
    WorldTrack { person: PersonId(1), range: FrameRange::of_len(10, frames), joints_in_world: all.map(joint).collect() }
}

/// A rigid person; the ankles are 8 cm over the floor, all else is higher.
fn still(joint: usize) -> Vec3 {
    let height = [0.95, 0.95, 0.5, 0.08, 0.95, 0.5, 0.08, 1.2, 1.45, 1.55, 1.7, 1.45, 1.15, 0.9, 1.45, 1.15, 0.9];
    let side = match joint {
        1..=3 | 14..=16 => -0.15,
        4..=6 | 11..=13 => 0.15,
        _ => 0.0,
    };
    Vec3::new(side, height[joint], 0.0)
}

fn of(track: &WorldTrack) -> Quality {
    Quality::of(track, track.range, FPS).unwrap()
}

#[test]
fn a_statue_is_perfect() {
    let quality = of(&track(60, |(_, joint)| still(joint)));
    assert_eq!(quality.bones.len(), 16);
    assert!(quality.bone_variation() < 1e-6 && quality.shake_mm < 1e-3);
    let slide = quality.foot_slide.unwrap();
    assert_eq!((slide.mean_speed_m_per_s, slide.contacts, slide.slide_per_contact_m), (0.0, 2, 0.0));
    assert!(quality.verdict().ends_with("good for angles and distances."), "{}", quality.verdict());
}

#[test]
fn a_bone_that_breathes_is_found() {
    // The right shin is longer by up to 10 % of 42 cm, as a sine: standard deviation 7.1 % about the mean.
    let quality = of(&track(600, |(frame, joint)| {
        let breath = 0.042 * (frame as f32 * std::f32::consts::TAU / 60.0).sin();
        still(joint) - if joint == 3 { Vec3::Y * breath } else { Vec3::ZERO }
    }));
    let worst = quality.worst_bone().unwrap();
    assert_eq!(worst.name(), "right knee to right ankle");
    assert!((worst.variation - 0.1 / 2.0_f32.sqrt()).abs() < 1e-3, "{}", worst.variation);
    assert!((quality.bone_variation() - worst.variation / 16.0).abs() < 1e-5);
}

#[test]
fn a_longer_left_is_found() {
    let quality = of(&track(20, |(_, joint)| still(joint) + if joint == 6 { Vec3::Y * -0.042 } else { Vec3::ZERO }));
    let differences: Vec<_> = quality.side_differences().collect();
    assert_eq!(differences.len(), 6);
    for (bone, share) in differences {
        let expected = if bone.bone == (5, 6) { 0.1 } else { 0.0 };
        assert!((share - expected).abs() < 1e-4, "{}: {share}", bone.name());
    }
}

#[test]
fn shake_is_the_noise_that_was_added_and_not_the_motion() {
    for millimetres in [0.0_f32, 2.0, 10.0] {
        let mut rng = SplitMix64(3);
        // Uniform noise of this variance per axis, so that the three axes give the length asked for.
        let half_width = millimetres * 1e-3;
        let mut number = move || (rng.next_f64() as f32 * 2.0 - 1.0) * half_width;
        let quality = of(&track(900, |(frame, joint)| {
            // A hand waves at 1 Hz by 30 cm and everything walks.
            let secs = frame as f32 / FPS as f32;
            let wave = if joint == 16 { 0.3 * (secs * std::f32::consts::TAU).sin() } else { 0.0 };
            still(joint) + Vec3::new(0.8 * secs, wave, 0.0) + Vec3::new(number(), number(), number())
        }));
        assert!((quality.shake_mm - millimetres).abs() < 0.08 * millimetres + 0.3, "{}", quality.shake_mm);
    }
}

#[test]
fn a_foot_that_slides_has_its_speed_and_its_way() {
    // Both feet stand 1 s and step 1 s in turn; while standing they slide by 6 cm/s.
    let quality = of(&track(600, |(frame, joint)| {
        let (second, share) = (frame / 30, (frame % 30) as f32 / 30.0);
        let stands = |odd: usize| second % 2 == odd;
        let step = Vec3::new(0.0, 0.25 * (share * std::f32::consts::PI).sin(), 0.0);
        let slide = Vec3::new(0.0, 0.0, 0.06 * share);
        let moves = match joint {
            3 => {
                if stands(0) {
                    slide
                } else {
                    step + Vec3::Z * 0.06 * (1.0 - share)
                }
            }
            6 => {
                if stands(1) {
                    slide
                } else {
                    step + Vec3::Z * 0.06 * (1.0 - share)
                }
            }
            _ => Vec3::ZERO,
        };
        still(joint) + moves
    }));
    let slide = quality.foot_slide.unwrap();
    assert!((slide.mean_speed_m_per_s - 0.06).abs() < 0.01, "{slide:?}");
    assert!((slide.slide_per_contact_m - 0.06).abs() < 0.015, "{slide:?}");
    assert!((18..=20).contains(&slide.contacts), "{slide:?}");
    assert!((0.45..0.65).contains(&slide.standing_share), "{slide:?}");
}

#[test]
fn a_foot_that_never_stands_has_no_slide() {
    let quality = of(&track(90, |(frame, joint)| still(joint) + Vec3::X * 0.1 * frame as f32));
    assert_eq!(quality.foot_slide, None);
    assert!(quality.verdict().contains("no foot stands still"), "{}", quality.verdict());
}

#[test]
fn the_verdict_gets_worse_with_the_figures() {
    let with = |variation: f32, shake_mm: f32, mean_speed_m_per_s: f32| {
        let bones = vec![BoneLength { bone: (0, 1), mean_m: 0.1, variation }];
        let slide = FootSlide { mean_speed_m_per_s, contacts: 1, slide_per_contact_m: 0.0, standing_share: 0.5 };
        Quality { bones, shake_mm, foot_slide: Some(slide) }.verdict()
    };
    let verdicts = [
        with(0.02, 2.0, 0.05),
        with(0.02, 2.0, 0.3),
        with(0.08, 2.0, 0.05),
        with(0.02, 8.0, 0.05),
        with(0.3, 2.0, 0.05),
    ];
    for (verdict, advice) in verdicts.iter().zip(["and distances", "check distances", "fair", "fair", "rough"]) {
        assert!(verdict.contains(advice), "{verdict}");
    }
    assert!(with(f32::NAN, 2.0, 0.0).contains("rough"));
    assert_eq!(
        verdicts[0],
        "Bones keep their length within 2 %, joints shake by 2 mm, feet slide 5 cm/s: good for angles and distances."
    );
}

#[test]
fn only_the_frames_asked_for_count() {
    let track = track(100, |(frame, joint)| still(joint) * if frame < 50 { 1.0 } else { 2.0 });
    let half = Quality::of(&track, FrameRange::new(0, 60), FPS).unwrap();
    assert!(half.bone_variation() < 1e-6);
    assert!(of(&track).bone_variation() > 0.3);
    assert_eq!(Quality::of(&track, FrameRange::new(10, 13), FPS), None);
    assert_eq!(Quality::of(&track, FrameRange::new(500, 600), FPS), None);
}
