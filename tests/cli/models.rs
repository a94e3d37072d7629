//! `motionbert models` against a host on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use super::*;

/// A list with one model at `url`, in a folder of its own.
fn list(folder: &Path, url: &str) -> PathBuf {
    let text = format!(
        "[[model]]\nid = \"small\"\nname = \"Small\"\ntask = \"pose3d\"\nfile = \"small.bin\"\nurl = \"{url}\"\n\
         size_mb = 1\nlicence = \"MIT\"\nfigures = \"none\"\n"
    );
    let path = folder.join("list.toml");
    std::fs::write(&path, text).unwrap();
    path
}

fn models(folder: &Path, list: &Path, args: &[&str]) -> Output {
    let mut command = program();
    command.arg("models").args(args).arg("--folder").arg(folder.join("models")).arg("--list").arg(list);
    command.env_remove("HTTPS_PROXY").env_remove("HTTP_PROXY").env_remove("ALL_PROXY").output().unwrap()
}

/// A host that gives `body` to everybody, until the test is over.
fn host(body: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/small.bin", listener.local_addr().unwrap());
    std::thread::Builder::new()
        .spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).count();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(body).unwrap();
            }
        })
        .unwrap();
    address
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_model_is_listed_fetched_found_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let list = list(folder.path(), &host(b"abc"));
    let run = |args: &[&str]| models(folder.path(), &list, args);

    let listed = run(&["list", "--json"]);
    assert_code(&listed, 0);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed["models"][0]["state"], "missing");
    let missing = run(&["path", "small"]);
    assert_code(&missing, 1);
    assert!(stderr(&missing).contains("motionbert models get small"), "{}", stderr(&missing));

    let got = run(&["get", "small", "--progress", "json"]);
    assert_code(&got, 0);
    let path = stdout(&got).trim().to_owned();
    assert_eq!(std::fs::read(&path).unwrap(), b"abc");
    assert!(stderr(&got).contains("\"unit\":\"bytes\""), "{}", stderr(&got));
    assert_eq!(stdout(&run(&["path", "small"])).trim(), path);
    assert!(stdout(&run(&["list"])).contains("here"));

    let verified = run(&["verify"]);
    assert_code(&verified, 0);
    assert!(stdout(&verified).starts_with("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    std::fs::write(&path, b"abd").unwrap();
    let changed = run(&["verify", "small"]);
    assert_code(&changed, 1);
    assert!(stderr(&changed).contains("is not the file that it was"), "{}", stderr(&changed));
}

#[test]
fn mistakes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let list = list(folder.path(), &format!("http://{nobody}/x"));
    let unknown = models(folder.path(), &list, &["get", "smal"]);
    assert_code(&unknown, 2);
    assert!(stderr(&unknown).contains("no model 'smal'") && stderr(&unknown).contains("small"));
    let offline = models(folder.path(), &list, &["get", "small"]);
    assert_code(&offline, 1);
    assert!(stderr(&offline).contains("cannot be reached"), "{}", stderr(&offline));
    let no_list = models(folder.path(), &folder.path().join("none.toml"), &["list"]);
    assert_code(&no_list, 1);
    assert!(stderr(&no_list).contains("cannot be read"), "{}", stderr(&no_list));
}

#[test]
fn the_built_in_list_is_shown() {
    let output = run(&["models", "list"]);
    assert_code(&output, 0);
    let text = stdout(&output);
    for id in ["pose3d-lite-position", "mesh-3dpw", "rtmpose-s-26", "yolox-tiny-person"] {
        assert!(text.contains(id), "{text}");
    }
}
