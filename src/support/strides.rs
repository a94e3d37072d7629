//! Walking arrays whose memory order is not row-major.

/// Offsets of all elements in row-major order (the last axis fastest), for the given strides in elements.
pub fn row_major_offsets(shape: &[usize], strides: &[usize]) -> impl Iterator<Item = usize> {
    let mut index = vec![0; shape.len()];
    (0..shape.iter().product()).map(move |_: usize| {
        let offset = index.iter().zip(strides).map(|(i, stride)| i * stride).sum();
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            if index[axis] < shape[axis] {
                break;
            }
            index[axis] = 0;
        }
        offset
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_order_and_any_rank() {
        let offsets = |shape: &[usize], strides: &[usize]| row_major_offsets(shape, strides).collect::<Vec<_>>();
        assert_eq!(offsets(&[2, 3], &[3, 1]), [0, 1, 2, 3, 4, 5]);
        assert_eq!(offsets(&[2, 3], &[1, 2]), [0, 2, 4, 1, 3, 5]);
        assert_eq!(offsets(&[2, 2], &[0, 5]), [0, 5, 0, 5]);
        assert_eq!(offsets(&[], &[]), [0]);
        assert!(offsets(&[3, 0], &[1, 1]).is_empty());
    }
}
