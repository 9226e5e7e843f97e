# SPDX-License-Identifier: BSD-2-Clause
"""Building option ROMs."""
from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Iterable, List, Optional, Tuple

from . import _igdrom
from ._base import Owner
from ._device import DeviceId, id_of
from ._errors import about
from ._report import Finding, Report, collecting

if TYPE_CHECKING:
    from ._igdrom import Buffer


class RomBuilder(Owner[_igdrom.igdrom_rom_builder_object]):
    """Puts images together into an option ROM.

        with igdrom.RomBuilder(target="4680") as builder:
            rom = builder.add_guest_driver().add_gop(driver, name="IntelGop.efi").finish()

    The arguments are those of configure(). A builder may be shared by threads: one call at a time
    works on it.
    """

    def __init__(self, *, target: Optional[DeviceId] = None, vendor_id: Optional[int] = None,
                 device_ids: Optional[Iterable[DeviceId]] = None, class_code: Optional[int] = None,
                 code_revision: Optional[int] = None, pcir_revision: Optional[int] = None,
                 compress: Optional[bool] = None, open_ended: Optional[bool] = None,
                 select: Optional[bool] = None, lpc_answer: Optional[bool] = None,
                 lpc_id: Optional[DeviceId] = None, force: Optional[bool] = None) -> None:
        super().__init__(_igdrom.igdrom_rom_builder_new())
        self._lock = threading.Lock()
        self._findings: List[Finding] = []
        self.configure(target=target, vendor_id=vendor_id, device_ids=device_ids,
                       class_code=class_code, code_revision=code_revision,
                       pcir_revision=pcir_revision, compress=compress, open_ended=open_ended,
                       select=select, lpc_answer=lpc_answer, lpc_id=lpc_id, force=force)

    def configure(self, *, target: Optional[DeviceId] = None, vendor_id: Optional[int] = None,
                  device_ids: Optional[Iterable[DeviceId]] = None,
                  class_code: Optional[int] = None, code_revision: Optional[int] = None,
                  pcir_revision: Optional[int] = None, compress: Optional[bool] = None,
                  open_ended: Optional[bool] = None, select: Optional[bool] = None,
                  lpc_answer: Optional[bool] = None, lpc_id: Optional[DeviceId] = None,
                  force: Optional[bool] = None) -> RomBuilder:
        """Changes settings; they hold for images added after. What is None stays as it is.

        Args:
            target: The device the ROM is for: every GOP must list it. 0 for any.
            vendor_id: PCIR vendor id, 8086 at first.
            device_ids: PCIR device id and device list; empty for those of each driver, as at first.
            class_code: PCIR class code, 0x030000 at first.
            code_revision: PCIR code revision, 0 at first.
            pcir_revision: 0 (PCI 2.3, no device list) or 3 (PCI 3.0, as at first).
            compress: Whether EFI payloads are compressed; on at first.
            open_ended: Whether the final image says that others follow; off at first.
            select: Whether the guest driver starts the one GOP for the device, of those that the
                ROM carries; on at first. Off: firmware starts every one.
            lpc_answer: Whether the guest driver may answer the LPC check of a GOP; on at first.
            lpc_id: Device id of the host's LPC bridge, for VMs that do not name it. 0 for none.
            force: Whether a refusal becomes a warning; off at first.
        """
        with self._lock:
            builder = self._get()
            if target is not None:
                _igdrom.igdrom_rom_builder_set_target(builder, id_of(target))
            if vendor_id is not None:
                _igdrom.igdrom_rom_builder_set_vendor_id(builder, vendor_id)
            if device_ids is not None:
                _igdrom.igdrom_rom_builder_set_device_ids(builder, [id_of(i) for i in device_ids])
            if class_code is not None:
                with about(f"class_code=0x{class_code:x}"):
                    _igdrom.igdrom_rom_builder_set_class_code(builder, class_code)
            if code_revision is not None:
                _igdrom.igdrom_rom_builder_set_code_revision(builder, code_revision)
            if pcir_revision is not None:
                with about(f"pcir_revision={pcir_revision}"):
                    _igdrom.igdrom_rom_builder_set_pcir_revision(builder, pcir_revision)
            if compress is not None:
                _igdrom.igdrom_rom_builder_set_compress(builder, compress)
            if open_ended is not None:
                _igdrom.igdrom_rom_builder_set_open_ended(builder, open_ended)
            if select is not None:
                _igdrom.igdrom_rom_builder_set_select(builder, select)
            if lpc_answer is not None:
                _igdrom.igdrom_rom_builder_set_lpc_answer(builder, lpc_answer)
            if lpc_id is not None:
                _igdrom.igdrom_rom_builder_set_lpc_id(builder, id_of(lpc_id))
            if force is not None:
                _igdrom.igdrom_rom_builder_set_force(builder, force)
        return self

    @property
    def findings(self) -> Tuple[Finding, ...]:
        """What the calls that succeeded have found so far."""
        return tuple(self._findings)

    def _keep_findings(self, report: Report) -> None:
        self._findings.extend(report)

    def add_guest_driver(self) -> RomBuilder:
        """Adds the UEFI driver that the library carries; it goes before every GOP.

        Raises:
            IgdromMisuseError: It was added already.
        """
        with self._lock, about("the guest driver"):
            _igdrom.igdrom_rom_builder_add_guest_driver(self._get())
        return self

    def add_gop(self, data: Buffer, *, name: Optional[str] = None,
                origin: Optional[str] = None) -> RomBuilder:
        """Adds a GOP driver.

        Args:
            data: PE image.
            name: Goes into the manifest, such as the file's name.
            origin: Goes into the manifest, such as the BIOS file it was taken from.

        Raises:
            IgdromMissingError: It is no GOP driver.
            IgdromRefusedError: It does not list the target.
            IgdromDataError: The PE image is damaged.
        """
        with self._lock, collecting(name or "GOP driver") as report:
            _igdrom.igdrom_rom_builder_add_gop(self._get(), data, name, origin, report._handle)
        self._keep_findings(report)
        return self

    def add_efi(self, data: Buffer, *, name: Optional[str] = None) -> RomBuilder:
        """Adds any EFI image, or all EFI images of an option ROM.

        Raises:
            IgdromMissingError: It is neither.
            IgdromRefusedError: Firmware would skip it.
            IgdromDataError: It is damaged.
        """
        with self._lock, collecting(name or "EFI image") as report:
            _igdrom.igdrom_rom_builder_add_efi(self._get(), data, name, report._handle)
        self._keep_findings(report)
        return self

    def add_legacy(self, data: Buffer, *, name: Optional[str] = None) -> RomBuilder:
        """Adds the legacy images of a VBIOS file or option ROM.

        Raises:
            IgdromMissingError: It is no option ROM.
            IgdromDataError: It is damaged.
        """
        with self._lock, collecting(name or "legacy image") as report:
            _igdrom.igdrom_rom_builder_add_legacy(self._get(), data, name, report._handle)
        self._keep_findings(report)
        return self

    def add_vbt(self, data: Buffer, *, name: Optional[str] = None,
                origin: Optional[str] = None) -> RomBuilder:
        """Adds a VBT, for guests to which nobody hands an OpRegion over.

        Args:
            data: A file of any kind that holds one.
            name: Goes into the manifest, such as the file's name.
            origin: Goes into the manifest, such as the machine it was taken from.

        Raises:
            IgdromMissingError: It holds none.
            IgdromMisuseError: There is one already.
        """
        with self._lock, collecting(name or "VBT") as report:
            _igdrom.igdrom_rom_builder_add_vbt(self._get(), data, name, origin, report._handle)
        self._keep_findings(report)
        return self

    def finish(self) -> bytes:
        """Lays the images out; can be called once. The same input gives the same bytes.

        Raises:
            IgdromMisuseError: Nothing was added, or it was finished before.
            IgdromRefusedError: The ROM would not work.
            IgdromDataError: The ROM would be too large.
        """
        why = "Nothing was added, or it was finished before."
        with self._lock, about("", why), collecting(None) as report:
            data = _igdrom.igdrom_rom_builder_finish(self._get(), report._handle)
        self._keep_findings(report)
        return data

    def __repr__(self) -> str:
        return "<igdrom.RomBuilder, closed>" if self.closed else "<igdrom.RomBuilder>"


def guest_driver() -> bytes:
    """The UEFI driver that the library carries, a PE32+ image."""
    return _igdrom.igdrom_guest_driver()
