//! Encryption with a real Prometheus that wants certificates of its clients.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use burnwatch::prometheus::{Answer, Fault, Question, Server};
use burnwatch::source::{Endpoint, Source, SourceSettings, Tls};
use tempfile::TempDir;

use super::case::{Case, FINE, slo};
use super::certificates::{Authority, Signed};
use super::kit::prometheus::Prometheus;

/// How long a server may take until it answers.
const READY_DEADLINE: Duration = Duration::from_secs(60);

/// A Prometheus that knows its clients by their certificates, and what a client needs.
struct Encrypted {
    server: Prometheus,
    authority: Authority,
    client: Signed,
    folder: TempDir,
}

impl Encrypted {
    fn start() -> Encrypted {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new(&folder.path().join("ours"));
        let (server, client) = (authority.server(), authority.client());
        let config = format!(
            "tls_server_config:\n  cert_file: {}\n  key_file: {}\n  client_auth_type: RequireAndVerifyClientCert\n  \
             client_ca_file: {}\n",
            server.certificate.display(),
            server.key.display(),
            authority.file().display()
        );
        let web_config = folder.path().join("web.yaml");
        fs::write(&web_config, config).unwrap();
        let server = Prometheus::encrypted(&folder.path().join("data"), &web_config);
        let started = Encrypted {
            server,
            authority,
            client,
            folder,
        };
        started.wait();
        started
    }

    fn url(&self) -> String {
        self.server.url().replace("http://", "https://")
    }

    fn trusted(&self) -> Tls {
        Tls::default()
            .trusting(&fs::read(self.authority.file()).unwrap())
            .unwrap()
    }

    fn known(&self, tls: Tls, client: &Signed) -> Tls {
        let read = |path: &Path| fs::read(path).unwrap();
        tls.known_by(&read(&client.certificate), &read(&client.key))
            .unwrap()
    }

    fn ask(&self, tls: Tls) -> Result<Answer, Fault> {
        let mut settings = SourceSettings::new(Endpoint::parse(&self.url()).unwrap());
        settings.tls = tls;
        let mut source = Source::new(settings).unwrap();
        let answer = source
            .ask(&[Question::instant("vector(7)")], None)
            .remove(0);
        answer
            .map(|reply| reply.answer)
            .map_err(|failure| failure.fault)
    }

    fn wait(&self) {
        let deadline = Instant::now() + READY_DEADLINE;
        while Instant::now() < deadline {
            if self.ask(self.known(self.trusted(), &self.client)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("no answer within {READY_DEADLINE:?}");
    }
}

#[test]
fn both_sides_of_a_connection_show_certificates() {
    let server = Encrypted::start();
    let answer = server.ask(server.known(server.trusted(), &server.client));
    assert!(matches!(answer, Ok(Answer::Vector(samples)) if samples.len() == 1));

    let why = |tls| match server.ask(tls) {
        Err(Fault::Unreachable(why)) => why,
        other => panic!("{other:?}"),
    };
    let no_certificate = why(server.trusted());
    assert!(no_certificate.contains("fatal alert"), "{no_certificate}");

    let others = Authority::new(&server.folder.path().join("others"));
    let foreign = Tls::default()
        .trusting(&fs::read(others.file()).unwrap())
        .unwrap();
    let unknown = why(server.known(foreign, &server.client));
    assert!(unknown.contains("UnknownIssuer"), "{unknown}");

    let not_theirs = why(server.known(server.trusted(), &others.client()));
    assert!(!not_theirs.is_empty());
}

#[test]
fn the_command_line_names_certificates_by_their_files() {
    let server = Encrypted::start();
    let case = Case::new().file("slos/a.yaml", &slo(FINE));
    let path = |path: &Path| path.display().to_string();
    let (url, authority) = (server.url(), path(&server.authority.file()));
    let (certificate, key) = (path(&server.client.certificate), path(&server.client.key));
    let mut arguments = vec!["validate", "--prometheus", &url];
    arguments.extend(["--prometheus-ca-file", &authority]);
    arguments.extend(["--prometheus-cert-file", &certificate]);
    arguments.extend(["--prometheus-key-file", &key]);
    let outcome = case.run(&arguments);
    // It answers, and has nothing.
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(
        outcome.stdout.contains("is this the right server?"),
        "{outcome:?}"
    );

    // A key of another certificate.
    let other = path(&server.authority.server().key);
    let wrong = arguments.len() - 1;
    arguments[wrong] = &other;
    let outcome = case.run(&arguments);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome.stderr.contains("no client can be made"),
        "{outcome:?}"
    );
}
