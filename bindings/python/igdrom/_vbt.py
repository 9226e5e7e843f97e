# SPDX-License-Identifier: BSD-2-Clause
"""Video BIOS Tables."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Optional, Tuple

from . import _igdrom
from ._base import Owner, Path, read_file, there
from ._device import DeviceId, id_of
from ._enums import OpregionMailbox, VbtPortFlag
from ._errors import IgdromMissingError
from ._report import Report, collecting

if TYPE_CHECKING:
    from ._igdrom import Buffer


class VbtBlock(NamedTuple):
    """One block of a VBT.

    Attributes:
        id: Its number.
        name: Its name ("general definitions"); "" when it is not known.
        offset: Offset of its data in the table.
        data: Its data.
    """

    id: int
    name: str
    offset: int
    data: bytes


class VbtPort(NamedTuple):
    """A display connector. What the table does not say is None.

    Attributes:
        name: The connector in words ("HDMI-A on DDI B").
        type: What can be connected, as DRM calls it: "HDMI-A", "DP", "eDP".
        internal: Whether it is for a panel inside the machine.
        ddi: Letter of the digital port ("B"), counted as in the table; None for LVDS, VGA and TV.
        aux: Letter of the AUX channel.
        ddc: GMBUS pin pair of the DDC lines, as the table counts them.
        lanes: Most lanes of a DisplayPort, 1 to 4.
        max_link_rate: Highest rate of a DisplayPort, kHz per lane; None: not limited.
        max_tmds: Highest TMDS clock of an HDMI connector, kHz; None: not limited.
        handle: Device handle, which display switches use.
        device_type: Device type bits.
        flags: What is special about it.
    """

    name: str
    type: str
    internal: bool
    ddi: Optional[str]
    aux: Optional[str]
    ddc: Optional[int]
    lanes: Optional[int]
    max_link_rate: Optional[int]
    max_tmds: Optional[int]
    handle: int
    device_type: int
    flags: Tuple[VbtPortFlag, ...]


class VbtPanel(NamedTuple):
    """A panel that the table has timings for.

    Attributes:
        number: Its number, which the panel type selects, 0 to 15.
        selected: Whether the table selects it.
        width: Pixels in a line.
        height: Lines.
        clock: Pixel clock, kHz.
        name: Its name; None when the table has none.
        pnp_id: Maker and product as in an EDID.
        color_depth: Bits per pixel.
        backlight: Hz of the pulse width.
    """

    number: int
    selected: bool
    width: int
    height: int
    clock: int
    name: Optional[str]
    pnp_id: Optional[str]
    color_depth: Optional[int]
    backlight: Optional[int]


def _port(port: _igdrom.igdrom_vbt_port_object) -> VbtPort:
    return VbtPort(
        _igdrom.igdrom_vbt_port_name(port),
        _igdrom.igdrom_vbt_port_type(port),
        _igdrom.igdrom_vbt_port_is_internal(port),
        _igdrom.igdrom_vbt_port_ddi(port),
        _igdrom.igdrom_vbt_port_aux(port),
        _igdrom.igdrom_vbt_port_ddc(port) or None,
        _igdrom.igdrom_vbt_port_lanes(port) or None,
        _igdrom.igdrom_vbt_port_max_link_rate(port) or None,
        _igdrom.igdrom_vbt_port_max_tmds(port) or None,
        _igdrom.igdrom_vbt_port_handle(port),
        _igdrom.igdrom_vbt_port_device_type(port),
        tuple(flag for flag in VbtPortFlag if flag & _igdrom.igdrom_vbt_port_flags(port)),
    )


def _panel(panel: _igdrom.igdrom_vbt_panel_object) -> VbtPanel:
    return VbtPanel(
        _igdrom.igdrom_vbt_panel_number(panel),
        _igdrom.igdrom_vbt_panel_selected(panel),
        _igdrom.igdrom_vbt_panel_width(panel),
        _igdrom.igdrom_vbt_panel_height(panel),
        _igdrom.igdrom_vbt_panel_clock(panel),
        _igdrom.igdrom_vbt_panel_name(panel),
        _igdrom.igdrom_vbt_panel_pnp_id(panel),
        _igdrom.igdrom_vbt_panel_color_depth(panel) or None,
        _igdrom.igdrom_vbt_panel_backlight(panel) or None,
    )


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

    def _get(self) -> _igdrom.igdrom_vbt_object:
        return self._vbt

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
        return _igdrom.igdrom_vbt_signature(self._get())

    @property
    def version(self) -> int:
        """Version of the header."""
        return _igdrom.igdrom_vbt_version(self._get())

    @property
    def bdb_version(self) -> int:
        """Version of the BIOS data block."""
        return _igdrom.igdrom_vbt_bdb_version(self._get())

    @property
    def size(self) -> int:
        """Size in bytes, without padding."""
        return _igdrom.igdrom_vbt_size(self._get())

    @property
    def checksum_ok(self) -> bool:
        """Whether the bytes sum to 0 mod 256."""
        return _igdrom.igdrom_vbt_checksum_ok(self._get())

    @property
    def sha256(self) -> str:
        """SHA-256 of bytes(self), lower-case hex."""
        return _igdrom.igdrom_vbt_sha256(self._get())

    def __bytes__(self) -> bytes:
        return _igdrom.igdrom_vbt_bytes(self._get())

    def __len__(self) -> int:
        return self.size

    @property
    def blocks(self) -> Tuple[VbtBlock, ...]:
        """The blocks, in the order of the table."""
        return tuple(
            VbtBlock(
                _igdrom.igdrom_vbt_block_id(self._get(), i),
                _igdrom.igdrom_vbt_block_name(self._get(), i),
                _igdrom.igdrom_vbt_block_offset(self._get(), i),
                _igdrom.igdrom_vbt_block_bytes(self._get(), i),
            )
            for i in range(_igdrom.igdrom_vbt_block_count(self._get()))
        )

    @property
    def ports(self) -> Tuple[VbtPort, ...]:
        """The display connectors."""
        count = _igdrom.igdrom_vbt_port_count(self._get())
        return tuple(_port(there(_igdrom.igdrom_vbt_port_at(self._get(), i))) for i in range(count))

    def port_names(self, device: DeviceId) -> Tuple[Optional[str], ...]:
        """The connectors as drivers of a device count the ports ("HDMI-A on DDI TC1").

        None for a port that the device does not have, or when it is not known.
        """
        return tuple(_names(self._get(), id_of(device)))

    @property
    def panel_type(self) -> Optional[int]:
        """Number of the panel that is selected; 255: by the EDID of the panel."""
        number = _igdrom.igdrom_vbt_panel_type(self._get())
        return None if number < 0 else number

    @property
    def panels(self) -> Tuple[VbtPanel, ...]:
        """The panels that the table has timings for."""
        count = _igdrom.igdrom_vbt_panel_count(self._get())
        return tuple(_panel(there(_igdrom.igdrom_vbt_panel_at(self._get(), i))) for i in range(count))

    @property
    def features(self) -> Tuple[str, ...]:
        """The general features that are on, in words."""
        count = _igdrom.igdrom_vbt_feature_count(self._get())
        return tuple(there(_igdrom.igdrom_vbt_feature_at(self._get(), i)) for i in range(count))

    def fits(self, device: DeviceId) -> Optional[bool]:
        """Whether VBTs for a device are known to have this signature; None when not known."""
        return _igdrom.igdrom_vbt_fits(self._get(), id_of(device))

    def check(self, device: Optional[DeviceId] = None) -> Report:
        """Checks the table, and whether it can be the one of a device."""
        number = 0 if device is None else id_of(device)
        with collecting(self._file) as report:
            _igdrom.igdrom_vbt_check(self._get(), number, report._handle)
        return report

    def to_json(self, device: Optional[DeviceId] = None) -> str:
        """The table as a JSON document; with a device, whether it can be the one of it."""
        number = id_of(device) if device is not None else 0
        return _igdrom.igdrom_vbt_to_json(self._get(), number, self.report._handle)

    def written_to_json(self, file: Optional[str], changed: bool) -> str:
        """The table as a JSON document, as `igdrom vbt fix --json` prints it.

        Args:
            file: Where it was written to.
            changed: Whether its checksum was wrong before.
        """
        return _igdrom.igdrom_vbt_written_to_json(self._get(), file, changed, self.report._handle)

    def fixed(self) -> bytes:
        """The table with a right checksum; nothing else is changed."""
        return _igdrom.igdrom_vbt_fix_checksum(self._get())

    def __repr__(self) -> str:
        return f"<igdrom.Vbt {self.signature!r} BDB {self.bdb_version}, {self.size} bytes>"


class Opregion:
    """An OpRegion: the memory through which firmware and graphics driver talk, with the VBT.

    Attributes:
        report: What was found on the way.
    """

    def __init__(self, handle: _igdrom.igdrom_opregion_object, report: Report,
                 keep: Optional[Owner[Any]] = None) -> None:
        self._opregion = handle
        self.report = report
        # That of Contents belongs to them: they stay, and closing them closes it.
        self._parent = keep
        self._keep = keep._get() if keep is not None else None

    def _get(self) -> _igdrom.igdrom_opregion_object:
        if self._parent is not None:
            self._parent._get()
        return self._opregion

    @classmethod
    def parse(cls, data: Buffer, *, file: Optional[str] = None) -> Opregion:
        """Reads an OpRegion, with the extended VBT behind it when there is one.

        Args:
            data: Starts with "IntelGraphicsMem"; anything with a buffer, such as bytes or mmap.
            file: Its name, for findings and errors.

        Raises:
            IgdromMissingError: It is no OpRegion.
            IgdromDataError: It is cut off or too large.
        """
        with collecting(file) as report:
            handle = _igdrom.igdrom_opregion_parse(data, report._handle)
        return Opregion(handle, report)

    @property
    def version(self) -> str:
        """Version ("2.1")."""
        return _igdrom.igdrom_opregion_version(self._get())

    @property
    def size_kib(self) -> int:
        """The size field of its header, KiB."""
        return _igdrom.igdrom_opregion_size_kib(self._get())

    @property
    def mailboxes(self) -> Tuple[OpregionMailbox, ...]:
        """The mailboxes that are there."""
        bits = _igdrom.igdrom_opregion_mailboxes(self._get())
        return tuple(mailbox for mailbox in OpregionMailbox if mailbox & bits)

    @property
    def vbt(self) -> Optional[Vbt]:
        """Its VBT; None when there is none."""
        handle = _igdrom.igdrom_opregion_vbt(self._get())
        if handle is None:
            return None
        return Vbt.parse(_igdrom.igdrom_vbt_bytes(handle))

    @property
    def vbt_offset(self) -> Optional[int]:
        """Offset of the VBT: 0x400 in mailbox 4, 0x2000 and more behind the OpRegion."""
        return _igdrom.igdrom_opregion_vbt_offset(self._get()) or None

    def __repr__(self) -> str:
        if self._parent is not None and self._parent.closed:
            return "<igdrom.Opregion, closed>"
        return f"<igdrom.Opregion {self.version}, {self.vbt!r}>"


def _names(vbt: _igdrom.igdrom_vbt_object, number: int) -> Iterator[Optional[str]]:
    for i in range(_igdrom.igdrom_vbt_port_count(vbt)):
        try:
            yield _igdrom.igdrom_vbt_port_name_on(there(_igdrom.igdrom_vbt_port_at(vbt, i)), number)
        except IgdromMissingError:
            yield None


def port_flag_name(flag: VbtPortFlag) -> str:
    """A flag as the word that JSON uses ("lane-reversal")."""
    return _igdrom.igdrom_vbt_port_flag_name(flag)


def mailbox_name(mailbox: OpregionMailbox) -> str:
    """A mailbox as the word that JSON uses ("asle-ext")."""
    return _igdrom.igdrom_opregion_mailbox_name(mailbox)
