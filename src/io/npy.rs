//! NumPy's .npy and .npz files: numbers of every size, byte order and axis order, and pickled object arrays.
//!
//! Reading is by hand because file shapes are not to be trusted: sizes are multiplied with overflow checks and held
//! against the bytes that are there before anything is allocated. Pickles are read as data and never executed.

use std::borrow::Cow;
use std::io::{Cursor, Read, Write};

use crate::support::pickle::{NumpyArray, NumpyData, NumpyError, NumpyKind, NumpyType, Pickle, PickleError};

/// Longest header text that is read; NumPy writes 54 to a few hundred bytes.
const MAX_HEADER_BYTES: usize = 64 << 10;
/// Most bytes that one archive may unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 1 << 30;
/// Most arrays in one archive.
const MAX_ENTRIES: usize = 10_000;
/// Most axes of an array, NumPy's own limit.
const MAX_AXES: usize = 64;

const MAGIC: &[u8] = b"\x93NUMPY";

#[derive(Debug, thiserror::Error)]
pub enum NpyError {
    #[error("not a NumPy file: it does not start with \\x93NUMPY")]
    Magic,
    #[error("the header is damaged: {0}")]
    Header(String),
    #[error(
        "the shape {shape:?} of '{descr}' needs more than the {found} bytes that are there; it is cut off or damaged"
    )]
    Truncated { shape: Vec<usize>, descr: String, found: usize },
    #[error(transparent)]
    Elements(#[from] NumpyError),
    #[error("the pickled objects cannot be read: {0}")]
    Pickle(#[from] PickleError),
    #[error("the archive is damaged: {0}")]
    Zip(String),
    #[error("the archive unpacks to more than {} MiB", MAX_UNPACKED_BYTES >> 20)]
    Bomb,
    #[error("there is no array '{name}'; there are {found}")]
    NoArray { name: String, found: String },
}

/// One array of a file.
#[derive(Clone, Debug)]
pub enum Npy<'a> {
    /// Numbers or text; nothing is converted until asked for.
    Plain(NumpyArray<'a>),
    /// An array of Python objects: the pickle's root is the array.
    Objects(Pickle<'a>),
}

/// Whether the bytes start like an .npy file.
pub fn is_npy(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Whether the bytes start like an .npz (zip) file.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The shape that the header of an .npy file states, and whether its elements are numbers; the data may be cut off.
///
/// # Errors
/// When the header is not NumPy's.
pub fn outline(bytes: &[u8]) -> Result<(Vec<usize>, bool), NpyError> {
    let (header, _) = split_header(bytes)?;
    let is_numeric = NumpyType::parse(&header.descr).is_ok_and(is_numeric);
    Ok((header.shape, is_numeric))
}

pub fn is_numeric(dtype: NumpyType) -> bool {
    matches!(dtype.kind, NumpyKind::Bool | NumpyKind::Int | NumpyKind::Uint | NumpyKind::Float)
}

/// Reads the header and checks that the data is there.
///
/// # Errors
/// When the header is not NumPy's, the file is shorter than its shape says, or a pickle is damaged.
pub fn parse(bytes: &[u8]) -> Result<Npy<'_>, NpyError> {
    let (Header { descr, is_fortran, shape }, data) = split_header(bytes)?;
    let dtype = NumpyType::parse(&descr)?;
    if dtype.kind == NumpyKind::Object {
        return Ok(Npy::Objects(Pickle::parse(data)?));
    }
    let byte_count = shape.iter().try_fold(dtype.size, |bytes, axis| bytes.checked_mul(*axis));
    match byte_count.and_then(|count| data.get(..count)) {
        Some(elements) => Ok(Npy::Plain(NumpyArray {
            dtype,
            shape,
            fortran: is_fortran,
            data: NumpyData::Bytes(Cow::Borrowed(elements)),
        })),
        None => Err(NpyError::Truncated { shape, descr, found: data.len() }),
    }
}

fn split_header(bytes: &[u8]) -> Result<(Header, &[u8]), NpyError> {
    if !is_npy(bytes) {
        return Err(NpyError::Magic);
    }
    let cut_off = || NpyError::Header("the file ends inside it".to_owned());
    let length_field = match bytes.get(6) {
        Some(1) => 8..10,
        Some(2 | 3) => 8..12,
        Some(version) => return Err(NpyError::Header(format!("unknown version {version}"))),
        None => return Err(cut_off()),
    };
    let start = length_field.end;
    let length =
        bytes.get(length_field).ok_or_else(cut_off)?.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    if length > MAX_HEADER_BYTES {
        return Err(NpyError::Header(format!("it says that it is {length} bytes long")));
    }
    let text = bytes.get(start..start + length).ok_or_else(cut_off)?;
    let header = Header::parse(&String::from_utf8_lossy(text)).map_err(NpyError::Header)?;
    Ok((header, &bytes[start + length..]))
}

/// Writes numbers as little-endian .npy in C order.
///
/// # Errors
/// What the writer says, or `InvalidInput` when the shape does not match the number of values.
pub fn write_f32(out: &mut dyn Write, shape: &[usize], values: impl Iterator<Item = f32>) -> std::io::Result<()> {
    write_values(out, shape, values)
}

/// As [`write_f32`], of numbers that come part by part: `fill` gets a function that takes the next ones.
///
/// # Errors
/// As [`write_f32`], and what `fill` says.
pub fn write_f32_parts(
    out: &mut dyn Write,
    shape: &[usize],
    fill: impl FnOnce(&mut dyn FnMut(&[f32]) -> std::io::Result<()>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut writer = writer_of::<f32>(out, shape)?;
    fill(&mut |values| writer.extend(values.iter().copied()))?;
    writer.finish()
}

/// As [`write_f32`], of float64.
///
/// # Errors
/// As [`write_f32`].
pub fn write_f64(out: &mut dyn Write, shape: &[usize], values: impl Iterator<Item = f64>) -> std::io::Result<()> {
    write_values(out, shape, values)
}

/// As [`write_f32`], of uint32.
///
/// # Errors
/// As [`write_f32`].
pub fn write_u32(out: &mut dyn Write, shape: &[usize], values: impl Iterator<Item = u32>) -> std::io::Result<()> {
    write_values(out, shape, values)
}

fn write_values<T: npyz::AutoSerialize>(
    out: &mut dyn Write,
    shape: &[usize],
    values: impl Iterator<Item = T>,
) -> std::io::Result<()> {
    let mut writer = writer_of(out, shape)?;
    writer.extend(values)?;
    writer.finish()
}

fn writer_of<'o, T: npyz::AutoSerialize>(
    out: &'o mut dyn Write,
    shape: &[usize],
) -> std::io::Result<npyz::NpyWriter<T, &'o mut dyn Write>> {
    use npyz::WriterBuilder;
    let shape: Vec<u64> = shape.iter().map(|axis| *axis as u64).collect();
    npyz::WriteOptions::<T>::new().default_dtype().shape(&shape).writer(out).begin_nd()
}

/// Writes one text as .npy, an array without axes.
///
/// # Errors
/// What the writer says.
pub fn write_text(out: &mut dyn Write, text: &str) -> std::io::Result<()> {
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    let header = format!("{{'descr': '<U{}', 'fortran_order': False, 'shape': (), }}", chars.len());
    // Magic, version, length and header together are a multiple of 64 bytes, the last of them a new line.
    let start = MAGIC.len() + 4;
    let padded = (start + header.len() + 1).next_multiple_of(64) - start;
    let length = u16::try_from(padded).map_err(std::io::Error::other)?;
    out.write_all(MAGIC)?;
    out.write_all(&[1, 0])?;
    out.write_all(&length.to_le_bytes())?;
    writeln!(out, "{header:<width$}", width = padded - 1)?;
    chars.into_iter().try_for_each(|char| out.write_all(&char.to_le_bytes()))
}

/// The arrays of an .npz file, unpacked one by one when asked for.
pub struct Npz<'a> {
    archive: zip::ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
    unpacked_bytes: u64,
}

impl<'a> Npz<'a> {
    /// Reads the list of arrays.
    ///
    /// # Errors
    /// When it is not a zip file or its directory is damaged.
    pub fn open(bytes: &'a [u8]) -> Result<Self, NpyError> {
        let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| NpyError::Zip(error.to_string()))?;
        if archive.len() > MAX_ENTRIES {
            return Err(NpyError::Zip(format!("it has {} entries", archive.len())));
        }
        let names = archive
            .file_names()
            .filter_map(Result::ok)
            .filter_map(|name| name.strip_suffix(".npy").map(str::to_owned))
            .collect();
        Ok(Self { archive, names, unpacked_bytes: 0 })
    }

    /// Names of the arrays, without `.npy`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The bytes of one array, to be given to [`parse`].
    ///
    /// # Errors
    /// When there is no such array, its data is damaged, or the archive has unpacked to too much already.
    pub fn bytes(&mut self, name: &str) -> Result<Vec<u8>, NpyError> {
        if !self.has(name) {
            return Err(NpyError::NoArray { name: name.to_owned(), found: self.names.join(", ") });
        }
        let entry = self.archive.by_name(&format!("{name}.npy")).map_err(|error| NpyError::Zip(error.to_string()))?;
        let left = MAX_UNPACKED_BYTES.saturating_sub(self.unpacked_bytes);
        if entry.size() > left {
            return Err(NpyError::Bomb);
        }
        // The stated size is not to be trusted either: the buffer grows with what really comes out.
        let mut bytes = Vec::new();
        entry.take(left + 1).read_to_end(&mut bytes).map_err(|error| NpyError::Zip(format!("{name}: {error}")))?;
        self.unpacked_bytes += bytes.len() as u64;
        if self.unpacked_bytes > MAX_UNPACKED_BYTES { Err(NpyError::Bomb) } else { Ok(bytes) }
    }
}

/// The header's Python dictionary: `{'descr': '<f4', 'fortran_order': False, 'shape': (10, 17, 3), }`.
struct Header {
    descr: String,
    is_fortran: bool,
    shape: Vec<usize>,
}

impl Header {
    fn parse(text: &str) -> Result<Self, String> {
        let descr = value_of(text, "descr")?;
        let descr = match descr.chars().next() {
            Some(quote @ ('\'' | '"')) => descr[1..].split(quote).next().unwrap_or_default().to_owned(),
            // A list of fields: records, which are refused by that name.
            _ => "record".to_owned(),
        };
        let is_fortran = match value_of(text, "fortran_order")? {
            value if value.starts_with("True") => true,
            value if value.starts_with("False") => false,
            _ => return Err("fortran_order is neither True nor False".to_owned()),
        };
        let shape = value_of(text, "shape")?;
        let shape = shape.strip_prefix('(').and_then(|rest| rest.split_once(')')).ok_or("the shape is not a tuple")?.0;
        let shape = shape
            .split(',')
            // Python 2 wrote long integers with an L.
            .map(|axis| axis.trim().trim_end_matches('L'))
            .filter(|axis| !axis.is_empty())
            .map(|axis| axis.parse().map_err(|_| format!("'{axis}' is not the length of an axis")))
            .collect::<Result<Vec<usize>, _>>()?;
        if shape.len() > MAX_AXES {
            return Err(format!("{} axes", shape.len()));
        }
        Ok(Self { descr, is_fortran, shape })
    }
}

/// What follows `'key':`.
fn value_of<'t>(text: &'t str, key: &str) -> Result<&'t str, String> {
    ['\'', '"']
        .iter()
        .find_map(|quote| text.split_once(&format!("{quote}{key}{quote}")))
        .and_then(|(_, rest)| rest.trim_start().strip_prefix(':'))
        .map(str::trim_start)
        .ok_or_else(|| format!("it has no '{key}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn numbers(descr: &str, order: &str, shape: &str, data: &[u8]) -> Result<Vec<f64>, NpyError> {
        let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        match parse(&file(&header, data))? {
            Npy::Plain(array) => Ok(array.to_f64()?),
            Npy::Objects(_) => panic!("no objects here"),
        }
    }

    #[test]
    fn every_number_type_is_read() {
        let cases: [(&str, &[u8], f64); 12] = [
            ("<f4", &1.5f32.to_le_bytes(), 1.5),
            (">f4", &1.5f32.to_be_bytes(), 1.5),
            ("<f8", &(-2.25f64).to_le_bytes(), -2.25),
            (">f8", &(-2.25f64).to_be_bytes(), -2.25),
            ("<f2", &[0x00, 0xc2], -3.0),
            ("|i1", &[0xff], -1.0),
            ("|u1", &[0xff], 255.0),
            (">i2", &(-300i16).to_be_bytes(), -300.0),
            ("<u4", &70_000u32.to_le_bytes(), 70_000.0),
            (">i4", &(-70_000i32).to_be_bytes(), -70_000.0),
            ("<i8", &(-(1i64 << 40)).to_le_bytes(), -((1i64 << 40) as f64)),
            ("|b1", &[1], 1.0),
        ];
        for (descr, data, value) in cases {
            assert_eq!(numbers(descr, "False", "(1,)", data).unwrap(), [value], "{descr}");
            assert_eq!(numbers(descr, "False", "()", data).unwrap(), [value], "{descr} scalar");
        }
    }

    #[test]
    fn fortran_order_is_turned() {
        // [[1, 2, 3], [4, 5, 6]], columns first.
        assert_eq!(numbers("|u1", "True", "(2, 3)", &[1, 4, 2, 5, 3, 6]).unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn hostile_shapes_are_refused() {
        for shape in ["(4611686018427387904, 4611686018427387904, 17)", "(999999999999, 17, 3)", "(2,)"] {
            let error = numbers("<f4", "False", shape, &[0; 4]).unwrap_err();
            assert!(matches!(error, NpyError::Truncated { .. }), "{shape}: {error}");
        }
        for shape in ["(-1, 2)", "(99999999999999999999999,)", "[2]", "(1.5,)", "nothing"] {
            let error = numbers("<f4", "False", shape, &[0; 4]).unwrap_err();
            assert!(matches!(error, NpyError::Header(_)), "{shape}: {error}");
        }
        let axes = format!("({})", "1,".repeat(1000));
        assert!(matches!(numbers("<f4", "False", &axes, &[0; 4]), Err(NpyError::Header(_))));
        assert!(matches!(numbers("<c8", "False", "(1,)", &[0; 8]), Err(NpyError::Elements(_))));
    }

    #[test]
    fn a_cut_file_is_an_error_at_every_length() {
        let mut whole = Vec::new();
        write_f32(&mut whole, &[2, 3], (0..6).map(|i| i as f32)).unwrap();
        for end in 0..whole.len() {
            assert!(parse(&whole[..end]).is_err(), "{end}");
        }
        assert!(parse(&whole).is_ok());
    }

    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, data) in entries {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(data).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn archives_give_their_arrays() {
        let mut array = Vec::new();
        write_f32(&mut array, &[2], [1.0, 2.0].into_iter()).unwrap();
        let bytes = archive(&[("a.npy", &array), ("readme.txt", b"hi")]);
        let mut npz = Npz::open(&bytes).unwrap();
        assert_eq!(npz.names(), ["a"]);
        assert_eq!(npz.bytes("a").unwrap(), array);
        assert!(npz.bytes("b").unwrap_err().to_string().contains("there are a"));
    }

    #[test]
    fn a_bomb_is_stopped() {
        let chunk = vec![0u8; 1 << 20];
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("a.npy", zip::write::SimpleFileOptions::default()).unwrap();
        for _ in 0..(MAX_UNPACKED_BYTES >> 20) + 1 {
            zip.write_all(&chunk).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 4 << 20);
        assert!(matches!(Npz::open(&bytes).unwrap().bytes("a"), Err(NpyError::Bomb)));
    }
}
