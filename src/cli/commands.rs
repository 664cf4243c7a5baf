// SPDX-License-Identifier: GPL-3.0-or-later
//! One line for each command of `flr koji`: everything that has to know all commands is made from it.

/// A command's words for those who act for themselves: `Args` of its file, or what its line says.
macro_rules! words {
    ($file:ident) => {
        $file::Args
    };
    ($file:ident as $own:ident) => {
        $file::$own
    };
}

/// The same with the options that come with what the command does.
macro_rules! own_words {
    (shows $args:ty) => { Shows<$args> };
    (shows_of_release $args:ty) => { Shows<Own<$args>> };
    (logs_in $args:ty) => { LogsIn<$args> };
    (applies $args:ty) => { Applies<$args> };
    (applies_of_release $args:ty) => { AppliesOfRelease<$args> };
    (waits $args:ty) => { Applies<$args> };
}

/// A command's words in privileged mode.
macro_rules! granted_words {
    (shows $file:ident) => { Asks<$file::Args> };
    (shows_of_release $file:ident) => { Asks<$file::Args> };
    (logs_in $file:ident) => { Asks<$file::Args> };
    ($changes:ident $file:ident) => { Does<$file::Args> };
}

/// What runs a command.
macro_rules! runs {
    (shows $file:ident) => {
        read
    };
    (shows_of_release $file:ident) => {
        read
    };
    (logs_in $file:ident) => {
        $file::show
    };
    (applies $file:ident $Request:ident) => {
        change::change::<_, ops::$Request>
    };
    (applies_of_release $file:ident $Named:ident) => {
        change::change_release::<_, ops::$Named>
    };
    (waits $file:ident) => {
        $file::run
    };
}

/// What runs it in privileged mode.
macro_rules! runs_granted {
    (shows $file:ident) => {
        read::granted
    };
    (shows_of_release $file:ident) => {
        read::granted
    };
    (logs_in $file:ident) => {
        $file::granted
    };
    ($changes:ident $($said:ident)*) => {
        runs!($changes $($said)*)
    };
}

/// What an administrator grants of a changing command is the `GRANT` of its file, and it is judged by what it asks
/// for. The others say themselves what they are about.
macro_rules! grantable {
    (applies $file:ident $Request:ident) => {
        grantable!($file, Operation, $Request);
    };
    (applies_of_release $file:ident $Named:ident) => {
        grantable!($file, NamesRelease, $Named);
    };
    ($file:ident, $Asks:ident, $Request:ident) => {
        impl Grantable for $file::Args {
            const GRANT: table::Command = $file::GRANT;

            fn dimensions(self) -> anyhow::Result<Dimensions> {
                Ok($Asks::dimensions(&ops::$Request::try_from(self)?))
            }
        }
    };
    ($of_its_own:ident $file:ident) => {};
}

/// The commands of the group, in the order of its help. A line is `shows Name(file)`, or
/// `shows Name(file as OwnArgs)` where those who act for themselves may say more, and for a changing one what
/// it asks for: `applies Name(file) by Request`.
///
/// `shows` and `applies` are about the hub alone. Those `of_release` name a release, and Bodhi is asked
/// what it is. What `logs_in` or `waits` goes its own way, in its file.
macro_rules! commands {
    ($($(#[$meta:meta])* $does:ident $Name:ident($file:ident $(as $own:ident)?) $(by $Request:ident)?,)*) => {
        #[derive(Debug, clap::Subcommand)]
        pub enum Command {
            $($(#[$meta])* $Name(own_words!($does words!($file $(as $own)?))),)*
            Call(Shows<call::Args>),
        }

        $(grantable!($does $file $($Request)?);)*

        /// Runs the command; its exit code.
        pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
            match command {
                $(Command::$Name(words) => runs!($does $file $($Request)?)(words, context),)*
                Command::Call(words) => read(words, context),
            }
        }

        /// What an administrator can grant of it. `call` is not: it can read anything.
        #[derive(Debug, clap::Subcommand)]
        pub enum Granted {
            $($(#[$meta])* $Name(granted_words!($does $file)),)*
        }

        /// The commands of [`Granted`], for whoever grants them.
        pub const GRANTABLE: &[table::Command] = &[$($file::Args::GRANT,)*];

        /// Runs the command in privileged mode; its exit code.
        pub fn granted(command: Granted, context: &mut Context) -> anyhow::Result<u8> {
            match command {
                $(Granted::$Name(words) => runs_granted!($does $file $($Request)?)(words, context),)*
            }
        }

        /// What the command is about, without running it.
        pub fn about(command: Granted) -> anyhow::Result<Dimensions> {
            match command {
                $(Granted::$Name(words) => words.args.dimensions(),)*
            }
        }
    };
}
