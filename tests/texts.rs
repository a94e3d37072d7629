//! What the window says stands in one place: no English outside of `src/ui/text`.

#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

use std::path::{Path, PathBuf};

/// Not said by the window: names of joints and a tag in the settings, as the data have them.
const NAMES_IN_DATA: &[&str] =
    &["left heel", "right heel", "left wrist", "right wrist", "left ankle", "right ankle", "Left ", "Pane"];

/// What stands in these is for programmers or the log.
const NOT_SHOWN: &[&str] = &["#[", "log::", "assert!(", "panic!("];

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            into.push(path);
        }
    }
}

/// String literals of the code that the window could show, with the line on which each begins. Comments, attributes,
/// assertions, log messages and the tests at the end are passed over.
fn literals(source: &str) -> Vec<(usize, &str)> {
    let code = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let mut found = Vec::new();
    let mut depth = 0;
    // Depth of brackets at which something not shown begins.
    let mut skipped_from = None;
    let mut at = 0;
    while at < code.len() {
        let rest = &code[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        if let Some(end) = string_end(rest) {
            if skipped_from.is_none() {
                found.push((code[..at].lines().count().max(1), &rest[..end]));
            }
            at += end;
            continue;
        }
        if skipped_from.is_none() && NOT_SHOWN.iter().any(|opening| rest.starts_with(opening)) {
            skipped_from = Some(depth);
        }
        let c = rest.chars().next().unwrap();
        at += char_end(rest).unwrap_or(c.len_utf8());
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth -= 1;
                skipped_from = skipped_from.filter(|from| depth > *from);
            }
            _ => {}
        }
    }
    found
}

/// Length of the string literal that `code` begins with.
fn string_end(code: &str) -> Option<usize> {
    if let Some(raw) = code.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inner = raw[hashes..].strip_prefix('"')?;
        let closing = format!("\"{}", "#".repeat(hashes));
        return Some(1 + hashes + 1 + inner.find(&closing)? + closing.len());
    }
    let inner = code.strip_prefix('"')?;
    let mut is_escaped = false;
    let end = inner.find(|c| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    Some(end? + 2)
}

/// Length of the character literal that `code` begins with; none for a lifetime.
fn char_end(code: &str) -> Option<usize> {
    let inner = code.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    let least = if first == '\\' { 2 } else { first.len_utf8() };
    let end = least + inner.get(least..)?.find('\'')?;
    (first == '\\' || end == least).then_some(end + 2)
}

/// Two words or more, or one that begins like a label; `{values}` and ids-like-this are no words.
fn is_english(literal: &str) -> bool {
    let mut plain = String::new();
    let mut depth = 0;
    for c in literal.replace("\\n", " ").replace("\\t", " ").chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let plain = plain.trim_matches('"');
    let words = plain.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1).count();
    let is_label = {
        let mut chars = plain.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
    };
    words > 1 || is_label
}

#[test]
fn english_is_in_one_place() {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui");
    let mut files = Vec::new();
    rust_files(&ui, &mut files);
    assert!(files.len() > 50);
    let mut faults = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&ui).unwrap();
        if inside.starts_with("text") {
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap();
        for (line, literal) in literals(&source) {
            if is_english(literal) && !NAMES_IN_DATA.contains(&literal.trim_matches('"')) {
                faults.push(format!("{}:{line}: {literal}", inside.display()));
            }
        }
    }
    assert!(faults.is_empty(), "these belong in src/ui/text (and ids are one-word-like-this):\n{}", faults.join("\n"));
}

#[test]
fn the_finder_of_texts_sees_what_is_shown() {
    let code = r##"
        #[error("not shown: {0}")] // "a comment"
        fn f<'a>(quote: char) { log::info!("also {} not", g("x")); assert!(true, "nor this");
            ui.label("Open file…"); ui.add('"', r#"raw "words" here"#, "say \"hello there\"", '\'', "id-of-it");
        }
        #[cfg(test)]
        mod tests { fn f() { "two words" } }
    "##
    .replace("        #[cfg(test)]\n        mod", "#[cfg(test)]\nmod");
    let found: Vec<&str> = literals(&code).into_iter().map(|(_, literal)| literal).collect();
    assert_eq!(found, ["\"Open file…\"", "r#\"raw \"words\" here\"#", "\"say \\\"hello there\\\"\"", "\"id-of-it\""]);
    assert!(is_english("\"Close\"") && is_english("\"{count} people here\"") && is_english("\"a\\nBold move\""));
    assert!(!is_english("\"close-tab\"") && !is_english("\"{name}-{number:05}.png\"") && !is_english("\"{:.1} px\""));
}
