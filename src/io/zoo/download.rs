//! Fetching one file by HTTP, going on where an earlier try was broken off.
//!
//! A host may keep silent for as long as it likes, so a thread of its own does the talking and whoever fetches can
//! always stop. It ends with the connection, at the latest when the host was silent for half a minute.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use serde::{Deserialize, Serialize};

use super::ZooError;
use crate::support::{CancelToken, ProgressSink, files};

/// How often a waiting reader looks at the cancel token.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A host that says nothing for this long has gone.
const SILENCE: Duration = Duration::from_secs(30);
const CONNECTING: Duration = Duration::from_secs(20);
const BLOCK_BYTES: usize = 1 << 18;
/// Blocks that wait to be written.
const BLOCKS: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    #[error("{host} cannot be reached: {why}. Check the network (a proxy is taken from HTTPS_PROXY), then try again")]
    Offline { host: String, why: String },
    #[error("{host} does not have the file any more (404). Look for a newer version of this program ({url})")]
    NotFound { host: String, url: String },
    #[error("{host} refuses to give the file (status {status}). Try again later ({url})")]
    Refused { host: String, status: u16, url: String },
    #[error("{host} broke off after {got} of {total} bytes. What came is kept: try again to fetch the rest")]
    CutOff { host: String, got: u64, total: u64 },
    #[error("{host} kept silent for half a minute after {got} bytes. What came is kept: try again to fetch the rest")]
    Silent { host: String, got: u64 },
    #[error("{host} gave {got} bytes and had announced {total}. Try again")]
    TooLong { host: String, got: u64, total: u64 },
    #[error("{url} is no address that can be fetched: {why}")]
    Address { url: String, why: String },
}

/// Where a download is kept while it is not whole.
pub(super) fn partial(path: &Path) -> PathBuf {
    beside(path, "part")
}

/// Drops what was fetched so far.
pub(super) fn forget(path: &Path) {
    for file in [partial(path), tag_path(path)] {
        // Usually it is not there.
        std::fs::remove_file(file).ok();
    }
}

fn tag_path(path: &Path) -> PathBuf {
    beside(path, "part.tag")
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

/// Which state of the file on the host a part belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tag {
    url: String,
    /// ETag or date, as the host writes it.
    version: Option<String>,
}

/// What the talking thread found out.
enum Said {
    Begin {
        /// First byte that will come.
        start: u64,
        /// Bytes of the whole file, if the host says so.
        total: Option<u64>,
        version: Option<String>,
    },
    Block(Vec<u8>),
    End,
    Failed(ureq::Error),
    Status(u16),
}

/// Fetches `url` into the partial file of `path`, which is whole afterwards.
pub(super) fn fetch(url: &str, path: &Path, cancel: &CancelToken, progress: &dyn ProgressSink) -> Result<(), ZooError> {
    let host = host(url);
    let wrong = |source: io::Error| ZooError::Write { path: partial(path), source };
    let known: Option<Tag> = std::fs::read(tag_path(path)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    // Without a version nobody knows whether the rest belongs to the beginning.
    let known = known.filter(|tag| tag.url == url && tag.version.is_some());
    let have = std::fs::metadata(partial(path)).map_or(0, |file| file.len());
    let resume = known.as_ref().filter(|_| have > 0).map(|tag| (have, tag.version.clone().unwrap_or_default()));

    let said = talk(url, resume.clone()).map_err(wrong)?;
    let (start, total, version) = match next(&said, cancel, &host, 0)? {
        Said::Begin { start, total, version } => (start, total, version),
        // The part is already the whole, or is of another file: ask for all of it.
        Said::Status(416) if resume.is_some() => {
            forget(path);
            return fetch(url, path, cancel, progress);
        }
        Said::Status(status) => return Err(refused(&host, url, status).into()),
        Said::Failed(error) => return Err(failed(error, &host, url).into()),
        Said::Block(_) | Said::End => (0, None, None),
    };
    if start != 0 && start != have {
        // The host answers another question than was asked.
        if resume.is_none() {
            return Err(refused(&host, url, 206).into());
        }
        forget(path);
        return fetch(url, path, cancel, progress);
    }
    let tag = Tag { url: url.to_owned(), version };
    let tag = serde_json::to_vec(&tag).map_err(|error| wrong(error.into()))?;
    files::write_whole(&tag_path(path), &tag).map_err(wrong)?;
    let mut file = open(&partial(path), start).map_err(wrong)?;
    let mut got = start;
    loop {
        progress.progress("bytes", got, total.unwrap_or(0));
        match next(&said, cancel, &host, got)? {
            Said::Block(block) => {
                got += block.len() as u64;
                if let Some(total) = total.filter(|total| got > *total) {
                    forget(path);
                    return Err(DownloadError::TooLong { host, got, total }.into());
                }
                file.write_all(&block).map_err(wrong)?;
            }
            Said::End => break,
            // The host hung up, or the network did.
            _ if total.is_some() => break,
            Said::Failed(error) => return Err(failed(error, &host, url).into()),
            Said::Begin { .. } | Said::Status(_) => {}
        }
    }
    file.sync_all().map_err(wrong)?;
    match total {
        Some(total) if got < total => Err(DownloadError::CutOff { host, got, total }.into()),
        _ => Ok(()),
    }
}

/// The part, to be written from byte `start` on.
fn open(path: &Path, start: u64) -> io::Result<File> {
    let mut file = OpenOptions::new().create(true).write(true).truncate(start == 0).open(path)?;
    io::Seek::seek(&mut file, io::SeekFrom::Start(start))?;
    Ok(file)
}

fn next(said: &Receiver<Said>, cancel: &CancelToken, host: &str, got: u64) -> Result<Said, ZooError> {
    loop {
        cancel.check()?;
        match said.recv_timeout(LOOK_EVERY) {
            Ok(Said::Failed(ureq::Error::Timeout(_))) if got > 0 => {
                return Err(DownloadError::Silent { host: host.to_owned(), got }.into());
            }
            Ok(said) => return Ok(said),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(Said::End),
        }
    }
}

/// Starts the thread that talks to the host. `resume` is the first byte wanted and the version that it belongs to.
fn talk(url: &str, resume: Option<(u64, String)>) -> io::Result<Receiver<Said>> {
    let (tell, said) = bounded(BLOCKS);
    let url = url.to_owned();
    std::thread::Builder::new().name("download".to_owned()).spawn(move || {
        // Nobody listens any more if telling fails.
        ask(&url, resume.as_ref(), &tell).ok();
    })?;
    Ok(said)
}

fn ask(
    url: &str,
    resume: Option<&(u64, String)>,
    tell: &Sender<Said>,
) -> Result<(), crossbeam_channel::SendError<Said>> {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_connect(Some(CONNECTING))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
        .user_agent(concat!("motionbert-studio/", env!("CARGO_PKG_VERSION")))
        .build();
    let mut request = ureq::Agent::new_with_config(config).get(url);
    if let Some((start, version)) = resume {
        // If the file is another by now, the host gives all of it.
        request = request.header("Range", format!("bytes={start}-")).header("If-Range", version);
    }
    let response = match request.call() {
        Ok(response) => response,
        Err(error) => return tell.send(Said::Failed(error)),
    };
    let text = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
    let length = text("content-length").and_then(|length| length.parse::<u64>().ok());
    // A weak tag does not promise the same bytes.
    let version = text("etag").filter(|tag| !tag.starts_with("W/")).or_else(|| text("last-modified"));
    let (start, total) = match response.status().as_u16() {
        200 => (0, length),
        206 => match text("content-range").as_deref().and_then(content_range) {
            Some((start, total)) => (start, total.or(length.map(|length| start + length))),
            None => return tell.send(Said::Status(206)),
        },
        status => return tell.send(Said::Status(status)),
    };
    tell.send(Said::Begin { start, total, version })?;
    let mut body = response.into_body().into_reader();
    loop {
        let mut block = vec![0; BLOCK_BYTES];
        match body.read(&mut block) {
            Ok(0) => return tell.send(Said::End),
            Ok(got) => {
                block.truncate(got);
                tell.send(Said::Block(block))?;
            }
            Err(error) => return tell.send(Said::Failed(error.into())),
        }
    }
}

/// First byte and size of the whole of "bytes 100-199/200".
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let start = range.split_once('-')?.0.trim().parse().ok()?;
    Some((start, total.trim().parse().ok()))
}

fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest).to_owned()
}

fn refused(host: &str, url: &str, status: u16) -> DownloadError {
    let (host, url) = (host.to_owned(), url.to_owned());
    match status {
        404 | 410 => DownloadError::NotFound { host, url },
        status => DownloadError::Refused { host, status, url },
    }
}

fn failed(error: ureq::Error, host: &str, url: &str) -> DownloadError {
    let (host, url) = (host.to_owned(), url.to_owned());
    match error {
        ureq::Error::BadUri(why) => DownloadError::Address { url, why },
        ureq::Error::Http(why) => DownloadError::Address { url, why: why.to_string() },
        ureq::Error::HostNotFound => DownloadError::Offline { host, why: "its name is not known here".to_owned() },
        ureq::Error::Timeout(_) => DownloadError::Offline { host, why: "it does not answer".to_owned() },
        other => DownloadError::Offline { host, why: other.to_string() },
    }
}
