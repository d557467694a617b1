"""Apache Kafka itself: one KRaft node from the artifacts of Maven Central, fetched once into the user's cache."""

from __future__ import annotations

import fcntl
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs
import pytest

from demo.broker import answers
from demo.processes import Children, wait_until
from tracer.errors import SurroundingsError

VERSION = "4.1.1"

POM = f"""<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka-runtime</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
  </dependencies>
</project>
"""

PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
num.partitions=3
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""

CLUSTER_ID = "b3JkZXJseS1ldmVudHMtMQ"


@pytest.fixture(scope="session")
def real_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The `host:port` of Apache Kafka. Skips with the reason where java, maven or the artifacts cannot be had."""
    with run_kafka(_jars(), tmp_path_factory.mktemp("kafka")) as bootstrap_servers:
        yield bootstrap_servers


@contextmanager
def run_kafka(jars: Path, folder: Path) -> Iterator[str]:
    """Run one Kafka node with its data in `folder`; its log is `folder/kafka.log`, shown when it does not start."""
    port, controller = _free_ports(2)
    properties = folder / "server.properties"
    properties.write_text(PROPERTIES.format(port=port, controller=controller, folder=folder))
    java = ["java", "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{jars}/*"]
    format_storage = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(properties)]
    subprocess.run(format_storage, check=True, capture_output=True, timeout=60)
    with Children(folder) as children:
        child = children.start("kafka", [*java, "kafka.Kafka", str(properties)])
        address = f"127.0.0.1:{port}"
        try:
            wait_until("the start of Apache Kafka", lambda: answers(address), 60, children.check)
        except SurroundingsError as error:
            pytest.fail(f"{error}\n{child.log.read_text(errors='replace')[-4000:]}")
        yield address


def _jars() -> Path:
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            pytest.skip(f"Apache Kafka needs {tool}, which is not installed")
    cache = Path(platformdirs.user_cache_dir("event-tracer")) / "apache-kafka"
    cache.mkdir(parents=True, exist_ok=True)
    jars = cache / VERSION
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jars.is_dir():
            _fetch(jars)
    return jars


def _fetch(jars: Path) -> None:
    work = jars.with_suffix(".fetching")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    (work / "pom.xml").write_text(POM)
    command = ["mvn", "-q", "-B", "-f", str(work / "pom.xml"), "dependency:copy-dependencies"]
    options = ["-DincludeScope=runtime", f"-DoutputDirectory={work / 'jars'}"]
    try:
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("Apache Kafka could not be fetched from Maven Central within 300 s")
    if done.returncode != 0:
        reason = next(
            (line for line in done.stdout.splitlines() if "ERROR" in line), f"mvn ended with {done.returncode}"
        )
        pytest.skip(f"Apache Kafka could not be fetched from Maven Central: {reason}")
    (work / "jars").replace(jars)
    shutil.rmtree(work)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
