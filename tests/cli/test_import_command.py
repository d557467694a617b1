"""`tracer import`: files into the store, once, also beside a running collector and other imports."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path

import grpc
import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.collectors.processes import CollectorProcess, environment, tracer
from tests.collectors.traffic import EXPORT, request, span_ids, stored


@pytest.fixture
def protobuf_file(tmp_path: Path) -> Path:
    file = tmp_path / "spans.pb"
    file.write_bytes(b"".join(struct.pack(">I", len(body)) + body for body in map(request, range(20))))
    return file


@pytest.fixture
def json_file(tmp_path: Path) -> Path:
    file = tmp_path / "spans.otlp.jsonl"
    file.write_text("".join(as_json(number) + "\n" for number in range(20, 30)))
    return file


def as_json(number: int) -> str:
    document = json.loads(json_format.MessageToJson(ExportTraceServiceRequest.FromString(request(number))))
    for index, span in enumerate(document["resourceSpans"][0]["scopeSpans"][0]["spans"]):
        span |= {"traceId": f"{number + 1:032x}", "spanId": f"{index + 1:016x}", "kind": 4}
    return json.dumps(document)


def spans_of(*numbers: int) -> Counter[tuple[str, str]]:
    return Counter(set().union(*map(span_ids, numbers)))


def test_files_of_both_formats_come_in_and_the_same_file_twice_adds_nothing(
    tmp_path: Path, protobuf_file: Path, json_file: Path
) -> None:
    store = tmp_path / "store"
    done = tracer("import", protobuf_file, json_file, "--store", store)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"150 spans in the files, 150 of them new in {store}\n"
    again = tracer("import", protobuf_file, "--store", store)
    assert again.stderr == f"100 spans in the files, 0 of them new in {store}\n"
    assert Counter(stored(store)) == spans_of(*range(30))


def test_spans_that_came_in_another_way_are_known_by_their_ids(tmp_path: Path) -> None:
    first, second = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    first.write_text(as_json(1) + "\n")
    second.write_text(as_json(1).replace("send orders", "told otherwise") + "\n" + as_json(2) + "\n")
    tracer("import", first, "--store", tmp_path / "store")
    done = tracer("import", second, "--store", tmp_path / "store")
    assert "10 spans in the files, 5 of them new" in done.stderr
    assert Counter(stored(tmp_path / "store")) == spans_of(1, 2)


def test_beside_a_running_collector_it_waits_until_the_collector_wrote_its_spans(
    tmp_path: Path, protobuf_file: Path
) -> None:
    store = tmp_path / "store"
    with CollectorProcess(store) as collector, grpc.insecure_channel(collector.grpc) as channel:
        channel.unary_unary(EXPORT)(request(50), timeout=10)
        done = tracer("import", protobuf_file, "--store", store)
        assert done.returncode == 0
        assert "100 spans in the files, 100 of them new" in done.stderr
        assert spans_of(*range(20)) <= Counter(stored(store))
        channel.unary_unary(EXPORT)(request(51), timeout=10)
        assert collector.stop() == 0
    assert Counter(stored(store)) == spans_of(*range(20), 50, 51)


def test_beside_a_running_collector_a_file_without_news_ends_too(tmp_path: Path, protobuf_file: Path) -> None:
    store = tmp_path / "store"
    tracer("import", protobuf_file, "--store", store)
    with CollectorProcess(store):
        again = tracer("import", protobuf_file, "--store", store)
    assert again.stderr == f"100 spans in the files, 0 of them new in {store}\n"


def test_two_imports_of_the_same_file_and_a_collector_at_once_bring_each_span_once(
    tmp_path: Path, protobuf_file: Path
) -> None:
    store = tmp_path / "store"
    line = [sys.executable, "-m", "tracer.cli", "import", str(protobuf_file), "--store", str(store)]
    with CollectorProcess(store) as collector, grpc.insecure_channel(collector.grpc) as channel:
        imports = [
            subprocess.Popen(line, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True)
            for _ in range(2)
        ]
        for number in range(50, 60):
            channel.unary_unary(EXPORT)(request(number), timeout=10)
        said = [process.communicate(timeout=60)[1] for process in imports]
        assert [process.returncode for process in imports] == [0, 0]
        assert collector.stop() == 0
    assert sorted("100 of them new" in text for text in said) == [False, True], said
    assert Counter(stored(store)) == spans_of(*range(20), *range(50, 60))


def test_a_damaged_file_is_one_line_and_status_2_and_what_came_before_is_kept(tmp_path: Path, json_file: Path) -> None:
    with json_file.open("a") as file:
        file.write('{"resourceSpans": [\n')
    done = tracer("import", json_file, "--store", tmp_path / "store")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert str(json_file) in done.stderr
    assert Counter(stored(tmp_path / "store")) == spans_of(*range(20, 30))


def test_a_missing_file_is_said_before_anything_is_taken_in(tmp_path: Path, json_file: Path) -> None:
    done = tracer("import", json_file, tmp_path / "missing.pb", "--store", tmp_path / "store")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no such file" in done.stderr
    assert not (tmp_path / "store").exists()


def test_a_file_that_cannot_be_read_makes_no_store_and_one_without_spans_an_empty_one(tmp_path: Path) -> None:
    file, store = tmp_path / "file.json", tmp_path / "store"
    file.write_text("")
    assert tracer("import", file, "--store", store).returncode == 2
    assert not store.exists()
    file.write_text('{"resourceSpans": []}\n')
    assert tracer("import", file, "--store", store).returncode == 0
    shown = tracer("events", "--store", store, "--format", "json")
    assert (shown.returncode, shown.stdout) == (0, "[]\n")
