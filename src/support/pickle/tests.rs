use std::error::Error;

use proptest::prelude::*;

use super::*;

/// One value of everything, written by CPython with numpy under each protocol.
const ALL_PROTOCOLS: [&[u8]; 6] = [
    include_bytes!("../../../tests/fixtures/pickle/values_protocol0.pkl"),
    include_bytes!("../../../tests/fixtures/pickle/values_protocol1.pkl"),
    include_bytes!("../../../tests/fixtures/pickle/values_protocol2.pkl"),
    include_bytes!("../../../tests/fixtures/pickle/values_protocol3.pkl"),
    include_bytes!("../../../tests/fixtures/pickle/values_protocol4.pkl"),
    include_bytes!("../../../tests/fixtures/pickle/values_protocol5.pkl"),
];

#[test]
fn every_protocol_gives_the_same_values() {
    for (protocol, bytes) in ALL_PROTOCOLS.into_iter().enumerate() {
        check_values(Pickle::parse(bytes).unwrap().root())
            .unwrap_or_else(|error| panic!("protocol {protocol}: {error}"));
    }
}

fn check_values(root: Node<'_>) -> Result<(), Box<dyn Error>> {
    let get = |key: &str| root.get(key).ok_or_else(|| format!("no {key}"));
    assert!(get("none")?.is_none());
    assert_eq!((get("yes")?.as_bool(), get("no")?.as_bool()), (Some(true), Some(false)));
    let ints = get("ints")?.items().ok_or("no list")?;
    let small: Vec<_> = ints[..7].iter().map(|int| int.as_int().unwrap()).collect();
    assert_eq!(small, [0, -1, 255, 65536, -(1 << 31), 1 << 40, i64::MIN]);
    for (int, power) in [(ints[7], 63), (ints[8], 100)] {
        let Value::BigInt(bytes) = int.value() else { return Err("not a big integer".into()) };
        let mut wide = [0; 16];
        wide[..bytes.len()].copy_from_slice(bytes);
        assert_eq!(i128::from_le_bytes(wide), 1 << power);
    }
    let floats: Vec<_> = get("floats")?.items().unwrap().iter().map(|float| float.as_f64().unwrap()).collect();
    assert_eq!(floats, [0.5, -1e300, f64::INFINITY]);
    assert_eq!(get("text")?.as_str(), Some("naïve \u{1F600} \\u0041\n"));
    assert_eq!(get("bytes")?.as_bytes().as_deref(), Some(&b"\x00\xff\n'"[..]));
    assert_eq!(get("bytearray")?.as_bytes().as_deref(), Some(&b"abc\xfe"[..]));
    let tuples: Vec<_> = get("tuples")?.items().unwrap().iter().map(|tuple| tuple.items().unwrap().len()).collect();
    assert_eq!(tuples, [0, 1, 2, 3, 4]);
    assert_eq!(get("set")?.items().unwrap()[0].as_int(), Some(7));
    assert_eq!(get("frozen")?.items().unwrap()[0].as_int(), Some(8));
    assert!(get("empty_set")?.items().unwrap().is_empty());
    let ordered: Vec<_> = get("ordered")?.pairs().unwrap().iter().map(|(key, _)| key.as_str().unwrap()).collect();
    assert_eq!(ordered, ["b", "a"]);
    assert_eq!(get("defaultdict")?.get("k").unwrap().as_int(), Some(3));
    let shared = get("shared")?.items().unwrap();
    assert_eq!(shared[0].identity(), shared[1].identity());
    let cycle = get("cycle")?;
    assert_eq!(cycle.items().unwrap()[0].identity(), cycle.identity());

    for (name, array) in get("arrays")?.pairs().unwrap() {
        let name = name.as_str().unwrap();
        let array = array.numpy()?;
        let (shape, numbers): (&[usize], &[f64]) = match name {
            "f4" | "f4_fortran" | "f8_big" | "f2" | "u1" | "u2" | "u4" | "u8" => {
                (&[2, 3], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
            }
            "i1" | "i2" | "i4" | "i8" | ">i2" => (&[2, 3], &[-1.0, 0.0, 1.0, 2.0, 3.0, 4.0]),
            "bool" => (&[2, 3], &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]),
            "strided" => (&[2, 3], &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
            "empty" => (&[0, 17, 3], &[]),
            "zero_d" => (&[], &[2.5]),
            _ => return Err(format!("unexpected {name}").into()),
        };
        assert_eq!((array.shape.as_slice(), array.to_f64()?.as_slice()), (shape, numbers), "{name}");
    }
    assert!(get("arrays")?.get("f4_fortran").unwrap().numpy()?.fortran);
    assert_eq!(get("strings")?.numpy()?.to_strings()?, ["ab", "cé"]);
    assert_eq!(get("byte_strings")?.numpy()?.to_strings()?, ["ab", "c"]);
    assert!(get("strings")?.numpy()?.to_f64().is_err());
    let objects = get("objects")?.numpy()?;
    assert_eq!(objects.shape, [1, 2]);
    let objects = objects.objects()?;
    assert_eq!(objects[0].get("x").unwrap().numpy()?.to_f64()?, [1.0, 1.0]);
    assert!(objects[1].is_none());
    let scalars: Vec<_> = get("scalars")?.items().unwrap().iter().map(|scalar| scalar.number().unwrap()).collect();
    assert_eq!(scalars, [1.5, -2.5, -3.0, 1.0]);
    assert!(get("ordered")?.numpy().is_err());
    Ok(())
}

#[test]
fn python_2_strings_objects_and_instances() {
    // {'a\x01\'': Foo instance (new style, through copy_reg), 'i': old-style Foo instance}
    let text = b"(dp0\nS'a\\x01\\''\np1\nccopy_reg\n_reconstructor\np2\n(cmod\nFoo\np3\nc__builtin__\nobject\np4\n\
        Ntp5\nRp6\n(dp7\nS'x'\nI5\nsbsS'i'\n(I7\nimod\nFoo\n(dS'y'\nL12L\nsbs.";
    let pickle = Pickle::parse(text).unwrap();
    let foo = pickle.root().get("a\u{1}'").unwrap();
    assert_eq!(foo.class(), Some("mod.Foo"));
    assert_eq!(foo.attribute("x").unwrap().as_int(), Some(5));
    let instance = pickle.root().get("i").unwrap();
    assert_eq!(instance.class(), Some("mod.Foo"));
    assert_eq!(instance.args().items().unwrap()[0].as_int(), Some(7));
    assert_eq!(instance.attribute("y").unwrap().as_int(), Some(12));
}

#[test]
fn persistent_references_and_following_bytes() {
    let (pickle, len) = Pickle::parse_prefix(b"\x80\x02U\x03key\x85Q.rest").unwrap();
    assert_eq!(len, 10);
    let key = pickle.root().persistent().unwrap().items().unwrap();
    assert_eq!(key[0].as_str(), Some("key"));
}

#[test]
fn hostile_pickles_are_refused() {
    // A length of 8 EiB, out-of-band buffers, extension codes, an entry that was never stored, an endless tower.
    for bytes in [
        &b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7fabc."[..],
        b"\x97.",
        b"\x82\x01.",
        b"h\x00.",
        b"(((",
        b"",
        b".",
        b"<!DOCTYPE html>",
        b"N]N\x86e.",
        b"(Nu.",
    ] {
        assert!(Pickle::parse(bytes).is_err(), "{bytes:?}");
    }
    // A million nested lists are read and dropped without deep recursion.
    let mut deep = vec![b'N'; 1];
    deep.extend(std::iter::repeat_n(0x85, 1_000_000));
    deep.push(b'.');
    let pickle = Pickle::parse(&deep).unwrap();
    assert_eq!(pickle.root().items().unwrap().len(), 1);
    // The writer says what the reader may allocate only by sending it: 2^25 values are the limit.
    let many = vec![b']'; (1 << 25) + 1];
    assert_eq!(Pickle::parse(&many).unwrap_err(), PickleError::TooLarge);
}

#[test]
fn an_array_that_does_not_fill_its_shape_is_damaged() {
    let bytes = ALL_PROTOCOLS[2];
    // shape (2, 3) of the first array becomes (2, 4): K\x02K\x03\x86 in protocol 2.
    let at = bytes.windows(5).position(|window| window == b"K\x02K\x03\x86").unwrap();
    let mut damaged = bytes.to_vec();
    damaged[at + 3] = 4;
    let pickle = Pickle::parse(&damaged).unwrap();
    let arrays = pickle.root().get("arrays").unwrap();
    assert!(arrays.pairs().unwrap().iter().any(|(_, array)| matches!(array.numpy(), Err(NumpyError::Damaged(_)))));
}

/// Touches everything that a reader could, without following cycles.
fn visit(node: Node<'_>, depth: usize) {
    let _ = (node.describe(), node.as_bytes(), node.as_str(), node.number(), node.class());
    if let Ok(array) = node.numpy() {
        let _ = (array.to_f64(), array.to_strings(), array.objects());
    }
    if depth < 4 {
        let children = node.items().unwrap_or_default();
        let pairs = node.pairs().unwrap_or_default().into_iter().flat_map(|(key, value)| [key, value]);
        for child in children.into_iter().chain(pairs).chain(node.state()).chain(node.persistent()) {
            visit(child, depth + 1);
        }
    }
}

proptest! {
    #[test]
    fn truncated_pickles_are_errors(protocol in 0usize..6, share in 0.0..1.0) {
        let bytes = ALL_PROTOCOLS[protocol];
        let cut = (bytes.len() as f64 * share) as usize;
        prop_assert!(Pickle::parse(&bytes[..cut]).is_err());
    }

    #[test]
    fn changed_bytes_never_panic(protocol in 0usize..6, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = ALL_PROTOCOLS[protocol].to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(pickle) = Pickle::parse(&bytes) {
            visit(pickle.root(), 0);
        }
    }

    #[test]
    fn random_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        bytes.push(b'.');
        if let Ok(pickle) = Pickle::parse(&bytes) {
            visit(pickle.root(), 0);
        }
    }
}
