//! Reading Python pickles as plain values. Nothing in a pickle is ever looked up, called or executed.
//!
//! Imports nothing of ours; runs on whichever thread reads a file. [`Pickle::parse`] turns the opcodes (protocols 0
//! to 5, as documented in CPython's `pickletools`) into an arena of [`Value`]s: what a pickle wants to construct is
//! kept as [`Value::Object`] with its class path, arguments and state. The arena is flat, so shared and circular
//! values need no care, and neither reading nor dropping a hostile pickle can exhaust the stack. [`NumpyArray`] reads
//! numpy arrays and scalars out of such objects.

mod decoder;
mod numpy;

use std::borrow::Cow;

pub use decoder::PickleError;
pub use numpy::{NumpyArray, NumpyData, NumpyError, NumpyKind, NumpyType};

/// Index of a value inside its [`Pickle`].
type Id = u32;

/// One decoded pickle. Long strings and byte strings borrow from the input.
#[derive(Clone, Debug)]
pub struct Pickle<'a> {
    values: Vec<Value<'a>>,
    root: Id,
}

/// A pickled value; children are indices into the arena and read through [`Node`].
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    None,
    Bool(bool),
    Int(i64),
    /// Does not fit 64 bits: two's complement, little endian.
    BigInt(Cow<'a, [u8]>),
    Float(f64),
    Str(Cow<'a, str>),
    /// `bytes`, `bytearray`, and every `str` of Python 2.
    Bytes(Cow<'a, [u8]>),
    List(Vec<Id>),
    Tuple(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Set(Vec<Id>),
    /// A class or function by its dotted path, such as `collections.OrderedDict`.
    Global(String),
    Object(Box<Object>),
    /// A reference that the writer keeps outside of the pickle.
    Persistent(Id),
}

/// Something that the pickle wants constructed: `class(*args)`, then `state`, `items` and `pairs` put into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    class: Id,
    args: Id,
    state: Option<Id>,
    items: Vec<Id>,
    pairs: Vec<(Id, Id)>,
}

impl<'a> Pickle<'a> {
    /// Decodes the pickle that `bytes` start with; anything behind its end is ignored.
    ///
    /// # Errors
    /// [`PickleError`] for truncated, damaged or oversized pickles and for features that no data file needs
    /// (extension codes, out-of-band buffers).
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PickleError> {
        Self::parse_prefix(bytes).map(|(pickle, _)| pickle)
    }

    /// Like [`Pickle::parse`], with the number of bytes that the pickle takes: for files of several pickles.
    ///
    /// # Errors
    /// As [`Pickle::parse`].
    pub fn parse_prefix(bytes: &'a [u8]) -> Result<(Self, usize), PickleError> {
        decoder::decode(bytes)
    }

    pub fn root(&self) -> Node<'_> {
        Node { pickle: self, id: self.root }
    }

    /// Every reference to something outside of the pickle, wherever it stands, in file order.
    pub fn persistent_ids(&self) -> impl Iterator<Item = Node<'_>> {
        self.values.iter().filter_map(|value| match value {
            Value::Persistent(id) => Some(Node { pickle: self, id: *id }),
            _ => None,
        })
    }
}

/// A value seen inside its pickle. Cheap to copy.
///
/// A pickle may contain cycles: code that walks down without knowing the schema must bound its depth.
#[derive(Clone, Copy)]
pub struct Node<'p> {
    pickle: &'p Pickle<'p>,
    id: Id,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node({})", self.describe())
    }
}

/// Functions that make a container out of their first argument.
const SEQUENCE_CLASSES: &[&str] = &["set", "frozenset", "list", "tuple"];

impl<'p> Node<'p> {
    pub fn value(self) -> &'p Value<'p> {
        &self.pickle.values[self.id as usize]
    }

    /// Identifies the value within its pickle: equal for every reference to one shared object.
    pub fn identity(self) -> u32 {
        self.id
    }

    fn at(self, id: Id) -> Self {
        Node { id, ..self }
    }

    fn all(self, ids: &'p [Id]) -> impl Iterator<Item = Node<'p>> {
        ids.iter().map(move |id| self.at(*id))
    }

    fn all_pairs(self, ids: &'p [(Id, Id)]) -> impl Iterator<Item = (Node<'p>, Node<'p>)> {
        ids.iter().map(move |(key, value)| (self.at(*key), self.at(*value)))
    }

    fn object(self) -> Option<&'p Object> {
        match self.value() {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    pub fn is_none(self) -> bool {
        matches!(self.value(), Value::None)
    }

    pub fn as_bool(self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub fn as_int(self) -> Option<i64> {
        match self.value() {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// A whole number that can be a size or an index.
    pub fn as_usize(self) -> Option<usize> {
        self.as_int().and_then(|value| usize::try_from(value).ok())
    }

    /// A float or a whole number.
    pub fn as_f64(self) -> Option<f64> {
        match self.value() {
            Value::Float(value) => Some(*value),
            Value::Int(value) => Some(*value as f64),
            _ => None,
        }
    }

    /// Text: a `str`, or a byte string of Python 2 that is UTF-8.
    pub fn as_str(self) -> Option<&'p str> {
        match self.value() {
            Value::Str(text) => Some(text),
            Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// A byte string, also where an old protocol had to spell it as `bytearray(codecs.encode(text, "latin1"))`.
    pub fn as_bytes(self) -> Option<Cow<'p, [u8]>> {
        let mut node = self;
        for function in [&["builtins.bytearray", "__builtin__.bytearray", "__builtin__.bytes"][..], &["_codecs.encode"]]
        {
            if matches!(node.value(), Value::Object(_)) && node.class().is_some_and(|class| function.contains(&class)) {
                match node.args().items()?.first() {
                    Some(argument) => node = *argument,
                    None => return Some(Cow::Borrowed(&[])),
                }
            }
        }
        match node.value() {
            Value::Bytes(bytes) => Some(Cow::Borrowed(bytes)),
            Value::Str(text) if node.id != self.id => {
                let latin1: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
                latin1.map(Cow::Owned)
            }
            _ => None,
        }
    }

    /// The members of a list, tuple or set (also of the classes derived from them).
    pub fn items(self) -> Option<Vec<Node<'p>>> {
        match self.value() {
            Value::List(ids) | Value::Tuple(ids) | Value::Set(ids) => Some(self.all(ids).collect()),
            Value::Object(object) => {
                let mut items = Vec::new();
                let class = self.class().unwrap_or_default();
                let builtin = class.strip_prefix("builtins.").or_else(|| class.strip_prefix("__builtin__."));
                let is_sequence = builtin.is_some_and(|name| SEQUENCE_CLASSES.contains(&name));
                if is_sequence
                    && let Value::Tuple(args) = self.at(object.args).value()
                    && let Some(first) = args.first()
                    && let Value::List(ids) | Value::Tuple(ids) | Value::Set(ids) = self.at(*first).value()
                {
                    items.extend(self.all(ids));
                }
                items.extend(self.all(&object.items));
                (is_sequence || !items.is_empty()).then_some(items)
            }
            _ => None,
        }
    }

    /// The entries of a `dict`, `OrderedDict`, `defaultdict` or another class derived from them, in file order.
    pub fn pairs(self) -> Option<Vec<(Node<'p>, Node<'p>)>> {
        match self.value() {
            Value::Dict(ids) => Some(self.all_pairs(ids).collect()),
            Value::Object(object) => {
                let mut pairs = Vec::new();
                let is_ordered = self.class() == Some("collections.OrderedDict");
                // Python 2 hands the entries over as an argument: OrderedDict([[key, value], ...]).
                if is_ordered
                    && let Value::Tuple(args) = self.at(object.args).value()
                    && let Some(first) = args.first()
                    && let Value::List(entries) = self.at(*first).value()
                {
                    pairs.extend(self.all(entries).filter_map(|entry| match entry.value() {
                        Value::List(pair) | Value::Tuple(pair) if pair.len() == 2 => {
                            Some((self.at(pair[0]), self.at(pair[1])))
                        }
                        _ => None,
                    }));
                }
                pairs.extend(self.all_pairs(&object.pairs));
                let is_dict = is_ordered || self.class() == Some("collections.defaultdict");
                (is_dict || !pairs.is_empty()).then_some(pairs)
            }
            _ => None,
        }
    }

    /// The entry of a dictionary; of several with one key, the last, as in Python.
    pub fn get(self, key: &str) -> Option<Node<'p>> {
        self.pairs()?.into_iter().rev().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// An attribute of an object whose state is a dictionary.
    pub fn attribute(self, name: &str) -> Option<Node<'p>> {
        self.state()?.get(name)
    }

    /// The dotted path of a class or function, or of what an object was made with.
    ///
    /// For objects of Python 2 classes it is the class, not the helper that constructs it.
    pub fn class(self) -> Option<&'p str> {
        match self.value() {
            Value::Global(path) => Some(path),
            Value::Object(object) => match self.at(object.class).value() {
                Value::Global(path) if path == "copy_reg._reconstructor" || path == "copyreg._reconstructor" => {
                    match self.at(object.args).value() {
                        Value::Tuple(args) => args.first().and_then(|id| match self.at(*id).value() {
                            Value::Global(path) => Some(path.as_str()),
                            _ => None,
                        }),
                        _ => None,
                    }
                }
                Value::Global(path) => Some(path),
                _ => None,
            },
            _ => None,
        }
    }

    /// The arguments that an object is made with, a tuple; the node itself where it is no object.
    pub fn args(self) -> Node<'p> {
        self.object().map_or(self, |object| self.at(object.args))
    }

    /// What is put into an object after it was made.
    pub fn state(self) -> Option<Node<'p>> {
        self.object()?.state.map(|id| self.at(id))
    }

    /// The reference behind [`Value::Persistent`].
    pub fn persistent(self) -> Option<Node<'p>> {
        match self.value() {
            Value::Persistent(id) => Some(self.at(*id)),
            _ => None,
        }
    }

    /// What kind of value it is, for messages: "a list", "a numpy.ndarray".
    pub fn describe(self) -> String {
        match self.value() {
            Value::None => "None".to_owned(),
            Value::Bool(_) => "a bool".to_owned(),
            Value::Int(_) | Value::BigInt(_) => "an int".to_owned(),
            Value::Float(_) => "a float".to_owned(),
            Value::Str(_) => "a str".to_owned(),
            Value::Bytes(_) => "a byte string".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Tuple(_) => "a tuple".to_owned(),
            Value::Dict(_) => "a dict".to_owned(),
            Value::Set(_) => "a set".to_owned(),
            Value::Global(path) => format!("the name {path}"),
            Value::Object(_) => format!("an object made by {}", self.class().unwrap_or("an unnamed class")),
            Value::Persistent(_) => "an external reference".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
