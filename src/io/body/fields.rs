//! Arrays by name out of a pickled dictionary or an .npz archive.

use super::Fault;
use crate::io::npy::{self, Npy, Npz};
use crate::support::pickle::{Node, NumpyArray, NumpyData, Pickle};

/// Most values of one array: 300 shapes of a body of 70,000 vertices.
const MAX_VALUES: usize = 1 << 26;
/// How deeply an array may be wrapped: an .npz's object array around a chumpy object around an array.
const MAX_WRAPPERS: usize = 4;
/// Most names that a message lists.
const NAMES_SHOWN: usize = 8;

/// Numbers, row-major.
pub(super) struct Array {
    pub shape: Vec<usize>,
    pub values: Vec<f64>,
}

/// A file of named arrays.
pub(super) enum Fields<'a> {
    Pickle(Pickle<'a>),
    Npz(Npz<'a>),
}

impl<'a> Fields<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        match bytes {
            _ if npy::is_zip(bytes) => {
                Ok(Self::Npz(Npz::open(bytes).map_err(|error| Fault::Unknown(error.to_string()))?))
            }
            [0x80, 0..=5, ..] | [b'(', ..] => {
                let pickle = Pickle::parse(bytes).map_err(|error| Fault::Unknown(error.to_string()))?;
                match pickle.root().pairs() {
                    Some(_) => Ok(Self::Pickle(pickle)),
                    None => Err(Fault::Unknown(format!("it is a pickle of {}", pickle.root().describe()))),
                }
            }
            [] => Err(Fault::Unknown("the file is empty".to_owned())),
            _ if npy::is_npy(bytes) => Err(Fault::Unknown("it is a single NumPy array".to_owned())),
            _ if bytes.trim_ascii_start().starts_with(b"<") => {
                Err(Fault::Unknown("it is a web page; the download did not work, repeat it".to_owned()))
            }
            _ => Err(Fault::Unknown("it is neither a pickle nor an .npz archive".to_owned())),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Pickle(pickle) => pickle.root().get(name).is_some(),
            Self::Npz(npz) => npz.has(name),
        }
    }

    /// The names that are there, for messages.
    pub(super) fn list(&self) -> String {
        let mut names: Vec<String> = match self {
            Self::Pickle(pickle) => {
                let pairs = pickle.root().pairs().unwrap_or_default();
                pairs.into_iter().filter_map(|(name, _)| Some(name.as_str()?.to_owned())).collect()
            }
            Self::Npz(npz) => npz.names().to_vec(),
        };
        let more = names.len().saturating_sub(NAMES_SHOWN);
        names.truncate(NAMES_SHOWN);
        match (names.is_empty(), more) {
            (true, _) => "nothing with a name".to_owned(),
            (_, 0) => names.join(", "),
            _ => format!("{} and {more} more", names.join(", ")),
        }
    }

    /// The numbers under a name, also where they are a scipy matrix or a chumpy object.
    pub(super) fn array(&mut self, name: &'static str) -> Result<Array, Fault> {
        let fault = |why: String| Fault::Array(name, why);
        if !self.has(name) {
            return Err(fault(format!("is missing; there are {}", self.list())));
        }
        match self {
            Self::Pickle(pickle) => {
                let node = pickle.root().get(name).ok_or_else(|| fault("is missing".to_owned()))?;
                array_of_node(node, MAX_WRAPPERS).map_err(fault)
            }
            Self::Npz(npz) => Array::of_npy(name, &npz.bytes(name).map_err(|error| fault(unreadable(&error)))?),
        }
    }

    /// The strings under a name.
    pub(super) fn texts(&mut self, name: &'static str) -> Result<Vec<String>, Fault> {
        let fault = |error: &dyn std::error::Error| Fault::Array(name, unreadable(error));
        match self {
            Self::Pickle(pickle) => {
                let items = pickle.root().get(name).and_then(Node::items).unwrap_or_default();
                Ok(items.iter().filter_map(|item| Some(item.as_str()?.to_owned())).collect())
            }
            Self::Npz(npz) => {
                let bytes = npz.bytes(name).map_err(|error| fault(&error))?;
                match npy::parse(&bytes).map_err(|error| fault(&error))? {
                    Npy::Plain(array) => array.to_strings().map_err(|error| fault(&error)),
                    Npy::Objects(pickle) => {
                        let array = pickle.root().numpy().map_err(|error| fault(&error))?;
                        array.to_strings().map_err(|error| fault(&error))
                    }
                }
            }
        }
    }
}

fn unreadable(error: &dyn std::error::Error) -> String {
    format!("cannot be read: {error}")
}

impl Array {
    /// From the bytes of an .npy file.
    pub(super) fn of_npy(name: &'static str, bytes: &[u8]) -> Result<Self, Fault> {
        let fault = |why: String| Fault::Array(name, why);
        match npy::parse(bytes).map_err(|error| fault(unreadable(&error)))? {
            Npy::Plain(array) => Self::of_numpy(&array).map_err(fault),
            Npy::Objects(pickle) => array_of_node(pickle.root(), MAX_WRAPPERS).map_err(fault),
        }
    }

    fn of_numpy(array: &NumpyArray<'_>) -> Result<Self, String> {
        if array.len() > MAX_VALUES {
            return Err(too_large(array.len()));
        }
        let values = array.to_f64().map_err(|error| unreadable(&error))?;
        Ok(Self { shape: array.shape.clone(), values })
    }

    /// Checks the lengths of the axes; none is any length but 0.
    pub(super) fn of_shape(self, name: &'static str, axes: &[Option<usize>]) -> Result<Self, Fault> {
        let fits = self.shape.len() == axes.len()
            && self.shape.iter().zip(axes).all(|(found, wanted)| wanted.map_or(*found > 0, |wanted| *found == wanted));
        if fits {
            return Ok(self);
        }
        let wanted: Vec<String> =
            axes.iter().map(|axis| axis.map_or_else(|| "any".to_owned(), |axis| axis.to_string())).collect();
        Err(Fault::Array(name, format!("has the shape {:?}; [{}] is needed", self.shape, wanted.join(", "))))
    }

    pub(super) fn to_f32(&self) -> Vec<f32> {
        self.values.iter().map(|value| *value as f32).collect()
    }

    /// Rows of three vertex numbers.
    pub(super) fn to_faces(&self) -> Result<Vec<[u32; 3]>, Fault> {
        let numbers = f64::from(u32::MIN)..=f64::from(u32::MAX);
        match self.values.iter().find(|value| !numbers.contains(*value)) {
            Some(value) => Err(Fault::Array("f", format!("names the vertex {value}, which cannot be"))),
            None => Ok(self.values.as_chunks::<3>().0.iter().map(|face| face.map(|vertex| vertex as u32)).collect()),
        }
    }
}

fn too_large(values: usize) -> String {
    format!("has {values} values, too many for a body")
}

/// `wrappers` bounds the depth, for pickles may be circular.
fn array_of_node(node: Node<'_>, wrappers: usize) -> Result<Array, String> {
    if wrappers == 0 {
        return Err("is wrapped too deeply".to_owned());
    }
    let class = node.class().unwrap_or_default();
    let type_name = class.rsplit('.').next().unwrap_or_default();
    match type_name {
        "csc_matrix" | "csc_array" => return dense(node, true, wrappers),
        "csr_matrix" | "csr_array" => return dense(node, false, wrappers),
        _ if class.starts_with("chumpy.") => {
            let inner = node.attribute("x").ok_or_else(|| format!("is {}, which holds no numbers", node.describe()))?;
            return array_of_node(inner, wrappers - 1);
        }
        _ => {}
    }
    let array = node.numpy().map_err(|error| unreadable(&error))?;
    match &array.data {
        // numpy's way to put any object into an array.
        NumpyData::Objects(objects) if array.shape.is_empty() && objects.len() == 1 => {
            array_of_node(objects[0], wrappers - 1)
        }
        _ => Array::of_numpy(&array),
    }
}

/// A compressed sparse matrix of scipy, by columns or by rows.
fn dense(node: Node<'_>, by_columns: bool, wrappers: usize) -> Result<Array, String> {
    let part = |name: &str| {
        let part = node.attribute(name).ok_or_else(|| format!("is a sparse matrix without {name}"))?;
        array_of_node(part, wrappers - 1).map(|array| array.values)
    };
    let shape = node.attribute("_shape").or_else(|| node.attribute("shape")).and_then(Node::items).unwrap_or_default();
    let shape: Option<Vec<usize>> = shape
        .into_iter()
        .map(|axis| axis.number().filter(|axis| (1.0..=MAX_VALUES as f64).contains(axis)).map(|axis| axis as usize))
        .collect();
    let Some([rows, columns]) = shape.as_deref().and_then(|shape| <[usize; 2]>::try_from(shape).ok()) else {
        return Err("is a sparse matrix of no readable shape".to_owned());
    };
    if rows.saturating_mul(columns) > MAX_VALUES {
        return Err(too_large(rows.saturating_mul(columns)));
    }
    let (starts, indices, entries) = (part("indptr")?, part("indices")?, part("data")?);
    let (lines, line_len) = if by_columns { (columns, rows) } else { (rows, columns) };
    if starts.len() != lines + 1 {
        return Err(format!("is a damaged sparse matrix: {} starts for {lines} lines", starts.len()));
    }
    let mut values = vec![0.0; rows * columns];
    for (line, ends) in starts.windows(2).enumerate() {
        let range = ends[0] as usize..ends[1] as usize;
        let (Some(indices), Some(entries)) = (indices.get(range.clone()), entries.get(range)) else {
            return Err("is a damaged sparse matrix: its entries are not all there".to_owned());
        };
        for (index, entry) in indices.iter().zip(entries) {
            let index = *index as usize;
            if index >= line_len {
                return Err(format!("is a damaged sparse matrix: an entry lies at {index} of {line_len}"));
            }
            // Entries that stand twice add up.
            values[if by_columns { index * columns + line } else { line * columns + index }] += entry;
        }
    }
    Ok(Array { shape: vec![rows, columns], values })
}
