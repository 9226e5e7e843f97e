# SPDX-License-Identifier: BSD-2-Clause
"""Changing firmware images."""
from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Iterable, NamedTuple, Optional, Tuple

from . import _igdrom
from ._base import Owner, there
from ._enums import EditFlags, GpuFile
from ._errors import about
from ._firmware import Firmware, Node
from ._limits import Limits, limits_handle
from ._report import Report, collecting

if TYPE_CHECKING:
    from ._igdrom import Buffer


def ffs_file(type: int, sections: Iterable[Tuple[int, Buffer]], *, guid: Optional[str] = None,
             name: Optional[str] = None) -> bytes:
    """A file of a firmware volume.

        file = igdrom.ffs_file(0x07, [(0x10, driver)], name="MyDriver")

    Args:
        type: EFI_FV_FILETYPE: 0x02 data, 0x07 driver, 0x09 application.
        sections: EFI_SECTION_TYPE and content of each: 0x10 PE32, 0x13 DXE_DEPEX, 0x19 RAW.
        guid: Its name; None: derived from its content.
        name: That people see.
    """
    with about(f"type {type}, GUID {guid}", "A GUID is written as 8-4-4-4-12 hex digits."):
        handle = _igdrom.igdrom_ffs_new(type, guid)
    for section, data in sections:
        _igdrom.igdrom_ffs_add_section(handle, section, data)
    if name is not None:
        _igdrom.igdrom_ffs_add_name(handle, name)
    return _igdrom.igdrom_ffs_finish(handle)


def content_types(content: Buffer) -> Tuple[int, int]:
    """What content is by itself: type of file (0x07 a driver, 0x09 an application, 0 neither) and of section (0x10
    PE32, 0x12 TE, else 0x19 RAW), as ffs_file() takes them."""
    return _igdrom.igdrom_content_file_type(content), _igdrom.igdrom_content_section_type(content)


def check_depex(data: Buffer, type: int = 0x13) -> None:
    """Checks a compiled dependency expression.

    Args:
        data: Without the header of its section.
        type: EFI_SECTION_TYPE: 0x13 of a DXE driver, 0x1B of a PEI module, 0x1C of an MM driver.

    Raises:
        IgdromDataError: Firmware would not understand it; the findings say why.
    """
    with collecting(None) as report:
        _igdrom.igdrom_depex_check(type, data, report._own())


class EditChange(NamedTuple):
    """One change to an image.

    Attributes:
        verb: "insert", "replace" or "remove".
        volume: The volume that it is about.
        target: The file that is replaced or taken out.
        file: The file that is put in, with its header.
    """

    verb: str
    volume: Node
    target: Optional[Node]
    file: bytes


class FirmwareEdit(Owner[_igdrom.igdrom_edit_object]):
    """A list of changes to an image, which stays as it is; save() makes the changed one.

        with igdrom.Firmware.from_file("OVMF_CODE_4M.fd") as image:
            edit = igdrom.FirmwareEdit(image)
            edit.add_guest_driver()
            data = edit.save()

    An object may be shared by threads: one call at a time works on it.

    Args:
        firmware: The image.
        flags: EditFlags.VENDOR: also the firmware of boards, which may be the end of the board.
    """

    def __init__(self, firmware: Firmware, flags: int = 0) -> None:
        # The image must not go before the list.
        self._firmware = firmware
        self._image = firmware._get()
        super().__init__(_igdrom.igdrom_edit_new(self._image, EditFlags(flags) if flags else 0))
        self._lock = threading.Lock()

    @property
    def driver_volume(self) -> Optional[Node]:
        """The volume that drivers are put into: that of the DXE core. None: there is none, or several."""
        handle = _igdrom.igdrom_edit_driver_volume(self._image)
        return Node(self._firmware, handle) if handle else None

    @staticmethod
    def room(volume: Node) -> int:
        """Bytes behind the last file of a volume."""
        return _igdrom.igdrom_edit_room(volume._get())

    def _where(self, where: Optional[Node]) -> Optional[_igdrom.igdrom_firmware_node_object]:
        if where is not None:
            return where._get()
        return _igdrom.igdrom_edit_driver_volume(self._image)

    def insert(self, where: Node, file: Buffer) -> Report:
        """Puts a file in.

        Args:
            where: A volume: at its end; a file of a volume: behind it.
            file: With its header, as ffs_file() makes it.
        """
        with self._lock, collecting(None) as report:
            _igdrom.igdrom_edit_insert(self._get(), where._get(), file, report._own())
        return report

    def add_driver(self, pe: Buffer, *, where: Optional[Node] = None, guid: Optional[str] = None,
                   name: Optional[str] = None) -> Report:
        """Puts a driver or an application (.efi) in.

        Args:
            pe: For the machine of the firmware.
            where: As for insert(); None: the volume of drivers.
            guid: Name of the file; None: derived from its content.
            name: That people see.
        """
        with self._lock, collecting(name) as report:
            _igdrom.igdrom_edit_add_driver(self._get(), self._where(where), pe, guid, name, report._own())
        return report

    def add_guest_driver(self, *, where: Optional[Node] = None) -> Report:
        """Puts the library's own driver in."""
        with self._lock, collecting(None) as report:
            _igdrom.igdrom_edit_add_guest_driver(self._get(), self._where(where), report._own())
        return report

    def add_rom(self, rom: Buffer, *, where: Optional[Node] = None) -> Report:
        """Puts an option ROM in, from which our driver in the same volume takes GOP drivers and the VBT.

        Args:
            rom: As RomBuilder makes it. What is not compressed in it becomes smaller in the end.
            where: As for add_driver().
        """
        with self._lock, collecting(None) as report:
            _igdrom.igdrom_edit_add_rom(self._get(), self._where(where), rom, report._own())
        return report

    @staticmethod
    def gpu_file(file: Node) -> GpuFile:
        """What a file of a volume is to an assigned GPU, by its content; ours by their names."""
        return GpuFile(_igdrom.igdrom_edit_gpu_file(file._get()))

    @staticmethod
    def gpu_file_name(kind: GpuFile) -> Optional[str]:
        """A kind in words: "GOP driver"; None: nothing."""
        return _igdrom.igdrom_gpu_file_name(kind)

    def remove_gpu_files(self) -> Report:
        """Takes out all files that are there for an assigned GPU: before others are put in."""
        with self._lock, collecting(None) as report:
            _igdrom.igdrom_edit_remove_gpu_files(self._get(), report._own())
        return report

    def replace(self, target: Node, file: Buffer) -> Report:
        """Puts a file in the place of another."""
        with self._lock, collecting(None) as report:
            _igdrom.igdrom_edit_replace(self._get(), target._get(), file, report._own())
        return report

    def replace_content(self, target: Node, data: Buffer) -> Report:
        """Puts other content into a file; all else of it stays byte for byte.

        Args:
            target: A section that encloses no other; or a file: the section that the content fits, PE32 for a
                PE image, TE for a TE image, else RAW.
            data: What the section is to hold, without its header.
        """
        with self._lock, collecting(None) as report:
            _igdrom.igdrom_edit_replace_content(self._get(), target._get(), data, report._own())
        return report

    def remove(self, target: Node) -> Report:
        """Takes a file out."""
        with self._lock, collecting(None) as report:
            _igdrom.igdrom_edit_remove(self._get(), target._get(), report._own())
        return report

    def __len__(self) -> int:
        return _igdrom.igdrom_edit_count(self._get())

    @property
    def changes(self) -> Tuple[EditChange, ...]:
        """All changes so far."""
        handle = self._get()
        out = []
        for i in range(len(self)):
            target = _igdrom.igdrom_edit_target(handle, i)
            out.append(EditChange(
                verb=there(_igdrom.igdrom_edit_verb(handle, i)),
                volume=Node(self._firmware, there(_igdrom.igdrom_edit_volume(handle, i))),
                target=Node(self._firmware, target) if target else None,
                file=_igdrom.igdrom_edit_file(handle, i),
            ))
        return tuple(out)

    def save(self, limits: Optional[Limits] = None) -> bytes:
        """The image with all changes.

        Args:
            limits: How much may be compressed again, and a progress function; None for the defaults.

        Raises:
            IgdromRefusedError: There is no room, or something that must stay would move.
        """
        with self._lock, collecting(None) as report:
            return _igdrom.igdrom_edit_save(self._get(), limits_handle(limits), report._own())

    def to_json(self, image: Buffer, file: Optional[str] = None) -> str:
        """The changes as a JSON document, as `igdrom firmware insert --json` prints it.

        Args:
            image: What save() made.
            file: Where it was written to.
        """
        return _igdrom.igdrom_edit_to_json(self._get(), image, file, None)
