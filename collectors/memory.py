"""How the processes of a collector hold memory."""

from __future__ import annotations

import ctypes

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def share_one_arena() -> None:
    """Let all threads of this process allocate from one arena, where the C library is glibc; else nothing happens.

    Call it before there are threads. An arena for each thread keeps what that thread has freed: with requests of 8,192
    spans the receiver had 195 MB, with one arena 150, at the same speed.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
