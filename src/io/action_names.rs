//! Names of the classes of action models: the lists of NTU RGB+D that ship with the program, and files of other lists.

use std::path::{Path, PathBuf};

/// By number of classes, which no two lists share.
static BUILT_IN: [(usize, &str); 2] =
    [(60, include_str!("../../assets/actions/ntu60.txt")), (120, include_str!("../../assets/actions/ntu120.txt"))];

#[derive(Debug, thiserror::Error)]
pub enum ActionNamesError {
    #[error("could not read the names: {source} ({path})")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("the file is no list of names, one a line or a JSON list of texts: {why} ({path})")]
    Format { path: PathBuf, why: String },
    #[error("the file has {found} names, but the model tells {wanted} classes apart ({path})")]
    Count { path: PathBuf, found: usize, wanted: usize },
}

/// Names of the classes of a model, in its order: those of `file`, else the list of NTU RGB+D with as many classes. None
/// where there is no such list.
///
/// # Errors
/// [`ActionNamesError`] for a file that cannot be read or has another number of names.
pub fn action_names(classes: usize, file: Option<&Path>) -> Result<Option<Vec<String>>, ActionNamesError> {
    let Some(path) = file else { return Ok(built_in_action_names(classes)) };
    let names = read_action_names(path)?;
    if names.len() != classes {
        return Err(ActionNamesError::Count { path: path.to_owned(), found: names.len(), wanted: classes });
    }
    Ok(Some(names))
}

/// The 60 or 120 classes of NTU RGB+D; none for other numbers.
pub fn built_in_action_names(classes: usize) -> Option<Vec<String>> {
    let (_, text) = BUILT_IN.iter().find(|(count, _)| *count == classes)?;
    Some(lines(text))
}

/// The names in a file: one a line, or a JSON list of texts. Empty lines do not count.
///
/// # Errors
/// [`ActionNamesError`] for a file that cannot be read or is something else.
pub fn read_action_names(path: &Path) -> Result<Vec<String>, ActionNamesError> {
    let failed = |why: String| ActionNamesError::Format { path: path.to_owned(), why };
    let bytes = std::fs::read(path).map_err(|source| ActionNamesError::Io { path: path.to_owned(), source })?;
    let text = String::from_utf8(bytes).map_err(|_| failed("it is no UTF-8 text".to_owned()))?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let names = match text.starts_with(['[', '{']) {
        true => serde_json::from_str(text).map_err(|error| failed(error.to_string()))?,
        false => lines(text),
    };
    if names.is_empty() { Err(failed("it is empty".to_owned())) } else { Ok(names) }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
