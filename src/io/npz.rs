//! Writing .npz archives, array after array, so that a long one is never whole in memory.

use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};

use super::npy;

/// An archive in the making. Arrays are stored as they are, as `numpy.savez` does it.
pub struct NpzWriter<W: Write>(zip::ZipWriter<StreamWriter<W>>);

impl<W: Write> NpzWriter<W> {
    pub fn new(out: W) -> Self {
        Self(zip::ZipWriter::new_stream(out))
    }

    /// Numbers as float32.
    ///
    /// # Errors
    /// What the writer says, or `InvalidInput` when the shape does not match the number of values.
    pub fn f32(&mut self, name: &str, shape: &[usize], values: impl Iterator<Item = f32>) -> io::Result<()> {
        self.begin(name)?;
        npy::write_f32(&mut self.0, shape, values)
    }

    /// Numbers as float32 that come part by part: `fill` gets a function that takes the next ones.
    ///
    /// # Errors
    /// As [`NpzWriter::f32`], and what `fill` says.
    pub fn f32_parts(
        &mut self,
        name: &str,
        shape: &[usize],
        fill: impl FnOnce(&mut dyn FnMut(&[f32]) -> io::Result<()>) -> io::Result<()>,
    ) -> io::Result<()> {
        self.begin(name)?;
        npy::write_f32_parts(&mut self.0, shape, fill)
    }

    /// Numbers as float64.
    ///
    /// # Errors
    /// As [`NpzWriter::f32`].
    pub fn f64(&mut self, name: &str, shape: &[usize], values: impl Iterator<Item = f64>) -> io::Result<()> {
        self.begin(name)?;
        npy::write_f64(&mut self.0, shape, values)
    }

    /// Whole numbers as uint32.
    ///
    /// # Errors
    /// As [`NpzWriter::f32`].
    pub fn u32(&mut self, name: &str, shape: &[usize], values: impl Iterator<Item = u32>) -> io::Result<()> {
        self.begin(name)?;
        npy::write_u32(&mut self.0, shape, values)
    }

    /// One number as float64.
    ///
    /// # Errors
    /// What the writer says.
    pub fn number(&mut self, name: &str, value: f64) -> io::Result<()> {
        self.f64(name, &[], std::iter::once(value))
    }

    /// One text.
    ///
    /// # Errors
    /// What the writer says.
    pub fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.begin(name)?;
        npy::write_text(&mut self.0, text)
    }

    /// Writes the directory of the archive.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(self) -> io::Result<()> {
        self.0.finish()?.flush()
    }

    fn begin(&mut self, name: &str) -> io::Result<()> {
        // Long clips have more than 4 GB of vertices.
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored).large_file(true);
        Ok(self.0.start_file(format!("{name}.npy"), options)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::npy::{Npy, Npz};
    use super::*;

    #[test]
    fn arrays_read_back() {
        let mut bytes = Vec::new();
        let mut archive = NpzWriter::new(&mut bytes);
        archive.f32("a", &[2, 2], (0..4).map(|i| i as f32 - 0.5)).unwrap();
        archive.u32("b", &[3], [7, 0, u32::MAX].into_iter()).unwrap();
        archive.number("c", 29.97).unwrap();
        archive.text("d", "neutral").unwrap();
        archive.f32_parts("f", &[2, 3], |add| add(&[1.0, 2.0]).and_then(|()| add(&[3.0, 4.0, 5.0, 6.0]))).unwrap();
        assert!(archive.f32_parts("g", &[2], |add| add(&[1.0])).is_err(), "too few");
        assert!(archive.f32("e", &[5], std::iter::empty()).is_err());
        archive.finish().unwrap();
        let mut npz = Npz::open(&bytes).unwrap();
        let mut array = |name: &str| {
            let bytes = npz.bytes(name).unwrap();
            let Npy::Plain(array) = npy::parse(&bytes).unwrap() else { panic!("{name}") };
            (array.shape.clone(), array.to_f64().unwrap_or_default(), array.to_strings().unwrap_or_default())
        };
        assert_eq!(array("a"), (vec![2, 2], vec![-0.5, 0.5, 1.5, 2.5], vec![]));
        assert_eq!(array("b"), (vec![3], vec![7.0, 0.0, f64::from(u32::MAX)], vec![]));
        assert_eq!(array("c"), (vec![], vec![29.97], vec![]));
        assert_eq!(array("f"), (vec![2, 3], (1..7).map(f64::from).collect(), vec![]));
        assert_eq!(array("d"), (vec![], vec![], vec!["neutral".to_owned()]));
    }
}
