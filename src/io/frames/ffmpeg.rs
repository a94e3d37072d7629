//! The programs `ffmpeg` and `ffprobe`: where they are, and how a file name is given to them.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::FrameError;
use super::child::PipeError;

#[cfg(target_os = "linux")]
pub(super) const HOW_TO_GET: &str = "Install ffmpeg: 'sudo apt install ffmpeg' on Debian and Ubuntu, 'sudo dnf install \
     ffmpeg-free' on Fedora; then try again. Folders of pictures and animated GIFs open without it";
#[cfg(target_os = "macos")]
pub(super) const HOW_TO_GET: &str = "Install ffmpeg: 'brew install ffmpeg' with Homebrew (https://brew.sh); then try \
     again. Folders of pictures and animated GIFs open without it";
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) const HOW_TO_GET: &str = "Install ffmpeg: 'winget install ffmpeg' in a terminal, or get it from \
     https://ffmpeg.org/download.html; then start this program again. Folders of pictures and animated GIFs open \
     without it";

/// Folders that programs started from a desktop may not have on their path.
const MORE_FOLDERS: &[&str] = &["/opt/homebrew/bin", "/usr/local/bin"];

/// Where the two programs are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ffmpeg {
    pub ffmpeg: PathBuf,
    pub ffprobe: PathBuf,
}

impl Default for Ffmpeg {
    /// Beside this program, else on the path.
    fn default() -> Self {
        Self { ffmpeg: find("ffmpeg"), ffprobe: find("ffprobe") }
    }
}

fn find(tool: &str) -> PathBuf {
    let own = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = own.into_iter().chain(std::env::split_paths(&path)).chain(MORE_FOLDERS.iter().map(PathBuf::from));
    let file = format!("{tool}{}", std::env::consts::EXE_SUFFIX);
    folders.map(|folder| folder.join(&file)).find(|candidate| candidate.is_file()).unwrap_or_else(|| tool.into())
}

impl Ffmpeg {
    /// `ffprobe` that prints errors and nothing else of its own accord.
    pub(super) fn ffprobe(&self) -> Command {
        let mut command = Command::new(&self.ffprobe);
        command.args(["-hide_banner", "-loglevel", "error"]);
        command
    }

    /// `ffmpeg` whose messages are marked with their level, which [`problem`] looks for.
    pub(super) fn ffmpeg(&self, level: &str) -> Command {
        let mut command = Command::new(&self.ffmpeg);
        command.args(["-nostdin", "-hide_banner", "-nostats", "-loglevel"]).arg(format!("level+{level}"));
        command
    }

    /// What a failed start or a broken pipe of `tool` means.
    pub(super) fn failed(&self, tool: &'static str) -> impl Fn(PipeError) -> FrameError {
        let path = if tool == "ffmpeg" { &self.ffmpeg } else { &self.ffprobe };
        move |error| match error {
            PipeError::Cancelled(cancelled) => cancelled.into(),
            PipeError::Io(source) if source.kind() == io::ErrorKind::NotFound => FrameError::NoFfmpeg { tool },
            PipeError::Io(source) => FrameError::Start { tool: path.clone(), source },
        }
    }
}

/// A local file as an argument. The protocol keeps dashes and colons in its name from being understood as anything else.
pub(super) fn file_argument(path: &Path) -> OsString {
    let mut argument = OsString::from("file:");
    argument.push(path);
    argument
}

/// The text of a message if it is about a problem: `[h264 @ 0x55d0] [error] no frame!` -> `no frame!`.
pub(super) fn problem(line: &str) -> Option<&str> {
    ["[error] ", "[fatal] ", "[panic] "].iter().find_map(|mark| line.split_once(mark).map(|(_, text)| text))
}

/// The messages about `path` as one sentence for a person; `otherwise` if nothing was said.
pub(super) fn reason(words: &[String], path: &Path, otherwise: &str) -> String {
    let file = format!("{}: ", file_argument(path).to_string_lossy());
    let mut said: Vec<&str> = Vec::new();
    for line in words {
        let text = problem(line).unwrap_or(line);
        // Addresses of decoders and the name of the file in front say nothing to a person.
        let text = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(text, |(_, text)| text);
        let text = text.strip_prefix(&file).unwrap_or(text);
        if !said.contains(&text) {
            said.push(text);
        }
    }
    said.truncate(3);
    if said.is_empty() { otherwise.to_owned() } else { said.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_cleared_of_technical_prefixes() {
        let words = [
            "[mov,mp4,m4a @ 0x55d0] moov atom not found",
            "[h264 @ 0x1] [error] no frame!",
            "[h264 @ 0x2] [error] no frame!",
            "file:a: b.mp4: Invalid data",
        ]
        .map(str::to_owned);
        let path = Path::new("a: b.mp4");
        assert_eq!(reason(&words, path, ""), "moov atom not found; no frame!; Invalid data");
        assert_eq!(reason(&[], path, "it says nothing"), "it says nothing");
        assert_eq!(problem("[Parsed_showinfo_0 @ 0x5] [info] n:   0 pts:  93"), None);
    }
}
