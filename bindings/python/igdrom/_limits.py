# SPDX-License-Identifier: BSD-2-Clause
"""Caps on what a parser may spend on one input."""
from __future__ import annotations

from typing import Callable, Optional

from . import _igdrom
from ._enums import Limit
from ._errors import about

#: Is told the work done and the work known of so far; False cancels the call.
Progress = Callable[[int, int], Optional[bool]]


class Limits:
    """A set of caps; it never changes, so threads may share it.

    Args:
        input_bytes: Most bytes of one input.
        expanded_bytes: Most bytes that decompression may yield in all.
        nodes: Most images, files, sections and so on in all.
        depth: Deepest nesting.
        threads: Threads that work on one input.
        expansion_ratio: Bytes that one byte of an encoded part may decode to.
        progress: Is called now and then, in the thread that made the call, with the work done and the work known
            of so far, which grows. When it returns False the call ends with Status.E_CANCELED; an exception of its
            own ends the call too. Threads that share the limits call it at the same time.

    What is left out has the library's default.
    """

    __slots__ = ("_handle", "_progress")

    def __init__(self, *, input_bytes: Optional[int] = None, expanded_bytes: Optional[int] = None,
                 nodes: Optional[int] = None, depth: Optional[int] = None,
                 threads: Optional[int] = None, expansion_ratio: Optional[int] = None,
                 progress: Optional[Progress] = None) -> None:
        self._handle = _igdrom.igdrom_limits_new()
        # The library keeps no reference of its own.
        self._progress = progress
        _igdrom.igdrom_limits_set_progress(self._handle, progress)
        for which, value in ((Limit.INPUT_BYTES, input_bytes), (Limit.EXPANDED_BYTES, expanded_bytes),
                             (Limit.NODES, nodes), (Limit.DEPTH, depth), (Limit.THREADS, threads),
                             (Limit.EXPANSION_RATIO, expansion_ratio)):
            if value is not None:
                with about(f"{which.name.lower()}={value}"):
                    _igdrom.igdrom_limits_set(self._handle, which, value)

    def go_on(self, done: int, total: int) -> bool:
        """Calls the progress function, for work of one's own under the same limits.

        Returns:
            False when the work is to be canceled; True also when there is no progress function.
        """
        return _igdrom.igdrom_limits_go_on(self._handle, done, total)

    @property
    def input_bytes(self) -> int:
        """Most bytes of one input."""
        return _igdrom.igdrom_limits_get(self._handle, Limit.INPUT_BYTES)

    @property
    def expanded_bytes(self) -> int:
        """Most bytes that decompression may yield in all."""
        return _igdrom.igdrom_limits_get(self._handle, Limit.EXPANDED_BYTES)

    @property
    def nodes(self) -> int:
        """Most images, files, sections and so on in all."""
        return _igdrom.igdrom_limits_get(self._handle, Limit.NODES)

    @property
    def depth(self) -> int:
        """Deepest nesting."""
        return _igdrom.igdrom_limits_get(self._handle, Limit.DEPTH)

    @property
    def threads(self) -> int:
        """Threads that work on one input; 1: none but the caller's."""
        return _igdrom.igdrom_limits_get(self._handle, Limit.THREADS)

    @property
    def expansion_ratio(self) -> int:
        """Bytes that one byte of an encoded part may decode to."""
        return _igdrom.igdrom_limits_get(self._handle, Limit.EXPANSION_RATIO)

    def __repr__(self) -> str:
        return (f"igdrom.Limits(input_bytes={self.input_bytes}, expanded_bytes={self.expanded_bytes}, "
                f"nodes={self.nodes}, depth={self.depth}, threads={self.threads}, "
                f"expansion_ratio={self.expansion_ratio})")


def limits_handle(limits: Optional[Limits]) -> Optional[_igdrom.igdrom_limits_object]:
    """What the library takes for it: nothing for the defaults."""
    return limits._handle if limits else None
