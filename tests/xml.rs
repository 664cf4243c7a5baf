// SPDX-License-Identifier: GPL-3.0-or-later
//! The reader of XML-RPC: koji's dialect, and what is no XML-RPC at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use flr::koji::Fault;
use flr::koji::xml::{Limits, XmlError, read_call, read_response, read_response_within};
use serde::Deserialize;
use serde_json::{Value, json};

fn response(value: &str) -> String {
    format!(
        "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n{value}\n</param>\n</params>\n</methodResponse>\n"
    )
}

fn read(value: &str) -> Result<Value, XmlError> {
    read_response::<Value>(response(value).as_bytes()).map(|answer| answer.unwrap())
}

#[test]
fn every_way_to_write_a_value() {
    for (xml, meant) in [
        ("<value><int>1</int></value>", json!(1)),
        ("<value><i1>-1</i1></value>", json!(-1)),
        ("<value><i2>2</i2></value>", json!(2)),
        ("<value><i4> 7\n</i4></value>", json!(7)),
        ("<value><i8>9223372036854775807</i8></value>", json!(i64::MAX)),
        ("<value><i8>-9223372036854775808</i8></value>", json!(i64::MIN)),
        ("<value><ex:i8>5000000000</ex:i8></value>", json!(5_000_000_000_i64)),
        ("<value><int>5000000000</int></value>", json!(5_000_000_000_i64)),
        ("<value><biginteger>12</biginteger></value>", json!(12)),
        ("<value><boolean>0</boolean></value>", json!(false)),
        ("<value><boolean>1</boolean></value>", json!(true)),
        ("<value><double>1e+300</double></value>", json!(1e300)),
        ("<value><double>-0.25</double></value>", json!(-0.25)),
        ("<value><double>3</double></value>", json!(3.0)),
        ("<value><nil/></value>", Value::Null),
        ("<value><ex:nil/></value>", Value::Null),
        ("<value><nil></nil></value>", Value::Null),
        ("<value> <nil> </nil> </value>", Value::Null),
        ("<value><string></string></value>", json!("")),
        ("<value><string/></value>", json!("")),
        ("<value/>", json!("")),
        ("<value></value>", json!("")),
        ("<value>bare text</value>", json!("bare text")),
        ("<value>  </value>", json!("  ")),
        ("<value><string>  </string></value>", json!("  ")),
        ("<value><string>\n a \n</string></value>", json!("\n a \n")),
        ("<value><string>a\r\nb\rc</string></value>", json!("a\nb\nc")),
        ("<value><string>a&#13;&#10;b&#13;c</string></value>", json!("a\r\nb\rc")),
        ("<value><string>&lt;&amp;&gt;&quot;&apos; ]]&gt;</string></value>", json!("<&>\"' ]]>")),
        ("<value><string>a<![CDATA[<&>\r\n]]>b</string></value>", json!("a<&>\nb")),
        ("<value><string>a<!-- not this -->b<?nor this?>c</string></value>", json!("abc")),
        ("<value><string>&#x1F40E;&#128014;</string></value>", json!("🐎🐎")),
        ("<value><string>\u{1}b\u{c}\u{1b}</string></value>", json!("\u{1}b\u{c}\u{1b}")),
        ("<value kind=\"x&gt;y>z\"><string a='1' b>v</string></value>", json!("v")),
        ("<value><base64>\naGVs\nbG8=\n</base64></value>", json!("aGVs\nbG8=")),
        ("<value><dateTime.iso8601>20250102T03:04:05</dateTime.iso8601></value>", json!("20250102T03:04:05")),
        ("<value><array><data/></array></value>", json!([])),
        ("<value><array><data>\n</data></array></value>", json!([])),
        ("<value><struct/></value>", json!({})),
        (
            "<value><struct><member><name>a&amp;ž</name><value><array><data><value>1</value><value><i4>2</i4></value></data></array></value></member><member><name/><value><nil/></value></member></struct></value>",
            json!({"a&ž": ["1", 2], "": null}),
        ),
    ] {
        assert_eq!(read(xml), Ok(meant), "{xml}");
    }
}

#[test]
fn what_is_no_value_is_refused() {
    for xml in [
        "<value><boolean>true</boolean></value>",
        "<value><boolean>2</boolean></value>",
        "<value><boolean></boolean></value>",
        "<value><int></int></value>",
        "<value><int>1.0</int></value>",
        "<value><int>0x10</int></value>",
        "<value><i8>9223372036854775808</i8></value>",
        "<value><double>one</double></value>",
        "<value><base64>a!b</base64></value>",
        "<value><array></array></value>",
        "<value><array/></value>",
        "<value><array><data><int>1</int></data></array></value>",
        "<value><array><data/><data/></array></value>",
        "<value><array><data/></array><nil/></value>",
        "<value><array><data>x</data></array></value>",
        "<value><struct><value/></struct></value>",
        "<value><struct><member><value/><name>a</name></member></struct></value>",
        "<value><struct><member><name>a</name></member></struct></value>",
        "<value><struct><member><name>a</name><value/><value/></member></struct></value>",
        "<value><struct>x</struct></value>",
        "<value>text<int>1</int></value>",
        "<value><int>1</int>text</value>",
        "<value><int>1</int><int>2</int></value>",
        "<value><string><b>bold</b></string></value>",
        "<value><nil>x</nil></value>",
        "<value><what/></value>",
        "<value><value>1</value></value>",
        "<value>1</value><value>2</value>",
        "<value>&nbsp;</value>",
        "<value>&#0;</value>",
        "<value>&#xD800;</value>",
        "<value>a & b</value>",
        "<value><string>x</value>",
        "",
        "x",
    ] {
        assert!(read(xml).is_err(), "{xml} is {:?}", read(xml));
    }
}

#[test]
fn what_is_no_answer_is_refused() {
    let whole = response("<value>x</value>");
    for (xml, why) in [
        (String::new(), "ends too early"),
        ("<html><body>502</body></html>".into(), "no methodResponse"),
        ("Invalid request: no element found".into(), "ends too early"),
        ("<methodResponse/>".into(), "neither"),
        ("<methodResponse><params/></methodResponse>".into(), "no param"),
        (format!("{whole}<more/>"), "after the end"),
        (format!("{whole}more"), "between"),
        (format!("{whole}{whole}"), "declaration in the middle"),
        (format!("<!DOCTYPE methodResponse [<!ENTITY a 'b'>]>{whole}"), "document type"),
        ("<!DOCTYPE x><methodResponse/>".into(), "document type"),
        (whole.replace("'1.0'", "'1.0' encoding='ISO-8859-2'"), "UTF-8"),
        (whole.replace("<params>", "<params></params><params>"), "one"),
        (whole.replace("</param>", "</param><param><value>2</value></param>"), "one element more"),
        ("<methodResponse><fault><value>oh</value></fault></methodResponse>".into(), "invalid type"),
    ] {
        let error = read_response::<Value>(xml.as_bytes()).unwrap_err();
        assert!(error.0.contains(why), "{xml}: {error}");
    }
    assert!(
        read_response::<Value>(
            &b"<methodResponse><params><param><value>\xff\xfe</value></param></params></methodResponse>"[..]
        )
        .is_err()
    );
    // Half an answer is never taken for a whole one, wherever it was cut.
    let end = whole.trim_end().len();
    for cut in 0..end {
        assert!(read_response::<Value>(&whole.as_bytes()[..cut]).is_err(), "cut at {cut}");
    }
    assert!(read_response::<Value>(&whole.as_bytes()[..end]).is_ok());
}

#[test]
fn a_fault_is_an_answer() {
    let xml = "<?xml version='1.0'?><methodResponse><fault><value><struct>\
        <member><name>faultCode</name><value><int>1004</int></value></member>\
        <member><name>traceback</name><value><array><data><value>line</value></data></array></value></member>\
        <member><name>faultString</name><value><string>tag is locked</string></value></member>\
        </struct></value></fault></methodResponse>";
    let fault = read_response::<Value>(xml.as_bytes()).unwrap().unwrap_err();
    assert_eq!(fault, Fault { code: 1004, text: "tag is locked".into() });
}

#[derive(Debug, Deserialize, PartialEq)]
struct Typed {
    id: u64,
    name: Option<String>,
    #[serde(default)]
    missing: Option<i64>,
    size: f64,
}

#[test]
fn typed_structs_take_what_they_know() {
    let xml = response(
        "<value><struct>\
        <member><name>unknown</name><value><struct><member><name>deep</name><value><array><data><value/></data></array></value></member></struct></value></member>\
        <member><name>id</name><value><i8>5000000000</i8></value></member>\
        <member><name>name</name><value><nil/></value></member>\
        <member><name>size</name><value><int>3</int></value></member>\
        <member><name>id</name><value><int>1</int></value></member>\
        </struct></value>",
    );
    let typed: Typed = read_response(xml.as_bytes()).unwrap().unwrap();
    assert_eq!(typed, Typed { id: 5_000_000_000, name: None, missing: None, size: 3.0 });
    // Read as JSON the same member counts.
    let json: Value = read_response(xml.as_bytes()).unwrap().unwrap();
    assert_eq!(json["id"], json!(5_000_000_000_i64));
}

/// A member of a common form that lies in the buffer as a whole is read in one piece, and from a
/// buffer of eight bytes it never does. What is understood and what is refused must be the same.
#[test]
fn members_read_the_same_in_one_piece_and_in_many() {
    let whole = "<member>\n<name>id</name>\n<value><int>1</int></value></member>\n\
        <member>\n<name>size</name>\n<value><double>2.5</double></value></member>\n";
    let mut structs = vec![
        format!("<struct>\n{whole}</struct>"),
        format!("<struct>{whole}<member><name>name</name><value><string> ž </string></value></member></struct>"),
        format!("<struct>{whole}<member><name>name</name><value><nil/></value></member></struct>"),
        format!("<struct><member><name>id</name><value><nil/></value></member>{whole}</struct>"),
        format!("<struct><member><name>id</name><value><boolean>1</boolean></value></member>{whole}</struct>"),
        format!("<struct><member><name>id</name><value><int> 7\n</int></value></member>{whole}</struct>"),
        format!("<struct><member><name>id</name><value><int>7.0</int></value></member>{whole}</struct>"),
        format!("<struct>{whole}<member><name>id</name><value><int>no</int></value></member></struct>"),
        format!("<struct>{whole}<member><name>x</name><value><int>&xxe;</int></value></member></struct>"),
        format!("<struct>{whole}<member><name>x</name><value><struct>{whole}</struct></value></member></struct>"),
        format!("<struct><member><name>x</name><value><struct>{whole}</struct></value></member>{whole}</struct>"),
        // These are no structs of members, wherever the parser stands.
        format!("<struct/>{whole}"),
        format!("<struct></struct>{whole}"),
        format!("<struct>x{whole}</struct>"),
        format!("<struct>{whole}x</struct>"),
        format!("<struct>{whole}{whole}</member></struct>"),
        format!("<struct>{whole}"),
        format!("{whole}</struct>"),
        format!("<struct><member>{whole}</member></struct>"),
        format!("<array><data>{whole}</data></array>"),
    ];
    structs.extend((0..whole.len()).map(|cut| format!("<struct>{}</struct>", &whole[cut..])));
    let (mut good, mut bad) = (0, 0);
    for xml in structs.iter().map(|xml| response(&format!("<value>{xml}</value>"))) {
        let pieces = || std::io::BufReader::with_capacity(8, xml.as_bytes());
        let typed = read_response::<Typed>(xml.as_bytes()).ok();
        assert_eq!(typed, read_response::<Typed>(pieces()).ok(), "{xml}");
        assert_eq!(read_response::<Value>(xml.as_bytes()).ok(), read_response::<Value>(pieces()).ok(), "{xml}");
        for depth in 0..4 {
            for text in [3, 20, 64, 65, 100] {
                let limits = Limits { document: 400, text, depth };
                let one = read_response_within::<Value>(xml.as_bytes(), limits).ok();
                assert_eq!(one, read_response_within::<Value>(pieces(), limits).ok(), "{limits:?} {xml}");
            }
        }
        if typed.is_some() { good += 1 } else { bad += 1 }
    }
    assert!(good >= 6 && bad >= 20, "{good} {bad}");
}

#[test]
fn a_tuple_shorter_than_the_array_leaves_the_rest() {
    let xml = response(
        "<value><array><data><value>a</value><value><i4>1</i4></value><value>c</value></data></array></value>",
    );
    let pair = read_response::<(String, i32)>(xml.as_bytes());
    assert_eq!(pair, Ok(Ok(("a".into(), 1))));
}

#[test]
fn bytes_are_decoded() {
    struct Bytes(Vec<u8>);
    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            struct Take;
            impl serde::de::Visitor<'_> for Take {
                type Value = Bytes;
                fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                    f.write_str("bytes")
                }
                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                    Ok(Bytes(bytes.to_vec()))
                }
            }
            from.deserialize_bytes(Take)
        }
    }
    let xml = response("<value><base64> aGVs bG8= </base64></value>");
    let bytes: Bytes = read_response(xml.as_bytes()).unwrap().unwrap();
    assert_eq!(bytes.0, b"hello");
}

/// `count` arrays inside each other, around `inner`.
fn nested(count: usize, inner: &str) -> String {
    let open = "<value><array><data>".repeat(count);
    let close = "</data></array></value>".repeat(count);
    format!("{open}{inner}{close}")
}

#[test]
fn deep_nesting_is_an_error_and_no_stack_overflow() {
    assert!(read(&nested(128, "<value>x</value>")).is_ok());
    assert!(read(&nested(129, "<value>x</value>")).is_err());
    let structs = "<value><struct><member><name>a</name>".repeat(100_000);
    for hostile in [
        nested(100_000, ""),
        "<value><array><data>".repeat(100_000),
        structs.clone(),
        "<value>".repeat(100_000),
        "<value><string>".repeat(100_000),
    ] {
        let error = read(&hostile).unwrap_err();
        assert!(error.0.len() < 300, "{error}");
        // In a member that is passed over as well.
        let skipped = format!("<value><struct><member><name>unknown</name>{hostile}</member></struct></value>");
        let error = read_response::<Typed>(response(&skipped).as_bytes()).unwrap_err();
        assert!(error.0.contains("deeper than 128"), "{error}");
        let call = format!("<methodCall><methodName>x</methodName><params><param>{hostile}");
        assert!(read_call(call.as_bytes()).is_err());
    }
}

#[test]
fn passed_over_values_are_checked_for_entities_and_their_end() {
    for bad in ["<value>&xxe;</value>", "<value><string>", "<value><a></b></value>"] {
        let xml = response(&format!("<value><struct><member><name>unknown</name>{bad}</member></struct></value>"));
        assert!(read_response::<Typed>(xml.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn limits_hold() {
    let limits = Limits { document: 2000, text: 100, depth: 3 };
    let within = |value: &str| read_response_within::<Value>(response(value).as_bytes(), limits).map(|a| a.unwrap());
    let text = |n: usize| "x".repeat(n);
    assert!(within(&format!("<value>{}</value>", text(100))).is_ok());
    for long in [
        format!("<value>{}</value>", text(102)),
        format!("<value>{}</value>", text(1900)),
        format!("<value>{}</value>", "&lt;".repeat(101)),
        format!("<value><!--{}--></value>", text(101)),
        format!("<value a='{}'/>", text(101)),
        format!("<{}/>", text(101)),
    ] {
        let error = within(&long).unwrap_err();
        assert!(error.0.contains("longer than 100 bytes"), "{error}");
    }
    let many = "<value><i4>1</i4></value>".repeat(100);
    let error = within(&format!("<value><array><data>{many}</data></array></value>")).unwrap_err();
    assert!(error.0.contains("longer than 2000 bytes"), "{error}");
    assert!(within(&nested(3, "")).is_ok());
    assert!(within(&nested(4, "")).is_err());
}

#[test]
fn errors_are_short_whatever_the_hub_sends() {
    let long = "y".repeat(1_000_000);
    for xml in [
        format!("<value><int>{long}</int></value>"),
        format!("<value><{long}/></value>"),
        format!("<value>&{long};</value>"),
        format!("<value><struct><member><name>id</name><value>{long}</value></member></struct></value>"),
    ] {
        let error = read_response::<Typed>(response(&xml).as_bytes()).unwrap_err();
        assert!(error.0.len() < 400, "{} bytes", error.0.len());
    }
}

#[test]
fn calls_are_read() {
    let xml = "<?xml version='1.0'?>\n<methodCall>\n<methodName>getTag</methodName>\n<params>\n\
        <param>\n<value><string>f43</string></value>\n</param>\n\
        <param><value><struct><member><name>strict</name><value><boolean>1</boolean></value></member></struct></value></param>\
        </params>\n</methodCall>\n";
    assert_eq!(read_call(xml.as_bytes()), Ok(("getTag".into(), vec![json!("f43"), json!({"strict": true})])));
    let none = ("getPerms".to_owned(), vec![]);
    for params in ["", "<params/>", "<params>\n</params>"] {
        let xml = format!("<methodCall><methodName>getPerms</methodName>{params}</methodCall>");
        assert_eq!(read_call(xml.as_bytes()), Ok(none.clone()));
    }
    for bad in [
        "",
        "<methodCall/>",
        "<methodCall><params/></methodCall>",
        "<methodCall><methodName>x</methodName><value/></methodCall>",
        "<methodCall><methodName>x</methodName><params><value/></params></methodCall>",
        "<methodCall><methodName>x</methodName><params/><params/></methodCall>",
        "<methodCall><methodName>x</methodName><params>",
        "<methodResponse><params><param><value/></param></params></methodResponse>",
        "<methodCall><methodName>x</methodName><params/></methodCall>x",
    ] {
        assert!(read_call(bad.as_bytes()).is_err(), "{bad}");
    }
}
