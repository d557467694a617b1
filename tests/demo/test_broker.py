"""The embedded broker, and Apache Kafka: they answer, they keep records, and they leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from uuid import uuid4

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from demo.broker import answers
from demo.broker import embedded_broker as run_broker
from demo.processes import wait_until
from tracer.errors import SurroundingsError


def keeps_a_record(bootstrap_servers: str) -> None:
    topic = f"kept-{uuid4()}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap_servers)
    admin.create_topics([NewTopic(topic, 3, 1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=bootstrap_servers)
    sent = producer.send(topic, key=b"k", value=b"v", headers=[("h", b"1")]).get(timeout=10)
    producer.close()
    consumer = KafkaConsumer(bootstrap_servers=bootstrap_servers, consumer_timeout_ms=10_000)
    consumer.assign([TopicPartition(topic, sent.partition)])
    consumer.seek_to_beginning()
    record = next(consumer)
    consumer.close()
    assert (record.offset, record.key, record.value, record.headers) == (sent.offset, b"k", b"v", [("h", b"1")])


@pytest.mark.broker
def test_the_embedded_broker_keeps_a_record(embedded_broker: str) -> None:
    keeps_a_record(embedded_broker)


@pytest.mark.real_kafka
def test_apache_kafka_keeps_a_record(real_kafka: str) -> None:
    keeps_a_record(real_kafka)


@pytest.mark.broker
def test_the_broker_is_gone_after_the_block(tmp_path: Path) -> None:
    with run_broker(tmp_path) as broker:
        assert answers(broker.bootstrap_servers)
    assert broker.child.ended() is not None
    assert not answers(broker.bootstrap_servers)
    assert "tansu" in broker.child.log.read_text()


@pytest.mark.broker
def test_the_broker_dies_with_a_killed_owner(tmp_path: Path) -> None:
    script = """
        import sys, time
        from pathlib import Path
        from demo.broker import embedded_broker
        with embedded_broker(Path(sys.argv[1])) as broker:
            print(broker.child.pid, flush=True)
            time.sleep(60)
    """
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner, owner.stdout:
        broker = int(owner.stdout.readline())
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        wait_until("the end of the orphan", lambda: not _runs(broker), 10)


def test_a_platform_without_the_broker_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SurroundingsError, match="--bootstrap-servers"), run_broker():
        pass


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # An orphan that ended stays as a zombie where nobody reaps it (a container without an init).
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")
