#!/usr/bin/env python3
"""Turns Alertmanager's webhook messages into issues: one for each group of alerts, opened, commented on and closed.

What it knows stands in the tracker: a label names the group, a hidden mark in the issue's body says what was told last.
So it can be stopped, moved and started anew. Another tracker is a class with the methods of `GitHub`. See README.md.
"""

import argparse
import calendar
import hashlib
import http.server
import ipaddress
import json
import re
import sys
import textwrap
import threading
import time
import unicodedata
import urllib.parse

from github import GitHub, TrackerFailed

BODY_BYTES_MAX = 1 << 20
CLIENT_TIMEOUT_S = 10
TEXT_CHARS_MAX = 2000
LINE_CHARS_MAX = 300
TITLE_CHARS_MAX = 200
LABEL_CHARS_MAX = 50
KEY_CHARS_MAX = 100
ALERTS_SHOWN_MAX = 20
# An issue that was closed longer ago than this stays closed: what fires now is another incident.
REOPEN_S = 24 * 60 * 60
MARK = re.compile(r"<!-- burnwatch: [0-9a-f]{16} -->")


class Nonsense(Exception):
    """What was posted is no message of Alertmanager; sending it again does not help."""


def digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


# Texts. Nothing of an alert can do anything in an issue: it stands in code, where no tracker knows mentions or HTML.

def plain(text, most):
    """One line without invisible characters, and without what looks like a mark."""
    visible = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    line = " ".join(visible.split()).replace("<!--", "<! --")
    return line if len(line) <= most else line[: most - 1] + "…"


def code(lines):
    """A block whose fence is longer than any in the lines."""
    text = "\n".join(lines)
    fence = "`" * (max([2] + [len(run) for run in re.findall("`+", text)]) + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def link(name, url):
    """A line with a link that ends where the URL ends, or nothing."""
    url = urllib.parse.quote(url, safe="%/:?#&=+,;~")
    return f"- {name}: <{url}>\n" if re.match("https?://[^/?#]", url) and len(url) <= TEXT_CHARS_MAX else ""


def title(text):
    """Titles are no code: what would mention somebody, or another issue, gets an invisible break."""
    return re.sub("([@#!])", "\\1\N{WORD JOINER}", plain(text, TITLE_CHARS_MAX))


def label(name, value):
    return re.sub(r"[^\w./= -]", "_", plain(f"{name}={value}", LABEL_CHARS_MAX))


def texts(table):
    if not all(isinstance(value, str) for value in table.values()):
        raise Nonsense("texts are expected")
    return table


class Message:
    """A message of Alertmanager, version 4."""

    def __init__(self, data):
        try:
            status, self.labels, self.group = data["status"], texts(data["commonLabels"]), texts(data["groupLabels"])
            self.group_key, self.manager = str(data["groupKey"]), str(data["externalURL"])
            self.alerts = [
                {"status": a["status"], "since": str(a["startsAt"]), "labels": texts(a["labels"]),
                 "told": texts(a["annotations"])} for a in data["alerts"]
            ]
            if data["version"] != "4" or status not in ("firing", "resolved"):
                raise Nonsense("version 4 is expected")
        except (AttributeError, KeyError, TypeError) as error:
            raise Nonsense("a message of Alertmanager is expected") from error
        self.about = self.labels.get("slo") or self.labels.get("alertname")
        if not self.alerts or not self.about:
            raise Nonsense("alerts with one `slo` or `alertname` are expected")
        self.firing = [alert for alert in self.alerts if alert["status"] == "firing"] if status == "firing" else []
        self.key = "alert=" + digest([self.group_key, self.about, self.group])
        # What fires, and since when: a message that is repeated says the same.
        state = digest(sorted([sorted(alert["labels"].items()), alert["since"]] for alert in self.firing))
        self.mark = f"<!-- burnwatch: {state} -->"

    def annotation(self, name):
        return next((a["told"][name] for a in self.firing + self.alerts if a["told"].get(name)), "")

    def title(self):
        return title(f"[{self.labels.get('severity', 'alert')}] {self.annotation('summary') or self.about}")

    def issue_labels(self):
        names = [name for name in ("slo", "owner", "severity") if self.labels.get(name)]
        return [self.key] + [label(name, self.labels[name]) for name in names]

    def tiers(self):
        """The alerts that fire, one a line."""
        lines = []
        for alert in self.firing[:ALERTS_SHOWN_MAX]:
            own = [f"{k}={v}" for k, v in sorted(alert["labels"].items()) if k not in self.labels or k == "slo_tier"]
            since = re.sub(r"\.\d+", "", alert["since"])
            lines.append(plain(f"{since} {', '.join(own) or self.about}", LINE_CHARS_MAX))
        hidden = len(self.firing) - len(lines)
        return "Firing since:\n\n" + code(lines + [f"and {hidden} more"] * (hidden > 0))

    def body(self):
        description = textwrap.wrap(plain(self.annotation("description"), TEXT_CHARS_MAX), 100)
        links = [link("Runbook", self.annotation("runbook_url")), link("Dashboard", self.annotation("dashboard_url"))]
        about = code([plain(self.annotation("summary") or self.about, LINE_CHARS_MAX)] + description)
        links = "".join(links + [link("Alertmanager", self.manager)])
        return "\n".join([about, links, self.tiers(), "This issue is closed when the alert ends.\n", self.mark + "\n"])


def closed_recently(issue):
    closed = calendar.timegm(time.strptime(issue["closed_at"], "%Y-%m-%dT%H:%M:%SZ"))
    return time.time() - closed < REOPEN_S


def handle(tracker, message):
    """Does what a message asks for, and says what that was. Done again, it does nothing more."""
    issue = tracker.find(message.key)
    if issue and message.mark in (issue["body"] or ""):
        return f"issue {issue['number']} says so already"
    if issue is None and not message.firing:
        return "no issue is open"
    if issue is None or (message.firing and issue["state"] == "closed" and not closed_recently(issue)):
        key_is_for = plain(message.about, KEY_CHARS_MAX)
        issue = tracker.open(message.key, key_is_for, message.title(), message.body(), message.issue_labels())
        return f"issue {issue['number']} is opened"
    # The rest of the body is its readers'.
    body = MARK.sub("", issue["body"] or "").rstrip() + f"\n\n{message.mark}\n"
    if message.firing:
        tracker.comment(issue, message.tiers())
        tracker.change(issue, body=body, state="open")
        return f"issue {issue['number']} is told of a change"
    if issue["state"] == "open":
        tracker.comment(issue, "The alert has ended.")
    tracker.change(issue, body=body, state="closed")
    return f"issue {issue['number']} is closed"


class Handler(http.server.BaseHTTPRequestHandler):
    timeout = CLIENT_TIMEOUT_S

    def do_GET(self):
        self.answer(*((200, "ready") if self.path == "/ready" else (404, "no such path")))

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if self.path != "/alerts":
            return self.answer(404, "no such path")
        # A web page cannot send this type to a stranger.
        if self.headers.get_content_type() != "application/json" or not re.fullmatch("[0-9]{1,9}", length):
            return self.answer(415, "JSON with its length is expected")
        if int(length) > BODY_BYTES_MAX:
            return self.answer(413, "the message is too long")
        try:
            message = Message(json.loads(self.rfile.read(int(length))))
        except Nonsense as error:
            return self.answer(400, str(error))
        except (ValueError, RecursionError):
            return self.answer(400, "JSON is expected")
        try:
            # One after the other, so that two messages open one issue.
            with self.server.turn:
                done = handle(self.server.tracker, message)
        except TrackerFailed as error:
            return self.answer(502, f"{message.key}: {error}")
        except Exception as error:  # The tracker said something unheard of; Alertmanager tries again.
            return self.answer(500, f"{message.key}: {type(error).__name__}")
        self.answer(200, f"{message.key}: {done}")

    def answer(self, status, text):
        print(f"{status} {text}", file=sys.stderr, flush=True)
        self.send_response_only(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_):
        """What strangers send is not repeated."""


def is_loopback(host):
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def main():
    parse = argparse.ArgumentParser(description="Alertmanager's webhook messages become issues of GitHub.")
    parse.add_argument("--listen", default="127.0.0.1:9099", help="whoever reaches it can open issues")
    parse.add_argument("--repository", required=True, help="OWNER/NAME")
    parse.add_argument("--token-file", required=True, help="of a token that may write issues")
    parse.add_argument("--api", default="https://api.github.com", help="GitHub Enterprise: https://HOST/api/v3")
    arguments = parse.parse_args()
    api = urllib.parse.urlsplit(arguments.api)
    if api.scheme != "https" and not (api.scheme == "http" and is_loopback(api.hostname or "")):
        parse.error("--api: https is expected, or the token could be read on its way")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", arguments.repository):
        parse.error("--repository: OWNER/NAME is expected")
    host, _, port = arguments.listen.rpartition(":")
    if not is_loopback(host):
        print("whoever reaches this address can open issues", file=sys.stderr)
    server = http.server.ThreadingHTTPServer((host, int(port)), Handler)
    server.tracker = GitHub(arguments.api, arguments.repository, arguments.token_file)
    server.turn = threading.Lock()
    server.serve_forever()


if __name__ == "__main__":
    main()
