#!/usr/bin/env python3
"""Bring Asterisk's calls to the CRM: from the manager's events, by way of a folder, over HTTP.

``crm_calls.py /etc/crm_calls.ini`` runs until SIGTERM; ``--once`` sends what waits and ends, with
1 when some of it has to wait longer. A record is a file before it is sent, and stays one until the
CRM took it. Python 3.9 and its standard library are enough; README.md beside this says the rest.
"""

import argparse
import configparser
import http.client
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

_log = logging.getLogger("crm_calls")
_LONGEST_EVENT = 1 << 20
_LONGEST_WAIT = 60
# A client's fault that time may heal: too slow, too many, and the source not there (a database
# that is down, or not yet named) or not let in (the secret is being renewed).
_WORTH_ANOTHER_TRY = {401, 403, 404, 408, 425, 429}
_CDR_FIELDS = (
    "Source Destination Channel DestinationChannel StartTime AnswerTime EndTime Disposition "
    "UniqueID LinkedID RecordingFile Direction Agent"
).split()


def read_events(buffer):
    r"""Return the events that are whole, as dicts with lower-case names, and the rest of the bytes.

    >>> read_events(b"Event: Cdr\r\nSource: 22\r\n\r\nEvent: Di")
    ([{'event': 'Cdr', 'source': '22'}], b'Event: Di')
    """
    *blocks, rest = buffer.split(b"\r\n\r\n")
    events = []
    for block in blocks:
        event = {}
        for line in block.decode("utf-8", "replace").split("\r\n"):
            name, colon, value = line.partition(":")
            if colon:
                event[name.strip().lower()] = value.strip()
        if event:
            events.append(event)
    return events, rest


def make_record(event, tz, now):
    """Return what the CRM is told of an event, or None."""
    if event.get("event") == "Cdr":
        if not event.get("uniqueid") or not event.get("starttime"):
            return None
        record = {name: event[name.lower()] for name in _CDR_FIELDS if event.get(name.lower())}
        record.setdefault("Source", "")
        record.setdefault("Destination", "")
        return {**record, "tz": tz}
    if event.get("event") == "DialBegin" and event.get("linkedid") and event.get("uniqueid"):
        callee = event.get("exten") or event.get("destexten") or event.get("dialstring", "")
        return {
            "src": event.get("calleridnum", "").replace("<unknown>", ""),
            "dst": callee,
            "channel": event.get("channel", ""),
            "dstchannel": event.get("destchannel", ""),
            "start": str(int(now)),
            "uniqueid": event["uniqueid"],
            "linkedid": event["linkedid"],
        }
    return None


class Spool:
    """Records that wait, one file each, in the order in which they came."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.refused = self.folder / "refused"
        self.refused.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._last = 0

    def add(self, record):
        """Keep a record: it is on the disk when this returns."""
        self._last = max(time.time_ns(), self._last + 1)
        path = self.folder / f"{self._last:020d}.json"
        part = path.with_suffix(".part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(record, file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def waiting(self):
        """Return the files that wait, the oldest first."""
        return sorted(self.folder.glob("*.json"))

    def refuse(self, path):
        """Put a record aside that the CRM will never take."""
        path.rename(self.refused / path.name)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The secret is for one address only."""

    def redirect_request(self, *_args):
        return None


def send(url, secret, path):
    """Post one file; return the status, the text and how long the CRM asks to wait."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
    request = urllib.request.Request(url, path.read_bytes(), headers)
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=20) as answer:
            return answer.status, "", 0
    except urllib.error.HTTPError as error:
        asked = error.headers.get("Retry-After") or ""
        text = error.read(500).decode("utf-8", "replace")
        return error.code, text, int(asked) if asked.isdecimal() else 0
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error), 0


def flush(spool, url, secret):
    """Send what waits until it is all sent (None) or the CRM cannot take it (seconds it asks for)."""
    for path in spool.waiting():
        status, text, asked = send(url, secret, path)
        if 200 <= status < 300:
            path.unlink()
        elif 400 <= status < 500 and status not in _WORTH_ANOTHER_TRY:
            _log.error("%s was refused: %s %s", path.name, status, text)
            spool.refuse(path)
        else:
            _log.warning("%s has to wait: %s %s", path.name, status or "no answer", text)
            return asked
    return None


def run_sender(spool, url, read_secret, news, stop):
    """Send whenever there is something, and with growing pauses while the CRM is down."""
    pause = 1
    while not stop.is_set():
        news.clear()
        try:
            asked = flush(spool, url, read_secret())
        except OSError as error:
            _log.warning("%s", error)
            asked = 0
        if asked is None:
            pause = 1
            news.wait(_LONGEST_WAIT)
        else:
            stop.wait(min(max(pause, asked), 3600))
            pause = min(pause * 2, _LONGEST_WAIT)


def follow(manager, spool, news, stop):
    """Log in to the manager and keep its events until the connection or the service ends."""
    address = (manager.get("host", "127.0.0.1"), manager.getint("port", 5038))
    with socket.create_connection(address, timeout=10) as connection:
        login = {"Action": "Login", "Username": manager["user"], "Events": "call,cdr"}
        login["Secret"] = Path(manager["secret_file"]).read_text().strip()
        text = "".join(f"{name}: {value}\r\n" for name, value in login.items())
        connection.sendall(f"{text}\r\n".encode())
        buffer, heard = b"", time.monotonic()
        connection.settimeout(1)
        while not stop.is_set():
            try:
                data = connection.recv(65536)
            except socket.timeout:  # noqa: UP041 - another class until Python 3.10
                if time.monotonic() - heard > 90:
                    raise OSError("the manager is silent") from None
                if time.monotonic() - heard > 30:
                    connection.sendall(b"Action: Ping\r\n\r\n")
                continue
            if not data or len(buffer) > _LONGEST_EVENT:
                raise OSError("the manager closed the connection")
            heard = time.monotonic()
            events, buffer = read_events(buffer + data)
            for event in events:
                if event.get("response") == "Error":
                    raise OSError(f"the manager says: {event.get('message')}")
                if event.get("message") == "Authentication accepted":
                    _log.info("logged in to the manager")
                record = make_record(event, manager.get("tz", "UTC"), time.time())
                if record:
                    spool.add(record)
                    news.set()


def main():
    """Run the bridge."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--once", action="store_true", help="send what waits, and end")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    config = configparser.ConfigParser(interpolation=None)
    with args.config.open() as file:
        config.read_file(file)
    crm, spool = config["crm"], Spool(config["crm"]["spool"])

    def read_secret():
        return Path(crm["secret_file"]).read_text().strip()

    if args.once:
        return 0 if flush(spool, crm["url"], read_secret()) is None else 1
    stop, news = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: (stop.set(), news.set()))
    sender = threading.Thread(target=run_sender, args=(spool, crm["url"], read_secret, news, stop))
    sender.start()
    try:
        while not stop.is_set():
            try:
                follow(config["manager"], spool, news, stop)
            except OSError as error:
                _log.warning("%s", error)
                stop.wait(2)
    finally:
        stop.set()
        news.set()
        sender.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
