//! A network as rten runs it: one picture input, some outputs of numbers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use rten::{Dimension, Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueView};

use super::file;
use crate::detect::LoadError;

/// The size of pictures for networks that take any: what RTMPose, and the others, were trained with.
const USUAL_CROP: [usize; 2] = [192, 256];
const USUAL_PICTURE: [usize; 2] = [640, 640];
/// The longest side of a picture that a network may ask for.
const MAX_SIDE: usize = 4096;
/// Pictures that go in at once, in networks that take any number.
const USUAL_BATCH: usize = 8;

/// What a network takes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Input {
    /// Width and height in pixels.
    pub(super) size: [usize; 2],
    /// Pictures at once, if the network fixes it.
    pub(super) batch: Option<usize>,
    /// The first thing that happens to a picture is a convolution.
    pub(super) is_convolved_first: bool,
}

/// What a network gave: numbers in the order of the shape, last axis fastest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tensor {
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f32>,
}

pub(super) struct Graph {
    model: Model,
    input_id: NodeId,
    output_ids: Vec<NodeId>,
    pool: Arc<ThreadPool>,
    pub(super) input: Input,
    /// Kept between runs for its memory.
    pixels: Vec<f32>, // [batch, 3, height, width]
}

impl Graph {
    pub(super) fn open(path: &Path, bytes: Vec<u8>, pool: &Arc<ThreadPool>) -> Result<Self, LoadError> {
        let broken = |why: String| LoadError::Broken { path: path.to_owned(), why };
        if !file::is_whole(&bytes) {
            return Err(broken("it is no ONNX file, or not the whole of one".to_owned()));
        }
        let first_operators = file::first_operators(&bytes);
        let loaded = guarded(|| ModelOptions::with_all_ops().prepack_weights(true).load(bytes));
        let model = loaded.map_err(broken)?.map_err(|error| broken(error.to_string()))?;
        let unknown = || LoadError::Unknown { path: path.to_owned(), seen: describe(&model, None) };
        let ([input_id], false) = (model.input_ids(), model.output_ids().is_empty()) else { return Err(unknown()) };
        let input_id = *input_id;
        let is_convolved_first = first_operators == ["Conv"];
        let shape = model.node_info(input_id).and_then(|info| info.shape()).unwrap_or_default();
        let fixed: Vec<Option<usize>> = shape
            .iter()
            .map(|side| match side {
                Dimension::Fixed(side) => Some(*side),
                Dimension::Symbolic(_) => None,
            })
            .collect();
        let (batch, channels, height, width) = match *fixed.as_slice() {
            [batch, channels, height, width] => (batch, channels, height, width),
            [] => (None, None, None, None),
            _ => return Err(unknown()),
        };
        if channels.unwrap_or(3) != 3
            || batch == Some(0)
            || [height, width].iter().flatten().any(|side| !(8..=MAX_SIDE).contains(side))
        {
            return Err(unknown());
        }
        let output_ids = model.output_ids().to_vec();
        let is_crop = output_ids.iter().any(|id| name(&model, *id).starts_with("simcc"));
        let usual = if is_crop { USUAL_CROP } else { USUAL_PICTURE };
        let input = Input { size: [width.unwrap_or(usual[0]), height.unwrap_or(usual[1])], batch, is_convolved_first };
        Ok(Self { model, input_id, output_ids, pool: Arc::clone(pool), input, pixels: Vec::new() })
    }

    /// Runs it on a black picture: shows the shapes of the outputs, and whether it runs at all.
    pub(super) fn try_out(&mut self, path: &Path) -> Result<Vec<Tensor>, LoadError> {
        self.run(1, |_, pixels| pixels.fill(0.0)).map_err(|why| LoadError::DoesNotRun {
            path: path.to_owned(),
            seen: self.describe(None),
            why,
        })
    }

    /// Pictures that go in at once.
    pub(super) fn batch(&self) -> usize {
        self.input.batch.unwrap_or(USUAL_BATCH)
    }

    /// Runs it on `count` pictures, which is at most [`Self::batch`], each filled in by `fill(index, pixels)`.
    pub(super) fn run(&mut self, count: usize, mut fill: impl FnMut(usize, &mut [f32])) -> Result<Vec<Tensor>, String> {
        let [width, height] = self.input.size;
        let batch = self.input.batch.unwrap_or(count);
        let picture_len = 3 * width * height;
        self.pixels.resize(batch * picture_len, 0.0);
        for (index, pixels) in self.pixels.chunks_exact_mut(picture_len).take(count).enumerate() {
            fill(index, pixels);
        }
        let view = ValueView::from_shape([batch, 3, height, width], self.pixels.as_slice())
            .map_err(|error| error.to_string())?;
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let outputs = guarded(|| self.model.run(vec![(self.input_id, view.into())], &self.output_ids, Some(options)))?
            .map_err(|error| error.to_string())?;
        outputs.into_iter().map(numbers).collect()
    }

    /// "input input [batch, 3, 256, 192] and outputs simcc_x [1, 26, 384], simcc_y [1, 26, 512]", for messages. With
    /// the outputs that came out, or as the file declares them.
    pub(super) fn describe(&self, outputs: Option<&[Tensor]>) -> String {
        describe(&self.model, outputs)
    }
}

fn numbers(value: Value) -> Result<Tensor, String> {
    use rten_tensor::AsView;
    use rten_tensor::Layout;
    let (shape, values) = match value {
        Value::FloatTensor(tensor) => (tensor.shape().to_vec(), tensor.into_data()),
        Value::Int32Tensor(tensor) => (tensor.shape().to_vec(), tensor.iter().map(|value| *value as f32).collect()),
        Value::Int8Tensor(tensor) => (tensor.shape().to_vec(), tensor.iter().map(|value| f32::from(*value)).collect()),
        Value::UInt8Tensor(tensor) => (tensor.shape().to_vec(), tensor.iter().map(|value| f32::from(*value)).collect()),
        _ => return Err("an output is not a tensor".to_owned()),
    };
    Ok(Tensor { shape, values })
}

/// Files of any content reach rten: a panic in there says no more than an error.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        format!("its content makes no sense ({})", text.unwrap_or("no reason given"))
    })
}

fn name(model: &Model, id: NodeId) -> String {
    model.node_info(id).and_then(|info| info.name().map(str::to_owned)).unwrap_or_default()
}

fn describe(model: &Model, outputs: Option<&[Tensor]>) -> String {
    let declared = |id: NodeId| {
        let shape = model.node_info(id).and_then(|info| info.shape());
        shape.map_or("of any shape".to_owned(), |sides| {
            let sides: Vec<String> = sides
                .iter()
                .map(|side| match side {
                    Dimension::Fixed(side) => side.to_string(),
                    Dimension::Symbolic(name) => name.clone(),
                })
                .collect();
            format!("[{}]", sides.join(", "))
        })
    };
    let inputs = model.input_ids().iter().map(|id| format!("{} {}", name(model, *id), declared(*id)));
    let results = model.output_ids().iter().enumerate().map(|(index, id)| {
        let shape = outputs.and_then(|outputs| outputs.get(index)).map(|output| format!("{:?}", output.shape));
        format!("{} {}", name(model, *id), shape.unwrap_or_else(|| declared(*id)))
    });
    let list = |parts: Vec<String>| if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") };
    format!("input {} and output {}", list(inputs.collect()), list(results.collect()))
}
