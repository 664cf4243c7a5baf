// SPDX-License-Identifier: GPL-3.0-or-later
//! What sudo's own programs say of the same policy: `cvtsudoers` of the files, `sudo -ll` of rules
//! that come from elsewhere too.

use super::{Item, Place, Rule, What};
use serde_json::Value;

/// The rules in the output of `cvtsudoers -f json -e`; `None` if it is no JSON, which some versions
/// print for rules with `CWD=`.
pub fn converted(output: &str) -> Option<Vec<Rule>> {
    let document: Value = serde_json::from_str(output).ok()?;
    let mut rules = Vec::new();
    let specs = document.get("User_Specs").and_then(Value::as_array);
    for spec in specs.into_iter().flatten() {
        let users = members(spec.get("User_List"))?;
        let hosts = members(spec.get("Host_List"))?;
        for commands in spec.get("Cmnd_Specs")?.as_array()? {
            let run_as = commands.get("runasusers").map_or(Some(Vec::new()), |list| members(Some(list)))?;
            let option = |name: &str| {
                let options = commands.get("Options").and_then(Value::as_array);
                options.into_iter().flatten().rev().find_map(|option| option.get(name)).and_then(Value::as_bool)
            };
            for command in commands.get("Commands")?.as_array()? {
                let text = command.get("command")?.as_str()?.to_owned();
                rules.push(Rule {
                    place: Place { file: "cvtsudoers".to_owned(), line: None },
                    order: usize::MAX,
                    users: users.clone(),
                    hosts: hosts.clone(),
                    run_as: run_as.clone(),
                    no_password: option("authenticate") == Some(false),
                    setenv: option("setenv").unwrap_or(text == "ALL"),
                    negated: is_negated(command),
                    command: text,
                });
            }
        }
    }
    Some(rules)
}

fn is_negated(member: &Value) -> bool {
    member.get("negated").and_then(Value::as_bool).unwrap_or_default()
}

fn members(list: Option<&Value>) -> Option<Vec<Item>> {
    let mut all = Vec::new();
    for member in list?.as_array()? {
        let text = |key: &str| member.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| member.get(key).and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
        let named = |name: String| if name == "ALL" { What::All } else { What::Name(name) };
        let what = ["username", "hostname", "networkaddr", "useralias", "hostalias", "runasalias"]
            .iter()
            .find_map(|key| text(key))
            .map(named)
            .or_else(|| text("usergroup").map(What::Group))
            .or_else(|| number("userid").map(What::Id))
            .or_else(|| number("usergid").map(What::GroupId))
            .or_else(|| text("netgroup").map(What::Somebody))
            .or_else(|| text("nonunixgroup").map(What::Somebody))?;
        all.push(Item { negated: is_negated(member), what });
    }
    Some(all)
}

/// The rules that `sudo -ll -U USER` prints for `user`: from files and directories alike. `None` if
/// the output has another shape.
pub fn told(output: &str, user: &str) -> Option<Vec<Rule>> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut source = None::<String>;
    let (mut run_as, mut options, mut in_commands) = (Vec::new(), String::new(), false);
    for line in output.lines() {
        let text = line.trim();
        let head = ["Sudoers entry:", "LDAP Role:", "SSSD Role:", "Sudoers path:"].iter().find_map(|head| {
            text.strip_prefix(head).map(|rest| format!("{} {}", head.trim_end_matches(':'), rest.trim()))
        });
        if let Some(head) = head {
            source = Some(head.trim().to_owned());
            (run_as, options, in_commands) = (Vec::new(), String::new(), false);
        } else if source.is_none() {
            continue;
        } else if let Some(list) = text.strip_prefix("RunAsUsers:") {
            run_as = list.split(',').map(|name| Item::named(name.trim())).collect();
        } else if let Some(list) = text.strip_prefix("Options:") {
            options = list.to_owned();
        } else if text.starts_with("Commands:") {
            in_commands = true;
        } else if in_commands
            && line.starts_with("        ")
            && let Some(last) = rules.last_mut().filter(|_| !text.is_empty())
        {
            // A command begins with a tab; what begins with blanks is the rest of a broken line.
            last.command = format!("{} {text}", last.command);
        } else if in_commands && !text.is_empty() {
            let has = |name: &str| options.split(',').any(|option| option.trim() == name);
            let command = text.trim_start_matches('!');
            rules.push(Rule {
                place: Place { file: source.clone().unwrap_or_default(), line: None },
                order: usize::MAX,
                users: vec![Item::named(user)],
                hosts: Vec::new(),
                run_as: run_as.clone(),
                no_password: has("!authenticate"),
                setenv: has("setenv") || command == "ALL" && !has("!setenv"),
                negated: command.len() < text.len(),
                command: command.to_owned(),
            });
        }
    }
    // A user without any rule gets one sentence.
    (source.is_some() || output.contains("not allowed to run sudo")).then_some(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As sudo 1.9.13 printed it.
    #[test]
    fn what_sudo_tells_of_a_user() {
        let output = "Matching Defaults entries for x on vm:\n    env_reset\n\nUser x may run the following commands on vm:\n\n\
            Sudoers entry:\n    RunAsUsers: flr-koji\n    Options: !setenv, !authenticate\n    Commands:\n\
            \t/usr/bin/flr ^koji block-pkg( (--dry-run|--json))* (f44|f43)(\n        (--dry-run|--json))*$\n\
            \t/usr/bin/flr koji whoami\n\nSSSD Role: ops\n    RunAsUsers: ALL\n    Commands:\n\tALL\n\t!/bin/sh\n";
        let rules = told(output, "x").unwrap();
        let shown: Vec<_> = rules.iter().map(|r| (r.command.as_str(), r.no_password, r.setenv, r.negated)).collect();
        assert_eq!(
            shown,
            [
                (
                    "/usr/bin/flr ^koji block-pkg( (--dry-run|--json))* (f44|f43)( (--dry-run|--json))*$",
                    true,
                    false,
                    false
                ),
                ("/usr/bin/flr koji whoami", true, false, false),
                ("ALL", false, true, false),
                ("/bin/sh", false, false, true),
            ]
        );
        assert_eq!(rules[2].place.file, "SSSD Role ops");
        assert_eq!(told("User x is not allowed to run sudo on vm.\n", "x"), Some(Vec::new()));
        assert_eq!(told("something else\n", "x"), None);
    }

    #[test]
    fn what_cvtsudoers_makes() {
        let output = r##"{ "User_Specs": [ { "User_List": [ { "username": "kim" }, { "usergroup": "ops", "negated": true },
            { "userid": 7 } ], "Host_List": [ { "hostname": "ALL" } ], "Cmnd_Specs": [ { "runasusers": [ { "username":
            "flr-koji" } ], "Options": [ { "authenticate": false } ], "Commands": [ { "command": "/bin/x a,b" },
            { "command": "ALL", "negated": true } ] } ] } ] }"##;
        let rules = converted(output).unwrap();
        assert_eq!(rules.len(), 2);
        assert_eq!(super::super::listed(&rules[0].users), "kim, !%ops, #7");
        assert_eq!((rules[0].no_password, rules[0].setenv, rules[1].negated), (true, false, true));
        // 1.9.13 printed this for CWD=.
        assert_eq!(converted("{ \"Options\": [ \"runcwd\": \"/tmp\" ] }"), None);
        assert_eq!(converted("{}"), Some(Vec::new()));
    }
}
