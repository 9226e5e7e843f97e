# SPDX-License-Identifier: BSD-2-Clause
"""Firmware images as a tree."""
from __future__ import annotations

import builtins
import os
from typing import TYPE_CHECKING, Any, Iterator, Optional, Tuple

from . import _igdrom
from ._base import Owner, Path, read_file, there
from ._enums import NodeKind
from ._limits import Limits, limits_handle
from ._report import Report, collecting

if TYPE_CHECKING:
    from ._igdrom import Buffer


class Node:
    """One part of a firmware image: a volume, a file, a section, ... See Firmware.root."""

    __slots__ = ("_firmware", "_keep", "_node")

    def __init__(self, firmware: Firmware, node: _igdrom.igdrom_firmware_node_object) -> None:
        self._firmware = firmware
        self._keep = firmware._get()
        self._node = node

    def _get(self) -> _igdrom.igdrom_firmware_node_object:
        self._firmware._get()
        return self._node

    def _other(self, node: Optional[_igdrom.igdrom_firmware_node_object]) -> Optional[Node]:
        return None if node is None else Node(self._firmware, node)

    @property
    def kind(self) -> NodeKind:
        """What it is."""
        return NodeKind(_igdrom.igdrom_firmware_node_kind(self._get()))

    @property
    def kind_name(self) -> str:
        """The same as a word ("file")."""
        return _igdrom.igdrom_node_kind_name(self.kind)

    @property
    def type(self) -> str:
        """The type inside its kind ("PE32", "DRIVER", "FFS2"); "" when the kind has none."""
        return _igdrom.igdrom_firmware_node_type(self._get())

    @property
    def type_number(self) -> int:
        """The number of the type."""
        return _igdrom.igdrom_firmware_node_type_number(self._get())

    @property
    def guid(self) -> Optional[str]:
        """GUID of a file, volume, capsule or GUIDed section."""
        return _igdrom.igdrom_firmware_node_guid(self._get())

    @property
    def name(self) -> Optional[str]:
        """Name: its own, or what its GUID is known as."""
        return _igdrom.igdrom_firmware_node_name(self._get())

    @property
    def role(self) -> Optional[str]:
        """What a file is known for by its GUID: "gop", "vbt", "vbios", "policy", "assignment", "guest", ... ."""
        return _igdrom.igdrom_firmware_node_role(self._get())

    @property
    def bytes(self) -> builtins.bytes:
        """Its bytes, header included, as they lie in the image."""
        return _igdrom.igdrom_firmware_node_bytes(self._get())

    @property
    def body(self) -> builtins.bytes:
        """Its bytes without the header, not decoded."""
        return _igdrom.igdrom_firmware_node_body(self._get())

    @property
    def decoded(self) -> Optional[builtins.bytes]:
        """What its encoded part decodes to; None when it has none, or it was not decoded."""
        node = self._get()
        if not _igdrom.igdrom_firmware_node_is_decoded(node):
            return None
        return _igdrom.igdrom_firmware_node_decoded(node)

    @property
    def compression(self) -> Optional[str]:
        """How its contents are encoded ("LZMA")."""
        return _igdrom.igdrom_firmware_node_compression(self._get())

    @property
    def offset(self) -> int:
        """Offset in the image, or in the decoded part that it belongs to."""
        return _igdrom.igdrom_firmware_node_offset(self._get())

    @property
    def in_file(self) -> bool:
        """Whether it lies in the input itself."""
        return _igdrom.igdrom_firmware_node_in_file(self._get())

    @property
    def file_offset(self) -> int:
        """Offset in the input of it, or of the encoded part that it comes from."""
        return _igdrom.igdrom_firmware_node_file_offset(self._get())

    @property
    def path(self) -> str:
        """The way from the root to it in words; "" for the root."""
        return _igdrom.igdrom_firmware_node_path(self._get())

    @property
    def parent(self) -> Optional[Node]:
        """The node above; None for the root."""
        return self._other(_igdrom.igdrom_firmware_node_parent(self._get()))

    @property
    def children(self) -> Tuple[Node, ...]:
        """The nodes below."""
        found = []
        child = self._other(_igdrom.igdrom_firmware_node_first_child(self._get()))
        while child is not None:
            found.append(child)
            child = self._other(_igdrom.igdrom_firmware_node_next(child._get()))
        return tuple(found)

    def __repr__(self) -> str:
        if self._firmware.closed:
            return "<igdrom.Node, closed>"
        words = " ".join(w for w in (self.kind_name, self.type, self.guid, self.name) if w)
        return f"<igdrom.Node {words} at 0x{self.offset:x}>"


class Firmware(Owner[_igdrom.igdrom_firmware_object]):
    """A firmware image. Iterating walks over all nodes, parents before children.

    Attributes:
        report: What was found on the way.
    """

    def __init__(self, handle: _igdrom.igdrom_firmware_object, report: Report,
                 keep: Optional[Owner[Any]] = None) -> None:
        # The image of Contents belongs to them.
        super().__init__(handle, keep)
        self.report = report

    @classmethod
    def from_bytes(cls, data: Buffer, limits: Optional[Limits] = None, *,
                   file: Optional[str] = None) -> Firmware:
        """Reads an image.

        Args:
            data: The whole file; anything with a buffer, such as bytes or mmap.
            limits: Caps; None for the defaults.
            file: Its name, for findings and errors.

        Raises:
            IgdromMissingError: No structure was found anywhere in it.
            IgdromDataError: It is larger than the input may be.
        """
        with collecting(file) as report:
            handle = _igdrom.igdrom_firmware_open(data, limits_handle(limits), report._handle)
        return cls(handle, report)

    @classmethod
    def from_file(cls, path: Path, limits: Optional[Limits] = None) -> Firmware:
        """Reads a file."""
        return cls.from_bytes(read_file(path, limits), limits, file=os.fspath(path))

    @property
    def root(self) -> Node:
        """The node that stands for the whole input."""
        return Node(self, there(_igdrom.igdrom_firmware_root(self._get())))

    @property
    def decoded_size(self) -> int:
        """Sum of the sizes of all decoded parts, bytes."""
        return _igdrom.igdrom_firmware_decoded_size(self._get())

    @property
    def is_virtual(self) -> bool:
        """Whether it is the firmware of virtual machines, such as OVMF."""
        return _igdrom.igdrom_firmware_is_virtual(self._get())

    def to_json(self) -> str:
        """The tree as a JSON document."""
        return _igdrom.igdrom_firmware_to_json(self._get(), self.report._handle)

    def walk(self) -> Iterator[Node]:
        """All nodes, parents before children."""
        node: Optional[Node] = self.root
        while node is not None:
            yield node
            node = node._other(_igdrom.igdrom_firmware_node_walk(node._get()))

    def __len__(self) -> int:
        return _igdrom.igdrom_firmware_node_count(self._get())

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Node]:
        return self.walk()

    def __repr__(self) -> str:
        if self.closed:
            return "<igdrom.Firmware, closed>"
        return f"<igdrom.Firmware of {len(self)} nodes>"
