// SPDX-License-Identifier: GPL-3.0-or-later
//! The other question: a password, typed unseen.

use crate::error::Kind;
use crate::pipeline::Stop;
use crate::{Error, Result};
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use std::fs::File;
use std::io::{IsTerminal, stderr};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// How the terminal was before somebody was asked for a password; `None` when nobody is.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// Asks for the password of `user` at `host`.
///
/// # Errors
/// [`Kind::NotConfirmed`]: Ctrl-C. There is no terminal to ask on.
pub fn ask_password(user: &str, host: &str, stop: &Stop) -> Result<Zeroizing<String>> {
    let no_terminal = || {
        Error::usage(format!("a password is needed for {user} at {host} and there is no terminal to ask on"))
            .hint("pass --password-file FILE")
    };
    // dialoguer reads standard input if it is a terminal; a list on it leaves the terminal itself.
    let terminal = File::open("/dev/tty").map_err(|_| no_terminal())?;
    if !stderr().is_terminal() {
        return Err(no_terminal());
    }
    let before = tcgetattr(&terminal).map_err(|_| no_terminal())?;
    *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
    let (tell, told) = channel();
    let prompt = format!("Password of {user} at {host}");
    // Reading a line goes on through Ctrl-C, so it waits in a thread of its own.
    std::thread::spawn(move || {
        let typed = dialoguer::Password::new().with_prompt(prompt).interact();
        let _ = tell.send(typed.map(Zeroizing::new));
    });
    let typed = loop {
        match told.recv_timeout(Duration::from_millis(50)) {
            Ok(typed) => break Some(typed),
            Err(RecvTimeoutError::Timeout) if !stop.is_set() => {}
            Err(_) => break None,
        }
    };
    restore_terminal();
    match typed {
        Some(Ok(password)) => Ok(password),
        Some(Err(error)) => Err(Error::failed(format!("the password of {user} could not be asked for: {error}"))),
        None => Err(Error::new(Kind::NotConfirmed, "interrupted at the password")),
    }
}

/// Makes the terminal echo again if somebody was being asked for a password.
pub fn restore_terminal() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let (Some(before), Ok(terminal)) = (before, File::open("/dev/tty")) {
        // If the terminal is gone there is nothing to restore.
        let _ = tcsetattr(&terminal, SetArg::TCSANOW, &before);
    }
}
