use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::*;
use crate::support::NoProgress;

/// A host on this machine. It answers every request with what a function makes of it.
struct Host {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
    is_over: Arc<AtomicBool>,
}

#[derive(Clone, Debug)]
struct Request {
    path: String,
    /// First byte that is asked for, and for which version.
    range: Option<(usize, String)>,
}

impl Host {
    fn new(answer: impl Fn(&Request, &mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (requests, is_over) = (Arc::<Mutex<Vec<Request>>>::default(), Arc::<AtomicBool>::default());
        let (seen, over) = (Arc::clone(&requests), Arc::clone(&is_over));
        std::thread::Builder::new()
            .name("test-host".to_owned())
            .spawn(move || {
                for stream in listener.incoming() {
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                    let mut stream = stream.unwrap();
                    let request = read_request(&stream);
                    seen.lock().push(request.clone());
                    answer(&request, &mut stream);
                }
            })
            .unwrap();
        Self { address, requests, is_over }
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().clone()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let address = self.address.trim_start_matches("http://").to_owned();
        // Wakes the thread up, if it is not busy.
        TcpStream::connect(address).ok();
    }
}

fn read_request(stream: &TcpStream) -> Request {
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap_or_default);
    let first = lines.next().unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut start, mut version) = (None, String::new());
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "range" => start = value.trim_start_matches("bytes=").trim_end_matches('-').parse().ok(),
            "if-range" => value.clone_into(&mut version),
            _ => {}
        }
    }
    Request { path, range: start.map(|start| (start, version)) }
}

fn say(stream: &mut TcpStream, head: &str, body: &[u8]) {
    // Whoever asked may have hung up.
    stream.write_all(format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes()).ok();
    stream.write_all(body).ok();
}

const VERSION: &str = "\"v1\"";

/// Gives the file, whole or the rest of it.
fn serve(request: &Request, stream: &mut TcpStream, file: &[u8]) {
    match &request.range {
        Some((start, version)) if version == VERSION && *start < file.len() => {
            let (rest, last, len) = (&file[*start..], file.len() - 1, file.len());
            let head = format!(
                "206 Partial Content\r\nContent-Length: {}\r\nContent-Range: bytes {start}-{last}/{len}\r\nETag: {VERSION}",
                rest.len()
            );
            say(stream, &head, rest);
        }
        Some((start, version)) if version == VERSION && *start >= file.len() => {
            say(stream, "416 Range Not Satisfiable\r\nContent-Length: 0", b"");
        }
        _ => say(stream, &format!("200 OK\r\nContent-Length: {}\r\nETag: {VERSION}", file.len()), file),
    }
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 31 % 251) as u8).collect()
}

fn entry(url: &str) -> ModelEntry {
    ModelEntry {
        id: "a".to_owned(),
        name: "Model A".to_owned(),
        task: ModelTask::Pose3d,
        file: "a.bin".to_owned(),
        url: url.to_owned(),
        size_mb: None,
        licence: "Apache-2.0".to_owned(),
        figures: None,
        note: None,
        sha256: None,
    }
}

struct Trial {
    folder: tempfile::TempDir,
    zoo: Zoo,
}

fn trial(url: &str) -> Trial {
    let folder = tempfile::tempdir().unwrap();
    let zoo = Zoo { folder: folder.path().join("models"), models: vec![entry(url)] };
    Trial { folder, zoo }
}

impl Trial {
    fn get(&self) -> Result<PathBuf, ZooError> {
        self.zoo.get(&self.zoo.models[0], &CancelToken::new(), &NoProgress)
    }

    fn state(&self) -> ModelState {
        self.zoo.state(&self.zoo.models[0])
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path().join("models"))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

#[test]
fn the_built_in_list_makes_sense() {
    let zoo = Zoo::new(Some(PathBuf::from("x")), None).unwrap();
    assert!(zoo.models.len() >= 8);
    for task in [ModelTask::Pose3d, ModelTask::Mesh, ModelTask::Action, ModelTask::Detector, ModelTask::PersonDetector]
    {
        assert!(zoo.models.iter().any(|model| model.task == task), "{task:?}");
    }
    assert!(zoo.models.iter().all(|model| model.url.starts_with("https://") && model.licence == "Apache-2.0"));
    let error = zoo.find("nonsense").unwrap_err().to_string();
    assert!(error.contains("nonsense") && error.contains("rtmo-s"), "{error}");
}

#[test]
fn lists_that_make_no_sense_are_refused() {
    let model = |id: &str, file: &str| {
        format!(
            "[[model]]\nid = \"{id}\"\nname = \"n\"\ntask = \"mesh\"\nfile = '{file}'\nurl = \"https://h/x\"\nlicence = \"MIT\"\n"
        )
    };
    assert_eq!(parse(&model("a", "a.bin")).unwrap().len(), 1);
    for (text, word) in [
        (model("a", "../a.bin"), "no file name"),
        (model("a", "/etc/passwd"), "no file name"),
        (model("a", "b\\c"), "no file name"),
        (model("a", ".."), "no file name"),
        (model("a", "a.bin") + &model("a", "b.bin"), "twice"),
        (model("a", "a.bin") + &model("b", "a.bin"), "twice"),
        ("[[model]]\nid = 3".to_owned(), "makes no sense"),
        (model("a", "a.bin") + "sise = 3\n", "sise"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn a_model_is_fetched_through_redirects_and_checked_ever_after() {
    let file = bytes(700_000);
    let served = file.clone();
    let host = Host::new(move |request, stream| match request.path.as_str() {
        "/a" => say(stream, "302 Found\r\nLocation: /b\r\nContent-Length: 0", b""),
        "/b" => say(stream, "307 Temporary Redirect\r\nLocation: /file\r\nContent-Length: 0", b""),
        _ => serve(request, stream, &served),
    });
    let trial = trial(&format!("{}/a", host.address));
    assert_eq!(trial.state(), ModelState::Missing);
    let steps = Mutex::new(Vec::new());
    let progress = |what: &'static str, done: u64, total: u64| steps.lock().push((what, done, total));
    let path = trial.zoo.get(&trial.zoo.models[0], &CancelToken::new(), &progress).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), file);
    assert_eq!(trial.names(), ["a.bin", "a.bin.sha256"]);
    assert!(matches!(trial.state(), ModelState::Here { bytes: 700_000, .. }));
    let steps = steps.into_inner();
    assert!(steps.contains(&("bytes", 700_000, 700_000)), "{steps:?}");
    assert!(steps.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].1 <= pair[1].1));

    let asked = host.requests().len();
    assert_eq!(trial.get().unwrap(), path);
    assert_eq!(host.requests().len(), asked, "what is here is not fetched again");
    std::fs::write(&path, b"something else").unwrap();
    let error = trial.get().unwrap_err();
    assert!(matches!(error, ZooError::Changed { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"something else", "it is the user's to delete");
}

#[test]
fn a_connection_that_is_cut_goes_on_where_it_broke() {
    let file = bytes(1_000_000);
    let served = file.clone();
    let host = Host::new(move |request, stream| match request.range {
        None => say(stream, &format!("200 OK\r\nContent-Length: 1000000\r\nETag: {VERSION}"), &served[..400_000]),
        Some(_) => serve(request, stream, &served),
    });
    let trial = trial(&format!("{}/a", host.address));
    let error = trial.get().unwrap_err();
    assert!(
        matches!(error, ZooError::Download(DownloadError::CutOff { got: 400_000, total: 1_000_000, .. })),
        "{error}"
    );
    assert_eq!(trial.state(), ModelState::Partial { bytes: 400_000 });
    assert_eq!(std::fs::read(trial.get().unwrap()).unwrap(), file);
    assert_eq!(host.requests()[1].range, Some((400_000, VERSION.to_owned())));
}

#[test]
fn a_part_of_another_version_is_fetched_anew() {
    let file = bytes(50_000);
    let served = file.clone();
    // The host has a newer file: it gives all of it, as If-Range asks.
    let host = Host::new(move |_, stream| {
        say(stream, "200 OK\r\nContent-Length: 50000\r\nETag: \"v2\"", &served);
    });
    let trial = trial(&format!("{}/a", host.address));
    std::fs::create_dir_all(&trial.zoo.folder).unwrap();
    let path = trial.zoo.folder.join("a.bin");
    std::fs::write(download::partial(&path), vec![9; 60_000]).unwrap();
    let tag = format!("{{\"url\":\"{}/a\",\"version\":\"\\\"v1\\\"\"}}", host.address);
    std::fs::write(trial.zoo.folder.join("a.bin.part.tag"), tag).unwrap();
    assert_eq!(std::fs::read(trial.get().unwrap()).unwrap(), file);
    assert_eq!(host.requests()[0].range, Some((60_000, VERSION.to_owned())));
}

#[test]
fn a_part_that_is_longer_than_the_file_is_dropped() {
    let file = bytes(50_000);
    let served = file.clone();
    let host = Host::new(move |request, stream| serve(request, stream, &served));
    let trial = trial(&format!("{}/a", host.address));
    std::fs::create_dir_all(&trial.zoo.folder).unwrap();
    std::fs::write(download::partial(&trial.zoo.folder.join("a.bin")), vec![9; 60_000]).unwrap();
    let tag = format!("{{\"url\":\"{}/a\",\"version\":\"\\\"v1\\\"\"}}", host.address);
    std::fs::write(trial.zoo.folder.join("a.bin.part.tag"), tag).unwrap();
    assert_eq!(std::fs::read(trial.get().unwrap()).unwrap(), file);
    assert_eq!(host.requests().len(), 2);
}

#[test]
fn hosts_that_refuse_are_told_apart() {
    let host = Host::new(|request, stream| match request.path.as_str() {
        "/404" => say(stream, "404 Not Found\r\nContent-Length: 2", b"no"),
        "/503" => say(stream, "503 Service Unavailable\r\nContent-Length: 0", b""),
        "/206" => say(stream, "206 Partial Content\r\nContent-Length: 1\r\nContent-Range: bytes 5-5/6", b"x"),
        _ => say(stream, "302 Found\r\nLocation: /loop\r\nContent-Length: 0", b""),
    });
    for (path, words) in [
        ("/404", "does not have the file any more"),
        ("/503", "status 503"),
        ("/206", "status 206"),
        ("/loop", "cannot be reached"),
    ] {
        let trial = trial(&format!("{}{path}", host.address));
        let error = trial.get().unwrap_err().to_string();
        assert!(error.contains(words), "{path}: {error}");
        assert_eq!(trial.state(), ModelState::Missing);
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = trial(&format!("http://{nobody}/a")).get().unwrap_err().to_string();
    assert!(error.contains("cannot be reached") && error.contains("Check the network"), "{error}");
    let error = trial("no address").get().unwrap_err().to_string();
    assert!(error.contains("no address"), "{error}");
}

#[test]
fn a_file_that_is_not_the_expected_one_is_not_kept() {
    let host = Host::new(|request, stream| serve(request, stream, b"something else"));
    let mut trial = trial(&format!("{}/a", host.address));
    trial.zoo.models[0].sha256 = Some("AB".repeat(32));
    let error = trial.get().unwrap_err();
    assert!(matches!(&error, ZooError::Changed { expected, .. } if *expected == "ab".repeat(32)), "{error}");
    assert_eq!((trial.state(), trial.names()), (ModelState::Missing, vec![]));
}

#[test]
fn a_download_can_be_stopped_while_the_host_is_silent() {
    let host = Host::new(|_, stream| {
        say(stream, &format!("200 OK\r\nContent-Length: 1000\r\nETag: {VERSION}"), &[1; 100]);
        std::thread::sleep(Duration::from_secs(20));
    });
    let trial = trial(&format!("{}/a", host.address));
    let cancel = CancelToken::new();
    let (canceller, start) = (cancel.clone(), Instant::now());
    let stop_at_100 = move |_: &'static str, done: u64, _: u64| {
        if done == 100 {
            canceller.cancel();
        }
    };
    let stopped = trial.zoo.get(&trial.zoo.models[0], &cancel, &stop_at_100);
    assert!(matches!(stopped, Err(ZooError::Cancelled(_))), "{stopped:?}");
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(trial.state(), ModelState::Partial { bytes: 100 });
}

#[test]
fn a_file_dropped_in_by_hand_is_as_good() {
    let trial = trial("http://127.0.0.1:1/never-asked");
    let model = &trial.zoo.models[0];
    let verify = || trial.zoo.verify(model, &CancelToken::new(), &NoProgress);
    assert!(matches!(verify(), Err(ZooError::NotHere { .. })));
    std::fs::create_dir_all(&trial.zoo.folder).unwrap();
    std::fs::write(trial.zoo.path(model), b"abc").unwrap();
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(verify().unwrap(), known);
    assert_eq!(trial.zoo.expected(model).as_deref(), Some(known));
    let record = std::fs::read_to_string(trial.zoo.folder.join("a.bin.sha256")).unwrap();
    assert_eq!(record, format!("{known}  a.bin\n"));
    assert!(trial.get().is_ok());
    std::fs::write(trial.zoo.path(model), b"abd").unwrap();
    assert!(matches!(verify(), Err(ZooError::Changed { .. })));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let host = Host::new(|request, stream| serve(request, stream, b"x"));
    let mut trial = trial(&format!("{}/a", host.address));
    let in_the_way = trial.folder.path().join("file");
    std::fs::write(&in_the_way, b"").unwrap();
    trial.zoo.folder = in_the_way.join("models");
    let error = trial.get().unwrap_err().to_string();
    assert!(error.contains("cannot be written") && error.contains("models"), "{error}");
}
