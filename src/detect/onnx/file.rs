//! The bytes of a network, and the little of ONNX's own format that rten does not tell.

use std::io::{self, Cursor, Read};
use std::path::Path;

use crate::detect::LoadError;
use crate::detect::spec;

/// The largest file that is read; the format itself ends at 2 GiB, and detectors are far smaller.
const MAX_BYTES: u64 = 1 << 30;
/// The network in OpenMMLab's archives.
const USUAL_NAME: &str = "end2end.onnx";

/// Reads an .onnx file, or the one in a .zip, told apart by content.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    let not_a_model = |why: &str| LoadError::NotAModel { path: path.to_owned(), why: why.to_owned() };
    let bytes = read_limited(spec::open(path)?).map_err(LoadError::read(path))?;
    if bytes.is_empty() {
        return Err(not_a_model("the file is empty"));
    }
    if !bytes.starts_with(b"PK") {
        return Ok(bytes);
    }
    let damaged = |error: zip::result::ZipError| LoadError::Broken {
        path: path.to_owned(),
        why: format!("the zip is damaged or cut off: {error}"),
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned()));
    let names: Vec<String> = names.filter(|name| name.ends_with(".onnx")).collect();
    let usual = names.iter().find(|name| name.rsplit('/').next() == Some(USUAL_NAME));
    let name = match (usual, names.as_slice()) {
        (Some(usual), _) => usual,
        (None, [only]) => only,
        (None, []) => return Err(not_a_model("the zip has no .onnx file in it")),
        (None, several) => {
            return Err(not_a_model(&format!(
                "the zip has several .onnx files in it and none is {USUAL_NAME}: {}",
                several.join(", ")
            )));
        }
    };
    let entry = archive.by_name(name).map_err(damaged)?;
    read_limited(entry).map_err(|error| damaged(error.into()))
}

fn read_limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    Ok(bytes)
}

/// Fields of ONNX's protobuf messages that are read here.
mod field {
    pub(super) const MODEL_GRAPH: u64 = 7;
    pub(super) const GRAPH_NODE: u64 = 1;
    pub(super) const GRAPH_INPUT: u64 = 11;
    pub(super) const INPUT_NAME: u64 = 1;
    pub(super) const NODE_INPUT: u64 = 1;
    pub(super) const NODE_OPERATOR: u64 = 4;
}

/// The operators that a network's picture goes into first, such as "Conv"; empty if the file is none.
pub(super) fn first_operators(model: &[u8]) -> Vec<String> {
    let Some(graph) = only(model, field::MODEL_GRAPH).next() else { return Vec::new() };
    let Some(picture) = only(graph, field::GRAPH_INPUT).flat_map(|input| only(input, field::INPUT_NAME)).next() else {
        return Vec::new();
    };
    only(graph, field::GRAPH_NODE)
        .filter(|node| only(node, field::NODE_INPUT).any(|input| input == picture))
        .flat_map(|node| only(node, field::NODE_OPERATOR))
        .map(|operator| String::from_utf8_lossy(operator).into_owned())
        .collect()
}

fn only(message: &[u8], field: u64) -> impl Iterator<Item = &[u8]> {
    Fields::of(message).filter(move |(number, _)| *number == field).map(|(_, bytes)| bytes)
}

/// Whether the file ends where its last field does.
pub(super) fn is_whole(model: &[u8]) -> bool {
    let mut fields = Fields::of(model);
    while fields.next().is_some() {}
    !fields.is_cut
}

/// The fields of a protobuf message that have bytes, as (number, bytes); others are passed over.
struct Fields<'a> {
    rest: &'a [u8],
    /// A field was not whole: there are no more.
    is_cut: bool,
}

impl<'a> Fields<'a> {
    fn of(message: &'a [u8]) -> Self {
        Self { rest: message, is_cut: false }
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(bytes)
    }

    /// The next field; an empty one for a number.
    fn field(&mut self) -> Option<(u64, Option<&'a [u8]>)> {
        let key = self.varint()?;
        let bytes = match key & 7 {
            0 => self.varint().map(|_| None),
            1 => self.take(8).map(|_| None),
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                self.take(len).map(Some)
            }
            5 => self.take(4).map(|_| None),
            _ => None,
        };
        Some((key >> 3, bytes?))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_cut && !self.rest.is_empty() {
            match self.field() {
                Some((number, Some(bytes))) => return Some((number, bytes)),
                Some((_, None)) => {}
                None => self.is_cut = true,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSE: &[u8] = include_bytes!("../../../tests/fixtures/detector/marker_rtmpose_body17.onnx");
    const PERSON: &[u8] = include_bytes!("../../../tests/fixtures/detector/marker_yolox_person.onnx");

    #[test]
    fn the_first_operators_are_found() {
        assert_eq!(first_operators(POSE), ["Mul"]);
        assert_eq!(first_operators(PERSON), ["ReduceMax", "ReduceMin"]);
    }

    #[test]
    fn files_that_are_cut_anywhere_are_no_danger() {
        for end in 0..POSE.len() {
            assert!(first_operators(&POSE[..end]).len() <= 1);
            // The first field says of which version the format is, the last of which the operators are.
            assert_eq!(is_whole(&POSE[..end]), [0, 2, POSE.len() - 6].contains(&end), "{end} bytes");
        }
        assert!(is_whole(POSE));
        assert!(first_operators(&[0xff; 40]).is_empty());
    }
}
