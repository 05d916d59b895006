"""The bridge from Asterisk's manager: what it reads, keeps, sends and puts aside."""

import http.server
import importlib.util
import json
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

_FILE = Path(__file__).resolve().parent.parent / "docs/telephony/asterisk/crm_calls.py"
_spec = importlib.util.spec_from_file_location("crm_calls", _FILE)
crm_calls = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(crm_calls)

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,12}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
EVENTS = st.lists(st.dictionaries(NAMES, VALUES, min_size=1, max_size=5), max_size=5)


@pytest.fixture
def crm():
    """A CRM that answers as it is told, and 200 after that."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.server.got.append((body, self.headers["Authorization"]))
            self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
            self.send_header("Retry-After", "7")
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answers, server.got = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@given(EVENTS, st.integers(1, 40))
def test_events_are_read_however_they_are_cut(events, size):
    data = b"".join(
        "".join(f"{name.upper()}: {value}\r\n" for name, value in event.items()).encode() + b"\r\n"
        for event in events
    )
    read, rest = [], b""
    for start in range(0, len(data), size):
        found, rest = crm_calls.read_events(rest + data[start : start + size])
        read += found
    assert (read, rest) == (events, b"")


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data):
    events, _rest = crm_calls.read_events(data)
    for event in events:
        crm_calls.make_record(event, "UTC", 0)


def test_a_record_and_its_ringing_are_one_call():
    ringing = {"event": "DialBegin", "uniqueid": "1.1", "linkedid": "1.1", "exten": "22"}
    over = {
        "event": "Cdr",
        "uniqueid": "1.1",
        "linkedid": "1.1",
        "starttime": "2026-02-03 04:05:06",
    }
    told = crm_calls.make_record(ringing | {"calleridnum": "420601"}, "UTC", 5.5)
    assert (told["src"], told["dst"], told["start"]) == ("420601", "22", "5")
    record = crm_calls.make_record(over, "Europe/Prague", 0)
    assert (record["LinkedID"], record["tz"]) == (told["linkedid"], "Europe/Prague")
    assert crm_calls.make_record({"event": "Hangup", "uniqueid": "1.1"}, "UTC", 0) is None


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500, 503])
def test_what_was_not_taken_waits_and_goes_in_order(crm, tmp_path, status):
    spool = crm_calls.Spool(tmp_path / "spool")
    for number in range(3):
        spool.add({"n": number})
    crm.answers = [200, status]
    assert crm_calls.flush(spool, crm.url, "a secret") == 7
    assert len(spool.waiting()) == 2
    assert crm_calls.flush(crm_calls.Spool(tmp_path / "spool"), crm.url, "a secret") is None
    assert [body["n"] for body, _secret in crm.got] == [0, 1, 1, 2]
    assert {secret for _body, secret in crm.got} == {"Bearer a secret"}
    assert not spool.waiting()


def test_nothing_is_lost_while_the_crm_is_down(tmp_path):
    spool = crm_calls.Spool(tmp_path)
    spool.add({"n": 1})
    assert crm_calls.flush(spool, "http://127.0.0.1:1/", "a secret") == 0
    (path,) = spool.waiting()
    assert json.loads(path.read_text()) == {"n": 1}
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("status", [400, 405, 413])
def test_what_is_refused_is_put_aside_and_the_rest_goes_on(crm, tmp_path, status):
    spool = crm_calls.Spool(tmp_path)
    spool.add({"n": 1})
    spool.add({"n": 2})
    crm.answers = [status]
    assert crm_calls.flush(spool, crm.url, "a secret") is None
    assert [json.loads(path.read_text()) for path in spool.refused.iterdir()] == [{"n": 1}]
    assert len(crm.got) == 2 and not spool.waiting()
