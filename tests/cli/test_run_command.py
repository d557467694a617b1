"""`tracer run -- CMD`: the service is instrumented without a change, and stays the process that it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instrumentation.telemetry import Receiver, service_environment

SERVICE = """
import os, sys, time
from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers=sys.argv[1])
producer.send(sys.argv[2], b"x", partition=0).get(20)
print(os.getpid(), flush=True)
if sys.argv[3] == "wait":
    time.sleep(60)
sys.exit(int(sys.argv[3]))
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "orders_service.py"
    path.write_text(SERVICE)
    return path


def start(receiver: Receiver, *words: str, **extra: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tracer.cli", "run", *words],
        env=service_environment(receiver.endpoint, extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def status(service: subprocess.Popen[str]) -> int:
    service.communicate(timeout=60)
    return service.returncode


def test_a_script_is_instrumented_in_the_same_process_and_its_status_is_passed_on(
    receiver: Receiver, script: Path, embedded_broker: str
) -> None:
    service = start(receiver, "--", sys.executable, str(script), embedded_broker, "run-script", "3")
    output, errors = service.communicate(timeout=60)
    assert (service.returncode, errors) == (3, "")
    assert int(output) == service.pid
    ((resource, _),) = receiver.wait_for("run-script send")
    assert resource["service.name"] == "orders_service"
    assert resource["process.pid"] == service.pid


def test_the_services_name_can_be_given(receiver: Receiver, script: Path, embedded_broker: str) -> None:
    words = [sys.executable, str(script), embedded_broker, "run-named", "0"]
    assert status(start(receiver, "--service", "orders", "--", *words)) == 0
    assert receiver.wait_for("run-named send")[0][0]["service.name"] == "orders"


def test_a_module_and_a_shell_that_starts_python_are_instrumented(
    receiver: Receiver, script: Path, embedded_broker: str
) -> None:
    path = os.pathsep.join([str(script.parent), service_environment("")["PYTHONPATH"]])
    module = start(
        receiver, "--", sys.executable, "-m", "orders_service", embedded_broker, "run-module", "0", PYTHONPATH=path
    )
    assert status(module) == 0
    assert receiver.wait_for("run-module send")[0][0]["service.name"] == "orders_service"
    shell = start(receiver, "sh", "-c", f"'{sys.executable}' '{script}' {embedded_broker} run-shell 4; exit $?")
    assert status(shell) == 4
    receiver.wait_for("run-shell send")


def test_the_last_spans_are_sent_when_sigterm_ends_a_service_without_a_handler(
    receiver: Receiver, script: Path, embedded_broker: str
) -> None:
    service = start(receiver, "--", sys.executable, str(script), embedded_broker, "run-term", "wait")
    assert service.stdout is not None
    assert int(service.stdout.readline()) == service.pid
    service.send_signal(signal.SIGTERM)
    service.communicate(timeout=30)
    assert service.returncode == -signal.SIGTERM
    receiver.wait_for("run-term send")


def test_a_services_own_handler_of_sigterm_is_left_alone(
    receiver: Receiver, tmp_path: Path, embedded_broker: str
) -> None:
    path = tmp_path / "service.py"
    path.write_text(
        "import signal, sys, time\n"
        "import kafka\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    service = start(receiver, "--", sys.executable, str(path))
    assert service.stdout is not None
    service.stdout.readline()
    service.send_signal(signal.SIGTERM)
    service.communicate(timeout=30)
    assert service.returncode == 7


def test_a_sitecustomize_of_the_services_own_still_runs(receiver: Receiver, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import builtins\nbuiltins.customized = __name__\n")
    path = os.pathsep.join([str(tmp_path), service_environment("")["PYTHONPATH"]])
    words = [
        sys.executable,
        "-c",
        "import sys; print(customized, 'kafka' in sys.modules, 'opentelemetry' in sys.modules)",
    ]
    service = start(receiver, "--", *words, PYTHONPATH=path)
    output, errors = service.communicate(timeout=30)
    assert (output, errors) == ("sitecustomize False False\n", "")


def test_a_service_that_sets_its_own_provider_keeps_it(
    receiver: Receiver, tmp_path: Path, embedded_broker: str
) -> None:
    path = tmp_path / "service.py"
    path.write_text(
        "import sys\n"
        "from kafka import KafkaProducer\n"
        "from opentelemetry import trace\n"
        "from opentelemetry.sdk.trace import TracerProvider\n"
        "from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor\n"
        "own = TracerProvider()\n"
        "own.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(formatter=lambda span: span.name)))\n"
        "trace.set_tracer_provider(own)\n"
        "KafkaProducer(bootstrap_servers=sys.argv[1]).send('run-own', b'x', partition=0).get(20)\n"
    )
    service = start(receiver, "--", sys.executable, str(path), embedded_broker)
    output, errors = service.communicate(timeout=60)
    assert (service.returncode, output, errors) == (0, "run-own send", "")
    assert not receiver.spans


def test_a_setting_that_opentelemetry_refuses_is_one_line_and_the_service_runs(
    receiver: Receiver, script: Path, embedded_broker: str
) -> None:
    words = ["--", sys.executable, str(script), embedded_broker, "run-refused", "0"]
    service = start(receiver, *words, OTEL_PROPAGATORS="no-such-propagator")
    output, errors = service.communicate(timeout=60)
    assert (service.returncode, int(output)) == (0, service.pid)
    (line,) = errors.splitlines()
    assert "is not instrumented: Propagator no-such-propagator not found" in line


@pytest.mark.parametrize(
    ("words", "status", "line"),
    [
        (["--", "no-such-command"], 127, "tracer: no-such-command: command not found"),
        (["--", "/"], 126, "tracer: /: Permission denied"),
        ([], 2, "tracer: no command to run: tracer run -- python service.py"),
        (["--service", "orders", "--"], 2, "tracer: no command to run: tracer run -- python service.py"),
    ],
)
def test_what_cannot_be_started_is_one_line(receiver: Receiver, words: list[str], status: int, line: str) -> None:
    refused = start(receiver, *words)
    output, errors = refused.communicate(timeout=30)
    assert (refused.returncode, output, errors) == (status, "", f"{line}\n")
