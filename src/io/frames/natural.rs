//! The order in which a person counts files: `frame2` before `frame10`.

use std::cmp::Ordering;

/// A name that sorts so.
#[derive(PartialEq, Eq)]
pub(super) struct Key(pub(super) String);

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares names with their numbers as numbers, of any length; the rest letter by letter whatever its case.
fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (number_a, number_b) = (leading_digits(left), leading_digits(right));
        let order = if number_a.is_empty() || number_b.is_empty() {
            let (char_a, char_b) = (left.chars().next(), right.chars().next());
            let (Some(char_a), Some(char_b)) = (char_a, char_b) else {
                // Names that differ only in case or zeros still need an order.
                return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
            };
            left = &left[char_a.len_utf8()..];
            right = &right[char_b.len_utf8()..];
            char_a.to_lowercase().cmp(char_b.to_lowercase())
        } else {
            left = &left[number_a.len()..];
            right = &right[number_b.len()..];
            let (value_a, value_b) = (number_a.trim_start_matches('0'), number_b.trim_start_matches('0'));
            value_a.len().cmp(&value_b.len()).then_with(|| value_a.cmp(value_b))
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count() {
        let ordered = [
            "a.png",
            "frame2.png",
            "Frame10.png",
            "frame10b.png",
            "frame0100.png",
            "frame99999999999999999999999.png",
            "g.png",
        ];
        let mut names = ordered;
        names.reverse();
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ordered);
        assert_eq!(compare("a1", "a01"), Ordering::Greater);
        assert_eq!(compare("ä1", "ä1"), Ordering::Equal);
    }
}
