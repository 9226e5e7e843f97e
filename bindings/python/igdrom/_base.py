# SPDX-License-Identifier: BSD-2-Clause
"""What the classes share: closing, reading files."""
from __future__ import annotations

import builtins
import os
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Optional, Type, TypeVar, Union

from ._enums import Status
from ._errors import IgdromMisuseError
from ._limits import Limits

if TYPE_CHECKING:
    from ._igdrom import Buffer

Handle = TypeVar("Handle")
Self = TypeVar("Self", bound="Owner")  # type: ignore[type-arg]
Pointer = TypeVar("Pointer")

#: Name of a file, as open() takes it.
Path = Union[str, "os.PathLike[str]"]


class Owner(Generic[Handle]):
    """An object of the library that can be closed.

    Closing makes every later use raise, of the object and of its children. The memory is freed when
    neither is referred to: each child holds the handle too, so none can outlive what it points to.

    A handle may belong to another object, `keep`: that stays, and closing it closes this one.
    """

    def __init__(self, handle: Handle, keep: Optional[Owner[Any]] = None) -> None:
        self._handle: Optional[Handle] = handle
        self._parent = keep
        self._keep = keep._get() if keep is not None else None

    def _get(self) -> Handle:
        if self._parent is not None:
            self._parent._get()
        handle = self._handle
        if handle is None:
            raise IgdromMisuseError(Status.E_STATE, f"this {type(self).__name__} was closed")
        return handle

    def close(self) -> None:
        """Ends the use of the object. Closing twice is allowed."""
        self._handle = None

    @property
    def closed(self) -> bool:
        """Whether close() was called, on it or on what it belongs to."""
        return self._handle is None or (self._parent is not None and self._parent.closed)

    def __enter__(self: Self) -> Self:
        self._get()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.close()


def there(pointer: Optional[Pointer]) -> Pointer:
    """A pointer that the library cannot leave out for this index."""
    assert pointer is not None
    return pointer


def read_file(path: Path, limits: Optional[Limits]) -> Buffer:
    """A file, or the start of one that is larger than the limit: then the library refuses it."""
    most = (limits or Limits()).input_bytes
    with builtins.open(path, "rb") as file:
        return file.read(most + 1)
