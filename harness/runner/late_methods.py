"""Has the methods of dataclasses made when they are first called: of some 450 classes a worker calls few.

Stock, each method is compiled from text when its class is made, which is a fifth of what a worker takes to start. Here a
stand-in is put in its place. Called, it has `dataclasses` make the method, and puts that where it stood: from then on the class
is as it would have been. Until then the method shows no signature of its own, nor does the `__doc__` of a class without one.

The patch is of a private name of CPython 3.11. With any other Python, or with LPS_STEPS=stock, it is not put in.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable
from typing import Any


def make_methods_late() -> bool:
    """From now on, in this process; whether it could be done with this Python, and was wished."""
    if os.environ.get("LPS_STEPS") == "stock" or sys.version_info[:2] != (3, 11) or sys.implementation.name != "cpython":
        return False
    stock = dataclasses._create_fn  # type: ignore[attr-defined]
    if not hasattr(stock, "stock"):
        late = _making_late(stock)
        late.stock = stock  # type: ignore[attr-defined]
        dataclasses._create_fn = late  # type: ignore[attr-defined]
    return True


def _making_late(stock: Callable[..., Callable[..., Any]]) -> Callable[..., Callable[..., Any]]:
    def late(name: str, *arguments: Any, **more: Any) -> Callable[..., Any]:
        made: Callable[..., Any] | None = None

        def method(self: object, /, *given: Any, **named: Any) -> Any:
            nonlocal made
            if made is None:
                made = stock(name, *arguments, **more)
                made.__qualname__ = method.__qualname__
                for each in type(self).__mro__:
                    if vars(each).get(name) is method:
                        setattr(each, name, made)
            return made(self, *given, **named)

        method.__name__ = name
        return method

    return late
