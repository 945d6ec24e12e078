//! One child process: started so that it can't outlive us, its output in a file, its end noticed.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How often a condition is looked at that nothing announces.
pub(super) const POLL: Duration = Duration::from_millis(10);
/// Lines of a log that an error shows.
const LAST_LINES: usize = 20;

/// Which lines of a part are shown while it runs in the foreground.
pub type Shown = fn(&str) -> bool;

/// A running child process. It is killed when this is dropped.
#[derive(Debug)]
pub struct Part {
    /// What people call it: `envoy`, `cache-sidecar`, `redis`.
    pub name: &'static str,
    log: PathBuf,
    pid: Pid,
    child: Arc<Mutex<Child>>,
    readers: Vec<JoinHandle<()>>,
}

impl Part {
    /// Starts `command`, with its output in `{name}.log` in `folder`; the lines that `shown` picks are also
    /// printed on standard error behind the part's name.
    ///
    /// # Errors
    /// If the log can't be written or the command not be started.
    pub fn start(
        name: &'static str,
        mut command: Command,
        folder: &Path,
        shown: Option<Shown>,
    ) -> io::Result<Self> {
        let log = folder.join(format!("{name}.log"));
        // A part that is started again goes on in the same log.
        let file = File::options().create(true).append(true).open(&log)?;
        // A group of its own, so that Ctrl-C reaches us alone and we end the parts in order.
        command.stdin(Stdio::null()).process_group(0);
        match shown {
            None => command.stdout(file.try_clone()?).stderr(file.try_clone()?),
            Some(_) => command.stdout(Stdio::piped()).stderr(Stdio::piped()),
        };
        let mut child = spawn(command).map_err(|error| {
            io::Error::new(error.kind(), format!("{name} can't be started: {error}"))
        })?;
        let mut readers = Vec::new();
        if let Some(shown) = shown {
            let out = child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>);
            let err = child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>);
            for pipe in [out, err].into_iter().flatten() {
                let file = file.try_clone()?;
                readers.push(std::thread::spawn(move || copy(name, pipe, file, shown)));
            }
        }
        let pid = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
        Ok(Self { name, log, pid, child: Arc::new(Mutex::new(child)), readers })
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.pid.as_raw()
    }

    /// All that it printed.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// The end of what it printed, for an error.
    #[must_use]
    pub fn last_lines(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines
            .iter()
            .skip(lines.len().saturating_sub(LAST_LINES))
            .map(|line| format!("  {line}\n"))
            .collect()
    }

    /// Its exit status, if it has ended.
    #[must_use]
    pub fn exited(&self) -> Option<ExitStatus> {
        self.child().try_wait().ok().flatten()
    }

    /// Sends it a signal. Not to a process that has ended and was waited for.
    pub fn signal(&self, signal: Signal) {
        if self.exited().is_none() {
            // It may end between the two calls; the pid stays its own until it is waited for.
            let _ = kill(self.pid, signal);
        }
    }

    /// Asks it to end with SIGTERM, and kills it if it hasn't after `patience`.
    pub fn end(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.signal(Signal::SIGTERM);
        let deadline = Instant::now() + patience;
        while self.exited().is_none() && Instant::now() < deadline {
            std::thread::sleep(POLL);
        }
        self.kill();
        self.exited()
    }

    /// Kills it and waits for its end and for all of its output.
    pub fn kill(&mut self) {
        let mut child = self.child();
        drop(child.kill());
        drop(child.wait());
        drop(child);
        for reader in self.readers.drain(..) {
            drop(reader.join());
        }
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.kill();
    }
}

fn copy(name: &str, pipe: Box<dyn Read + Send>, mut file: File, shown: Shown) {
    for line in BufReader::new(pipe).split(b'\n') {
        let Ok(line) = line else { return };
        let line = String::from_utf8_lossy(&line);
        drop(writeln!(file, "{line}"));
        if shown(&line) {
            eprintln!("[{name}] {line}");
        }
    }
}

/// Starts a command on one thread that lives as long as this process. Linux sends the parent-death signal when the
/// *thread* that started a child ends, and a test's thread ends before a stack that tests share.
fn spawn(command: Command) -> io::Result<Child> {
    type Job = (Command, mpsc::Sender<io::Result<Child>>);
    static SPAWNER: OnceLock<Mutex<mpsc::Sender<Job>>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (jobs, todo) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            for (mut command, done) in todo {
                die_with_parent(&mut command);
                drop(done.send(command.spawn()));
            }
        });
        Mutex::new(jobs)
    });
    let (done, child) = mpsc::channel();
    let gone = |_| io::Error::other("the thread that starts processes is gone");
    let jobs = spawner.lock().unwrap_or_else(PoisonError::into_inner);
    jobs.send((command, done))
        .map_err(|_| io::Error::other("the thread that starts processes is gone"))?;
    drop(jobs);
    child.recv().map_err(gone)?
}

fn die_with_parent(command: &mut Command) {
    // SAFETY: between fork and exec only async-signal-safe calls are allowed; prctl is a bare system call.
    #[allow(
        unsafe_code,
        reason = "nothing else sets the parent-death signal before the child runs"
    )]
    unsafe {
        command.pre_exec(|| prctl::set_pdeathsig(Signal::SIGKILL).map_err(io::Error::from));
    }
}
