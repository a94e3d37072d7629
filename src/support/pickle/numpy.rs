//! numpy arrays and scalars inside pickles.

use std::borrow::Cow;

use super::{Node, Value};
use crate::support::strides::row_major_offsets;

/// What the elements of a numpy array are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumpyType {
    pub kind: NumpyKind,
    /// Bytes per element; 0 for objects.
    pub size: usize,
    pub big_endian: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumpyKind {
    Bool,
    Int,
    Uint,
    Float,
    /// Python objects.
    Object,
    /// Fixed-size byte strings, zero-padded.
    Bytes,
    /// Fixed-size UTF-32 strings, zero-padded.
    Str,
}

#[derive(Clone, Debug)]
pub enum NumpyData<'p> {
    /// Packed elements.
    Bytes(Cow<'p, [u8]>),
    /// The elements of an array of Python objects.
    Objects(Vec<Node<'p>>),
}

/// An array as it was pickled; scalars have shape `[]`. The data always fill the shape.
#[derive(Clone, Debug)]
pub struct NumpyArray<'p> {
    pub dtype: NumpyType,
    pub shape: Vec<usize>,
    /// The elements lie column-major (the first axis runs fastest).
    pub fortran: bool,
    pub data: NumpyData<'p>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumpyError {
    #[error("expected a numpy array, found {0}")]
    NotAnArray(String),
    #[error("the pickled numpy array is damaged: {0}")]
    Damaged(&'static str),
    #[error("numpy arrays of type {0:?} are not read")]
    UnknownType(String),
    #[error("the numpy array holds {found}, {wanted} are needed")]
    WrongKind { found: &'static str, wanted: &'static str },
}

impl NumpyType {
    /// Reads a type as numpy spells it: `<f4`, `>i8`, `|b1`, `f8`, `O`.
    ///
    /// # Errors
    /// [`NumpyError::UnknownType`] for structured, complex, date and other types.
    pub fn parse(text: &str) -> Result<Self, NumpyError> {
        let unknown = || NumpyError::UnknownType(text.to_owned());
        let (big_endian, code) = match text.as_bytes().first() {
            Some(b'>') => (true, &text[1..]),
            Some(b'<' | b'|' | b'=') => (false, &text[1..]),
            _ => (false, text),
        };
        let letter = code.chars().next().ok_or_else(unknown)?;
        let size: usize = match code.get(1..) {
            Some("") => 0,
            Some(digits) => digits.parse().map_err(|_| unknown())?,
            None => return Err(unknown()),
        };
        let kind = match (letter, size) {
            ('b', 1) => NumpyKind::Bool,
            ('i', 1 | 2 | 4 | 8) => NumpyKind::Int,
            ('u', 1 | 2 | 4 | 8) => NumpyKind::Uint,
            ('f', 2 | 4 | 8) => NumpyKind::Float,
            ('O', 0 | 4 | 8) => NumpyKind::Object,
            ('S' | 'a', _) => NumpyKind::Bytes,
            ('U', _) => NumpyKind::Str,
            _ => return Err(unknown()),
        };
        let size = match kind {
            NumpyKind::Object => 0,
            NumpyKind::Str => size.checked_mul(4).ok_or_else(unknown)?,
            _ => size,
        };
        Ok(Self { kind, size, big_endian })
    }

    /// From a pickled `numpy.dtype('f4', False, True)` with its state `(3, '<', ...)`.
    fn from_node(node: Node<'_>) -> Result<Self, NumpyError> {
        if node.class() != Some("numpy.dtype") {
            return Err(NumpyError::Damaged("its element type is unreadable"));
        }
        let args = node.args().items().unwrap_or_default();
        let code = args.first().and_then(|code| code.as_str()).ok_or(NumpyError::Damaged("it has no element type"))?;
        let mut dtype = Self::parse(code)?;
        let state = node.state().and_then(Node::items).unwrap_or_default();
        dtype.big_endian |= state.get(1).and_then(|order| order.as_str()) == Some(">");
        Ok(dtype)
    }

    fn kind_name(self) -> &'static str {
        match self.kind {
            NumpyKind::Bool | NumpyKind::Int | NumpyKind::Uint | NumpyKind::Float => "numbers",
            NumpyKind::Object => "Python objects",
            NumpyKind::Bytes | NumpyKind::Str => "text",
        }
    }
}

impl<'p> Node<'p> {
    /// The numpy array or numpy scalar that the node is.
    ///
    /// # Errors
    /// [`NumpyError::NotAnArray`] for anything else, other errors for damaged or unsupported arrays.
    pub fn numpy(self) -> Result<NumpyArray<'p>, NumpyError> {
        let not_an_array = || NumpyError::NotAnArray(self.describe());
        let class = self.class().ok_or_else(not_an_array)?;
        let rest = class.strip_prefix("numpy.").ok_or_else(not_an_array)?;
        let function = rest.strip_prefix("core.").or_else(|| rest.strip_prefix("_core.")).unwrap_or(rest);
        let args = self.args().items().unwrap_or_default();
        match (function, args.as_slice()) {
            ("multiarray._reconstruct", _) => {
                let state = self.state().and_then(Node::items).ok_or(NumpyError::Damaged("it has no content"))?;
                // Version 0 states have no version number in front.
                let [.., shape, dtype, fortran, data] = state.as_slice() else {
                    return Err(NumpyError::Damaged("its content is incomplete"));
                };
                let fortran = fortran.as_bool().or_else(|| fortran.as_int().map(|flag| flag != 0));
                NumpyArray::build(*dtype, *shape, fortran.unwrap_or(false), *data)
            }
            ("numeric._frombuffer", [data, dtype, shape, order]) => {
                NumpyArray::build(*dtype, *shape, order.as_str() == Some("F"), *data)
            }
            ("multiarray.scalar", [dtype, data]) => {
                NumpyArray::checked(NumpyType::from_node(*dtype)?, Vec::new(), false, *data)
            }
            _ => Err(not_an_array()),
        }
    }

    /// A number: a Python int, float or bool, or a numpy scalar.
    pub fn number(self) -> Option<f64> {
        match self.value() {
            Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
            Value::Object(_) => {
                let array = self.numpy().ok()?;
                let [value] = array.to_f64().ok()?[..] else { return None };
                Some(value)
            }
            _ => self.as_f64(),
        }
    }
}

impl<'p> NumpyArray<'p> {
    fn build(dtype: Node<'p>, shape: Node<'p>, fortran: bool, data: Node<'p>) -> Result<Self, NumpyError> {
        let shape: Option<Vec<usize>> = shape.items().map_or_else(
            || shape.as_usize().map(|len| vec![len]),
            |lens| lens.into_iter().map(Node::as_usize).collect(),
        );
        let shape = shape.ok_or(NumpyError::Damaged("its shape is unreadable"))?;
        Self::checked(NumpyType::from_node(dtype)?, shape, fortran, data)
    }

    fn checked(dtype: NumpyType, shape: Vec<usize>, fortran: bool, data: Node<'p>) -> Result<Self, NumpyError> {
        let count = shape.iter().try_fold(1usize, |count, len| count.checked_mul(*len));
        let count = count.ok_or(NumpyError::Damaged("its shape is impossible"))?;
        let data = if dtype.kind == NumpyKind::Object {
            // A scalar of objects is the object itself.
            let objects = data.items().unwrap_or_else(|| vec![data]);
            if objects.len() != count {
                return Err(NumpyError::Damaged("its data do not fill its shape"));
            }
            NumpyData::Objects(objects)
        } else {
            let bytes = data.as_bytes().ok_or(NumpyError::Damaged("its data are no byte string"))?;
            let holds_nothing = dtype.size == 0 && count > 0;
            if count.checked_mul(dtype.size) != Some(bytes.len()) || holds_nothing {
                return Err(NumpyError::Damaged("its data do not fill its shape"));
            }
            NumpyData::Bytes(bytes)
        };
        Ok(Self { dtype, shape, fortran, data })
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every number, row-major. An array of objects is read too if all of them are plain numbers.
    ///
    /// # Errors
    /// [`NumpyError::WrongKind`] for text and other objects.
    pub fn to_f64(&self) -> Result<Vec<f64>, NumpyError> {
        let wrong = || NumpyError::WrongKind { found: self.dtype.kind_name(), wanted: "numbers" };
        let bytes = match &self.data {
            NumpyData::Objects(objects) => {
                let numbers: Option<Vec<f64>> = objects.iter().map(|node| node.as_f64()).collect();
                return numbers.map(|numbers| self.row_major(numbers)).ok_or_else(wrong);
            }
            NumpyData::Bytes(bytes) => bytes,
        };
        let read: fn([u8; 8]) -> f64 = match (self.dtype.kind, self.dtype.size) {
            (NumpyKind::Float, 2) => |b| half::f16::from_le_bytes([b[0], b[1]]).to_f64(),
            (NumpyKind::Float, 4) => |b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
            (NumpyKind::Float, 8) => f64::from_le_bytes,
            (NumpyKind::Int, 1) => |b| f64::from(b[0] as i8),
            (NumpyKind::Int, 2) => |b| f64::from(i16::from_le_bytes([b[0], b[1]])),
            (NumpyKind::Int, 4) => |b| f64::from(i32::from_le_bytes([b[0], b[1], b[2], b[3]])),
            (NumpyKind::Int, 8) => |b| i64::from_le_bytes(b) as f64,
            (NumpyKind::Uint | NumpyKind::Bool, _) => |b| u64::from_le_bytes(b) as f64,
            _ => return Err(wrong()),
        };
        let size = self.dtype.size;
        let numbers = bytes.chunks_exact(size).map(|element| {
            let mut wide = [0; 8];
            wide[..size].copy_from_slice(element);
            if self.dtype.big_endian {
                wide[..size].reverse();
            }
            read(wide)
        });
        Ok(self.row_major(numbers.collect()))
    }

    /// As [`NumpyArray::to_f64`], rounded to float32.
    ///
    /// # Errors
    /// As [`NumpyArray::to_f64`].
    pub fn to_f32(&self) -> Result<Vec<f32>, NumpyError> {
        Ok(self.to_f64()?.into_iter().map(|number| number as f32).collect())
    }

    /// Every string, row-major.
    ///
    /// # Errors
    /// [`NumpyError::WrongKind`] where the elements are not text.
    pub fn to_strings(&self) -> Result<Vec<String>, NumpyError> {
        let wrong = || NumpyError::WrongKind { found: self.dtype.kind_name(), wanted: "text" };
        let strings: Vec<String> = match (&self.data, self.dtype.kind) {
            (NumpyData::Objects(objects), _) => objects
                .iter()
                .map(|node| node.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect::<Result<_, _>>()?,
            (NumpyData::Bytes(bytes), NumpyKind::Bytes | NumpyKind::Str) if bytes.is_empty() => Vec::new(),
            (NumpyData::Bytes(bytes), NumpyKind::Bytes) => bytes
                .chunks_exact(self.dtype.size)
                .map(|text| String::from_utf8_lossy(text).trim_end_matches('\0').to_owned())
                .collect(),
            (NumpyData::Bytes(bytes), NumpyKind::Str) => {
                bytes.chunks_exact(self.dtype.size).map(|text| self.utf32(text)).collect()
            }
            _ => return Err(wrong()),
        };
        Ok(self.row_major(strings))
    }

    /// The elements of an array of Python objects, row-major.
    ///
    /// # Errors
    /// [`NumpyError::WrongKind`] for packed arrays.
    pub fn objects(&self) -> Result<Vec<Node<'p>>, NumpyError> {
        match &self.data {
            NumpyData::Objects(objects) => Ok(self.row_major(objects.clone())),
            NumpyData::Bytes(_) => {
                Err(NumpyError::WrongKind { found: self.dtype.kind_name(), wanted: "Python objects" })
            }
        }
    }

    fn utf32(&self, text: &[u8]) -> String {
        let (chars, _) = text.as_chunks::<4>();
        let code = |c: &[u8; 4]| if self.dtype.big_endian { u32::from_be_bytes(*c) } else { u32::from_le_bytes(*c) };
        let text: String =
            chars.iter().map(|c| char::from_u32(code(c)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        text.trim_end_matches('\0').to_owned()
    }

    /// Brings elements from memory order to row-major order.
    fn row_major<T: Clone>(&self, elements: Vec<T>) -> Vec<T> {
        if !self.fortran || self.shape.len() < 2 {
            return elements;
        }
        let mut strides = vec![1; self.shape.len()];
        for axis in 1..self.shape.len() {
            strides[axis] = strides[axis - 1] * self.shape[axis - 1];
        }
        row_major_offsets(&self.shape, &strides).map(|at| elements[at].clone()).collect()
    }
}
