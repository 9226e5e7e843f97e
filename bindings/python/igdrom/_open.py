# SPDX-License-Identifier: BSD-2-Clause
"""Any file, and what is in it: GOP drivers, VBTs, legacy video BIOSes."""
from __future__ import annotations

import builtins
import os
import pathlib
from typing import TYPE_CHECKING, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, TypeVar

from . import _igdrom
from ._base import Owner, Path, read_file, there
from ._device import DeviceId, id_of
from ._enums import FileKind, Form, Origin, VbtVerdict
from ._errors import IgdromMissingError
from ._firmware import Firmware, Node
from ._gop import Gop
from ._limits import Limits, limits_handle
from ._report import Report, collecting
from ._vbt import Opregion, Vbt

if TYPE_CHECKING:
    from ._igdrom import Buffer


class Place(NamedTuple):
    """One of the places in a file that hold the same bytes.

    Attributes:
        path: The way to it in the file; "" when it is the whole file.
        guid: GUID of the firmware file that it lies in.
        name: Name of that file.
        node: The node of the firmware image that holds it.
    """

    path: str
    guid: Optional[str]
    name: Optional[str]
    node: Optional[Node]


class Found:
    """Something in a file. The same bytes in several places are one thing.

    Attributes:
        reason: Why it was chosen, a sentence; None when nobody chose it.
    """

    def __init__(self, contents: Contents, handle: _igdrom.igdrom_found_object) -> None:
        self._contents = contents
        self._keep = contents._get()
        self._found = handle
        self.reason: Optional[str] = None

    def _thing(self) -> _igdrom.igdrom_found_object:
        self._contents._get()
        return self._found

    @property
    def data(self) -> bytes:
        """The bare bytes: a driver as its PE image, a VBT without padding."""
        return _igdrom.igdrom_found_bytes(self._thing(), Form.BARE)

    def data_as(self, form: Form) -> Optional[bytes]:
        """The bytes in another form; None when it does not lie in such a thing."""
        try:
            return _igdrom.igdrom_found_bytes(self._thing(), form)
        except IgdromMissingError:
            return None

    def file_name(self, form: Form = Form.BARE) -> str:
        """A name for a file to write it to ("IntelGopDriver-17.0.1077.efi").

        Raises:
            IgdromMissingError: There is no such form of it.
        """
        return _igdrom.igdrom_found_file_name(self._thing(), form)

    @property
    def sha256(self) -> str:
        """SHA-256 of data, 64 lower-case hex digits."""
        return _igdrom.igdrom_found_sha256(self._thing())

    @property
    def origin(self) -> Origin:
        """In what it was found; of several places the best."""
        return Origin(_igdrom.igdrom_found_origin(self._thing()))

    @property
    def places(self) -> Tuple[Place, ...]:
        """Where it lies, the best place first."""
        thing, firmware = self._thing(), self._contents.firmware
        found = []
        for i in range(_igdrom.igdrom_found_place_count(thing)):
            node = _igdrom.igdrom_found_node(thing, i)
            found.append(Place(
                _igdrom.igdrom_found_path(thing, i) or "", _igdrom.igdrom_found_guid(thing, i),
                _igdrom.igdrom_found_name(thing, i),
                Node(firmware, node) if firmware is not None and node is not None else None))
        return tuple(found)

    @property
    def path(self) -> str:
        """The way to it in the file; "" when it is the whole file."""
        return self.places[0].path

    @property
    def guid(self) -> Optional[str]:
        """GUID of the firmware file that it lies in."""
        return self.places[0].guid

    @property
    def name(self) -> Optional[str]:
        """Name of that file."""
        return self.places[0].name

    def __repr__(self) -> str:
        if self._contents.closed:
            return f"<igdrom.{type(self).__name__}, closed>"
        return f"<igdrom.{type(self).__name__} {self.file_name()}>"


class FoundGop(Gop, Found):
    """A GOP driver inside a file, with its bytes. See open()."""

    def __init__(self, contents: Contents, index: int) -> None:
        handle = contents._get()
        Gop.__init__(self, there(_igdrom.igdrom_contents_gop_at(handle, index)), contents.report)
        Found.__init__(self, contents, there(_igdrom.igdrom_contents_gop_found(handle, index)))
        self._index = index

    def _get(self) -> _igdrom.igdrom_gop_object:
        self._contents._get()
        return self._facts

    @property
    def data(self) -> bytes:
        """The PE image, decompressed."""
        return _igdrom.igdrom_contents_gop_bytes(self._contents._get(), self._index)

    @property
    def where(self) -> str:
        """Where in the file it was found ("image 1 at 0x4600"); "" when it is the whole file."""
        return _igdrom.igdrom_contents_gop_where(self._contents._get(), self._index) or ""


class FoundVbt(Vbt, Found):
    """A VBT inside a file. See open()."""

    def __init__(self, contents: Contents, index: int) -> None:
        handle = contents._get()
        Found.__init__(self, contents, there(_igdrom.igdrom_contents_vbt_found(handle, index)))
        Vbt.__init__(self, there(_igdrom.igdrom_contents_vbt_at(handle, index)), contents.report)
        self._index = index

    def _get(self) -> _igdrom.igdrom_vbt_object:
        self._contents._get()
        return super()._get()

    @property
    def data(self) -> bytes:
        """The table, without padding."""
        return bytes(self)


class Contents(Owner[_igdrom.igdrom_contents_object]):
    """What was found in one file. Iterating gives its GOP drivers.

    Attributes:
        report: What was found on the way.
    """

    def __init__(self, handle: _igdrom.igdrom_contents_object, report: Report) -> None:
        super().__init__(handle)
        self.report = report

    @classmethod
    def from_file(cls, path: Path, limits: Optional[Limits] = None) -> Contents:
        """Looks into a file."""
        return open(read_file(path, limits), limits, file=os.fspath(path))

    @property
    def kind(self) -> FileKind:
        """What the file is."""
        return FileKind(_igdrom.igdrom_contents_kind(self._get()))

    @property
    def kind_name(self) -> str:
        """The same in words ("PCI option ROM")."""
        return _igdrom.igdrom_file_kind_name(self.kind)

    @property
    def firmware(self) -> Optional[Firmware]:
        """The firmware image as a tree; None when the file is none."""
        handle = _igdrom.igdrom_contents_firmware(self._get())
        return None if handle is None else Firmware(handle, self.report, keep=self)

    @property
    def opregion(self) -> Optional[Opregion]:
        """The OpRegion; None when the file is none."""
        handle = _igdrom.igdrom_contents_opregion(self._get())
        return None if handle is None else Opregion(handle, self.report, keep=self)

    @property
    def gops(self) -> Tuple[FoundGop, ...]:
        """The GOP drivers."""
        return tuple(FoundGop(self, i) for i in range(len(self)))

    @property
    def vbts(self) -> Tuple[FoundVbt, ...]:
        """The VBTs."""
        return tuple(FoundVbt(self, i) for i in range(_igdrom.igdrom_contents_vbt_count(self._get())))

    @property
    def vbioses(self) -> Tuple[Found, ...]:
        """The legacy video BIOSes for Intel graphics."""
        handle = self._get()
        return tuple(Found(self, there(_igdrom.igdrom_contents_vbios_found(handle, i)))
                     for i in range(_igdrom.igdrom_contents_vbios_count(handle)))

    def choose_gop(self, device: Optional[DeviceId] = None) -> FoundGop:
        """The driver for a device, with the reason; without a device the only one.

        Raises:
            IgdromMissingError: None lists the device, or there are several and no device.
        """
        with collecting(None) as report:
            index = _igdrom.igdrom_contents_choose_gop(self._get(), number_of(device), report._handle)
        return chosen(FoundGop(self, index), report)

    def choose_vbt(self, device: Optional[DeviceId] = None) -> FoundVbt:
        """The VBT to use, with the reason. A running machine knows better which of several it uses.

        Raises:
            IgdromMissingError: There is none.
        """
        with collecting(None) as report:
            index = _igdrom.igdrom_contents_choose_vbt(self._get(), number_of(device), report._handle)
        return chosen(FoundVbt(self, index), report)

    def judge_vbt(self, index: int, device: Optional[DeviceId] = None) -> VbtVerdict:
        """Why a VBT is the one to use, or why it is not."""
        return VbtVerdict(_igdrom.igdrom_contents_judge_vbt(self._get(), number_of(device), index))

    def vbt_to_json(self, device: Optional[DeviceId] = None) -> str:
        """The VBT to use as a JSON document, as `igdrom vbt show --json` prints it.

        Raises:
            IgdromMissingError: There is none.
        """
        return _igdrom.igdrom_contents_vbt_to_json(self._get(), number_of(device), self.report._handle)

    def extract(self, folder: Path, device: Optional[DeviceId] = None,
                forms: Sequence[Form] = (Form.BARE,)) -> List[pathlib.Path]:
        """Writes what was found to files, under the names of Found.file_name().

        Args:
            folder: Where to; made when it is not there.
            device: Only the driver and the VBT for this device; None for everything.
            forms: What is written of each, where it has such a form.

        Raises:
            IgdromMissingError: No driver lists the device.
            FileExistsError: A file is already there; no file is replaced.
        """
        written = []
        things: Iterable[Found] = (*self.gops, *self.vbts, *self.vbioses)
        if device is not None:
            things = [self.choose_gop(device), *([self.choose_vbt(device)] if self.vbts else [])]
        target = pathlib.Path(folder)
        target.mkdir(exist_ok=True)
        for thing in things:
            for form in forms:
                data = thing.data_as(form)
                if data is None:
                    continue
                path = target / thing.file_name(form)
                with builtins.open(path, "xb") as file:
                    file.write(data)
                written.append(path)
        return written

    def to_json(self) -> str:
        """The drivers as a JSON document, as `igdrom gop show --json` prints them."""
        return _igdrom.igdrom_contents_to_json(self._get(), self.report._handle)

    def firmware_json(self, device: Optional[DeviceId] = None) -> str:
        """The image and what is in it, as `igdrom firmware show --json` prints it.

        Raises:
            IgdromMissingError: The file is no firmware image.
        """
        return _igdrom.igdrom_contents_firmware_to_json(self._get(), number_of(device), self.report._handle)

    def to_svg(self, title: Optional[str] = None) -> str:
        """A picture of the firmware image, for a web page or a file.

        Args:
            title: Stands above it; None: "Firmware image".

        Raises:
            IgdromMissingError: The file is no firmware image.
        """
        return _igdrom.igdrom_contents_to_svg(self._get(), title)

    def extract_json(self, things: Iterable[Found], folder: Optional[Path] = None,
                     device: Optional[DeviceId] = None, forms: Sequence[Form] = (Form.BARE,)) -> str:
        """What was written to files, as `igdrom firmware extract --json` prints it."""
        bits = sum({1 << form for form in forms})
        return _igdrom.igdrom_extract_to_json(
            self._get(), number_of(device), [thing._thing() for thing in things], bits,
            None if folder is None else os.fspath(folder), self.report._handle)

    def __len__(self) -> int:
        return _igdrom.igdrom_contents_gop_count(self._get())

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[FoundGop]:
        return iter(self.gops)

    def __getitem__(self, index: int) -> FoundGop:
        return self.gops[index]

    def __repr__(self) -> str:
        if self.closed:
            return "<igdrom.Contents, closed>"
        return f"<igdrom.Contents {self.kind_name}, {len(self)} GOP drivers, {len(self.vbts)} VBTs>"


def number_of(device: Optional[DeviceId]) -> int:
    """What the library takes for it: 0 when it is not known."""
    return 0 if device is None else id_of(device)


Thing = TypeVar("Thing", bound=Found)


def chosen(thing: Thing, report: Report) -> Thing:
    """The thing, with what was said of the choice."""
    thing.reason = " ".join(finding.text for finding in report) or None
    return thing


def origin_name(origin: Origin) -> str:
    """An origin as the word that JSON uses ("option-rom")."""
    return _igdrom.igdrom_origin_name(origin)


def vbt_verdict_name(verdict: VbtVerdict) -> str:
    """A verdict as a word ("other-platform")."""
    return _igdrom.igdrom_vbt_verdict_name(verdict)


def match_json(files: Iterable[Tuple[Optional[Contents], str]], device: DeviceId) -> str:
    """The choice among the drivers of several files, as `igdrom gop match --json` prints it.

    Args:
        files: Contents, or None for a file that holds no driver, and the name of each file.
        device: The device.
    """
    pairs = [(contents._get() if contents is not None else None, name) for contents, name in files]
    return _igdrom.igdrom_gop_match_to_json(id_of(device), pairs, None)


def open(data: Buffer, limits: Optional[Limits] = None, *, file: Optional[str] = None) -> Contents:
    """Looks into the bytes of a file: what it is, and the GOP drivers and VBTs inside.

    Args:
        data: The whole file; anything with a buffer, such as bytes or mmap.
        limits: Caps; None for the defaults.
        file: Its name, for findings and errors.

    Raises:
        IgdromMissingError: The file is of no known format.
        IgdromDataError: The file is damaged or too large.
    """
    with collecting(file) as report:
        handle = _igdrom.igdrom_contents_open(data, limits_handle(limits), report._handle)
    return Contents(handle, report)
