//! The beginning of a JSON document, enough to tell formats apart, in bounded time and memory.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Elements kept of every list.
const KEPT: usize = 3;
/// Keys kept of every object.
const KEPT_KEYS: usize = 24;
/// Nothing below this depth matters to recognition.
const DEPTH: usize = 6;

/// Shape of a JSON value. Lists hold their first elements, and a document that breaks off holds what was before.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Outline {
    #[default]
    Null,
    Number(f64),
    Text(String),
    List(Vec<Outline>),
    Object(Vec<(String, Outline)>),
}

impl Outline {
    /// Reads until it is clear what the document is, or until it is broken.
    pub fn of(text: &[u8]) -> Self {
        let mut outline = Self::Null;
        let mut reader = serde_json::Deserializer::from_slice(text);
        // An error is the usual end: a top-level list is left as soon as a few elements are known.
        drop(Fill { outline: &mut outline, depth: 0 }.deserialize(&mut reader));
        outline
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The first element of a list that is not empty or null.
    pub fn first(&self) -> Option<&Self> {
        match self {
            Self::List(items) => items.iter().find(|item| !item.is_hollow()),
            _ => None,
        }
    }

    /// The value of an object's first key.
    pub fn first_value(&self) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.first().map(|(_, value)| value),
            _ => None,
        }
    }

    /// A positive number by key.
    pub fn number(&self, key: &str) -> Option<f64> {
        match self.get(key) {
            Some(Self::Number(number)) if *number > 0.0 => Some(*number),
            _ => None,
        }
    }

    pub fn is_list(&self) -> bool {
        matches!(self, Self::List(_))
    }

    pub fn is_list_of_something(&self) -> bool {
        self.is_list() && !self.is_hollow()
    }

    fn is_hollow(&self) -> bool {
        matches!(self, Self::Null) || matches!(self, Self::List(items) if items.iter().all(Self::is_hollow))
    }

    /// For people: "a list of objects with keys a, b".
    pub fn describe(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Number(_) => "a number".to_owned(),
            Self::Text(_) => "a text".to_owned(),
            Self::List(_) => match self.first() {
                Some(first) => format!("a list, first of {}", first.describe()),
                None => "an empty list".to_owned(),
            },
            Self::Object(entries) if entries.is_empty() => "an empty object".to_owned(),
            Self::Object(entries) => {
                let keys: Vec<String> = entries.iter().take(8).map(|(key, _)| key.chars().take(40).collect()).collect();
                format!("an object with the keys {}", keys.join(", "))
            }
        }
    }
}

/// Writes into an outline while reading, so that what was read survives an error.
struct Fill<'a> {
    outline: &'a mut Outline,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Fill<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth >= DEPTH {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Fill<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.visit_f64(f64::from(u8::from(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        *self.outline = Outline::Number(value);
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        *self.outline = Outline::Text(value.to_owned());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        *self.outline = Outline::List(Vec::new());
        let Outline::List(items) = self.outline else { return Ok(()) };
        loop {
            items.push(Outline::Null);
            let Some(last) = items.last_mut() else { return Ok(()) };
            if seq.next_element_seed(Fill { outline: last, depth: self.depth + 1 })?.is_none() {
                items.pop();
                return Ok(());
            }
            if last.is_hollow() && items.len() > 1 {
                items.pop();
            }
            if items.len() >= KEPT {
                break;
            }
        }
        if self.depth == 0 {
            return Err(A::Error::custom("enough is known"));
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        *self.outline = Outline::Object(Vec::new());
        let Outline::Object(entries) = self.outline else { return Ok(()) };
        while let Some(key) = map.next_key::<String>()? {
            if entries.len() >= KEPT_KEYS && self.depth == 0 {
                return Err(A::Error::custom("enough is known"));
            }
            if entries.len() >= KEPT_KEYS {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            entries.push((key, Outline::Null));
            let Some((_, value)) = entries.last_mut() else { return Ok(()) };
            map.next_value_seed(Fill { outline: value, depth: self.depth + 1 })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_seen() {
        let outline = Outline::of(br#"[[], [{"a": [1, 2, 3, 4, 5], "b": null}], 3, "x", bro"#);
        let record = outline.first().and_then(Outline::first).unwrap();
        assert!(record.get("a").unwrap().is_list() && record.has("b") && !record.has("c"));
        assert_eq!(outline.describe(), "a list, first of a list, first of an object with the keys a, b");
    }

    #[test]
    fn what_precedes_an_error_is_kept() {
        let outline = Outline::of(br#"{"version": 1.3, "people": [{"pose_keypoints_2d": [1, NaN"#);
        let person = outline.get("people").and_then(Outline::first).unwrap();
        assert!(person.get("pose_keypoints_2d").unwrap().is_list());
    }

    #[test]
    fn deep_nesting_is_no_trouble() {
        let text = "[".repeat(100_000);
        assert!(Outline::of(text.as_bytes()).first().is_none());
    }
}
