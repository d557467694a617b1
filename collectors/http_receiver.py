"""OTLP over HTTP: protobuf and JSON, gzip and deflate, answers and errors in the encoding of the request.

An event loop in a thread of its own reads bodies; what waits for the disk runs in a small pool of threads.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from aiohttp import web

from collectors.addresses import Address, listening_socket
from collectors.answers import (
    RETRY_SECONDS,
    Code,
    Failure,
    not_kept_json,
    not_kept_protobuf,
    status_json,
    status_protobuf,
)
from collectors.intake import Intake, TooManySpansError
from collectors.packing import PACKINGS, TooLargeError, unpack
from tracer.errors import SurroundingsError, UsageError
from tracer.formats.otlp_json import to_protobuf

MAX_BODY_BYTES = 64 << 20  # after decompression
WORKERS = 8
STOP_SECONDS = 5.0
_PATHS = frozenset(("/v1/traces", "/v1/metrics", "/v1/logs"))


@dataclass(frozen=True, slots=True)
class _Encoding:
    """How one content type is answered."""

    content_type: str
    success: bytes
    not_kept: Callable[[], bytes]
    status: Callable[[Failure], bytes]


_PROTOBUF = _Encoding("application/x-protobuf", b"", not_kept_protobuf, status_protobuf)
_JSON = _Encoding("application/json", b"{}", not_kept_json, status_json)
_CONTENT_TYPES = {"application/x-protobuf": _PROTOBUF, "application/protobuf": _PROTOBUF, "application/json": _JSON}


class HttpReceiver:
    """Serves `/v1/traces`, and politely `/v1/metrics` and `/v1/logs`, on `address` until `stop`.

    Raises SurroundingsError when the port is taken.
    """

    def __init__(self, intake: Intake, address: Address) -> None:
        self._intake = intake
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="http")
        listening = listening_socket(address, "--http")
        self.address = Address(address.host, listening.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="http", daemon=True)
        self._thread.start()
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=STOP_SECONDS, auto_decompress=False, logger=_one_line_logger()
        )
        asyncio.run_coroutine_threadsafe(self._serve(listening), self._loop).result()

    def stop(self) -> None:
        """Take no new requests; wait for those under way, at most a few seconds."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._workers.shutdown()

    async def _serve(self, listening: socket.socket) -> None:
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def _handle(self, request: web.Request) -> web.Response:
        encoding = _CONTENT_TYPES.get(request.content_type)
        refusal = _refuse(request, encoding)
        if refusal is not None or encoding is None:
            return refusal or web.Response(status=415)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            message = f"the request is over {MAX_BODY_BYTES >> 20} MiB: send smaller batches"
            return _failure(encoding, 413, Failure(Code.RESOURCE_EXHAUSTED, message))
        except web.RequestPayloadError as error:
            return _failure(encoding, 400, Failure(Code.INVALID_ARGUMENT, f"the body cannot be read: {error}"))
        if request.path != "/v1/traces":
            return web.Response(body=encoding.not_kept(), content_type=encoding.content_type)
        return await self._loop.run_in_executor(self._workers, self._export_traces, body, _packing(request), encoding)

    def _export_traces(self, body: bytes, packing: str, encoding: _Encoding) -> web.Response:
        try:
            body = unpack(body, packing, MAX_BODY_BYTES)
            self._intake.accept(to_protobuf(body) if encoding is _JSON else body)
        except (TooLargeError, TooManySpansError) as error:
            return _failure(encoding, 413, Failure(Code.RESOURCE_EXHAUSTED, str(error)))
        except (UsageError, ValueError) as error:
            return _failure(encoding, 400, Failure(Code.INVALID_ARGUMENT, str(error)))
        except SurroundingsError as error:
            return _failure(encoding, 503, Failure(Code.UNAVAILABLE, str(error)))
        return web.Response(body=encoding.success, content_type=encoding.content_type)


def _refuse(request: web.Request, encoding: _Encoding | None) -> web.Response | None:
    """What is wrong with a request before its body is read, or None."""
    answer = encoding or _JSON
    if request.path not in _PATHS:
        message = f"no such path {request.path}: traces go to /v1/traces"
        return _failure(answer, 404, Failure(Code.NOT_FOUND, message))
    if request.method != "POST":
        response = _failure(answer, 405, Failure(Code.UNIMPLEMENTED, f"{request.path} takes POST only"))
        response.headers["Allow"] = "POST"
        return response
    if encoding is None:
        message = f"content type {request.content_type} is not taken: send {' or '.join(sorted(_CONTENT_TYPES))}"
        return _failure(answer, 415, Failure(Code.INVALID_ARGUMENT, message))
    packing = _packing(request)
    if packing not in PACKINGS:
        message = f"content encoding {packing} is not taken: send gzip, deflate or none"
        response = _failure(answer, 415, Failure(Code.INVALID_ARGUMENT, message))
        response.headers["Accept-Encoding"] = "gzip, deflate"
        return response
    return None


def _packing(request: web.Request) -> str:
    return request.headers.get("Content-Encoding", "").strip().lower()


def _failure(encoding: _Encoding, status: int, failure: Failure) -> web.Response:
    response = web.Response(status=status, body=encoding.status(failure), content_type=encoding.content_type)
    if failure.code is Code.UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


class _OneLine(logging.Handler):
    """What the server complains about (a sender that speaks no HTTP, ...) as one line on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        reason = f" ({' '.join(str(cause).split())})" if cause else ""
        print(f"http: {record.getMessage()}{reason}"[:300], file=sys.stderr)


def _one_line_logger() -> logging.Logger:
    logger = logging.Logger("http", logging.WARNING)
    logger.addHandler(_OneLine())
    return logger
