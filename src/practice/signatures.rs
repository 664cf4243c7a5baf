// SPDX-License-Identifier: GPL-3.0-or-later
//! The arguments of the hub's methods, and strict binding to them in Python's words.
//!
//! `signatures.json` is taken from a running hub: a plain name is a required argument, a pair has a
//! default; `args`, `opts`, `kw`, `kwargs` without a default take whatever is left.

use super::fault::{self, Outcome};
use super::python;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::OnceLock;

/// One argument of a method.
#[derive(Debug)]
struct Argument {
    name: String,
    default: Option<Value>,
}

/// What a method takes.
#[derive(Debug)]
pub(super) struct Signature {
    /// The function's name in koji's source: it stands in the texts of faults.
    python: String,
    arguments: Vec<Argument>,
    rest: bool,
    keywords: bool,
    /// Python counts `self` among the positional arguments.
    with_self: bool,
}

/// Arguments bound to names; what the caller left out has its default.
#[derive(Debug, Default)]
pub(super) struct Args {
    named: HashMap<&'static str, Value>,
    /// Positional values beyond the named ones, where the method takes any number.
    pub rest: Vec<Value>,
    /// Keywords beyond the named ones, where the method takes any, in the caller's order.
    pub keywords: Map<String, Value>,
}

/// The signature of `method`, if the hub has such a method.
pub(super) fn of(method: &str) -> Option<&'static Signature> {
    all().get(method)
}

/// Every method with a signature, by name.
pub(super) fn all() -> &'static HashMap<String, Signature> {
    static ALL: OnceLock<HashMap<String, Signature>> = OnceLock::new();
    ALL.get_or_init(|| {
        let text = include_str!("signatures.json");
        let parsed: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        parsed.into_iter().filter_map(|(name, value)| Some((name, Signature::read(&value)?))).collect()
    })
}

impl Signature {
    fn read(value: &Value) -> Option<Self> {
        let python = value.get("python")?.as_str()?.to_owned();
        let mut signature =
            Signature { with_self: python.contains('.'), python, arguments: Vec::new(), rest: false, keywords: false };
        for argument in value.get("args")?.as_array()? {
            match argument {
                Value::String(name) if name == "args" => signature.rest = true,
                Value::String(name) if ["opts", "kw", "kwargs"].contains(&&**name) => {
                    signature.keywords = true;
                }
                Value::String(name) => signature.arguments.push(Argument { name: name.clone(), default: None }),
                pair => signature
                    .arguments
                    .push(Argument { name: pair.get(0)?.as_str()?.to_owned(), default: Some(pair.get(1)?.clone()) }),
            }
        }
        Some(signature)
    }

    /// Binds the parameters of a call: positional ones, then named ones in a last struct with
    /// `__starstar`. Faults 1019 as Python words them, and in Python's order.
    pub(super) fn bind(&'static self, mut positional: Vec<Value>) -> Outcome<Args> {
        let mut named = match positional.last() {
            Some(Value::Object(last)) if last.get("__starstar").is_some_and(python::truthy) => match positional.pop() {
                Some(Value::Object(last)) => last,
                _ => Map::new(),
            },
            _ => Map::new(),
        };
        named.remove("__starstar");
        let given = positional.len();
        let mut args = Args::default();
        let mut values = positional.into_iter();
        for (argument, value) in self.arguments.iter().zip(values.by_ref()) {
            args.named.insert(&argument.name, value);
        }
        args.rest.extend(values);
        for (name, value) in named {
            match self.arguments.iter().find(|a| a.name == name) {
                Some(argument) if args.named.contains_key(&*argument.name) => {
                    return self.refuse(format!("got multiple values for argument '{name}'"));
                }
                Some(argument) => {
                    args.named.insert(&argument.name, value);
                }
                None if self.keywords => {
                    args.keywords.insert(name, value);
                }
                None => return self.refuse(format!("got an unexpected keyword argument '{name}'")),
            }
        }
        if !args.rest.is_empty() && !self.rest {
            return self.too_many(given);
        }
        self.fill(args)
    }

    fn fill(&'static self, mut args: Args) -> Outcome<Args> {
        let mut missing = Vec::new();
        for argument in &self.arguments {
            if args.named.contains_key(&*argument.name) {
                continue;
            }
            match &argument.default {
                Some(default) => {
                    args.named.insert(&argument.name, default.clone());
                }
                None => missing.push(format!("'{}'", argument.name)),
            }
        }
        match &*missing {
            [] => Ok(args),
            [one] => self.refuse(format!("missing 1 required positional argument: {one}")),
            [a, b] => self.refuse(format!("missing 2 required positional arguments: {a} and {b}")),
            [first @ .., last] => self.refuse(format!(
                "missing {} required positional arguments: {}, and {last}",
                missing.len(),
                first.join(", ")
            )),
        }
    }

    fn too_many(&self, given: usize) -> Outcome<Args> {
        let extra = usize::from(self.with_self);
        let most = self.arguments.len() + extra;
        let least = self.arguments.iter().filter(|a| a.default.is_none()).count() + extra;
        let given = given + extra;
        let verb = if given == 1 { "was" } else { "were" };
        let takes = if least == most {
            let plural = if most == 1 { "" } else { "s" };
            format!("{most} positional argument{plural}")
        } else {
            format!("from {least} to {most} positional arguments")
        };
        self.refuse(format!("takes {takes} but {given} {verb} given"))
    }

    fn refuse<T>(&self, why: String) -> Outcome<T> {
        fault::parameter(format!("{}() {why}", self.python))
    }
}

const NONE: &Value = &Value::Null;

impl Args {
    /// The value of the argument called `name`.
    pub(super) fn get(&self, name: &str) -> &Value {
        self.named.get(name).unwrap_or(NONE)
    }

    /// The argument taken as Python's `if name:` takes it.
    pub(super) fn truthy(&self, name: &str) -> bool {
        python::truthy(self.get(name))
    }

    /// The argument if it is not `None`.
    pub(super) fn given(&self, name: &str) -> Option<&Value> {
        match self.get(name) {
            Value::Null => None,
            value => Some(value),
        }
    }

    /// The argument as text, if it is a text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).as_str().filter(|t| !t.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fault::Refusal;
    use super::*;
    use serde_json::json;

    fn refused(method: &str, params: Value) -> (i64, String) {
        let params = params.as_array().unwrap().clone();
        match of(method).unwrap().bind(params).unwrap_err() {
            Refusal::Fault(f) => (f.code, f.text),
            Refusal::Broken(why) => panic!("{why}"),
        }
    }

    #[test]
    fn wrong_arguments_are_refused_in_the_recorded_words() {
        for (method, params, text) in [
            ("getTag", json!([]), "get_tag() missing 1 required positional argument: 'tagInfo'"),
            (
                "getTag",
                json!(["f43", false, null, false, "extra"]),
                "get_tag() takes from 1 to 4 positional arguments but 5 were given",
            ),
            (
                "getTag",
                json!(["f43", {"bogus": 1, "__starstar": true}]),
                "get_tag() got an unexpected keyword argument 'bogus'",
            ),
            (
                "listTagged",
                json!(["f43", {"bogus": 1, "__starstar": true}]),
                "RootExports.listTagged() got an unexpected keyword argument 'bogus'",
            ),
        ] {
            assert_eq!(refused(method, params), (1019, text.to_owned()));
        }
    }

    #[test]
    fn counts_as_python_does() {
        for (method, params, text) in [
            ("massTag", json!([]), "RootExports.massTag() missing 2 required positional arguments: 'tag' and 'builds'"),
            (
                "createBuildTarget",
                json!([]),
                "create_build_target() missing 3 required positional arguments: 'name', 'build_tag', and 'dest_tag'",
            ),
            ("getAPIVersion", json!([1]), "RootExports.getAPIVersion() takes 1 positional argument but 2 were given"),
            (
                "getTag",
                json!(["f43", {"tagInfo": 1, "__starstar": true}]),
                "get_tag() got multiple values for argument 'tagInfo'",
            ),
        ] {
            assert_eq!(refused(method, params), (1019, text.to_owned()));
        }
    }

    #[test]
    fn the_signatures_are_those_of_the_recorded_hub() {
        let recorded: Map<String, Value> =
            serde_json::from_str(include_str!("../../tests/fixtures/koji/api-signatures.json")).unwrap();
        let ours: Map<String, Value> = serde_json::from_str(include_str!("signatures.json")).unwrap();
        assert_eq!(ours.len(), all().len());
        // These are thin wrappers with `*args`; the arguments stand in the class behind them.
        let wrapped = ["login", "sslLogin", "exclusiveSession"];
        for (name, signature) in &ours {
            if !wrapped.contains(&&**name) {
                assert_eq!(signature.get("args"), recorded.get(name), "{name}");
            }
        }
    }
}
