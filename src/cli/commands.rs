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

/// The commands of the group. A line is `Name(file)`, or `Name(file as OwnArgs)` where those who act for
/// themselves may say more, and for a changing one what it asks for: `Name(file) by Request`.
///
/// `shows` and `applies` are about the hub alone. Those `of_release` name a release, and Bodhi is asked
/// what it is.
macro_rules! commands {
    (
        shows { $($(#[$s:meta])* $Show:ident($show:ident $(as $show_own:ident)?),)* }
        shows_of_release { $($(#[$sr:meta])* $ShowR:ident($show_r:ident $(as $show_r_own:ident)?),)* }
        applies { $($(#[$a:meta])* $Apply:ident($apply:ident $(as $apply_own:ident)?) by $Request:ident,)* }
        applies_of_release {
            $($(#[$ar:meta])* $ApplyR:ident($apply_r:ident $(as $apply_r_own:ident)?) by $Named:ident,)*
        }
    ) => {
        #[derive(Debug, clap::Subcommand)]
        pub enum Command {
            $($(#[$s])* $Show(Shows<words!($show $(as $show_own)?)>),)*
            $($(#[$sr])* $ShowR(Shows<Own<words!($show_r $(as $show_r_own)?)>>),)*
            Call(Shows<call::Args>),
            Whoami(LogsIn<whoami::Args>),
            $($(#[$a])* $Apply(Applies<words!($apply $(as $apply_own)?)>),)*
            $($(#[$ar])* $ApplyR(Applies<Own<words!($apply_r $(as $apply_r_own)?)>>),)*
        }

        /// Runs the command; its exit code.
        pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
            match command {
                $(Command::$Show(words) => read(words, context),)*
                $(Command::$ShowR(words) => read(words, context),)*
                Command::Call(words) => read(words, context),
                Command::Whoami(words) => whoami::show(words, context),
                $(Command::$Apply(words) => change::change::<_, ops::$Request>(words, context),)*
                $(Command::$ApplyR(words) => change::change_release::<_, ops::$Named>(words, context),)*
            }
        }

        /// What an administrator can grant of it. `call` is not: it can read anything.
        #[derive(Debug, clap::Subcommand)]
        pub enum Granted {
            $($(#[$s])* $Show(Asks<$show::Args>),)*
            $($(#[$sr])* $ShowR(Asks<$show_r::Args>),)*
            Whoami(Asks<whoami::Args>),
            $($(#[$a])* $Apply(Does<$apply::Args>),)*
            $($(#[$ar])* $ApplyR(Does<$apply_r::Args>),)*
        }

        /// The commands of [`Granted`], for whoever grants them.
        pub const GRANTABLE: &[table::Command] = &[
            $($show::Args::GRANT,)*
            $($show_r::Args::GRANT,)*
            whoami::Args::GRANT,
            $($apply::Args::GRANT,)*
            $($apply_r::Args::GRANT,)*
        ];

        /// Runs the command in privileged mode; its exit code.
        pub fn granted(command: Granted, context: &mut Context) -> anyhow::Result<u8> {
            match command {
                $(Granted::$Show(words) => read::granted(words, context),)*
                $(Granted::$ShowR(words) => read::granted(words, context),)*
                Granted::Whoami(words) => whoami::granted(words, context),
                $(Granted::$Apply(words) => change::granted::<_, ops::$Request>(words, context),)*
                $(Granted::$ApplyR(words) => change::granted_release::<_, ops::$Named>(words, context),)*
            }
        }

        /// What the command is about, without running it.
        pub fn about(command: Granted) -> anyhow::Result<Dimensions> {
            match command {
                $(Granted::$Show(words) => words.args.dimensions(),)*
                $(Granted::$ShowR(words) => words.args.dimensions(),)*
                Granted::Whoami(words) => words.args.dimensions(),
                $(Granted::$Apply(words) => words.args.dimensions(),)*
                $(Granted::$ApplyR(words) => words.args.dimensions(),)*
            }
        }
    };
}
