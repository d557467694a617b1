"""Found by every Python that `tracer run` starts: instruments it when it imports a client, then runs the
`sitecustomize` that this one hides.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from types import ModuleType

_CLIENT = "kafka"


def _instrument() -> None:
    try:
        from wrapt import register_post_import_hook
    except ImportError as error:
        _say(f"{error}; install event-tracer beside the service")
        return

    def imported(_module: ModuleType) -> None:
        try:
            from tracer.instrumentation.lifecycle import run_instrumented

            run_instrumented()
        except ImportError as error:
            _say(f"{error}; install event-tracer beside the service")
        except Exception as error:  # the service imports its client: nothing of ours may stop that
            _say(str(error))

    register_post_import_hook(imported, _CLIENT)


def _run_hidden() -> None:
    here = os.path.realpath(os.path.dirname(__file__))  # noqa: PTH120 - pathlib would cost every start
    path = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", path)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


def _say(what: str) -> None:
    print(f"tracer run: {sys.executable} is not instrumented: {what}", file=sys.stderr)


_instrument()
_run_hidden()
