//! Checkpoints as PyTorch writes them: a pickle of the state plus raw storages, as a zip or one after the other.

use std::collections::BTreeMap;
use std::io::Cursor;

use super::element::Element;
use super::{Checkpoint, WeightTensor, WeightsError, insert_tensor};
use crate::support::pickle::{Node, Pickle, PickleError, Value};
use crate::support::strides::row_major_offsets;

/// Where published and common training scripts keep the model's state, best first.
const STATE_KEYS: [&str; 4] = ["model_pos", "model", "state_dict", "model_state_dict"];
/// First value of the older container: 0x1950a86a20f9469cfc6c.
const LEGACY_MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/// Views may share storage, but not so often that a small file fills the memory.
const MAX_ELEMENTS_PER_BYTE: usize = 4;

/// The raw numbers that tensors are views of.
struct Storages<'a> {
    by_key: BTreeMap<String, &'a [u8]>,
    big_endian: bool,
    /// How many more elements the tensors may have.
    elements_left: usize,
}

/// The reference to a storage that stands in the pickle.
struct StorageRef<'p> {
    key: &'p str,
    element: Element,
    /// Where the storage starts inside another one, in elements (older container only).
    offset: usize,
    len: usize,
}

fn format_error(text: impl Into<String>) -> WeightsError {
    WeightsError::Format(text.into())
}

fn pickle_error(error: &PickleError) -> WeightsError {
    format_error(format!("this PyTorch file cannot be read: {error}"))
}

pub(super) fn read_zip(name: &str, bytes: &[u8]) -> Result<Checkpoint, WeightsError> {
    let damaged = |error: zip::result::ZipError| format_error(format!("this zip is damaged or cut off: {error}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut entries = BTreeMap::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        let path = entry.name().map_err(damaged)?.into_owned();
        // PyTorch never compresses, so every entry is a plain part of the file.
        if entry.compression() != zip::CompressionMethod::Stored {
            continue;
        }
        let start = entry.data_start().and_then(|start| usize::try_from(start).ok());
        let len = usize::try_from(entry.size()).ok();
        let content = start.zip(len).and_then(|(start, len)| bytes.get(start..start.checked_add(len)?));
        let content = content.ok_or_else(|| format_error(format!("this zip is cut off: {path} is incomplete")))?;
        entries.insert(path, content);
    }
    let folder = entries.keys().find_map(|path| {
        path.strip_suffix("data.pkl").filter(|folder| folder.is_empty() || folder.ends_with('/')).map(str::to_owned)
    });
    let Some(folder) = folder else {
        return Err(format_error(
            "this zip is no PyTorch checkpoint: it holds no data.pkl. If it contains a checkpoint, unpack it first",
        ));
    };
    if entries.keys().any(|path| path.starts_with(&format!("{folder}code/"))) {
        return Err(format_error("this is a TorchScript program, not a checkpoint: export its state_dict instead"));
    }
    let storages = Storages {
        by_key: entries
            .iter()
            .filter_map(|(path, content)| {
                let key = path.strip_prefix(&folder)?.strip_prefix("data/")?;
                Some((key.to_owned(), *content))
            })
            .collect(),
        big_endian: entries.get(&format!("{folder}byteorder")).is_some_and(|order| order.trim_ascii() == b"big"),
        elements_left: bytes.len().saturating_mul(MAX_ELEMENTS_PER_BYTE),
    };
    let pickle = entries.get(&format!("{folder}data.pkl")).copied().unwrap_or_default();
    let pickle = Pickle::parse(pickle).map_err(|error| pickle_error(&error))?;
    read_state(name, "PyTorch zip", pickle.root(), storages)
}

pub(super) fn read_legacy(name: &str, bytes: &[u8]) -> Result<Checkpoint, WeightsError> {
    let mut rest = bytes;
    let mut next = || -> Result<Pickle<'_>, WeightsError> {
        let (pickle, len) = Pickle::parse_prefix(rest).map_err(|error| pickle_error(&error))?;
        rest = &rest[len..];
        Ok(pickle)
    };
    let magic = next()?;
    match magic.root().value() {
        Value::BigInt(digits) if digits.as_ref() == LEGACY_MAGIC => {}
        _ => {
            return Err(format_error(format!(
                "this file is a Python pickle ({}), not a PyTorch checkpoint",
                magic.root().describe()
            )));
        }
    }
    // Protocol version and facts about the machine that wrote it; the storages are little endian on all of them.
    next()?;
    next()?;
    let state = next()?;
    let keys = next()?;
    let mut elements = BTreeMap::new();
    for reference in state.persistent_ids() {
        if let Some(storage) = storage_ref(reference) {
            elements.insert(storage.key, storage.element);
        }
    }
    let mut by_key = BTreeMap::new();
    for key in keys.root().items().unwrap_or_default() {
        let key = key.as_str().ok_or_else(|| format_error("this PyTorch file has a storage without a name"))?;
        let cut_off = || format_error(format!("this PyTorch file is cut off: storage {key} is incomplete"));
        let element = elements.get(key).ok_or_else(|| {
            format_error(format!("this PyTorch file has a storage of unknown type ({key}): it cannot be skipped"))
        })?;
        let (len, tail) = rest.split_first_chunk::<8>().ok_or_else(cut_off)?;
        let len = usize::try_from(i64::from_le_bytes(*len)).ok().and_then(|len| len.checked_mul(element.size()));
        let (content, tail) = len.and_then(|len| tail.split_at_checked(len)).ok_or_else(cut_off)?;
        by_key.insert(key.to_owned(), content);
        rest = tail;
    }
    let elements_left = bytes.len().saturating_mul(MAX_ELEMENTS_PER_BYTE);
    read_state(name, "PyTorch legacy", state.root(), Storages { by_key, big_endian: false, elements_left })
}

fn read_state(
    name: &str,
    format: &'static str,
    root: Node<'_>,
    mut storages: Storages<'_>,
) -> Result<Checkpoint, WeightsError> {
    let not_a_state = || {
        format_error(format!(
            "this PyTorch file holds {}, not the state of a model: save model.state_dict() instead",
            root.describe()
        ))
    };
    let top = root.pairs().ok_or_else(not_a_state)?;
    let nested = STATE_KEYS.iter().find_map(|key| {
        let (_, value) = top.iter().find(|(name, _)| name.as_str() == Some(key))?;
        Some((*key, value.pairs()?))
    });
    let mut checkpoint = Checkpoint { name: name.to_owned(), format, ..Checkpoint::default() };
    let state = match nested {
        Some((state_key, state)) => {
            for (key, value) in top {
                if let (Some(key), Some(text)) = (key.as_str(), scalar_text(value))
                    && key != state_key
                {
                    checkpoint.metadata.insert(key.to_owned(), text);
                }
            }
            state
        }
        None if top.iter().any(|(_, value)| is_tensor(*value)) => top,
        None => {
            let keys: Vec<&str> = top.iter().filter_map(|(key, _)| key.as_str()).take(8).collect();
            return Err(format_error(format!(
                "this PyTorch file holds no model state; looked for {} or tensors at the top, found {}",
                STATE_KEYS.join(", "),
                if keys.is_empty() { "nothing".to_owned() } else { keys.join(", ") }
            )));
        }
    };
    for (key, value) in state {
        let key = key.as_str().ok_or_else(|| format_error("the model state has an entry whose name is no text"))?;
        let tensor = storages
            .tensor(value)
            .map_err(|why| format_error(format!("the entry {key} of the model state cannot be read: {why}")))?;
        insert_tensor(&mut checkpoint, key, tensor)?;
    }
    Ok(checkpoint)
}

/// What a plain value beside the state says, for the metadata.
fn scalar_text(value: Node<'_>) -> Option<String> {
    match value.value() {
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Str(_) | Value::Bytes(_) => value.as_str().map(str::to_owned),
        _ => value.number().map(|number| number.to_string()),
    }
}

fn is_tensor(value: Node<'_>) -> bool {
    value.class().is_some_and(|class| class.starts_with("torch._utils._rebuild_"))
}

/// `("storage", torch.FloatStorage, key, device, length, view)`
fn storage_ref(reference: Node<'_>) -> Option<StorageRef<'_>> {
    let parts = reference.items()?;
    let [kind, class, key, _device, len, view @ ..] = parts.as_slice() else { return None };
    if kind.as_str() != Some("storage") {
        return None;
    }
    let mut storage = StorageRef {
        key: key.as_str()?,
        element: Element::of_storage(class.class()?)?,
        offset: 0,
        len: len.as_usize()?,
    };
    // A view is (its own key, offset, length).
    if let [view] = view
        && !view.is_none()
    {
        let view = view.items()?;
        let [_, offset, len] = view.as_slice() else { return None };
        (storage.offset, storage.len) = (offset.as_usize()?, len.as_usize()?);
    }
    Some(storage)
}

impl Storages<'_> {
    fn tensor(&mut self, value: Node<'_>) -> Result<WeightTensor, String> {
        let unknown = || format!("it is {}, not a tensor", value.describe());
        let mut rebuild = value;
        if matches!(value.class(), Some("torch._utils._rebuild_parameter")) {
            rebuild = *value.args().items().unwrap_or_default().first().ok_or_else(unknown)?;
        }
        if !matches!(rebuild.class(), Some("torch._utils._rebuild_tensor_v2" | "torch._utils._rebuild_tensor")) {
            return Err(unknown());
        }
        let args = rebuild.args().items().unwrap_or_default();
        let [storage, offset, shape, strides, ..] = args.as_slice() else { return Err(unknown()) };
        let storage = storage
            .persistent()
            .and_then(storage_ref)
            .ok_or("its storage has an unknown type (not float, double, half, bfloat16, an integer type or bool)")?;
        let lengths = |node: Node<'_>| node.items()?.into_iter().map(Node::as_usize).collect::<Option<Vec<usize>>>();
        let (Some(offset), Some(shape), Some(strides)) = (offset.as_usize(), lengths(*shape), lengths(*strides)) else {
            return Err("its shape is unreadable".to_owned());
        };
        self.view(&storage, offset, shape, &strides)
    }

    /// Copies a strided view out of a storage, row-major.
    fn view(
        &mut self,
        storage: &StorageRef<'_>,
        offset: usize,
        shape: Vec<usize>,
        strides: &[usize],
    ) -> Result<WeightTensor, String> {
        let bytes = *self.by_key.get(storage.key).ok_or_else(|| format!("storage {} is missing", storage.key))?;
        let outside = || format!("it reaches beyond its storage {}", storage.key);
        let count = shape.iter().try_fold(1usize, |count, len| count.checked_mul(*len));
        let count = count.filter(|count| *count <= self.elements_left).ok_or("it is larger than the file")?;
        self.elements_left -= count;
        if shape.len() != strides.len() {
            return Err("its shape and its strides disagree".to_owned());
        }
        if count == 0 {
            return Ok(WeightTensor { shape, values: [].into() });
        }
        let last = shape
            .iter()
            .zip(strides)
            .try_fold(offset, |last, (len, stride)| last.checked_add(len.checked_sub(1)?.checked_mul(*stride)?));
        let end = last.and_then(|last| last.checked_add(1)).filter(|end| *end <= storage.len).ok_or_else(outside)?;
        let size = storage.element.size();
        let start_byte = storage.offset.checked_add(offset).and_then(|start| start.checked_mul(size));
        let end_byte = storage.offset.checked_add(end).and_then(|end| end.checked_mul(size));
        let range = start_byte.zip(end_byte).and_then(|(start, end)| bytes.get(start..end)).ok_or_else(outside)?;
        let values = if is_row_major(&shape, strides) {
            storage.element.to_f32(range, self.big_endian)
        } else {
            let elements = row_major_offsets(&shape, strides).map(|at| &range[at * size..(at + 1) * size]);
            storage.element.to_f32(&elements.collect::<Vec<_>>().concat(), self.big_endian)
        };
        Ok(WeightTensor { shape, values: values.into() })
    }
}

fn is_row_major(shape: &[usize], strides: &[usize]) -> bool {
    let mut wanted = 1;
    shape.iter().zip(strides).rev().all(|(len, stride)| {
        let fits = *len == 1 || *stride == wanted;
        wanted *= len;
        fits
    })
}
