use super::*;

fn series(values: &[Option<f32>]) -> Series {
    Series::new(FrameRange::of_len(10, values.len()), values.iter().copied())
}

#[test]
fn no_peak_is_lost_at_any_scale() {
    let mut values: Vec<Option<f32>> = (0..1000).map(|frame| Some((frame as f32 * 0.02).sin())).collect();
    values[337] = Some(9.0);
    values[800] = Some(-7.0);
    let series = series(&values);
    assert_eq!(series.extremes(), Some([-7.0, 9.0]));
    for frames_per_point in [0.3, 1.0, 1.5, 3.0, 10.0, 64.0, 5000.0] {
        let lines = series.polylines(series.range, frames_per_point);
        assert_eq!(lines.len(), 1, "{frames_per_point}");
        let points = &lines[0];
        let limit = 2 * (1000.0 / frames_per_point).ceil() as usize;
        assert!(points.len() <= limit.clamp(2, 2000), "{} points at {frames_per_point}", points.len());
        let highest = points.iter().max_by(|a, b| a[1].total_cmp(&b[1])).unwrap();
        let lowest = points.iter().min_by(|a, b| a[1].total_cmp(&b[1])).unwrap();
        assert_eq!((highest[1], lowest[1]), (9.0, -7.0), "{frames_per_point}");
        let reach = 2.0 * frames_per_point.max(1.0);
        assert!((highest[0] - 347.0).abs() <= reach && (lowest[0] - 810.0).abs() <= reach, "{frames_per_point}");
        assert!(points.is_sorted_by(|a, b| a[0] <= b[0]));
    }
}

#[test]
fn every_frame_is_a_point_where_there_is_room() {
    let series = series(&[Some(1.0), Some(2.0), None, Some(3.0), Some(5.0), None, None, Some(4.0)]);
    let lines = series.polylines(FrameRange::new(0, 100), 0.1);
    assert_eq!(lines, [vec![[10.0, 1.0], [11.0, 2.0]], vec![[13.0, 3.0], [14.0, 5.0]], vec![[17.0, 4.0]]]);
    let near = series.polylines(FrameRange::new(14, 15), 0.1);
    assert_eq!(near, [vec![[13.0, 3.0], [14.0, 5.0]]]);
    assert_eq!(series.value(FrameIndex(14)), Some(5.0));
    assert_eq!((series.value(FrameIndex(12)), series.value(FrameIndex(9))), (None, None));
}

#[test]
fn a_long_gap_stays_a_gap_from_afar() {
    let values: Vec<Option<f32>> = (0..4000).map(|frame| (!(1000..3000).contains(&frame)).then_some(1.0)).collect();
    let lines = series(&values).polylines(FrameRange::new(0, 5000), 10.0);
    assert_eq!(lines.len(), 2);
    assert!(lines[0].last().unwrap()[0] <= 1010.0 && lines[1][0][0] >= 3000.0);
}

#[test]
fn nothing_is_drawn_of_nothing() {
    let nothing = series(&[None, None, None]);
    assert_eq!(nothing.extremes(), None);
    assert!(nothing.polylines(FrameRange::new(0, 50), 3.0).is_empty());
    let empty = series(&[]);
    assert!(empty.extremes().is_none() && empty.polylines(FrameRange::new(0, 50), 3.0).is_empty());
    assert_eq!(series(&[Some(2.0)]).extremes(), Some([2.0, 2.0]));
    assert_eq!(series(&[Some(2.0)]).polylines(FrameRange::new(0, 50), 30.0), [vec![[10.0, 2.0]]]);
}

#[test]
fn quantities_have_one_name_each_and_mirror() {
    let mut names: Vec<String> = Quantity::all().map(Quantity::label).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    for quantity in Quantity::all() {
        assert_eq!(quantity.mirror().mirror(), quantity);
        assert_eq!(quantity.mirror() == quantity, quantity.side() == crate::data::Side::Middle, "{quantity:?}");
        let text = serde_json::to_string(&quantity).unwrap();
        assert_eq!(serde_json::from_str::<Quantity>(&text).unwrap(), quantity);
    }
}
