//! Element types of stored tensors, and their conversion to float32.

use half::{bf16, f16};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool,
}

impl Element {
    /// By the name of a PyTorch storage class.
    pub(super) fn of_storage(class: &str) -> Option<Self> {
        Some(match class.strip_prefix("torch.").and_then(|name| name.strip_suffix("Storage"))? {
            "Double" => Self::F64,
            "Float" => Self::F32,
            "Half" => Self::F16,
            "BFloat16" => Self::BF16,
            "Long" => Self::I64,
            "Int" => Self::I32,
            "Short" => Self::I16,
            "Char" => Self::I8,
            "Byte" => Self::U8,
            "Bool" => Self::Bool,
            _ => return None,
        })
    }

    pub(super) fn of_safetensors(dtype: safetensors::Dtype) -> Option<Self> {
        use safetensors::Dtype;
        Some(match dtype {
            Dtype::F64 => Self::F64,
            Dtype::F32 => Self::F32,
            Dtype::F16 => Self::F16,
            Dtype::BF16 => Self::BF16,
            Dtype::I64 => Self::I64,
            Dtype::I32 => Self::I32,
            Dtype::I16 => Self::I16,
            Dtype::I8 => Self::I8,
            Dtype::U64 => Self::U64,
            Dtype::U32 => Self::U32,
            Dtype::U16 => Self::U16,
            Dtype::U8 => Self::U8,
            Dtype::BOOL => Self::Bool,
            _ => return None,
        })
    }

    pub(super) fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 | Self::U64 => 8,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F16 | Self::BF16 | Self::I16 | Self::U16 => 2,
            Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }

    /// Every whole element of `bytes`.
    pub(super) fn to_f32(self, bytes: &[u8], big_endian: bool) -> Vec<f32> {
        if big_endian {
            let swapped: Vec<u8> =
                bytes.chunks_exact(self.size()).flat_map(|element| element.iter().rev().copied()).collect();
            return self.to_f32(&swapped, false);
        }
        fn read<const N: usize>(bytes: &[u8], element: impl Fn([u8; N]) -> f32) -> Vec<f32> {
            bytes.as_chunks::<N>().0.iter().map(|bytes| element(*bytes)).collect()
        }
        match self {
            Self::F64 => read(bytes, |b| f64::from_le_bytes(b) as f32),
            Self::F32 => read(bytes, f32::from_le_bytes),
            Self::F16 => read(bytes, |b| f16::from_le_bytes(b).to_f32()),
            Self::BF16 => read(bytes, |b| bf16::from_le_bytes(b).to_f32()),
            Self::I64 => read(bytes, |b| i64::from_le_bytes(b) as f32),
            Self::I32 => read(bytes, |b| i32::from_le_bytes(b) as f32),
            Self::I16 => read(bytes, |b| f32::from(i16::from_le_bytes(b))),
            Self::I8 => read(bytes, |b| f32::from(i8::from_le_bytes(b))),
            Self::U64 => read(bytes, |b| u64::from_le_bytes(b) as f32),
            Self::U32 => read(bytes, |b| u32::from_le_bytes(b) as f32),
            Self::U16 => read(bytes, |b| f32::from(u16::from_le_bytes(b))),
            Self::U8 | Self::Bool => read(bytes, |[b]| f32::from(b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_in_both_byte_orders() {
        let cases: [(Element, &[u8]); 10] = [
            (Element::F64, &(-2f64).to_le_bytes()),
            (Element::F32, &(-2f32).to_le_bytes()),
            (Element::F16, &[0x00, 0xc0]),
            (Element::BF16, &[0x00, 0xc0]),
            (Element::I64, &(-2i64).to_le_bytes()),
            (Element::I32, &(-2i32).to_le_bytes()),
            (Element::I16, &(-2i16).to_le_bytes()),
            (Element::I8, &(-2i8).to_le_bytes()),
            (Element::U16, &[2, 1]),
            (Element::Bool, &[1]),
        ];
        for (element, bytes) in cases {
            let wanted = match element {
                Element::U16 => 258.0,
                Element::Bool => 1.0,
                _ => -2.0,
            };
            let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
            assert_eq!(element.to_f32(bytes, false), [wanted], "{element:?}");
            assert_eq!(element.to_f32(&reversed, true), [wanted], "{element:?}");
        }
    }
}
