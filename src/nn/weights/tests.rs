use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::*;
use crate::nn::{DstformerConfig, Task, seeded_pose3d};

const ZIP: &[u8] = include_bytes!("../../../tests/fixtures/reference/tiny_pose3d_zip.bin");
const LEGACY: &[u8] = include_bytes!("../../../tests/fixtures/reference/tiny_pose3d_legacy.bin");

/// A view of a storage, spelt as PyTorch pickles it.
struct View {
    class: &'static str,
    key: &'static str,
    storage_len: u32,
    offset: i32,
    shape: &'static [i32],
    strides: &'static [i32],
}

const FLOATS: View =
    View { class: "FloatStorage", key: "0", storage_len: 6, offset: 0, shape: &[2, 3], strides: &[3, 1] };

fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'X');
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

fn int(out: &mut Vec<u8>, number: i32) {
    out.push(b'J');
    out.extend(number.to_le_bytes());
}

fn ints(out: &mut Vec<u8>, numbers: &[i32]) {
    out.push(b'(');
    for number in numbers {
        int(out, *number);
    }
    out.push(b't');
}

fn view(out: &mut Vec<u8>, view: &View, legacy: bool) {
    out.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
    text(out, "storage");
    out.extend(format!("ctorch\n{}\n", view.class).bytes());
    text(out, view.key);
    text(out, "cpu");
    int(out, view.storage_len as i32);
    if legacy {
        out.push(b'N');
    }
    out.extend(b"tQ");
    int(out, view.offset);
    ints(out, view.shape);
    ints(out, view.strides);
    out.extend(b"\x89ccollections\nOrderedDict\n)RtR");
}

/// A state of named views, at the top level.
fn state(views: &[(&str, View)], legacy: bool) -> Vec<u8> {
    let mut out = b"\x80\x02}(".to_vec();
    for (name, tensor) in views {
        text(&mut out, name);
        view(&mut out, tensor, legacy);
    }
    out.extend(b"u.");
    out
}

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (path, content) in entries {
        zip.start_file(*path, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn floats(numbers: impl IntoIterator<Item = f32>) -> Vec<u8> {
    numbers.into_iter().flat_map(f32::to_le_bytes).collect()
}

/// One tensor over the storage 0, 1, 2, 3, 4, 5.
fn read_one(tensor: View) -> Result<WeightTensor, String> {
    let storage = floats((0u8..6).map(f32::from));
    let bytes = zip_of(&[("x/data.pkl", &state(&[("module.w", tensor)], false)), ("x/data/0", &storage)]);
    let checkpoint = Checkpoint::from_bytes("x", &bytes).map_err(|error| error.to_string())?;
    Ok(checkpoint.tensors["w"].clone())
}

#[test]
fn views_are_copied_row_major() {
    let read = |tensor| read_one(tensor).unwrap().values.to_vec();
    assert_eq!(read(FLOATS), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    let transposed = View { shape: &[3, 2], strides: &[1, 3], ..FLOATS };
    assert_eq!(read(transposed), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    let column = View { offset: 1, shape: &[2, 1], strides: &[3, 1], ..FLOATS };
    assert_eq!(read(column), [1.0, 4.0]);
    let expanded = View { offset: 5, shape: &[2, 2], strides: &[0, 0], ..FLOATS };
    assert_eq!(read(expanded), [5.0; 4]);
    let scalar = View { offset: 2, shape: &[], strides: &[], ..FLOATS };
    assert_eq!(read(scalar), [2.0]);
    let empty = View { shape: &[0, 3], strides: &[3, 1], ..FLOATS };
    assert!(read(empty).is_empty());
}

#[test]
fn both_containers_read_every_type_and_tied_storages() {
    let half = |key, class, len| View { class, key, storage_len: len, offset: 0, shape: &[2], strides: &[1] };
    let views = |legacy| {
        state(
            &[
                ("a", half("k1", "BFloat16Storage", 2)),
                ("tied", half("k1", "BFloat16Storage", 2)),
                ("b", half("k2", "LongStorage", 2)),
                ("c", half("k3", "HalfStorage", 2)),
            ],
            legacy,
        )
    };
    let storages: [(&str, Vec<u8>); 3] = [
        ("k1", vec![0x80, 0x3f, 0x00, 0xc0]),
        ("k2", [7i64, -9].into_iter().flat_map(i64::to_le_bytes).collect()),
        ("k3", vec![0x00, 0x3c, 0x00, 0xc0]),
    ];
    let mut legacy = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.".to_vec();
    legacy.extend(views(true));
    legacy.extend(b"\x80\x02](");
    for (key, _) in &storages {
        text(&mut legacy, key);
    }
    legacy.extend(b"e.");
    for (_, content) in &storages {
        legacy.extend(2i64.to_le_bytes());
        legacy.extend(content);
    }
    let swapped: Vec<Vec<u8>> = storages
        .iter()
        .map(|(key, content)| {
            content.chunks(if *key == "k2" { 8 } else { 2 }).flat_map(|e| e.iter().rev().copied()).collect()
        })
        .collect();
    let little = zip_of(&[
        ("archive/data.pkl", &views(false)),
        ("archive/data/k1", &storages[0].1),
        ("archive/data/k2", &storages[1].1),
        ("archive/data/k3", &storages[2].1),
    ]);
    let big = zip_of(&[
        ("data.pkl", &views(false)),
        ("byteorder", b"big"),
        ("data/k1", &swapped[0]),
        ("data/k2", &swapped[1]),
        ("data/k3", &swapped[2]),
    ]);
    for bytes in [legacy, little, big] {
        let checkpoint = Checkpoint::from_bytes("x", &bytes).unwrap();
        let values = |name: &str| checkpoint.tensors[name].values.to_vec();
        assert_eq!(values("a"), [1.0, -2.0]);
        assert_eq!(values("tied"), [1.0, -2.0]);
        assert_eq!(values("b"), [7.0, -9.0]);
        assert_eq!(values("c"), [1.0, -2.0]);
    }
}

#[test]
fn impossible_tensors_are_refused_by_name() {
    for (tensor, why) in [
        (View { offset: 1, ..FLOATS }, "beyond its storage"),
        (View { shape: &[2, 4], strides: &[4, 1], ..FLOATS }, "beyond its storage"),
        (View { storage_len: 600, offset: 590, shape: &[2], strides: &[1], ..FLOATS }, "beyond its storage"),
        (View { shape: &[i32::MAX, i32::MAX, i32::MAX], strides: &[0, 0, 0], ..FLOATS }, "larger than the file"),
        (View { shape: &[i32::MAX], strides: &[0], ..FLOATS }, "larger than the file"),
        (View { shape: &[2, 3], strides: &[1], ..FLOATS }, "disagree"),
        (View { shape: &[2, 3], strides: &[-3, 1], ..FLOATS }, "shape is unreadable"),
        (View { offset: -1, ..FLOATS }, "shape is unreadable"),
        (View { class: "ComplexFloatStorage", ..FLOATS }, "unknown type"),
        (View { key: "9", ..FLOATS }, "storage 9 is missing"),
    ] {
        let error = read_one(tensor).unwrap_err();
        assert!(error.contains("module.w") && error.contains(why), "{error}");
    }
}

#[test]
fn other_content_of_a_state_is_refused_by_name_and_skipped_around_it() {
    let mut pickle = b"\x80\x02}".to_vec();
    text(&mut pickle, "model");
    pickle.push(b'}');
    text(&mut pickle, "odd");
    pickle.extend(b"cos\nsystem\n(");
    text(&mut pickle, "ls");
    pickle.extend(b"tRss.");
    let error = Checkpoint::from_bytes("x", &zip_of(&[("x/data.pkl", &pickle)])).unwrap_err().to_string();
    assert!(error.contains("entry odd") && error.contains("os.system"), "{error}");

    let mut pickle = b"\x80\x02}(".to_vec();
    text(&mut pickle, "optimizer");
    pickle.extend(b"cos\nsystem\n(");
    text(&mut pickle, "ls");
    pickle.extend(b"tR");
    text(&mut pickle, "lr");
    pickle.extend(b"G\x3f\xe0\0\0\0\0\0\0");
    text(&mut pickle, "state_dict");
    pickle.push(b'}');
    text(&mut pickle, "w");
    view(&mut pickle, &FLOATS, false);
    pickle.extend(b"su.");
    let storage = floats([0.0; 6]);
    let around = zip_of(&[("x/data.pkl", &pickle), ("x/data/0", &storage)]);
    let checkpoint = Checkpoint::from_bytes("x", &around).unwrap();
    assert_eq!(checkpoint.tensors["w"].shape, [2, 3]);
    assert_eq!(checkpoint.metadata.get("lr").map(String::as_str), Some("0.5"));
    assert_eq!(checkpoint.metadata.len(), 1);
}

#[test]
fn safetensors_of_every_type_come_as_float32() {
    use safetensors::Dtype;
    use safetensors::tensor::TensorView;
    let file = |tensors: &[(&str, Dtype, &[u8])]| {
        let views = tensors.iter().map(|(name, dtype, bytes)| {
            (*name, TensorView::new(*dtype, vec![1, bytes.len() * 8 / dtype.bitsize()], bytes).unwrap())
        });
        let metadata = [("rootrel".to_owned(), "True".to_owned())].into();
        safetensors::serialize(views, Some(metadata)).unwrap()
    };
    let bytes = file(&[
        ("module.f64", Dtype::F64, &1.5f64.to_le_bytes()),
        ("f32", Dtype::F32, &1.5f32.to_le_bytes()),
        ("f16", Dtype::F16, &[0x00, 0x3e]),
        ("bf16", Dtype::BF16, &[0xc0, 0x3f]),
        ("i64", Dtype::I64, &(-3i64).to_le_bytes()),
        ("bool", Dtype::BOOL, &[1]),
    ]);
    let checkpoint = Checkpoint::from_bytes("x", &bytes).unwrap();
    for name in ["f64", "f32", "f16", "bf16"] {
        assert_eq!(checkpoint.tensors[name].values.to_vec(), [1.5], "{name}");
        assert_eq!(checkpoint.tensors[name].shape, [1, 1]);
    }
    assert_eq!(checkpoint.tensors["i64"].values.to_vec(), [-3.0]);
    assert_eq!(checkpoint.tensors["bool"].values.to_vec(), [1.0]);
    assert!(checkpoint.is_root_relative());
    let error = Checkpoint::from_bytes("x", &file(&[("odd", Dtype::F8_E4M3, &[0])])).unwrap_err().to_string();
    assert!(error.contains("odd"), "{error}");
}

#[test]
fn other_files_are_told_by_their_content() {
    let zip = zip_of(&[("a.txt", b"x")]);
    let script = zip_of(&[("m/data.pkl", b"N."), ("m/code/__torch__.py", b"")]);
    let length = |len: u64| [&len.to_le_bytes()[..], b"{}"].concat();
    for (bytes, why) in [
        (&b""[..], "empty"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\n<html>", "web page"),
        (b"{\"a\": 1}", "JSON"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"just some text in a file", "no checkpoint"),
        (b"\x80", "no checkpoint"),
        (b"\x80\x02", "ends too early"),
        (b"\x80\x02}.", "not a PyTorch checkpoint"),
        (&zip, "no data.pkl"),
        (&script, "TorchScript"),
        (&length(1 << 31), "damaged"),
        (&length(u64::MAX), "damaged"),
        (&ZIP[..ZIP.len() / 2], "cut off"),
        (&LEGACY[..LEGACY.len() - 1], "cut off"),
    ] {
        let error = Checkpoint::from_bytes("x", bytes).unwrap_err().to_string();
        assert!(error.contains(why), "{error} does not say {why}");
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Checkpoint::read(folder.path()), Err(WeightsError::Io { .. })));
    assert!(matches!(Checkpoint::read(&folder.path().join("none.bin")), Err(WeightsError::Io { .. })));
    let path = folder.path().join("page.safetensors");
    std::fs::write(&path, "<html>").unwrap();
    let error = Checkpoint::read(&path).unwrap_err().to_string();
    assert!(error.ends_with(&format!("({})", path.display())), "{error}");
}

#[test]
fn real_files_agree_and_keep_what_stood_around_the_state() {
    let zip = Checkpoint::from_bytes("zip", ZIP).unwrap();
    let legacy = Checkpoint::from_bytes("legacy", LEGACY).unwrap();
    assert_eq!((zip.format, legacy.format), ("PyTorch zip", "PyTorch legacy"));
    assert_eq!(zip.tensors, legacy.tensors);
    for (key, value) in [("epoch", "3"), ("lr", "0.0004"), ("min_loss", "41.5")] {
        assert_eq!(zip.metadata.get(key).map(String::as_str), Some(value));
        assert_eq!(legacy.metadata.get(key), zip.metadata.get(key));
    }
    let summary = zip.summary();
    assert_eq!((summary.task, summary.config), (Some(Task::Pose3d), Some(DstformerConfig::TINY)));
    assert_eq!((summary.problem, summary.report), (None, Some(LoadReport::default())));
}

#[test]
fn converted_files_read_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.safetensors");
    let mut checkpoint = Checkpoint::from_bytes("zip", ZIP).unwrap();
    checkpoint.metadata.insert("num_heads".to_owned(), "4".to_owned());
    checkpoint.write_safetensors(&path).unwrap();
    let back = Checkpoint::read(&path).unwrap();
    assert_eq!(back.tensors, checkpoint.tensors);
    assert_eq!(back.metadata, checkpoint.metadata);
    assert_eq!(back.format, "safetensors");
    assert_eq!(back.config(None).unwrap().num_heads, 4);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(matches!(checkpoint.write_safetensors(&path.join("x")), Err(WeightsError::Write { .. })));
}

fn tiny() -> Checkpoint {
    seeded_pose3d(&DstformerConfig::TINY, 1)
}

fn rename(checkpoint: &mut Checkpoint, from: &str, to: &str) {
    let tensor = checkpoint.tensors.remove(from).unwrap();
    checkpoint.tensors.insert(to.to_owned(), tensor);
}

#[test]
fn size_is_read_off_shapes() {
    for config in [
        DstformerConfig::TINY,
        DstformerConfig { depth: 1, mlp_ratio: 3, maxlen: 9, dim_rep: 20, num_heads: 4, ..DstformerConfig::TINY },
    ] {
        let mut checkpoint = seeded_pose3d(&config, 1);
        assert_eq!(checkpoint.config(None).unwrap(), config);
        assert_eq!(checkpoint.config(Some(16)).unwrap().num_heads, 16);
        checkpoint.metadata.clear();
        assert_eq!(checkpoint.config(None).unwrap().num_heads, 8);
    }
    let prefixed = tiny().tensors.into_iter().map(|(name, tensor)| (format!("backbone.{name}"), tensor));
    let prefixed = Checkpoint { tensors: prefixed.collect(), ..Checkpoint::default() };
    assert_eq!(prefixed.config(None).unwrap(), DstformerConfig::TINY);
}

#[test]
fn sizes_that_make_no_sense_name_the_tensor() {
    let check = |change: &dyn Fn(&mut Checkpoint), says: &str| {
        let mut checkpoint = tiny();
        change(&mut checkpoint);
        let error = checkpoint.config(None).unwrap_err().to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    let reshape = |name: &'static str, shape: &'static [usize]| {
        move |checkpoint: &mut Checkpoint| {
            if let Some(tensor) = checkpoint.tensors.get_mut(name) {
                tensor.shape = shape.to_vec();
            }
        }
    };
    check(&|checkpoint| drop(checkpoint.tensors.remove("pos_embed")), "pos_embed");
    check(&reshape("temp_embed", &[243, 32]), "temp_embed");
    check(&reshape("joints_embed.weight", &[32, 2]), "joints_embed.weight");
    check(&reshape("joints_embed.weight", &[0, 3]), "joints_embed.weight");
    check(&reshape("blocks_st.0.mlp_s.fc1.weight", &[65, 32]), "blocks_st.0.mlp_s.fc1.weight");
    check(&|checkpoint| drop(checkpoint.metadata.insert("num_heads".to_owned(), "7".to_owned())), "7 attention heads");
    check(&|checkpoint| drop(checkpoint.metadata.insert("num_heads".to_owned(), "0".to_owned())), "0 attention heads");
    check(&|checkpoint| drop(checkpoint.metadata.insert("num_heads".to_owned(), "x".to_owned())), "num_heads");
}

#[test]
fn tasks_are_told_by_their_heads() {
    assert_eq!(tiny().task().unwrap(), Task::Pose3d);
    for (head, task) in [
        ("head.fc1.weight", Task::ActionEmbed),
        ("head.fc2.weight", Task::ActionClass),
        ("head.head_pose.weight", Task::Mesh),
    ] {
        let mut checkpoint = tiny();
        rename(&mut checkpoint, "joints_embed.weight", "backbone.joints_embed.weight");
        rename(&mut checkpoint, "head.weight", head);
        assert_eq!(checkpoint.task().unwrap(), task);
        let error = checkpoint.pose3d_weights(&DstformerConfig::TINY).unwrap_err().to_string();
        assert!(error.contains(&task.to_string()) && error.contains("3D pose"), "{error}");
    }
    let mut headless = tiny();
    headless.tensors.remove("head.weight");
    assert!(headless.task().unwrap_err().to_string().contains("head"));
    let mut other = Checkpoint::default();
    assert!(other.task().unwrap_err().to_string().contains("no tensors"));
    other.tensors.insert("conv1.weight".to_owned(), WeightTensor { shape: vec![1], values: [0.0].into() });
    assert!(other.task().unwrap_err().to_string().contains("conv1.weight"));
}

#[test]
fn the_report_names_what_does_not_fit() {
    let mut checkpoint = tiny();
    let extra = WeightTensor { shape: vec![1], values: [0.0].into() };
    checkpoint.tensors.insert("extra".to_owned(), extra.clone());
    let weights = checkpoint.pose3d_weights(&DstformerConfig::TINY).unwrap();
    assert_eq!(weights.report, LoadReport { unused: vec!["extra".to_owned()], ..LoadReport::default() });
    assert!(weights.get("no.such").is_err());

    checkpoint.tensors.remove("norm.bias");
    checkpoint.tensors.insert("norm.weight".to_owned(), extra);
    let error = checkpoint.pose3d_weights(&DstformerConfig::TINY).unwrap_err().to_string();
    assert!(error.contains("1 missing (norm.bias)"), "{error}");
    assert!(error.contains("norm.weight is [1], not [32]"), "{error}");
    let deeper = DstformerConfig { depth: 4, ..DstformerConfig::TINY };
    let error = tiny().pose3d_weights(&deeper).unwrap_err().to_string();
    assert!(error.contains("100 missing") && error.contains("and 95 more"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn truncated_files_are_errors(legacy: bool, share in 0.0..1.0) {
        let bytes = if legacy { LEGACY } else { ZIP };
        let cut = (bytes.len() as f64 * share) as usize;
        prop_assert!(Checkpoint::from_bytes("x", &bytes[..cut]).is_err());
    }

    #[test]
    fn damaged_files_never_panic(
        legacy: bool,
        near_end: bool,
        changes in prop::collection::vec((0usize..40_000, any::<u8>()), 1..8),
    ) {
        // The pickle stands at the start; a zip's directory at the end.
        let mut bytes = if legacy { LEGACY } else { ZIP }.to_vec();
        for (at, byte) in changes {
            let at = if near_end { bytes.len() - 1 - at } else { at };
            bytes[at] = byte;
        }
        if let Ok(checkpoint) = Checkpoint::from_bytes("x", &bytes) {
            let _ = checkpoint.summary().to_string();
        }
    }

    #[test]
    fn damaged_safetensors_never_panic(changes in prop::collection::vec((0usize..400, any::<u8>()), 1..8)) {
        let views = [("w", safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![2, 8], &[0; 64]).unwrap())];
        let mut bytes = safetensors::serialize(views, None).unwrap();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let _ = Checkpoint::from_bytes("x", &bytes);
    }
}
