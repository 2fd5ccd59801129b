//! A service behind HTTP, with a script of what goes wrong.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::door::Door;
use super::fault::{Fault, Moment};
use super::http::{self, Answer, Request};

/// Whoever takes requests.
pub trait Service: Send + 'static {
    /// Takes a request and answers.
    fn take(&mut self, request: &Request) -> Answer;
}

/// A running service.
pub struct Front<S> {
    door: Door,
    shared: Arc<Shared<S>>,
}

struct Shared<S> {
    state: Mutex<State<S>>,
    over: Condvar,
}

struct State<S> {
    service: S,
    requests: Vec<Request>,
    next: VecDeque<Fault>,
    always: Option<Fault>,
    is_over: bool,
}

impl<S: Service> Front<S> {
    /// Starts it on a free port.
    pub fn start(service: S) -> Front<S> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                service,
                requests: Vec::new(),
                next: VecDeque::new(),
                always: None,
                is_over: false,
            }),
            over: Condvar::new(),
        });
        let inner = shared.clone();
        Front {
            door: Door::new(move |stream| inner.serve(stream)),
            shared,
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.door.address())
    }

    /// The port can be closed.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// This happens to the next requests, in turn.
    pub fn next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.state.lock().unwrap().next.extend(faults);
    }

    /// This happens to all others, from now on.
    pub fn always(&self, fault: Fault) {
        self.shared.state.lock().unwrap().always = Some(fault);
    }

    /// Nothing goes wrong from now on.
    pub fn heal(&self) {
        let mut state = self.shared.state.lock().unwrap();
        state.always = None;
        state.next.clear();
    }

    /// Looks at the service, or changes it.
    pub fn look<T>(&self, look: impl FnOnce(&mut S) -> T) -> T {
        look(&mut self.shared.state.lock().unwrap().service)
    }

    /// What was read so far, also what the service knows nothing of.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state.lock().unwrap().requests.clone()
    }
}

impl<S> Drop for Front<S> {
    fn drop(&mut self) {
        if let Ok(mut state) = self.shared.state.lock() {
            state.is_over = true;
        }
        self.shared.over.notify_all();
    }
}

impl<S: Service> Shared<S> {
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream);
        loop {
            if reader.fill_buf()?.is_empty() {
                return Ok(());
            }
            let fault = {
                let mut state = self.state.lock().unwrap();
                let next = state.next.pop_front();
                next.or_else(|| state.always.clone())
            };
            self.stops(fault.as_ref(), Moment::Unread)?;
            let Some(request) = http::read(&mut reader)? else {
                return Ok(());
            };
            self.state.lock().unwrap().requests.push(request.clone());
            self.stops(fault.as_ref(), Moment::Read)?;
            let answer = match &fault {
                Some(Fault::Answer(answer)) => answer.clone(),
                Some(Fault::Taken(answer)) => {
                    self.take(&request);
                    answer.clone()
                }
                _ => self.take(&request),
            };
            self.stops(fault.as_ref(), Moment::Taken)?;
            self.answer(reader.get_mut(), fault.as_ref(), &answer)?;
            if !request.stays {
                return Ok(());
            }
        }
    }

    fn take(&self, request: &Request) -> Answer {
        self.state.lock().unwrap().service.take(request)
    }

    /// Does what a fault wants at this moment; an error ends the connection.
    fn stops(&self, fault: Option<&Fault>, now: Moment) -> io::Result<()> {
        match fault {
            Some(Fault::HangUp(at)) if *at == now => Err(io::ErrorKind::ConnectionReset.into()),
            Some(Fault::Hang(at)) if *at == now => {
                let state = self.state.lock().unwrap();
                drop(self.over.wait_while(state, |state| !state.is_over));
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Some(Fault::Hold(at, gate)) if *at == now => {
                gate.pass();
                Ok(())
            }
            Some(Fault::Slow(late)) if now == Moment::Taken => {
                self.wait(*late);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn answer(
        &self,
        stream: &mut TcpStream,
        fault: Option<&Fault>,
        answer: &Answer,
    ) -> io::Result<()> {
        match fault {
            Some(Fault::Trickle) => {
                for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" {
                    stream.write_all(&[*byte])?;
                    if self.wait(Duration::from_secs(1)) {
                        break;
                    }
                }
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Some(Fault::Endless) => {
                write!(stream, "HTTP/1.1 200 x\r\n\r\n")?;
                let part = vec![b' '; 1 << 12];
                loop {
                    stream.write_all(&part)?;
                }
            }
            _ => http::write(stream, answer),
        }
    }

    /// Waits; whether it is all over.
    fn wait(&self, limit: Duration) -> bool {
        let state = self.state.lock().unwrap();
        let waited = self
            .over
            .wait_timeout_while(state, limit, |state| !state.is_over);
        waited.unwrap().0.is_over
    }
}
