//! The `motionbert` program: a subcommand runs on the command line, no arguments open the window.

fn main() {}
