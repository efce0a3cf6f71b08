import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cmdb_agent.wire.clock import Clock, Moment, age_ms
from cmdb_agent.wire.outbox import Outbox

AGENTS = Path(__file__).parents[3] / "agents"


class SetClock(Clock):
    """A machine's clock that a test sets."""

    def __init__(self, wall_ms=1_000_000, since_boot_ms=5_000, boot_id="boot-1"):
        self.moment = Moment(wall_ms, since_boot_ms, boot_id)

    def now(self):
        return self.moment


def document(number):
    return {"document_id": f"document-{number}", "items": [], "relations": [], "problems": []}


def sent(waiting, now):
    return json.loads(gzip.decompress(waiting.body(now)))


def test_documents_leave_in_the_order_in_which_they_were_read(tmp_path):
    outbox = Outbox(str(tmp_path / "spool"))
    for number in range(12):
        outbox.put(document(number))
    seen = []
    while waiting := outbox.oldest():
        seen.append(json.loads(waiting.encoded)["document_id"])
        outbox.remove(waiting.name)
    assert seen == [f"document-{number}" for number in range(12)]


def test_a_document_s_age_is_counted_by_the_time_since_boot_whatever_the_wall_clock_does(tmp_path):
    clock = SetClock()
    Outbox(str(tmp_path), clock).put(document(1))
    clock.moment = Moment(wall_ms=0, since_boot_ms=65_000, boot_id="boot-1")
    assert sent(Outbox(str(tmp_path), clock).oldest(), clock.now())["age_ms"] == 60_000


def test_across_a_boot_the_age_is_the_difference_of_wall_clocks_and_marked_uncertain(tmp_path):
    clock = SetClock()
    Outbox(str(tmp_path), clock).put(document(1))
    clock.moment = Moment(wall_ms=1_090_000, since_boot_ms=10, boot_id="boot-2")
    body = sent(Outbox(str(tmp_path), clock).oldest(), clock.now())
    assert (body["age_ms"], body["age_uncertain"]) == (90_000, True)


def test_an_age_is_never_negative():
    earlier, later = Moment(2_000, 10, None), Moment(1_000, 20, None)
    assert age_ms(earlier, later) == (0, True)


def test_too_many_documents_drop_the_oldest(tmp_path, caplog):
    outbox = Outbox(str(tmp_path), count_max=3)
    for number in range(5):
        outbox.put(document(number))
    assert json.loads(outbox.oldest().encoded)["document_id"] == "document-2"
    assert len(outbox.names()) == 3
    assert "dropped" in caplog.text


def test_too_many_bytes_drop_the_oldest_but_never_the_newest(tmp_path):
    outbox = Outbox(str(tmp_path), bytes_max=2000)
    for number in range(3):
        outbox.put({**document(number), "noise": os.urandom(600).hex()})
    assert [name.split("-", 1)[0] for name in outbox.names()] == ["000000000002", "000000000003"]
    outbox.put({**document(9), "noise": os.urandom(4000).hex()})
    assert len(outbox.names()) == 1


def test_a_document_keeps_its_place_though_the_spool_was_emptied_between(tmp_path):
    outbox = Outbox(str(tmp_path))
    first = outbox.put(document(1))
    second = outbox.put(document(2))
    outbox.remove(first)
    assert outbox.put(document(3)) > second


@pytest.mark.parametrize(
    "content", [b"", b"no json\nxx", b'{"wall": 1}\n', b'{"wall":1,"boot":2,"boot_id":"b"}\nno gzip']
)
def test_a_damaged_file_is_dropped_and_the_next_one_sent(tmp_path, caplog, content):
    outbox = Outbox(str(tmp_path))
    (tmp_path / "000000000000-broken.doc").write_bytes(content)
    outbox.put(document(1))
    assert json.loads(outbox.oldest().encoded)["document_id"] == "document-1"
    assert "cannot be read" in caplog.text
    assert len(outbox.names()) == 1


def test_spooled_documents_are_readable_for_their_owner_only(tmp_path):
    folder = tmp_path / "spool"
    name = Outbox(str(folder)).put(document(1))
    assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_writer_killed_at_any_moment_leaves_whole_documents_only(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from cmdb_agent.wire.outbox import Outbox\n"
        "outbox = Outbox(sys.argv[2])\n"
        "for number in range(100000):\n"
        "    outbox.put({'document_id': str(number), 'items': ['x' * 20000]})\n"
        "    print(number, flush=True)\n"
    )
    acknowledged = -1
    for _ in range(3):
        command = [sys.executable, "-c", code, str(AGENTS), str(tmp_path / "spool")]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(20):
            acknowledged = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        writer.stdout.close()
        writer.wait()
        outbox = Outbox(str(tmp_path / "spool"))
        whole = []
        while waiting := outbox.oldest():
            whole.append(json.loads(waiting.encoded)["document_id"])
            outbox.remove(waiting.name)
        assert str(acknowledged) in whole
    outbox.put({"document_id": "last"})
    assert [entry for entry in os.listdir(tmp_path / "spool") if entry.endswith(".new")] == []
