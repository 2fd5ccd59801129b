//! What is offered to run the daemon with fits the daemon, and its parts fit one another: `deploy/` and `docs/operations.md`.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use burnwatch::base::Duration;
use burnwatch::model::Daemon;
use burnwatch::model::daemon::LISTEN_DEFAULT;
use serde_json::Value;

use super::case::Case;
use super::examples::blocks;

const KUBERNETES: &str = "deploy/kubernetes";
const STATEFUL_SET: &str = "deploy/kubernetes/statefulset.yaml";
const UNIT: &str = "deploy/systemd/burnwatch.service";
const CONTAINERFILE: &str = "deploy/container/Containerfile";
/// What it takes to write everything down after the grace, and to be late.
const SPARE: Duration = Duration::from_ms(5_000);

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

fn value(path: &str) -> Value {
    serde_saphyr::from_str(&text(path)).expect(path)
}

/// The names of the files in a folder.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect(folder);
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// The values of a key of the unit, in order.
fn of_unit(key: &str) -> Vec<String> {
    let unit = text(UNIT);
    let lines = unit.lines().filter_map(|line| line.split_once('='));
    lines
        .filter(|(name, _)| *name == key)
        .map(|(_, value)| value.to_string())
        .collect()
}

/// What stands behind an instruction of the Containerfile, where it stands last.
fn of_container(instruction: &str) -> String {
    let file = text(CONTAINERFILE);
    let mut lines = file.lines().filter_map(|line| line.split_once(' '));
    let found = lines.rfind(|(name, _)| *name == instruction);
    found
        .unwrap_or_else(|| panic!("{instruction}"))
        .1
        .to_string()
}

fn container() -> Value {
    value(STATEFUL_SET)["spec"]["template"]["spec"]["containers"][0].clone()
}

/// The workspace that is given to Kubernetes.
fn workspace() -> Value {
    value("deploy/kubernetes/workspace/burnwatch.yaml")
}

fn mount(name: &str) -> String {
    let container = container();
    let mounts = container["volumeMounts"].as_array().expect("mounts");
    let found = mounts.iter().find(|mount| mount["name"] == name);
    found.expect(name)["mountPath"]
        .as_str()
        .expect("a path")
        .to_string()
}

/// Whether the binary takes these arguments, as written behind its name.
fn takes(arguments: &[&str]) -> bool {
    let with_help: Vec<&str> = arguments.iter().copied().chain(["--help"]).collect();
    Case::of("").run(&with_help).code == 0
}

/// Has the texts validated as a workspace, without findings.
#[track_caller]
fn check(workspace: &str, slos: &[(&str, String)]) {
    let mut texts = format!("=== burnwatch.yaml\n{workspace}");
    for (name, slo) in slos {
        texts.push_str(&format!("=== {name}\n{slo}"));
    }
    let outcome = Case::of(&texts).run(&["validate"]);
    // Findings stand in what it prints, and there is nothing else.
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (0, ""),
        "{texts}\n{}",
        outcome.stderr
    );
}

#[test]
fn all_manifests_can_be_read_and_those_that_nobody_must_fill_in_are_applied() {
    let kustomization = value("deploy/kubernetes/kustomization.yaml");
    let listed = kustomization["resources"].as_array().expect("resources");
    let mut listed: BTreeSet<String> = listed
        .iter()
        .map(|name| name.as_str().expect("a name").to_string())
        .collect();
    let by_choice = ["servicemonitor.yaml", "secret.example.yaml"];
    listed.extend(by_choice.map(str::to_string));
    let mut found = names(KUBERNETES);
    for other in ["kustomization.yaml", "workspace"] {
        assert!(found.remove(other), "{other}");
    }
    assert_eq!(found, listed);
    for name in found {
        let manifest = value(&format!("{KUBERNETES}/{name}"));
        assert!(manifest["kind"].is_string(), "{name}");
        assert!(manifest["metadata"]["name"].is_string(), "{name}");
    }
    let files = &kustomization["configMapGenerator"][0]["files"];
    let files = files.as_array().expect("files").iter();
    let files: BTreeSet<&str> = files
        .map(|path| {
            let path = path.as_str().expect("a path");
            path.strip_prefix("workspace/").expect("below workspace")
        })
        .collect();
    let workspace = names("deploy/kubernetes/workspace");
    assert_eq!(files, workspace.iter().map(String::as_str).collect());
}

#[test]
fn whoever_stops_the_daemon_waits_longer_than_it_takes() {
    let needed = Daemon::default().shutdown_grace.as_ms() + SPARE.as_ms();
    let seconds = |text: &str| text.parse::<u64>().expect("seconds") * 1_000;
    let of_unit = of_unit("TimeoutStopSec");
    let of_unit = of_unit[0].strip_suffix('s').expect("seconds");
    assert!(seconds(of_unit) > needed, "{of_unit}");
    let of_pod = &value(STATEFUL_SET)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"];
    assert!(seconds(&of_pod.to_string()) > needed, "{of_pod}");
    let daemon = &workspace()["daemon"];
    assert!(daemon["data"].is_string());
    assert!(
        daemon["shutdown_grace"].is_null(),
        "the workspace has another"
    );
    let page = text("docs/operations.md");
    for said in [
        format!("TimeoutStopSec={of_unit}s"),
        format!("terminationGracePeriodSeconds: {of_pod}"),
        format!("go with {}", Daemon::default().shutdown_grace),
    ] {
        assert!(page.contains(&said), "{said}");
    }
    let stop_timeout = page.split("--stop-timeout ").nth(1).expect("podman's");
    let stop_timeout = stop_timeout.split(' ').next().expect("a number");
    assert!(seconds(stop_timeout) > needed, "{stop_timeout}");
}

#[test]
fn there_is_one_port() {
    let port = LISTEN_DEFAULT.port();
    let container = container();
    assert_eq!(container["ports"][0]["containerPort"], port);
    assert_eq!(container["ports"][0]["name"], "http");
    assert_eq!(of_container("EXPOSE"), port.to_string());
    let service = value("deploy/kubernetes/service.yaml");
    assert_eq!(service["spec"]["ports"][0]["port"], port);
    assert_eq!(service["spec"]["ports"][0]["targetPort"], "http");
    let policy = value("deploy/kubernetes/networkpolicy.yaml");
    assert_eq!(policy["spec"]["ingress"][0]["ports"][0]["port"], "http");
    let monitor = value("deploy/kubernetes/servicemonitor.yaml");
    assert_eq!(monitor["spec"]["endpoints"][0]["port"], "http");
    let listen = workspace()["daemon"]["listen"].clone();
    let listen: SocketAddr = listen
        .as_str()
        .expect("an address")
        .parse()
        .expect("an address");
    assert_eq!(listen.port(), port);
    assert!(listen.ip().is_unspecified(), "a kubelet comes from outside");
}

#[test]
fn probes_and_scrapes_ask_for_what_is_there() {
    let pages = text("src/serve/pages.rs");
    let container = container();
    let probes = [
        ("startupProbe", "/livez"),
        ("livenessProbe", "/livez"),
        ("readinessProbe", "/readyz"),
    ];
    let asked = probes.map(|(probe, path)| {
        assert_eq!(container[probe]["httpGet"]["port"], "http", "{probe}");
        (path, container[probe]["httpGet"]["path"].clone())
    });
    let monitor = value("deploy/kubernetes/servicemonitor.yaml");
    let scraped = monitor["spec"]["endpoints"][0]["path"].clone();
    for (path, found) in asked.into_iter().chain([("/metrics", scraped)]) {
        assert_eq!(found, path);
        assert!(
            pages.contains(&format!(".route(\"{path}\", get(")),
            "{path}"
        );
    }
}

#[test]
fn every_command_line_is_one_of_ours() {
    assert!(!takes(&["run", "--no-such-flag"]) && !takes(&["no-such-command"]));
    let arguments = |line: &str| -> Vec<String> {
        let rest = line.strip_prefix("/usr/local/bin/burnwatch ");
        rest.expect(line).split(' ').map(str::to_string).collect()
    };
    let mut lines: Vec<Vec<String>> = Vec::new();
    for key in ["ExecStartPre", "ExecStart"] {
        lines.extend(of_unit(key).iter().map(|line| arguments(line)));
    }
    let list = |text: &str| -> Vec<String> { serde_json::from_str(text).expect(text) };
    assert_eq!(
        list(&of_container("ENTRYPOINT")),
        ["/usr/local/bin/burnwatch"]
    );
    lines.push(list(&of_container("CMD")));
    let health = of_container("HEALTHCHECK");
    let (_, health) = health.split_once("CMD ").expect("a command");
    let health = list(health);
    assert_eq!(health[0], "/usr/local/bin/burnwatch");
    lines.push(health[1..].to_vec());
    lines.push(serde_json::from_value(container()["args"].clone()).expect("arguments"));
    let page = text("docs/operations.md");
    let shell = blocks(&page, "sh").concat();
    let spans = page.split('`').skip(1).step_by(2);
    let of_page = shell.lines().chain(spans).filter_map(|line| {
        let (before, rest) = line.split_once("burnwatch ")?;
        // A command is at the beginning, or behind what begins one.
        let is_command = ["", "&& ", "-- ", "sudo -u burnwatch "]
            .iter()
            .any(|end| before.ends_with(end) && (!end.is_empty() || before.is_empty()));
        let ends = [" &&", ";"].map(|end| rest.find(end).unwrap_or(rest.len()));
        let end = ends.into_iter().min().unwrap_or(rest.len());
        is_command.then(|| rest[..end].split(' ').map(str::to_string).collect())
    });
    let of_page: Vec<Vec<String>> = of_page.collect();
    assert!(of_page.len() >= 8, "{of_page:?}");
    lines.extend(of_page);
    for line in lines {
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        assert!(takes(&line), "{line:?}");
    }
}

#[test]
fn nobody_runs_it_as_root_and_it_writes_to_its_state_alone() {
    let pod = value(STATEFUL_SET)["spec"]["template"]["spec"].clone();
    let user = pod["securityContext"]["runAsUser"].to_string();
    assert_eq!(of_container("USER"), format!("{user}:{user}"));
    assert_ne!(user, "0");
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(
        pod["securityContext"]["seccompProfile"]["type"],
        "RuntimeDefault"
    );
    let own = &pod["containers"][0]["securityContext"];
    assert_eq!(own["readOnlyRootFilesystem"], true);
    assert_eq!(own["allowPrivilegeEscalation"], false);
    assert_eq!(own["capabilities"]["drop"][0], "ALL");
    for (key, value) in [
        ("User", "burnwatch"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("Restart", "always"),
        ("StateDirectory", "burnwatch"),
    ] {
        assert_eq!(of_unit(key), [value], "{key}");
    }
}

#[test]
fn what_the_workspace_names_is_mounted() {
    let (workspace, container) = (workspace(), container());
    assert_eq!(container["workingDir"], mount("workspace"));
    assert_eq!(of_container("WORKDIR"), mount("workspace"));
    assert_eq!(of_unit("WorkingDirectory"), [mount("workspace")]);
    assert_eq!(of_container("VOLUME"), format!("[\"{}\"]", mount("state")));
    let data = workspace["daemon"]["data"].as_str().expect("a path");
    assert!(Path::new(data).starts_with(mount("state")), "{data}");
    let secrets = value("deploy/kubernetes/secret.example.yaml")["stringData"].clone();
    let secrets: BTreeSet<String> = secrets.as_object().expect("keys").keys().cloned().collect();
    let named = text("deploy/kubernetes/workspace/burnwatch.yaml");
    let below = format!("{}/", mount("secrets"));
    let named = named.split(&below).skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        rest[..end.unwrap_or(rest.len())].to_string()
    });
    assert_eq!(named.collect::<BTreeSet<String>>(), secrets);
    let page = text("docs/operations.md");
    for secret in secrets {
        assert!(page.contains(&format!("--from-file={secret}")), "{secret}");
    }
}

#[test]
fn every_workspace_and_slo_compiles() {
    let folder = "deploy/kubernetes/workspace";
    let file = |name: &str| text(&format!("{folder}/{name}"));
    let slo = file("checkout.slo.yaml");
    check(&file("burnwatch.yaml"), &[("checkout.slo.yaml", slo)]);

    let blocks = blocks(&text("docs/operations.md"), "yaml");
    let begins = |begin: &str| {
        let found = blocks.iter().find(|block| block.starts_with(begin));
        found.unwrap_or_else(|| panic!("{begin}")).clone()
    };
    let (whole, slo) = (begins("# burnwatch.yaml"), begins("# slos/checkout.yaml"));
    check(&whole, &[("slos/checkout.yaml", slo.clone())]);
    let mut parts = 0;
    for part in blocks.iter().filter(|block| !block.starts_with('#')) {
        let (before, _) = whole.split_once("daemon:").expect("the last field");
        let before = format!("{before}  canary: {{webhook: {{url_file: canary}}}}\n");
        check(&(before + part), &[("slos/checkout.yaml", slo.clone())]);
        parts += 1;
    }
    assert!(parts >= 1, "only {parts} parts were found");
}
