"""How a long-running command says that it is ready, and hears that it must stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


def ready(sentence: str) -> None:
    """Say on standard output, at once, that the process does its work from now on."""
    print(sentence, flush=True)


@contextmanager
def ended_in_order() -> Iterator[None]:
    """SIGTERM ends what is done within as Ctrl-C does: whatever was started is stopped, and nothing half-done is left."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def stopping(until_stdin_ends: bool) -> None:
    """Return when standard input ends, where that is the sign, or at SIGTERM; Ctrl-C cancels the wait."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGTERM, stopped.set)
    if until_stdin_ends:

        def listen() -> None:
            # Not by sys.stdin: the interpreter cannot end while a thread holds the lock of its buffer.
            while os.read(sys.stdin.fileno(), 4096):
                pass
            loop.call_soon_threadsafe(stopped.set)

        threading.Thread(target=listen, daemon=True, name="stop").start()
    await stopped.wait()
