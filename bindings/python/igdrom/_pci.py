# SPDX-License-Identifier: BSD-2-Clause
"""PCI functions of a machine."""
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional, Tuple, Union

from . import _igdrom_host
from ._device import Device, lookup
from ._errors import IgdromMissingError, about
from ._host_enums import PciRom

if TYPE_CHECKING:
    from ._host import Host

INTEL = 0x8086
BARS = 7


class PciAddress(NamedTuple):
    """Address of a PCI function; as text it is what `lspci -D` and the kernel write: "0000:00:02.0".

    Attributes:
        domain: 0 but for functions behind a VMD and the like.
        bus: 0 to 255.
        device: 0 to 31.
        function: 0 to 7.
    """

    domain: int
    bus: int
    device: int
    function: int

    @classmethod
    def parse(cls, text: str) -> PciAddress:
        """Reads an address: "00:02.0", "0000:00:02.0".

        Raises:
            IgdromMisuseError: It is none.
        """
        with about(f"PCI address {text!r}", "It is written as 00:02.0 or 0000:00:02.0."):
            return cls(*_igdrom_host.igdrom_pci_address_parse(text))

    def __str__(self) -> str:
        return f"{self.domain:04x}:{self.bus:02x}:{self.device:02x}.{self.function:x}"


#: Where an address is asked for, text will do.
Address = Union[PciAddress, str]


def address_of(address: Address) -> PciAddress:
    """What the library takes for it."""
    if isinstance(address, str):
        return PciAddress.parse(address)
    if not isinstance(address, tuple):
        raise TypeError(f"a PCI address is text (\"00:02.0\") or a PciAddress, not {type(address).__name__!r}")
    return PciAddress(*address)


class PciId(NamedTuple):
    """What a PCI function says of itself.

    Attributes:
        vendor_id: 8086h: Intel.
        device_id: What igdrom.lookup() takes, when the vendor is Intel.
        class_code: 24 bits: base class, subclass, programming interface.
    """

    vendor_id: int
    device_id: int
    class_code: int

    def __str__(self) -> str:
        return f"{self.vendor_id:04x}:{self.device_id:04x}"


class PciSubsystem(NamedTuple):
    """Who built a PCI function into what.

    Attributes:
        vendor_id: Who built it, such as the maker of the mainboard.
        device_id: Into what; the number is the maker's own.
    """

    vendor_id: int
    device_id: int

    def __str__(self) -> str:
        return f"{self.vendor_id:04x}:{self.device_id:04x}"


class PciBar(NamedTuple):
    """A range of addresses that a PCI function decodes.

    Attributes:
        address: None: none is set.
        size: Bytes; None: not known.
        is_io: Whether it is of the I/O space.
        is_64bit: Whether it takes 64 bits.
        is_prefetchable: Whether it is prefetchable memory.
    """

    address: Optional[int]
    size: Optional[int]
    is_io: bool
    is_64bit: bool
    is_prefetchable: bool


class PciFunction:
    """A PCI function of a machine, as it was when the machine was read. See Host.functions.

    Two are equal when they are the same function of the same Host.
    """

    __slots__ = ("_function", "_host", "_keep")

    def __init__(self, host: Host, function: _igdrom_host.igdrom_pci_function_object) -> None:
        self._host = host
        self._keep = host._get()
        self._function = function

    def _get(self) -> _igdrom_host.igdrom_pci_function_object:
        self._host._get()
        return self._function

    @property
    def address(self) -> PciAddress:
        """Where it sits."""
        return PciAddress(*_igdrom_host.igdrom_pci_function_address(self._get()))

    @property
    def id(self) -> PciId:
        """Its ids."""
        return PciId(*_igdrom_host.igdrom_pci_function_id(self._get()))

    @property
    def device(self) -> Optional[Device]:
        """What igdrom.lookup() knows of it; None when it is no Intel display device of the table."""
        pci = self.id
        try:
            return lookup(pci.device_id) if pci.vendor_id == INTEL else None
        except IgdromMissingError:
            return None

    @property
    def name(self) -> str:
        """Name of the GPU in pci.ids ("Alder Lake-S GT1 [UHD Graphics 770]"), or its codename; of anything else its
        ids.
        """
        device = self.device
        return str(self.id) if device is None else device.name or device.codename

    @property
    def is_display(self) -> bool:
        """Whether it is a display controller."""
        return _igdrom_host.igdrom_pci_function_is_display(self._get())

    @property
    def subsystem(self) -> Optional[PciSubsystem]:
        """The ids of its subsystem; None: none, or not known."""
        both = _igdrom_host.igdrom_pci_function_subsystem(self._get())
        return PciSubsystem(both & 0xFFFF, both >> 16) if both else None

    @property
    def revision(self) -> Optional[int]:
        """Its revision; None: not known."""
        return known(_igdrom_host.igdrom_pci_function_revision(self._get()))

    @property
    def driver(self) -> Optional[str]:
        """The kernel's driver that is bound to it ("i915"); None: none, or not known (see bound)."""
        return _igdrom_host.igdrom_pci_function_driver(self._get())

    @property
    def bound(self) -> Optional[bool]:
        """Whether a driver is bound to it; None: not known."""
        return _igdrom_host.igdrom_pci_function_bound(self._get())

    @property
    def driver_override(self) -> Optional[str]:
        """The only driver that may be bound to it; None: any."""
        return _igdrom_host.igdrom_pci_function_driver_override(self._get())

    @property
    def iommu_group(self) -> Optional[int]:
        """Number of its IOMMU group; None: none, or not known."""
        return known(_igdrom_host.igdrom_pci_function_iommu_group(self._get()))

    @property
    def boot_vga(self) -> Optional[bool]:
        """Whether firmware showed the boot screen on it; None: not known."""
        return _igdrom_host.igdrom_pci_function_boot_vga(self._get())

    @property
    def enabled(self) -> Optional[bool]:
        """Whether a driver or firmware uses it; None: not known."""
        return _igdrom_host.igdrom_pci_function_enabled(self._get())

    @property
    def power(self) -> Optional[str]:
        """Its power state ("D0", "D3hot"); None: not known."""
        return _igdrom_host.igdrom_pci_function_power(self._get())

    @property
    def config(self) -> bytes:
        """What could be read of its configuration space: 0 bytes, 64 (without privilege), 256 or 4096."""
        return _igdrom_host.igdrom_pci_function_config(self._get())

    def bar(self, index: int) -> Optional[PciBar]:
        """A base address register.

        Args:
            index: 0 to 5; 6: the expansion ROM.

        Returns:
            None: there is none, or it is not known.
        """
        there_is, bar = _igdrom_host.igdrom_pci_function_bar(self._get(), index)
        return PciBar(bar[0] or None, bar[1] or None, *bar[2:]) if there_is else None

    @property
    def bars(self) -> Tuple[Optional[PciBar], ...]:
        """All seven base address registers, the expansion ROM last."""
        return tuple(self.bar(i) for i in range(BARS))

    @property
    def rom(self) -> PciRom:
        """What the kernel offers as its ROM. Host.dump_rom() reads it."""
        return PciRom(_igdrom_host.igdrom_pci_function_rom(self._get()))

    @property
    def vf_total(self) -> Optional[int]:
        """How many virtual functions it can have (SR-IOV); None: not known."""
        return known(_igdrom_host.igdrom_pci_function_vf_total(self._get()))

    @property
    def vf_count(self) -> Optional[int]:
        """How many virtual functions it has now; None: not known."""
        return known(_igdrom_host.igdrom_pci_function_vf_count(self._get()))

    @property
    def physical(self) -> Optional[PciFunction]:
        """The function that this virtual function belongs to; None: it is no virtual function."""
        handle = _igdrom_host.igdrom_pci_function_physical(self._get())
        return None if handle is None else PciFunction(self._host, handle)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PciFunction):
            return NotImplemented
        return self._host is other._host and self.address == other.address

    def __hash__(self) -> int:
        return hash((id(self._host), self.address))

    def __repr__(self) -> str:
        if self._host.closed:
            return "<igdrom.host.PciFunction, closed>"
        words = " ".join(dict.fromkeys((str(self.address), str(self.id), self.name)))
        return f"<igdrom.host.PciFunction {words}>"


def known(number: int) -> Optional[int]:
    """None for the -1 with which the library says that it does not know."""
    return None if number < 0 else number
