"""Issues of GitHub, through its REST API: looked up by a label, opened, commented on, changed.

An issue is what GitHub says of it: `number`, `state` (open or closed), `body` and `closed_at` are used by the bridge.
"""

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request

ANSWER_BYTES_MAX = 16 << 20
TIMEOUT_S = 10
PAGES_MAX = 10
# What GitHub answers where a label is there already.
EXISTS = 422
HEADERS = {
    "Accept": "application/vnd.github+json",
    "Content-Type": "application/json",
    "User-Agent": "burnwatch-bridge",
    "X-GitHub-Api-Version": "2022-11-28",
}


class TrackerFailed(Exception):
    """The tracker did not do what it was asked; Alertmanager sends the message again."""


class GitHub:
    """Issues of one repository. GitHub's search is late by minutes, so issues are looked up by their label."""

    def __init__(self, base, repository, token_file):
        self.base, self.token_file = base.rstrip("/"), token_file
        self.repository = f"{self.base}/repos/{repository}"
        # No redirect is followed: it would take the token along.
        refuse = type("Refuse", (urllib.request.HTTPRedirectHandler,), {"redirect_request": lambda *_: None})
        self.opener = urllib.request.build_opener(refuse)

    def ask(self, method, url, data=None, accept=()):
        """The answer and the address of its next page; nothing where the status is one of `accept`."""
        try:
            with open(self.token_file, encoding="ascii") as file:
                token = file.read().strip()
            headers = {**HEADERS, "Authorization": f"Bearer {token}"}
            body = None if data is None else json.dumps(data).encode()
            request = urllib.request.Request(url, body, headers, method=method)
            with self.opener.open(request, timeout=TIMEOUT_S) as answer:
                following = re.search('<([^<>]+)>; rel="next"', answer.headers.get("Link", ""))
                return json.loads(answer.read(ANSWER_BYTES_MAX)), following and following.group(1)
        except urllib.error.HTTPError as error:
            if error.code in accept:
                return None, None
            raise TrackerFailed(f"{method} answered {error.code}") from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            # The text of an error may quote what was sent.
            raise TrackerFailed(f"{method} failed: {type(error).__name__}") from None

    def find(self, key):
        """The issue of a key: an open one, or else the newest."""
        query = {"labels": key, "state": "all", "sort": "created", "direction": "desc", "per_page": 100}
        url, found = f"{self.repository}/issues?{urllib.parse.urlencode(query)}", []
        for _ in range(PAGES_MAX):
            issues, url = self.ask("GET", url)
            found += [issue for issue in issues if "pull_request" not in issue]
            if not url or not url.startswith(self.base + "/"):
                break
        return next((issue for issue in found if issue["state"] == "open"), found[0] if found else None)

    def open(self, key, about, title, body, labels):
        """Opens an issue; `key`, one of its labels, is made for what it is `about`."""
        # GitHub drops labels of those who may not make them: the issue would not be found again. Then none is opened.
        fields = {"name": key, "color": "ededed", "description": about}
        self.ask("POST", f"{self.repository}/labels", fields, accept=(EXISTS,))
        return self.ask("POST", f"{self.repository}/issues", {"title": title, "body": body, "labels": labels})[0]

    def comment(self, issue, text):
        """Adds a comment."""
        self.ask("POST", f"{self.repository}/issues/{issue['number']}/comments", {"body": text})

    def change(self, issue, **fields):
        """Sets `body` and `state`, which is `open` or `closed`."""
        self.ask("PATCH", f"{self.repository}/issues/{issue['number']}", fields)
