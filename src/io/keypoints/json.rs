//! JSON as detectors really write it: numbers in lists or texts, NaN, missing and extra fields, truncated files.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::data::Keypoint;
use crate::support::{Cancelled, Notice};

use super::draft::Draft;
use super::frames::FrameLabel;
use super::source::RawFile;
use super::{KeypointError, ReadContext};

/// Fills a fresh draft from a document that is read front to back, one record in memory at a time.
///
/// Bare `NaN` and `Infinity`, as Python writes them, count as null. A document that breaks off keeps its beginning.
pub(super) fn read_document(
    format: &'static str,
    file: &RawFile,
    context: &ReadContext,
    new_draft: impl Fn() -> Draft,
    mut read: impl FnMut(&mut Draft, &mut serde_json::Deserializer<serde_json::de::SliceRead>) -> serde_json::Result<()>,
) -> Result<Draft, KeypointError> {
    let text = file.text_bytes();
    let mut attempt = |text: &[u8]| {
        let mut draft = new_draft();
        let mut reader = serde_json::Deserializer::from_slice(text);
        let result = read(&mut draft, &mut reader).and_then(|()| reader.end());
        (draft, result)
    };
    let (mut draft, mut result) = attempt(text);
    if result.as_ref().is_err_and(|error| error.is_syntax() && !context.cancel.is_cancelled())
        && let Cow::Owned(repaired) = without_nan(text)
    {
        (draft, result) = attempt(&repaired);
    }
    context.cancel.check()?;
    match result {
        Ok(()) => Ok(draft),
        Err(error) if !draft.is_empty() && (error.is_eof() || error.is_syntax()) => {
            let what = if error.is_eof() { "The file breaks off" } else { "The file is damaged" };
            context.notices.add(
                Notice::warning(format!("{what}: only its beginning was read"))
                    .why(format!("people read before: {}; {error}", draft.len())),
            );
            Ok(draft)
        }
        Err(error) => Err(KeypointError::Broken { format, why: format!("the JSON is broken: {error}") }),
    }
}

/// A whole document as a value, with bare `NaN` and `Infinity` as null.
pub(super) fn parse<T: DeserializeOwned>(format: &'static str, file: &RawFile) -> Result<T, KeypointError> {
    let text = file.text_bytes();
    serde_json::from_slice(text)
        .or_else(|error| match without_nan(text) {
            Cow::Owned(repaired) if error.is_syntax() => serde_json::from_slice(&repaired),
            _ => Err(error),
        })
        .map_err(|error| KeypointError::Broken { format, why: format!("the JSON is broken: {error}") })
}

/// Replaces the words that JSON does not know, outside texts, by null.
fn without_nan(text: &[u8]) -> Cow<'_, [u8]> {
    const WORDS: [&[u8]; 4] = [b"NaN", b"-Infinity", b"Infinity", b"-NaN"];
    let mut repaired: Option<Vec<u8>> = None;
    let (mut copied, mut at, mut in_text) = (0, 0, false);
    while at < text.len() {
        match text[at] {
            b'"' => in_text = !in_text,
            b'\\' if in_text => at += 1,
            b'N' | b'I' | b'-' if !in_text => {
                if let Some(word) = WORDS.iter().find(|word| text[at..].starts_with(word)) {
                    let out = repaired.get_or_insert_with(|| Vec::with_capacity(text.len() + 64));
                    out.extend_from_slice(&text[copied..at]);
                    out.extend_from_slice(b"null");
                    at += word.len();
                    copied = at;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    match repaired {
        Some(mut out) => {
            out.extend_from_slice(&text[copied..]);
            Cow::Owned(out)
        }
        None => Cow::Borrowed(text),
    }
}

/// Calls the function for every element of a list, without keeping the list.
pub(super) struct Each<T, F>(pub F, pub PhantomData<T>);

impl<T, F> Each<T, F> {
    pub fn new(each: F) -> Self {
        Self(each, PhantomData)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), Cancelled>> DeserializeSeed<'de> for Each<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), Cancelled>> Visitor<'de> for Each<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(element) = seq.next_element()? {
            (self.0)(element).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// Calls the function for every key and value of an object, without keeping the object.
pub(super) struct EachEntry<T, F>(pub F, pub PhantomData<T>);

impl<T, F> EachEntry<T, F> {
    pub fn new(each: F) -> Self {
        Self(each, PhantomData)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(String, T) -> Result<(), Cancelled>> DeserializeSeed<'de> for EachEntry<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(String, T) -> Result<(), Cancelled>> Visitor<'de> for EachEntry<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry()? {
            (self.0)(key, value).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// All numbers of a list, nested lists in a row; what is no number becomes NaN. Anything but a list is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub values: Vec<f32>,
    /// Length of the innermost lists when the list is one of lists.
    pub row_len: Option<usize>,
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut numbers = Self::default();
        deserializer.deserialize_any(Collect { into: &mut numbers, depth: 0 })?;
        Ok(numbers)
    }
}

impl Numbers {
    /// x, y, confidence in a row or in rows; rows of two have no confidence.
    pub fn keypoints(&self) -> Vec<Keypoint> {
        match self.row_len {
            Some(2) => self.values.chunks_exact(2).map(|xy| Keypoint::new(xy[0], xy[1], 1.0)).collect(),
            _ => self.values.chunks_exact(3).map(|xyc| Keypoint::new(xyc[0], xyc[1], xyc[2])).collect(),
        }
    }

    /// Four numbers: two corners as x, y, width, height.
    pub fn corners(&self) -> Option<[f32; 4]> {
        let [x1, y1, x2, y2] = self.values[..] else { return None };
        Some([x1, y1, x2 - x1, y2 - y1])
    }
}

/// The first number of a value: a number, a text with one, or a list that starts with one, however nested.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scalar(pub Option<f64>);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut scalar = Self::default();
        deserializer.deserialize_any(Collect { into: &mut scalar, depth: 0 })?;
        Ok(scalar)
    }
}

/// Receives the numbers of a value in reading order.
trait Sink {
    fn number(&mut self, value: f64, depth: usize);
    fn list_ends(&mut self, _len: usize, _depth: usize) {}
}

impl Sink for Numbers {
    fn number(&mut self, value: f64, depth: usize) {
        if depth > 0 {
            self.values.push(value as f32);
        }
    }

    fn list_ends(&mut self, len: usize, depth: usize) {
        if depth > 0 && self.row_len.is_none() {
            self.row_len = Some(len);
        }
    }
}

impl Sink for Scalar {
    fn number(&mut self, value: f64, _depth: usize) {
        if self.0.is_none() && value.is_finite() {
            self.0 = Some(value);
        }
    }
}

struct Collect<'a, S> {
    into: &'a mut S,
    depth: usize,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Collect<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Collect<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("numbers")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.into.number(value, self.depth);
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.visit_f64(value as f64)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.visit_f64(f64::from(u8::from(value)))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.visit_f64(f64::NAN)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.visit_f64(value.trim().parse().unwrap_or(f64::NAN))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut len = 0;
        while seq.next_element_seed(Collect { into: &mut *self.into, depth: self.depth + 1 })?.is_some() {
            len += 1;
        }
        self.into.list_ends(len, self.depth);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.visit_unit()
    }
}

/// A list of things, or one thing, or null.
#[derive(Clone, Debug)]
pub(super) struct OneOrMany<T> {
    pub items: Vec<T>,
    pub is_list: bool,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a list or an object")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(OneOrMany { items: Vec::new(), is_list: true })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                let items = Deserialize::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(OneOrMany { items, is_list: true })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let item = Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(OneOrMany { items: vec![item], is_list: false })
            }
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// A number or a text that names a frame.
impl<'de> Deserialize<'de> for FrameLabel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Label;
        impl Visitor<'_> for Label {
            type Value = FrameLabel;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an image name or frame number")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<FrameLabel, E> {
                Ok(FrameLabel::Number(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<FrameLabel, E> {
                Ok(FrameLabel::Number(i64::try_from(value).unwrap_or(i64::MAX)))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<FrameLabel, E> {
                Ok(FrameLabel::Number(value.round() as i64))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<FrameLabel, E> {
                Ok(FrameLabel::Name(value.to_owned()))
            }
        }
        deserializer.deserialize_any(Label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_forgiving() {
        let numbers: Numbers = serde_json::from_str(r#"[[1, "2.5"], [null, {"a": [1]}]]"#).unwrap();
        assert_eq!(numbers.row_len, Some(2));
        assert_eq!(numbers.values[..2], [1.0, 2.5]);
        assert!(numbers.values.len() == 4 && numbers.values[2].is_nan() && numbers.values[3].is_nan());
        assert_eq!(serde_json::from_str::<Numbers>("\"none\"").unwrap(), Numbers::default());
        for text in ["3", "3.0", "[3]", "[[3.0], [4.0]]", "\"3\"", "[null, 3]"] {
            assert_eq!(serde_json::from_str::<Scalar>(text).unwrap(), Scalar(Some(3.0)), "{text}");
        }
        assert_eq!(serde_json::from_str::<Scalar>("{\"a\": 3}").unwrap(), Scalar(None));
    }

    #[test]
    fn only_words_outside_texts_are_repaired() {
        let repaired = without_nan(br#"["NaN \" NaN", NaN, -Infinity, -1, {"a": Infinity}]"#);
        assert_eq!(&*repaired, br#"["NaN \" NaN", null, null, -1, {"a": null}]"#);
        assert!(matches!(without_nan(b"[-1, \"Infinity\"]"), Cow::Borrowed(_)));
    }
}
