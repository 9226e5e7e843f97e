# SPDX-License-Identifier: BSD-2-Clause
"""PCI option ROMs: reading, checking, repairing."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Iterator, NamedTuple, Optional, Tuple

from . import _igdrom
from ._base import Owner, Path, read_file, there
from ._device import DeviceId, id_of
from ._enums import ImageKind, ManifestKind, Provides
from ._errors import IgdromDataError, IgdromMissingError, about
from ._limits import Limits, limits_handle
from ._report import Report, collecting

if TYPE_CHECKING:
    from ._igdrom import Buffer


class RomImage:
    """One image of an option ROM. See Rom.images.

    Attributes:
        index: Its place in the ROM, from 0.
    """

    __slots__ = ("_facts", "_keep", "_rom", "index")

    def __init__(self, rom: Rom, index: int) -> None:
        self._rom = rom
        self._keep = rom._get()
        self._facts = there(_igdrom.igdrom_rom_image_at(self._keep, index))
        self.index = index

    def _get(self) -> _igdrom.igdrom_rom_image_object:
        self._rom._get()
        return self._facts

    @property
    def offset(self) -> int:
        """Offset in the ROM, bytes."""
        return _igdrom.igdrom_rom_image_offset(self._get())

    @property
    def size(self) -> int:
        """Length as its PCIR says and the file holds, bytes."""
        return _igdrom.igdrom_rom_image_size(self._get())

    @property
    def data(self) -> bytes:
        """All bytes of the image."""
        return _igdrom.igdrom_rom_image_bytes(self._get())

    @property
    def code_type(self) -> int:
        """PCIR code type: a CodeType, or another number."""
        return _igdrom.igdrom_rom_image_code_type(self._get())

    @property
    def code_type_name(self) -> str:
        """The same in words."""
        return _igdrom.igdrom_code_type_name(self.code_type)

    @property
    def kind(self) -> ImageKind:
        """What the image is for, from its content."""
        return ImageKind(_igdrom.igdrom_rom_image_kind(self._rom._get(), self.index))

    @property
    def kind_name(self) -> str:
        """The same as a word: "guest-driver", "gop", "efi", "legacy", "manifest", "data", "unknown"."""
        return _igdrom.igdrom_image_kind_name(self.kind)

    @property
    def provides(self) -> Tuple[Provides, ...]:
        """What its driver does for a GOP driver."""
        bits = _igdrom.igdrom_rom_image_provides(self._rom._get(), self.index)
        return tuple(one for one in Provides if bits & one)

    @property
    def vendor_id(self) -> int:
        """PCIR vendor id."""
        return _igdrom.igdrom_rom_image_vendor_id(self._get())

    @property
    def device_id(self) -> int:
        """PCIR device id."""
        return _igdrom.igdrom_rom_image_device_id(self._get())

    @property
    def device_list(self) -> Tuple[int, ...]:
        """Ids of the device list (PCI 3.0); empty without one."""
        image = self._get()
        count = _igdrom.igdrom_rom_image_device_list_count(image)
        return tuple(_igdrom.igdrom_rom_image_device_list_at(image, i) for i in range(count))

    @property
    def class_code(self) -> int:
        """PCIR class code, 24 bits (0x030000 = VGA)."""
        return _igdrom.igdrom_rom_image_class_code(self._get())

    @property
    def pcir_revision(self) -> int:
        """Revision of the PCIR structure: 0 (PCI 2.3) or 3 (PCI 3.0)."""
        return _igdrom.igdrom_rom_image_pcir_revision(self._get())

    @property
    def pcir_offset(self) -> int:
        """Offset of the PCIR structure in the image, bytes."""
        return _igdrom.igdrom_rom_image_pcir_offset(self._get())

    @property
    def code_revision(self) -> int:
        """Revision level of the code."""
        return _igdrom.igdrom_rom_image_code_revision(self._get())

    @property
    def last(self) -> bool:
        """Whether the image says that no other follows."""
        return _igdrom.igdrom_rom_image_last(self._get())

    @property
    def compressed(self) -> bool:
        """Whether the payload of an EFI image is compressed."""
        return _igdrom.igdrom_rom_image_compressed(self._get())

    @property
    def machine(self) -> Optional[int]:
        """PE machine in the EFI header (0x8664 = x64); None when it is no EFI image."""
        return _igdrom.igdrom_rom_image_machine(self._get()) or None

    @property
    def subsystem(self) -> Optional[int]:
        """PE subsystem in the EFI header; None when it is no EFI image."""
        return _igdrom.igdrom_rom_image_subsystem(self._get()) or None

    @property
    def payload_sha256(self) -> Optional[str]:
        """SHA-256 of payload(); None when it cannot be read."""
        return _igdrom.igdrom_rom_image_payload_sha256(self._get())

    def payload(self) -> bytes:
        """What the image carries, decompressed; for a legacy image the whole image.

        Raises:
            IgdromDataError: The compressed stream is damaged or of an unknown kind.
        """
        with about(f"image {self.index}"):
            return _igdrom.igdrom_rom_image_payload(self._get())

    def __repr__(self) -> str:
        return (f"<igdrom.RomImage {self.index} at 0x{self.offset:x}: {self.code_type_name}, "
                f"{self.size} bytes, {self.vendor_id:04X}:{self.device_id:04X}>")


class ManifestEntry:
    """One thing that the builder put into a ROM. See Manifest."""

    __slots__ = ("_facts", "_keep", "_rom")

    def __init__(self, rom: Rom, facts: _igdrom.igdrom_manifest_entry_object) -> None:
        self._rom = rom
        self._keep = rom._get()
        self._facts = facts

    def _get(self) -> _igdrom.igdrom_manifest_entry_object:
        self._rom._get()
        return self._facts

    @property
    def kind(self) -> ManifestKind:
        """What it is."""
        return ManifestKind(_igdrom.igdrom_manifest_entry_kind(self._get()))

    @property
    def kind_name(self) -> str:
        """The same as a word: "guest-driver", "gop", "vbt", "efi", "legacy"."""
        return _igdrom.igdrom_manifest_kind_name(self.kind)

    @property
    def image(self) -> int:
        """Index of the image it describes."""
        return _igdrom.igdrom_manifest_entry_image(self._get())

    @property
    def name(self) -> str:
        """Name given when the ROM was built, often a file's; may be ""."""
        return _igdrom.igdrom_manifest_entry_name(self._get())

    @property
    def version(self) -> str:
        """Its version; may be ""."""
        return _igdrom.igdrom_manifest_entry_version(self._get())

    @property
    def origin(self) -> str:
        """Where it came from; may be ""."""
        return _igdrom.igdrom_manifest_entry_origin(self._get())

    @property
    def sha256(self) -> str:
        """SHA-256 of the payload, 64 lower-case hex digits."""
        return _igdrom.igdrom_manifest_entry_sha256(self._get())

    @property
    def device_ids(self) -> Tuple[int, ...]:
        """PCI device ids it is for."""
        entry = self._get()
        count = _igdrom.igdrom_manifest_entry_device_count(entry)
        return tuple(_igdrom.igdrom_manifest_entry_device_at(entry, i) for i in range(count))

    @property
    def answers_lpc(self) -> bool:
        """Whether the guest driver can answer the LPC check of this GOP."""
        return _igdrom.igdrom_manifest_entry_answers_lpc(self._get())

    def __repr__(self) -> str:
        return f"<igdrom.ManifestEntry {self.kind_name} {self.name!r} {self.version}>"


class Manifest:
    """What this library recorded in a ROM when it built it. Iterating gives the entries."""

    __slots__ = ("_facts", "_keep", "_rom")

    def __init__(self, rom: Rom, facts: _igdrom.igdrom_manifest_object) -> None:
        self._rom = rom
        self._keep = rom._get()
        self._facts = facts

    def _get(self) -> _igdrom.igdrom_manifest_object:
        self._rom._get()
        return self._facts

    @property
    def version(self) -> int:
        """Format version."""
        return _igdrom.igdrom_manifest_version(self._get())

    @property
    def tool(self) -> str:
        """Tool that wrote it."""
        return _igdrom.igdrom_manifest_tool(self._get())

    @property
    def entries(self) -> Tuple[ManifestEntry, ...]:
        """The entries, in the order of the images."""
        manifest = self._get()
        return tuple(ManifestEntry(self._rom, there(_igdrom.igdrom_manifest_at(manifest, i)))
                     for i in range(len(self)))

    def __len__(self) -> int:
        return _igdrom.igdrom_manifest_count(self._get())

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[ManifestEntry]:
        return iter(self.entries)

    def __getitem__(self, index: int) -> ManifestEntry:
        return self.entries[index]

    def __repr__(self) -> str:
        return f"<igdrom.Manifest of {len(self)} entries by {self.tool}>"


class Fixed(NamedTuple):
    """A repaired ROM and one finding for each repair.

    Attributes:
        data: The repaired ROM.
        report: One finding for each repair.
    """

    data: bytes
    report: Report


class Part(NamedTuple):
    """A part of a ROM. See Rom.parts().

    Attributes:
        name: Name for a file that holds it ("01-gop-17.0.1077.efi").
        data: Its bytes.
        image: Index of the image; None for what follows the last one.
        payload: Whether it is what the image carries, decompressed, or the image itself.
    """

    name: str
    data: bytes
    image: Optional[int]
    payload: bool


class Rom(Owner[_igdrom.igdrom_rom_object]):
    """A PCI option ROM. Iterating gives its images.

    Attributes:
        report: What was found when it was parsed.
    """

    def __init__(self, handle: _igdrom.igdrom_rom_object, report: Report) -> None:
        super().__init__(handle)
        self.report = report

    @classmethod
    def parse(cls, data: Buffer, limits: Optional[Limits] = None, *, file: Optional[str] = None) -> Rom:
        """Parses an option ROM. Oddities are findings; only what cannot be read safely fails.

        Args:
            data: The ROM; anything with a buffer, such as bytes or mmap.
            limits: Caps; None for the defaults.
            file: Its name, for findings and errors.

        Raises:
            IgdromMissingError: The bytes do not start with an image.
            IgdromDataError: The first image cannot be read, or a limit was exceeded.
        """
        with collecting(file) as report:
            handle = _igdrom.igdrom_rom_parse(data, limits_handle(limits), report._handle)
        return Rom(handle, report)

    @classmethod
    def from_file(cls, path: Path, limits: Optional[Limits] = None) -> Rom:
        """Parses a file."""
        return cls.parse(read_file(path, limits), limits, file=os.fspath(path))

    @property
    def size(self) -> int:
        """Size of the whole ROM, bytes."""
        return _igdrom.igdrom_rom_size(self._get())

    @property
    def bar_size(self) -> int:
        """Memory space that it takes on a device, a power of two, bytes."""
        return _igdrom.igdrom_rom_bar_size(self._get())

    @property
    def sha256(self) -> str:
        """SHA-256 of the whole ROM, 64 lower-case hex digits."""
        return _igdrom.igdrom_rom_sha256(self._get())

    @property
    def images(self) -> Tuple[RomImage, ...]:
        """The images."""
        return tuple(RomImage(self, i) for i in range(len(self)))

    @property
    def trailing(self) -> bytes:
        """Bytes after the end of the last image; may be empty."""
        return _igdrom.igdrom_rom_trailing(self._get())

    @property
    def manifest(self) -> Optional[Manifest]:
        """What this library recorded in it; None when there is no record."""
        facts = _igdrom.igdrom_rom_manifest(self._get())
        return Manifest(self, facts) if facts is not None else None

    def to_bytes(self) -> bytes:
        """The ROM as it was parsed, byte by byte."""
        return _igdrom.igdrom_rom_write(self._get())

    def to_json(self) -> str:
        """The ROM as a JSON document, as `igdrom rom show --json` prints it."""
        return _igdrom.igdrom_rom_to_json(self._get(), self.report._handle)

    def written_json(self, file: Optional[str] = None, changed: Optional[bool] = None) -> str:
        """The ROM as a JSON document, as `igdrom rom build --json` and `rom fix --json` print it.

        Args:
            file: Name of the file it was written to.
            changed: Whether it differs from what it was made from; None when it was made anew.
        """
        state = -1 if changed is None else int(changed)  # enum igdrom_tristate
        return _igdrom.igdrom_rom_written_to_json(self._get(), file, state, self.report._handle)

    def parts(self) -> Iterator[Part]:
        """The ROM taken apart: each image, what it carries, and what follows the last one.

        A payload that cannot be read is left out.
        """
        rom = self._get()
        for index in range(len(self) + 1):
            for payload in (False, True):
                try:
                    data = _igdrom.igdrom_rom_part(rom, index, payload)
                    name = _igdrom.igdrom_rom_part_name(rom, index, payload)
                except (IgdromMissingError, IgdromDataError):
                    continue
                yield Part(name, data, index if index < len(self) else None, payload)

    def split_json(self, directory: Optional[str] = None) -> str:
        """The names of parts() as a JSON document, as `igdrom rom split --json` prints it."""
        return _igdrom.igdrom_rom_split_to_json(self._get(), directory, self.report._handle)

    def check(self, device: Optional[DeviceId] = None, limits: Optional[Limits] = None) -> Report:
        """Checks whether the ROM will do its job; see check_rom()."""
        return check_rom(self.to_bytes(), device, limits)

    def fix(self, limits: Optional[Limits] = None) -> Fixed:
        """Repairs what can be repaired without guessing; see fix_rom()."""
        return fix_rom(self.to_bytes(), limits)

    def __len__(self) -> int:
        return _igdrom.igdrom_rom_image_count(self._get())

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[RomImage]:
        return iter(self.images)

    def __getitem__(self, index: int) -> RomImage:
        return self.images[index]

    def __repr__(self) -> str:
        if self.closed:
            return "<igdrom.Rom, closed>"
        return f"<igdrom.Rom of {self.size} bytes, {len(self)} images>"


def check_rom(data: Buffer, device: Optional[DeviceId] = None,
              limits: Optional[Limits] = None, *, file: Optional[str] = None) -> Report:
    """Checks whether a ROM will do its job: structure, what OVMF skips, what its drivers need.

    Args:
        data: The file; it need not even be an option ROM.
        device: The device the ROM is for; None for any.
        limits: Caps; None for the defaults.
        file: Its name, for findings and errors.

    Returns:
        The findings; report.ok says whether the ROM will do.
    """
    number = 0 if device is None else id_of(device)
    with collecting(file) as report:
        _igdrom.igdrom_rom_check(data, number, limits_handle(limits), report._handle)
    return report


def fix_rom(data: Buffer, limits: Optional[Limits] = None, *, file: Optional[str] = None) -> Fixed:
    """Repairs what can be repaired without guessing: LAST bits, lengths, checksums, size.

    Payloads are never changed; with nothing wrong the result equals the input.

    Raises:
        IgdromMissingError: The bytes do not start with an image.
        IgdromDataError: It is beyond repair.
    """
    with collecting(file) as report:
        fixed = _igdrom.igdrom_rom_fix(data, limits_handle(limits), report._handle)
    return Fixed(fixed, report)
