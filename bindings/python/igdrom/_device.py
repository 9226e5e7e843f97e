# SPDX-License-Identifier: BSD-2-Clause
"""Facts by PCI device id."""
from __future__ import annotations

import operator
from typing import Iterable, List, Optional, Union

from . import _igdrom
from ._base import there
from ._enums import BdsmKind, DeviceKind, StolenFamily
from ._errors import about


class Device:
    """One row of the device table: an Intel display device. See lookup() and devices()."""

    __slots__ = ("_row",)

    def __init__(self, row: _igdrom.igdrom_device_object) -> None:
        self._row = row

    @property
    def id(self) -> int:
        """PCI device id."""
        return _igdrom.igdrom_device_id(self._row)

    @property
    def kind(self) -> DeviceKind:
        """Integrated or discrete."""
        return DeviceKind(_igdrom.igdrom_device_kind(self._row))

    @property
    def platform(self) -> str:
        """Short platform name in kernel spelling."""
        return _igdrom.igdrom_device_platform(self._row)

    @property
    def codename(self) -> str:
        """Codename of the platform."""
        return _igdrom.igdrom_device_codename(self._row)

    @property
    def name(self) -> Optional[str]:
        """Name in pci.ids."""
        return _igdrom.igdrom_device_name(self._row)

    @property
    def graphics_version(self) -> Optional[str]:
        """Generation of graphics, such as "12.00"."""
        return _igdrom.igdrom_device_graphics_version(self._row)

    @property
    def display_version(self) -> Optional[str]:
        """Version of the display engine, such as "13"."""
        return _igdrom.igdrom_device_display_version(self._row)

    @property
    def gt(self) -> Optional[str]:
        """Size class, such as "GT2"."""
        return _igdrom.igdrom_device_gt(self._row)

    @property
    def variant(self) -> Optional[str]:
        """What sets the id apart within its platform, such as "pre-production"."""
        return _igdrom.igdrom_device_variant(self._row)

    @property
    def kernel_macro(self) -> str:
        """Macro of the kernel's list that holds the id, without INTEL_ and _IDS."""
        return _igdrom.igdrom_device_kernel_macro(self._row)

    @property
    def form(self) -> Optional[str]:
        """Kind of machine, such as "desktop"."""
        return _igdrom.igdrom_device_form(self._row)

    @property
    def cpu_generation(self) -> Optional[str]:
        """CPU generation in words."""
        return _igdrom.igdrom_device_cpu_generation(self._row)

    @property
    def gop_family(self) -> Optional[str]:
        """Family of GOP drivers; None when no GOP is known."""
        return _igdrom.igdrom_device_gop_family(self._row)

    @property
    def gop_versions(self) -> Optional[str]:
        """GOP versions in which this very id was read; None when it was read in none."""
        return _igdrom.igdrom_device_gop_versions(self._row)

    @property
    def stolen_family(self) -> StolenFamily:
        """Encoding of the size of stolen memory."""
        return StolenFamily(_igdrom.igdrom_device_stolen_family(self._row))

    @property
    def stolen_family_name(self) -> Optional[str]:
        """The same as the word used in JSON."""
        return _igdrom.igdrom_device_stolen_family_name(self._row)

    @property
    def bdsm_kind(self) -> BdsmKind:
        """Register of the base of stolen memory."""
        return BdsmKind(_igdrom.igdrom_device_bdsm_kind(self._row))

    @property
    def bdsm_name(self) -> Optional[str]:
        """The same as the word used in JSON, width@offset, such as "64@C0"."""
        return _igdrom.igdrom_device_bdsm_name(self._row)

    @property
    def legacy_vbios(self) -> Optional[bool]:
        """Whether boards carry a legacy VBIOS; None when only some do."""
        return _igdrom.igdrom_device_legacy_vbios(self._row)

    @property
    def legacy_vbios_note(self) -> Optional[str]:
        """The same in words when it is neither yes nor no."""
        return _igdrom.igdrom_device_legacy_vbios_note(self._row)

    @property
    def gvt(self) -> Optional[bool]:
        """Whether Linux makes mediated devices of it (GVT-g); None: not known."""
        return _igdrom.igdrom_device_gvt(self._row)

    @property
    def needs_lpc(self) -> Optional[bool]:
        """Whether its GOP refuses a guest that has no Intel LPC id at 00:1f.0; None: not known."""
        return _igdrom.igdrom_device_needs_lpc(self._row)

    @property
    def min_qemu(self) -> Optional[str]:
        """Lowest QEMU release from which every later one gives a boot picture on i440fx + OVMF."""
        return _igdrom.igdrom_device_min_qemu(self._row)

    @property
    def qemu_ranges(self) -> Optional[str]:
        """QEMU releases that give a boot picture, such as "2.7-4.2, 10.0-"; "" when none does."""
        return _igdrom.igdrom_device_qemu_ranges(self._row)

    @property
    def qemu_note(self) -> Optional[str]:
        """Conditions and reasons behind the ranges, in words."""
        return _igdrom.igdrom_device_qemu_note(self._row)

    @property
    def qemu_source(self) -> Optional[str]:
        """Where the ranges were read; None for a discrete device."""
        return _igdrom.igdrom_device_qemu_source(self._row)

    @property
    def audio_function(self) -> Optional[str]:
        """PCI function that carries display audio, typically."""
        return _igdrom.igdrom_device_audio_function(self._row)

    @property
    def vbt_signature(self) -> Optional[str]:
        """Signatures that VBTs of this platform carry."""
        return _igdrom.igdrom_device_vbt_signature(self._row)

    @property
    def ddi_names(self) -> Optional[str]:
        """What drivers call the ports that a VBT counts as A, B, C, ...; None: just so."""
        return _igdrom.igdrom_device_ddi_names(self._row)

    @property
    def note(self) -> Optional[str]:
        """A remark on this id."""
        return _igdrom.igdrom_device_note(self._row)

    @property
    def platform_note(self) -> Optional[str]:
        """A remark on the whole platform."""
        return _igdrom.igdrom_device_platform_note(self._row)

    @property
    def platform_source(self) -> Optional[str]:
        """Where the facts on the whole platform were read; None for a discrete device."""
        return _igdrom.igdrom_device_platform_source(self._row)

    @property
    def source(self) -> str:
        """Where the row was read."""
        return _igdrom.igdrom_device_source(self._row)

    def stolen_size(self, ggc: int) -> int:
        """Size of stolen memory in bytes, from GGC, the word at configuration offset 50h.

        Raises:
            IgdromDataError: The encoding is reserved, or this family has none.
        """
        with about(f"{self!r}, GGC 0x{ggc:04x}"):
            return _igdrom.igdrom_device_stolen_size(self._row, ggc)

    def to_json(self) -> str:
        """The row as a JSON document, as `igdrom device show --json` prints it."""
        return _igdrom.igdrom_device_to_json(self._row, None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"<igdrom.Device 8086:{self.id:04X} {self.codename}>"


def devices_json(rows: Iterable[Device]) -> str:
    """Several devices as a JSON document, as `igdrom device list --json` prints them."""
    return _igdrom.igdrom_devices_to_json([device._row for device in rows], None)


#: A device: its id as a number, as text ("4680", "0x4680", "8086:4680"), or the device itself.
DeviceId = Union[int, str, Device]


def id_of(device: DeviceId) -> int:
    """The id, whatever form it was given in."""
    if isinstance(device, Device):
        return device.id
    if isinstance(device, str):
        with about(f"device id {device!r}", "It has four hex digits, as in 4680 or 8086:4680."):
            return _igdrom.igdrom_device_parse_id(device)
    try:
        return operator.index(device)
    except TypeError:
        raise TypeError(f"a device id is a number or text (\"4680\"), not {type(device).__name__!r}") from None


def lookup(device: DeviceId) -> Device:
    """Looks a PCI device id of vendor 8086 up.

    Raises:
        IgdromMissingError: The id is in no table.
        IgdromMisuseError: The text is no id.
        OverflowError: The number is none of 16 bits.
    """
    number = id_of(device)
    with about(f"device {number:04X}"):
        return Device(_igdrom.igdrom_device_lookup(number))


def devices() -> List[Device]:
    """All devices of the tables, integrated and discrete, in ascending order of id."""
    return [Device(there(_igdrom.igdrom_device_at(i))) for i in range(_igdrom.igdrom_device_count())]


def last_qemu() -> str:
    """The last QEMU release that the tables know; they claim nothing beyond it."""
    return _igdrom.igdrom_device_last_qemu()


class GopFamily:
    """One row of the table of GOP driver families. See gop_families()."""

    __slots__ = ("_row",)

    def __init__(self, row: _igdrom.igdrom_gop_family_object) -> None:
        self._row = row

    @property
    def name(self) -> str:
        """Key of the family."""
        return _igdrom.igdrom_gop_family_name(self._row)

    @property
    def versions(self) -> Optional[str]:
        """Versions that were read or reported, joined by ", "."""
        return _igdrom.igdrom_gop_family_versions(self._row)

    @property
    def coverage(self) -> Optional[str]:
        """What its builds cover, in words."""
        return _igdrom.igdrom_gop_family_coverage(self._row)

    @property
    def platforms(self) -> str:
        """Platforms it belongs to, joined by ", "."""
        return _igdrom.igdrom_gop_family_platforms(self._row)

    @property
    def evidence(self) -> str:
        """How it is known: "read" (from driver files), "community" (somebody says so), "none"."""
        return _igdrom.igdrom_gop_family_evidence(self._row)

    @property
    def gate_note(self) -> Optional[str]:
        """How it treats a guest without a known LPC id at 00:1f.0, in words."""
        return _igdrom.igdrom_gop_family_gate_note(self._row)

    @property
    def source(self) -> str:
        """Where this was read."""
        return _igdrom.igdrom_gop_family_source(self._row)

    def __repr__(self) -> str:
        return f"<igdrom.GopFamily {self.name}>"


def gop_families() -> List[GopFamily]:
    """All families of GOP drivers."""
    count = _igdrom.igdrom_gop_family_count()
    return [GopFamily(there(_igdrom.igdrom_gop_family_at(i))) for i in range(count)]


def gop_family(name: str) -> GopFamily:
    """A family by its key, as Device.gop_family and Gop.family give it.

    Raises:
        KeyError: There is no such family.
    """
    row = _igdrom.igdrom_gop_family_lookup(name)
    if row is None:
        raise KeyError(name)
    return GopFamily(row)
