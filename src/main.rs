//! The `motionbert` program: a subcommand runs on the command line, no subcommand opens the window.

use std::process::ExitCode;

use motionbert::cli::{self, Request, WindowRequest};
use motionbert::ui::{self, StartOptions};

fn main() -> ExitCode {
    match cli::parse() {
        Request::Command(command) => {
            env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("off")).init();
            ExitCode::from(cli::run(&command))
        }
        Request::Window(request) => {
            let WindowRequest { files, read, model, device, live, detector } = *request;
            match ui::run(StartOptions {
                files,
                read,
                model,
                device,
                infer: None,
                tools: None,
                live,
                detector,
                detections: None,
            }) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => ExitCode::from(cli::fail(&error)),
            }
        }
    }
}
