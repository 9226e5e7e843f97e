# SPDX-License-Identifier: BSD-2-Clause
"""Video BIOS Tables."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, Optional, Tuple

from . import _igdrom
from ._base import Path, read_file
from ._device import DeviceId, id_of
from ._report import Report, collecting

if TYPE_CHECKING:
    from ._igdrom import Buffer


class VbtBlock(NamedTuple):
    """One block of a VBT."""

    id: int
    name: str
    offset: int
    data: bytes


class Vbt:
    """A Video BIOS Table: how firmware describes the displays of a board.

    Attributes:
        report: What was found on the way.
    """

    def __init__(self, handle: _igdrom.igdrom_vbt_object, report: Report,
                 file: Optional[str] = None) -> None:
        self._vbt = handle
        self._file = file
        self.report = report

    @classmethod
    def parse(cls, data: Buffer, *, file: Optional[str] = None) -> Vbt:
        """Reads a VBT; padding behind it is allowed.

        Args:
            data: Starts with "$VBT"; anything with a buffer, such as bytes or mmap.
            file: Its name, for findings and errors.

        Raises:
            IgdromMissingError: It is no VBT.
            IgdromDataError: Its headers are damaged, or it is cut off.
        """
        with collecting(file) as report:
            handle = _igdrom.igdrom_vbt_parse(data, report._handle)
        return Vbt(handle, report, file)

    @classmethod
    def from_file(cls, path: Path) -> Vbt:
        """Reads a file that holds the VBT alone; for other files see Contents.from_file()."""
        return cls.parse(read_file(path, None), file=os.fspath(path))

    @property
    def signature(self) -> str:
        """ "$VBT" and a name ("$VBT TIGERLAKE"), a hint at the platform."""
        return _igdrom.igdrom_vbt_signature(self._vbt)

    @property
    def version(self) -> int:
        """Version of the header."""
        return _igdrom.igdrom_vbt_version(self._vbt)

    @property
    def bdb_version(self) -> int:
        """Version of the BIOS data block."""
        return _igdrom.igdrom_vbt_bdb_version(self._vbt)

    @property
    def size(self) -> int:
        """Size in bytes, without padding."""
        return _igdrom.igdrom_vbt_size(self._vbt)

    @property
    def checksum_ok(self) -> bool:
        """Whether the bytes sum to 0 mod 256."""
        return _igdrom.igdrom_vbt_checksum_ok(self._vbt)

    @property
    def sha256(self) -> str:
        """SHA-256 of bytes(self), lower-case hex."""
        return _igdrom.igdrom_vbt_sha256(self._vbt)

    def __bytes__(self) -> bytes:
        return _igdrom.igdrom_vbt_bytes(self._vbt)

    def __len__(self) -> int:
        return self.size

    @property
    def blocks(self) -> Tuple[VbtBlock, ...]:
        """The blocks, in the order of the table."""
        return tuple(
            VbtBlock(
                _igdrom.igdrom_vbt_block_id(self._vbt, i),
                _igdrom.igdrom_vbt_block_name(self._vbt, i),
                _igdrom.igdrom_vbt_block_offset(self._vbt, i),
                _igdrom.igdrom_vbt_block_bytes(self._vbt, i),
            )
            for i in range(_igdrom.igdrom_vbt_block_count(self._vbt))
        )

    def fits(self, device: DeviceId) -> Optional[bool]:
        """Whether VBTs for a device are known to have this signature; None when not known."""
        return _igdrom.igdrom_vbt_fits(self._vbt, id_of(device))

    def check(self, device: Optional[DeviceId] = None) -> Report:
        """Checks the table, and whether it can be the one of a device."""
        number = 0 if device is None else id_of(device)
        with collecting(self._file) as report:
            _igdrom.igdrom_vbt_check(self._vbt, number, report._handle)
        return report

    def fixed(self) -> bytes:
        """The table with a right checksum; nothing else is changed."""
        return _igdrom.igdrom_vbt_fix_checksum(self._vbt)

    def __repr__(self) -> str:
        return f"<Vbt {self.signature!r} BDB {self.bdb_version}, {self.size} bytes>"
