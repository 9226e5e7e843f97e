# SPDX-License-Identifier: BSD-2-Clause
"""Facts read from Intel GOP drivers."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Iterable, Optional, Tuple

from . import _igdrom
from ._base import Path, read_file
from ._device import DeviceId, id_of
from ._enums import Confidence, GopGate, GopVerdict
from ._errors import about
from ._report import Report, collecting

if TYPE_CHECKING:
    from ._igdrom import Buffer


class Gop:
    """Facts about one GOP driver. What could not be read is None.

    Attributes:
        report: What was found on the way.
    """

    def __init__(self, handle: _igdrom.igdrom_gop_object, report: Report) -> None:
        self._facts = handle
        self.report = report

    @classmethod
    def identify(cls, data: Buffer, *, file: Optional[str] = None) -> Gop:
        """Reads the facts from one PE image.

        Args:
            data: The image; anything with a buffer, such as bytes or mmap.
            file: Its name, for findings and errors.

        Raises:
            IgdromMissingError: It is no PE image, or not an Intel GOP driver.
            IgdromDataError: The PE headers are damaged.
        """
        with collecting(file) as report:
            handle = _igdrom.igdrom_gop_identify(data, report._handle)
        return Gop(handle, report)

    @classmethod
    def from_file(cls, path: Path) -> Gop:
        """Reads a bare PE image (.efi); for other files see Contents.from_file()."""
        return cls.identify(read_file(path, None), file=os.fspath(path))

    def _get(self) -> _igdrom.igdrom_gop_object:
        return self._facts

    @property
    def version(self) -> Optional[str]:
        """Version as text ("17.0.1077")."""
        return _igdrom.igdrom_gop_version(self._get())

    @property
    def version_info(self) -> Optional[Tuple[int, int, int]]:
        """Version as numbers."""
        gop = self._get()
        if _igdrom.igdrom_gop_version(gop) is None:
            return None
        return (_igdrom.igdrom_gop_version_major(gop), _igdrom.igdrom_gop_version_minor(gop),
                _igdrom.igdrom_gop_version_build(gop))

    @property
    def family(self) -> Optional[str]:
        """Family in the families table."""
        return _igdrom.igdrom_gop_family(self._get())

    @property
    def confidence(self) -> Confidence:
        """How sure the reading is."""
        return Confidence(_igdrom.igdrom_gop_confidence(self._get()))

    @property
    def device_ids(self) -> Tuple[int, ...]:
        """The driver's own table of PCI device ids, in its order; empty when it was not read."""
        gop = self._get()
        return tuple(_igdrom.igdrom_gop_device_at(gop, i) for i in range(_igdrom.igdrom_gop_device_count(gop)))

    @property
    def igd_ids(self) -> Tuple[int, ...]:
        """Those of device_ids that are integrated graphics known to the device table."""
        gop = self._get()
        return tuple(device for i, device in enumerate(self.device_ids)
                     if _igdrom.igdrom_gop_device_is_igd(gop, i))

    @property
    def device_table_offset(self) -> Optional[int]:
        """Offset of the table in the PE file, bytes."""
        return _igdrom.igdrom_gop_device_table_offset(self._get()) or None

    def supports(self, device: DeviceId) -> Optional[bool]:
        """Whether the driver's own table lists a device; None when the table was not read."""
        return _igdrom.igdrom_gop_supports(self._get(), id_of(device))

    @property
    def gate(self) -> GopGate:
        """Whether the driver refuses a guest whose LPC bridge it does not know."""
        return GopGate(_igdrom.igdrom_gop_gate(self._get()))

    @property
    def gate_offset(self) -> Optional[int]:
        """Offset in the PE file of the instruction that fetches the LPC id, bytes."""
        return _igdrom.igdrom_gop_gate_offset(self._get()) or None

    @property
    def lpc_ranges(self) -> Tuple[Tuple[int, int], ...]:
        """Ranges (first, last) of LPC ids this build accepts; empty when in no table, or any id."""
        gop = self._get()
        return tuple(_igdrom.igdrom_gop_lpc_at(gop, i) for i in range(_igdrom.igdrom_gop_lpc_count(gop)))

    def accepts_lpc(self, lpc_id: int) -> Optional[bool]:
        """Whether the driver starts with this PCI device id at 00:1f.0; None: not known."""
        return _igdrom.igdrom_gop_accepts_lpc(self._get(), lpc_id)

    @property
    def machine(self) -> int:
        """PE machine (0x8664 = x64)."""
        return _igdrom.igdrom_gop_machine(self._get())

    @property
    def subsystem(self) -> int:
        """PE subsystem (0x0B = EFI boot service driver)."""
        return _igdrom.igdrom_gop_subsystem(self._get())

    @property
    def size(self) -> int:
        """Size of the input, bytes."""
        return _igdrom.igdrom_gop_size(self._get())

    @property
    def sha256(self) -> str:
        """SHA-256 of the input, 64 lower-case hex digits."""
        return _igdrom.igdrom_gop_sha256(self._get())

    def __repr__(self) -> str:
        sure = _igdrom.igdrom_confidence_name(self.confidence)
        ids = self.device_ids
        shown = " ".join(f"{i:04X}" for i in ids[:4]) + (" ..." if len(ids) > 4 else "")
        return (f"<igdrom.{type(self).__name__} {self.version or 'of unknown version'}, "
                f"{len(ids)} device ids ({shown}), confidence {sure}>")


def best_gop(gops: Iterable[Gop], device: DeviceId) -> Gop:
    """The best of several drivers for a device: the highest version that lists its id.

    Raises:
        IgdromMissingError: None lists the id.
    """
    candidates = list(gops)
    number = id_of(device)
    with about(f"a GOP driver for device {number:04X}"):
        return candidates[_igdrom.igdrom_gop_best([gop._get() for gop in candidates], number)]


def judge_gop(gop: Optional[Gop], best: Optional[Gop], device: DeviceId) -> GopVerdict:
    """Why a driver is the best for a device (see best_gop()), or why it is not.

    Args:
        gop: The driver; None when a file has none.
        best: The best; None when there is none.
        device: The device.
    """
    handle, best_handle = (one._get() if one is not None else None for one in (gop, best))
    return GopVerdict(_igdrom.igdrom_gop_judge(handle, best_handle, id_of(device)))


def verdict_name(verdict: GopVerdict) -> str:
    """A verdict as the word that JSON uses ("not-listed")."""
    return _igdrom.igdrom_gop_verdict_name(verdict)
