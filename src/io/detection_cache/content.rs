//! A name for the content of a video, wherever it lies and whatever it is called.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::support::CancelToken;

/// How much of a file is looked at.
struct Sampling {
    /// Files up to this size are read whole.
    whole_bytes: u64,
    /// Of bigger ones this much of either end, and blocks between.
    end_bytes: u64,
    blocks: u64,
    block_bytes: u64,
}

/// Half a second of reading. The ends hold all that is said about the video as a whole: its index, rotation, time base.
const VIDEO: Sampling = Sampling { whole_bytes: 128 << 20, end_bytes: 32 << 20, blocks: 64, block_bytes: 1 << 20 };
/// Of a folder with thousands of them.
const PICTURE: Sampling = Sampling { whole_bytes: 128 << 10, end_bytes: 32 << 10, blocks: 2, block_bytes: 32 << 10 };

const BUFFER_BYTES: u64 = 64 << 10;

/// SHA-256 over size and content of a file, or of the files in a folder with their names; hexadecimal.
///
/// Files above 128 MiB are not read whole, since hashing hours of video would take longer than the first results. Two
/// of the same size that differ only in between the 64 blocks looked at would have to be edited in place, byte for
/// byte: no encoder does that, since every picture that changes moves all that follows. The same goes for pictures
/// above 128 KiB in a folder, since they are compressed.
///
/// # Errors
/// When it cannot be read; [`crate::support::Cancelled`] inside of an error of the kind `Other`.
pub fn content_hash(path: &Path, cancel: &CancelToken) -> io::Result<String> {
    let mut hash = Sha256::new();
    if path.is_dir() {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
        files.sort();
        for file in files.into_iter().filter(|file| file.is_file()) {
            let name = file.file_name().unwrap_or_default().as_encoded_bytes();
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            add_file(&mut hash, &file, &PICTURE, cancel)?;
        }
    } else {
        add_file(&mut hash, path, &VIDEO, cancel)?;
    }
    Ok(format!("{:x}", hash.finalize()))
}

fn add_file(hash: &mut Sha256, path: &Path, sampling: &Sampling, cancel: &CancelToken) -> io::Result<()> {
    let &Sampling { whole_bytes, end_bytes, blocks, block_bytes } = sampling;
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    hash.update(len.to_le_bytes());
    if len <= whole_bytes {
        return add(hash, &mut file, len, cancel);
    }
    add(hash, &mut file, end_bytes, cancel)?;
    let stride = (len - 2 * end_bytes - block_bytes) / blocks;
    for block in 0..blocks {
        file.seek(SeekFrom::Start(end_bytes + stride * block))?;
        add(hash, &mut file, block_bytes, cancel)?;
    }
    file.seek(SeekFrom::Start(len - end_bytes))?;
    add(hash, &mut file, end_bytes, cancel)
}

fn add(hash: &mut Sha256, file: &mut File, count: u64, cancel: &CancelToken) -> io::Result<()> {
    let mut part = file.take(count);
    let mut buffer = vec![0; count.min(BUFFER_BYTES) as usize];
    loop {
        cancel.check().map_err(io::Error::other)?;
        match part.read(&mut buffer)? {
            0 => return Ok(()),
            count => hash.update(&buffer[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(path: &Path) -> String {
        content_hash(path, &CancelToken::new()).unwrap()
    }

    #[test]
    fn content_counts_and_names_of_files_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|name| folder.path().join(name));
        std::fs::write(&a, b"some video").unwrap();
        std::fs::write(&b, b"some video").unwrap();
        std::fs::write(&c, b"same size!").unwrap();
        assert_eq!(hash(&a), hash(&b));
        assert_ne!(hash(&a), hash(&c));
        assert!(content_hash(&folder.path().join("none"), &CancelToken::new()).is_err());
        let cancelled = CancelToken::new();
        cancelled.cancel();
        assert!(content_hash(&a, &cancelled).is_err());
    }

    #[test]
    fn pictures_of_a_folder_count_with_their_order() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("1.png"), b"one").unwrap();
        std::fs::write(folder.path().join("2.png"), b"two").unwrap();
        let before = hash(folder.path());
        assert_eq!(before, hash(folder.path()));
        std::fs::rename(folder.path().join("1.png"), folder.path().join("3.png")).unwrap();
        assert_ne!(before, hash(folder.path()));
    }

    /// Only sparse files are that big in tests.
    #[test]
    fn both_ends_and_the_middle_of_a_big_file_count() {
        use std::io::Write;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big");
        let Sampling { whole_bytes, end_bytes, blocks, block_bytes } = VIDEO;
        let len = whole_bytes + 12_345;
        let in_a_block = end_bytes + (len - 2 * end_bytes - block_bytes) / blocks * 32;
        let mut file = File::create(&path).unwrap();
        file.set_len(len).unwrap();
        let mut seen = vec![hash(&path)];
        for place in [end_bytes - 1, in_a_block, len - end_bytes, len - 1] {
            file.seek(SeekFrom::Start(place)).unwrap();
            file.write_all(&[1]).unwrap();
            seen.push(hash(&path));
        }
        file.set_len(len + 1).unwrap();
        seen.push(hash(&path));
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
