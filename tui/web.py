"""The explorer in a browser: textual-serve on this machine alone, with a page of our own that loads nothing else.

A page of another site must not be able to read a store through the browser of the one who looks at it, so requests
under another name or from another origin are refused.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from html import escape
from string import Template

from aiohttp import web
from textual_serve.server import Server

from tracer.errors import SurroundingsError

HOST = "127.0.0.1"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self' ws://$host"
)
PAGE = Template("""<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>$title</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/static/css/xterm.css">
    <style>
      @font-face {
        font-family: "Roboto Mono";
        src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf");
      }
      html, body { margin: 0; height: 100%; background: #0e131c; color: #d7deea; }
      .textual-terminal { width: 100vw; height: 100vh; }
      .ended { display: none; position: fixed; inset: 0; z-index: 10; background: #0e131cee; }
      .ended p { margin: 40vh auto 0; text-align: center; font: 16px "Roboto Mono", monospace; }
      .ended a { color: #6cb6ff; }
      body.-closed .ended { display: block; }
    </style>
    <script src="/static/js/textual.js"></script>
  </head>
  <body>
    <div id="terminal" class="textual-terminal" data-session-websocket-url="ws://$host/ws" data-font-size="$size"></div>
    <div class="ended"><p>The session has ended. <a href="/">Open it again</a></p></div>
  </body>
</html>
""")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LocalServer(Server):
    """textual-serve with our page, without its banner."""

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page that holds the terminal; `?fontsize=` changes its size."""
        asked = request.query.get("fontsize", "")
        size = asked if asked.isdecimal() and 6 <= int(asked) <= 48 else "15"
        text = PAGE.substitute(title=escape(self.title), host=request.host, size=size)
        policy = Template(POLICY).substitute(host=request.host)
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def on_startup(self, app: web.Application) -> None:
        """Nothing to print: the command says where it serves."""


def serve(command: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve `command` (a shell's line that runs the app) until SIGINT or SIGTERM. `ready` is told the address.

    Port 0 takes a free one. SurroundingsError when the port cannot be had.
    """
    asyncio.run(_serve(command, port, ready))


async def _serve(command: str, port: int, ready: Callable[[str], None]) -> None:
    server = LocalServer(command, host=HOST, port=port, title="tracer")
    app = await server._make_app()
    app.middlewares.append(_refuse_strangers)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            what = f"cannot serve on {HOST}:{port}, {os.strerror(error.errno or 0).lower()}"
            raise SurroundingsError(what, "choose another with --port") from error
        ready(f"http://{HOST}:{runner.addresses[0][1]}")
        await _stopped()
    finally:
        await runner.cleanup()


async def _stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


@web.middleware
async def _refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only this machine's own names, and no other site's pages."""
    name = request.host.rpartition(":")[0] or request.host
    origin = request.headers.get("Origin")
    if name not in {HOST, "localhost"} or (origin is not None and origin != f"http://{request.host}"):
        raise web.HTTPForbidden(text="tracer ui answers only pages of its own\n")
    return await handler(request)
