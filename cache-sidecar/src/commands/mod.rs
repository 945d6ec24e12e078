//! What the binary does besides serving: commands over standard input and output.

mod calibrate;
pub mod count_tokens;
mod judge;
mod lines;

use std::ffi::OsString;
use std::process::ExitCode;

/// How the binary is called.
pub const USAGE: &str = "\
usage: cache-sidecar                                                 serve, as the environment says
       cache-sidecar count-tokens --model M [--estimate] --json      JSON Lines in and out
       cache-sidecar count-tokens --model M [--estimate] < text      one number
       cache-sidecar judge --json [--embedder DIR] [--threshold X]   would the answer to a be served to b?
       cache-sidecar calibrate --json [--embedder DIR] [--error X]   the threshold for the error that you accept
";

/// Runs the command that `arguments`, without the binary's own name, ask for; `None` if they ask for none, which
/// is to serve.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    let command = arguments.next()?;
    Some(match command.to_str() {
        Some("judge") => judge::run(arguments),
        Some("calibrate") => calibrate::run(arguments),
        Some("count-tokens") => count_tokens::run(arguments),
        Some("--help" | "-h" | "help") => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        // Without what was asked for: it may be a text.
        _ => misused("unknown command"),
    })
}

/// Says what is wrong with the arguments, and how they go.
fn misused(what: &str) -> ExitCode {
    eprint!("cache-sidecar: {what}\n{USAGE}");
    ExitCode::from(2)
}
