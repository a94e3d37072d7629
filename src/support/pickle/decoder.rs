//! The pickle machine: opcodes in, arena of values out.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Id, Object, Pickle, Value};

/// Most values and references that one pickle may put on its stack: bounds memory to a few hundred bytes each.
const MAX_PUSHES: usize = 1 << 25;

/// Why a pickle cannot be read, and the byte where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PickleError {
    #[error("the pickle ends too early, at byte {at}")]
    Truncated { at: usize },
    #[error("this is no pickle, or a damaged one: {what} at byte {at}")]
    Damaged { what: &'static str, at: usize },
    #[error("the pickle uses {what} (byte {at}), which data files do not need; it is not read")]
    Refused { what: &'static str, at: usize },
    #[error("the pickle holds more than {MAX_PUSHES} values; it is not read")]
    TooLarge,
}

pub(super) fn decode(bytes: &[u8]) -> Result<(Pickle<'_>, usize), PickleError> {
    let mut machine = Machine {
        bytes,
        at: 0,
        opcode_at: 0,
        values: Vec::new(),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        pushes: 0,
    };
    let root = machine.run()?;
    Ok((Pickle { values: machine.values, root }, machine.at))
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    opcode_at: usize,
    values: Vec<Value<'a>>,
    stack: Vec<Id>,
    /// Stack heights at the open marks; nothing below the last one may be popped.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
    pushes: usize,
}

type Step<T = ()> = Result<T, PickleError>;

impl<'a> Machine<'a> {
    fn run(&mut self) -> Step<Id> {
        loop {
            self.opcode_at = self.at;
            let opcode = self.byte()?;
            match opcode {
                b'.' => return self.pop(),
                // Protocol and frame headers say nothing that the opcodes do not.
                0x80 => drop(self.take(1)?),
                0x95 => drop(self.take(8)?),
                b'(' => self.marks.push(self.stack.len()),
                b'0' => {
                    if self.marks.last() == Some(&self.stack.len()) {
                        self.marks.pop();
                    } else {
                        self.pop()?;
                    }
                }
                b'1' => drop(self.pop_mark()?),
                b'2' => {
                    let top = self.top()?;
                    self.push_id(top)?;
                }
                b'N' | 0x88 | 0x89 | b'I' | b'L' | b'J' | b'K' | b'M' | 0x8a | 0x8b | b'F' | b'G' => {
                    let value = self.scalar(opcode)?;
                    self.push(value)?;
                }
                b'S' | b'T' | b'U' | b'B' | b'C' | 0x8e | 0x96 | b'V' | b'X' | 0x8c | 0x8d => {
                    let value = self.string(opcode)?;
                    self.push(value)?;
                }
                b']' | b'}' | b')' | 0x8f | b'l' | b'd' | b't' | 0x91 | 0x85 | 0x86 | 0x87 => {
                    let value = self.container(opcode)?;
                    self.push(value)?;
                }
                b'a' | b'e' | b's' | b'u' | 0x90 => self.fill(opcode)?,
                b'p' | b'q' | b'r' | 0x94 | b'g' | b'h' | b'j' => self.memo(opcode)?,
                b'c' | 0x93 | b'i' | b'o' | b'R' | 0x81 | 0x92 | b'b' | b'P' | b'Q' => self.object(opcode)?,
                // Marks the buffer on the stack as read-only.
                0x98 => drop(self.top()?),
                0x97 => return Err(self.refused("out-of-band buffers")),
                0x82..=0x84 => return Err(self.refused("extension codes")),
                _ => return Err(self.damaged("an unknown opcode")),
            }
        }
    }

    fn scalar(&mut self, opcode: u8) -> Step<Value<'a>> {
        Ok(match opcode {
            b'N' => Value::None,
            0x88 => Value::Bool(true),
            0x89 => Value::Bool(false),
            b'J' => Value::Int(i64::from(i32::from_le_bytes(self.array()?))),
            b'K' => Value::Int(i64::from(self.byte()?)),
            b'M' => Value::Int(i64::from(u16::from_le_bytes(self.array()?))),
            b'I' => match self.line()? {
                b"00" => Value::Bool(false),
                b"01" => Value::Bool(true),
                digits => self.decimal(digits)?,
            },
            b'L' => {
                let line = self.line()?;
                self.decimal(line.strip_suffix(b"L").unwrap_or(line))?
            }
            0x8a => {
                let len = usize::from(self.byte()?);
                long(self.take(len)?)
            }
            0x8b => {
                let len = self.length(4)?;
                long(self.take(len)?)
            }
            b'F' => {
                let line = self.line()?;
                let number = std::str::from_utf8(line).ok().and_then(|text| text.trim().parse().ok());
                Value::Float(number.ok_or_else(|| self.damaged("a malformed float"))?)
            }
            _ => Value::Float(f64::from_be_bytes(self.array()?)),
        })
    }

    fn string(&mut self, opcode: u8) -> Step<Value<'a>> {
        Ok(match opcode {
            b'S' => {
                let line = self.line()?;
                let ([b'\'', quoted @ .., b'\''] | [b'"', quoted @ .., b'"']) = line else {
                    return Err(self.damaged("a string without quotes"));
                };
                Value::Bytes(unescape(quoted).ok_or_else(|| self.damaged("a malformed string escape"))?)
            }
            b'V' => {
                let line = self.line()?;
                let text = unescape_unicode(line).ok_or_else(|| self.damaged("a malformed unicode escape"))?;
                Value::Str(Cow::Owned(text))
            }
            b'X' | 0x8c | 0x8d => {
                let len = self.length(match opcode {
                    b'X' => 4,
                    0x8c => 1,
                    _ => 8,
                })?;
                // Python may pickle lone surrogates; they become replacement characters.
                Value::Str(String::from_utf8_lossy(self.take(len)?))
            }
            _ => {
                let len = self.length(match opcode {
                    b'U' | b'C' => 1,
                    b'T' | b'B' => 4,
                    _ => 8,
                })?;
                Value::Bytes(Cow::Borrowed(self.take(len)?))
            }
        })
    }

    fn container(&mut self, opcode: u8) -> Step<Value<'a>> {
        Ok(match opcode {
            b']' => Value::List(Vec::new()),
            b'}' => Value::Dict(Vec::new()),
            b')' => Value::Tuple(Vec::new()),
            0x8f => Value::Set(Vec::new()),
            b'l' => Value::List(self.pop_mark()?),
            b't' => Value::Tuple(self.pop_mark()?),
            0x91 => Value::Set(self.pop_mark()?),
            b'd' => {
                let flat = self.pop_mark()?;
                Value::Dict(self.pair_up(&flat)?)
            }
            0x85 => Value::Tuple(vec![self.pop()?]),
            0x86 => {
                let second = self.pop()?;
                Value::Tuple(vec![self.pop()?, second])
            }
            _ => {
                let third = self.pop()?;
                let second = self.pop()?;
                Value::Tuple(vec![self.pop()?, second, third])
            }
        })
    }

    /// Puts members into the list, set, dictionary or object under them.
    fn fill(&mut self, opcode: u8) -> Step {
        let members = match opcode {
            b'a' => vec![self.pop()?],
            b's' => {
                let value = self.pop()?;
                vec![self.pop()?, value]
            }
            _ => self.pop_mark()?,
        };
        let target = self.top()? as usize;
        let wrong = self.damaged("members for something that is no container");
        if matches!(opcode, b's' | b'u') {
            let pairs = self.pair_up(&members)?;
            match &mut self.values[target] {
                Value::Dict(entries) => entries.extend(pairs),
                Value::Object(object) => object.pairs.extend(pairs),
                _ => return Err(wrong),
            }
        } else {
            match &mut self.values[target] {
                Value::List(entries) | Value::Set(entries) => entries.extend(members),
                Value::Object(object) => object.items.extend(members),
                _ => return Err(wrong),
            }
        }
        Ok(())
    }

    fn memo(&mut self, opcode: u8) -> Step {
        let key = match opcode {
            b'p' | b'g' => {
                let line = self.line()?;
                let index = std::str::from_utf8(line).ok().and_then(|text| text.trim().parse().ok());
                index.ok_or_else(|| self.damaged("a malformed memo index"))?
            }
            b'q' | b'h' => u64::from(self.byte()?),
            b'r' | b'j' => u64::from(u32::from_le_bytes(self.array()?)),
            _ => self.memo.len() as u64,
        };
        if matches!(opcode, b'g' | b'h' | b'j') {
            let id = *self.memo.get(&key).ok_or_else(|| self.damaged("a memo entry that was never set"))?;
            self.push_id(id)
        } else {
            let top = self.top()?;
            self.memo.insert(key, top);
            Ok(())
        }
    }

    fn object(&mut self, opcode: u8) -> Step {
        let value = match opcode {
            b'c' => self.global_lines()?,
            0x93 => {
                let name = self.pop()?;
                let module = self.pop()?;
                let (Value::Str(module), Value::Str(name)) =
                    (&self.values[module as usize], &self.values[name as usize])
                else {
                    return Err(self.damaged("a class name that is no text"));
                };
                Value::Global(format!("{module}.{name}"))
            }
            b'i' => {
                let class = self.global_lines()?;
                let args = Value::Tuple(self.pop_mark()?);
                let class = self.add(class)?;
                let args = self.add(args)?;
                object(class, args)
            }
            b'o' => {
                let mut args = self.pop_mark()?;
                if args.is_empty() {
                    return Err(self.damaged("an object without a class"));
                }
                let class = args.remove(0);
                let args = self.add(Value::Tuple(args))?;
                object(class, args)
            }
            b'R' | 0x81 => {
                let args = self.pop()?;
                object(self.pop()?, args)
            }
            0x92 => {
                // Keyword arguments: no class that we read takes any.
                self.pop()?;
                let args = self.pop()?;
                object(self.pop()?, args)
            }
            b'b' => {
                let state = self.pop()?;
                let target = self.top()? as usize;
                // A class that pickles as a plain container has nothing to set; its attributes are dropped.
                if let Value::Object(object) = &mut self.values[target] {
                    object.state = Some(state);
                }
                return Ok(());
            }
            b'P' => {
                let key = Value::Str(String::from_utf8_lossy(self.line()?));
                Value::Persistent(self.add(key)?)
            }
            _ => Value::Persistent(self.pop()?),
        };
        self.push(value)
    }

    fn global_lines(&mut self) -> Step<Value<'a>> {
        let module = String::from_utf8_lossy(self.line()?);
        let name = String::from_utf8_lossy(self.line()?);
        Ok(Value::Global(format!("{module}.{name}")))
    }

    // Stack and arena.

    fn add(&mut self, value: Value<'a>) -> Step<Id> {
        self.pushes += 1;
        if self.pushes > MAX_PUSHES {
            return Err(PickleError::TooLarge);
        }
        self.values.push(value);
        Ok((self.values.len() - 1) as Id)
    }

    fn push(&mut self, value: Value<'a>) -> Step {
        let id = self.add(value)?;
        self.stack.push(id);
        Ok(())
    }

    /// Pushes a value once more.
    fn push_id(&mut self, id: Id) -> Step {
        self.pushes += 1;
        if self.pushes > MAX_PUSHES {
            return Err(PickleError::TooLarge);
        }
        self.stack.push(id);
        Ok(())
    }

    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn top(&self) -> Step<Id> {
        match self.stack.last() {
            Some(id) if self.stack.len() > self.floor() => Ok(*id),
            _ => Err(self.damaged("an empty stack")),
        }
    }

    fn pop(&mut self) -> Step<Id> {
        let id = self.top()?;
        self.stack.pop();
        Ok(id)
    }

    /// Everything above the last mark, and the mark.
    fn pop_mark(&mut self) -> Step<Vec<Id>> {
        let mark = self.marks.pop().ok_or_else(|| self.damaged("a missing mark"))?;
        Ok(self.stack.split_off(mark))
    }

    fn pair_up(&self, flat: &[Id]) -> Step<Vec<(Id, Id)>> {
        let (pairs, []) = flat.as_chunks::<2>() else {
            return Err(self.damaged("a dictionary key without a value"));
        };
        Ok(pairs.iter().map(|[key, value]| (*key, *value)).collect())
    }

    // Input.

    fn take(&mut self, len: usize) -> Step<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..len).ok_or(PickleError::Truncated { at: self.bytes.len() })?;
        self.at += len;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Step<[u8; N]> {
        let at = self.at;
        self.take(N)?.try_into().map_err(|_| PickleError::Truncated { at })
    }

    fn byte(&mut self) -> Step<u8> {
        self.array().map(|[byte]| byte)
    }

    /// A little-endian length of `width` bytes.
    fn length(&mut self, width: usize) -> Step<usize> {
        let mut wide = [0; 8];
        wide[..width].copy_from_slice(self.take(width)?);
        usize::try_from(u64::from_le_bytes(wide)).map_err(|_| self.damaged("an impossible length"))
    }

    /// Up to the next line feed, which is consumed.
    fn line(&mut self) -> Step<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().position(|byte| *byte == b'\n').ok_or(PickleError::Truncated { at: self.bytes.len() })?;
        self.at += len + 1;
        let line = &rest[..len];
        Ok(line.strip_suffix(b"\r").unwrap_or(line))
    }

    fn decimal(&self, digits: &[u8]) -> Step<Value<'a>> {
        let number: Option<i128> = std::str::from_utf8(digits).ok().and_then(|text| text.trim().parse().ok());
        let number = number.ok_or_else(|| self.damaged("a malformed or huge whole number"))?;
        Ok(i64::try_from(number).map_or_else(|_| Value::BigInt(Cow::Owned(number.to_le_bytes().to_vec())), Value::Int))
    }

    fn damaged(&self, what: &'static str) -> PickleError {
        PickleError::Damaged { what, at: self.opcode_at }
    }

    fn refused(&self, what: &'static str) -> PickleError {
        PickleError::Refused { what, at: self.opcode_at }
    }
}

fn object<'a>(class: Id, args: Id) -> Value<'a> {
    Value::Object(Box::new(Object { class, args, state: None, items: Vec::new(), pairs: Vec::new() }))
}

/// Little-endian two's complement of any length.
fn long(bytes: &[u8]) -> Value<'_> {
    if bytes.len() > 8 {
        return Value::BigInt(Cow::Borrowed(bytes));
    }
    let fill = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
    let mut wide = [fill; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    Value::Int(i64::from_le_bytes(wide))
}

/// A Python 2 string literal without its quotes.
fn unescape(quoted: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !quoted.contains(&b'\\') {
        return Some(Cow::Borrowed(quoted));
    }
    let mut out = Vec::with_capacity(quoted.len());
    let mut rest = quoted;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let (code, tail) = rest.split_first()?;
        rest = tail;
        let byte = match code {
            b'\\' | b'\'' | b'"' => *code,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'a' => 7,
            b'b' => 8,
            b'v' => 11,
            b'f' => 12,
            b'x' => {
                let (digits, tail) = rest.split_at_checked(2)?;
                rest = tail;
                u8::try_from(hex(digits)?).ok()?
            }
            b'0'..=b'7' => {
                let more = rest.iter().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                let (digits, tail) = rest.split_at_checked(more)?;
                rest = tail;
                let value = digits.iter().fold(u32::from(code - b'0'), |sum, byte| sum * 8 + u32::from(byte - b'0'));
                (value & 0xff) as u8
            }
            _ => {
                out.push(b'\\');
                *code
            }
        };
        out.push(byte);
    }
    Some(Cow::Owned(out))
}

/// Python's raw-unicode-escape: latin-1 with `\uXXXX` and `\UXXXXXXXX`.
fn unescape_unicode(line: &[u8]) -> Option<String> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let [first, tail @ ..] = rest {
        rest = tail;
        let width = match (first, rest.first()) {
            (b'\\', Some(b'u')) => 4,
            (b'\\', Some(b'U')) => 8,
            _ => {
                out.push(char::from(*first));
                continue;
            }
        };
        let (digits, tail) = rest[1..].split_at_checked(width)?;
        rest = tail;
        out.push(char::from_u32(hex(digits)?).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    Some(out)
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum: u32, byte| Some(sum << 4 | char::from(*byte).to_digit(16)?))
}
