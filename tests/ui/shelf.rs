//! Published models: fetched from a host on this machine and taken into use.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use motionbert::nn::{DstformerConfig, seeded_pose3d};

use super::*;

/// A host that gives `file` to everybody who asks for it, and 404 for everything else.
fn host(file: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::Builder::new()
        .spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                let is_there = head.first().is_some_and(|first| first.contains("/file"));
                let (status, body) = if is_there { ("200 OK", file.as_slice()) } else { ("404 Not Found", &b""[..]) };
                let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                stream.write_all(head.as_bytes()).ok();
                stream.write_all(body).ok();
            }
        })
        .unwrap();
    address
}

fn open(folder: &Path, list: &str) -> Studio {
    let path = folder.join("list.toml");
    std::fs::write(&path, list).unwrap();
    let settings =
        Settings { model_folder: Some(folder.join("models")), model_list: Some(path), ..Settings::default() };
    let file = clip(folder, "one.json", 1, 24);
    let mut studio = Setup { settings, size: Vec2::new(1280.0, 1800.0), ..Setup::file(&file) }.settle_in(folder);
    studio.get_by_role_and_label(Role::Tab, "Models").click();
    studio.run();
    studio
}

fn entry(id: &str, task: &str, url: &str) -> String {
    format!(
        "[[model]]\nid = \"{id}\"\nname = \"Model {id}\"\ntask = \"{task}\"\nfile = \"{id}.safetensors\"\n\
         url = \"{url}\"\nsize_mb = 1\nlicence = \"MIT\"\n\n"
    )
}

#[test]
fn a_model_is_fetched_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let weights = folder.path().join("weights.safetensors");
    seeded_pose3d(&DstformerConfig::TINY, 1).write_safetensors(&weights).unwrap();
    let host = host(std::fs::read(&weights).unwrap());
    let mut studio = open(folder.path(), &entry("a", "pose3d", &format!("{host}/file")));
    studio.get_by_label("Get Model a").click();
    studio.run();
    wait_until(&mut studio, "the model", |app| !app.is_busy());
    let path = folder.path().join("models/a.safetensors");
    assert!(path.exists());
    wait_for_label(&mut studio, "Use Model a");
    studio.get_by_label("Use Model a").click();
    studio.run();
    assert_eq!(studio.state().session().settings.model, ModelChoice::File(path));
    wait_for_label(&mut studio, "In use");
}

#[test]
fn a_host_without_the_file_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(Vec::new());
    let mut studio = open(folder.path(), &entry("b", "mesh", &format!("{host}/gone")));
    studio.get_by_label("Get Model b").click();
    studio.run();
    wait_until(&mut studio, "the answer", |app| !app.is_busy());
    studio.run();
    assert!(studio.query_by_label_contains("Could not fetch Model b").is_some());
    assert!(studio.query_by_label("Get Model b").is_some());
}

#[test]
fn detectors_take_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let models = folder.path().join("models");
    std::fs::create_dir(&models).unwrap();
    for name in ["pose.safetensors", "people.safetensors", "act.safetensors"] {
        std::fs::write(models.join(name), b"by hand").unwrap();
    }
    let list = entry("pose", "detector", "http://127.0.0.1:1/x")
        + &entry("people", "person-detector", "http://127.0.0.1:1/y")
        + &entry("act", "action", "http://127.0.0.1:1/z");
    let mut studio = open(folder.path(), &list);
    for label in ["Use Model pose", "Use Model people"] {
        wait_for_label(&mut studio, label);
        studio.get_by_label(label).click();
        studio.run();
    }
    let detector = studio.state().session().settings.detector.clone();
    let Some(motionbert::detect::DetectorSpec::Onnx(networks)) = detector else { panic!("{detector:?}") };
    assert_eq!(networks.pose, models.join("pose.safetensors"));
    assert_eq!(networks.person, Some(models.join("people.safetensors")));
    studio.get_by_label("Use Model act").click();
    studio.run();
    let chosen = studio.state().session().settings.actions.model.clone();
    assert_eq!(chosen.map(|choice| choice.file), Some(models.join("act.safetensors")));
}

fn wait_for_label(studio: &mut Studio, label: &str) {
    let start = Instant::now();
    while studio.query_all_by_label(label).next().is_none() {
        assert!(start.elapsed() < Duration::from_secs(20), "no '{label}'");
        std::thread::sleep(Duration::from_millis(5));
        studio.step();
    }
}
