# SPDX-License-Identifier: BSD-2-Clause
"""The machine: what it is, what is in its way, what it keeps for itself."""
from __future__ import annotations

import errno
import threading
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional, Tuple, Union

from . import _igdrom_host
from ._base import Owner, Path, there
from ._changes import Changes, name_of
from ._enums import Status
from ._errors import IgdromMisuseError
from ._host_enums import DumpKind, HostSource
from ._limits import Limits, limits_handle
from ._open import Contents
from ._open import open as open_contents
from ._pci import Address, PciFunction, PciId, address_of
from ._report import Finding, Report, collecting, collecting_into
from ._vm import VmConfig, VmRequest

if TYPE_CHECKING:
    from . import _igdrom
    from ._igdrom_host import Buffer


class IgdMemory(NamedTuple):
    """What the configuration space of an integrated GPU says of its memory. What is not known is None.

    Attributes:
        ggc: GMCH Graphics Control, offset 50h.
        vga_disabled: IVD, bit 1 of it.
        gms_mib: Stolen memory ("DVMT Pre-Allocated").
        ggms_mib: Memory of the translation table (GTT).
        bdsm: Base of stolen memory, offset 5Ch or C0h; None also where there is no such register.
        asls: Address of the OpRegion, offset FCh; 0: firmware has made none.
    """

    ggc: Optional[int]
    vga_disabled: Optional[bool]
    gms_mib: Optional[int]
    ggms_mib: Optional[int]
    bdsm: Optional[int]
    asls: Optional[int]


class Diagnosis(Report):
    """What Host.doctor() has to say: a Report, the worst first, and what is fine last."""

    __slots__ = ()

    @property
    def problems(self) -> Tuple[Finding, ...]:
        """What is in the way, or could not be found out, the worst first."""
        return tuple(finding for finding in self if not _is_fine(finding))

    @property
    def fine(self) -> Tuple[Finding, ...]:
        """What is as it should be."""
        return tuple(finding for finding in self if _is_fine(finding))

    def to_json(self) -> str:
        """The diagnosis as a JSON document, as `igdrom host doctor --json` prints it."""
        return _igdrom_host.igdrom_host_doctor_to_json(self._own())

    def __repr__(self) -> str:
        return f"<igdrom.host.Diagnosis of {len(self.problems)} problems, worst {self.worst.name}>"


def _is_fine(finding: Finding) -> bool:
    return finding.code.startswith("doctor-ok-")


class HostVm:
    """A virtual machine that is defined on a machine. See Host.vms."""

    __slots__ = ("_host", "_keep", "_vm")

    def __init__(self, host: Host, vm: _igdrom_host.igdrom_host_vm_object) -> None:
        self._host = host
        self._keep = host._get()
        self._vm = vm

    def _get(self) -> _igdrom_host.igdrom_host_vm_object:
        self._host._get()
        return self._vm

    @property
    def path(self) -> str:
        """Its file, without the root."""
        return there(_igdrom_host.igdrom_host_vm_path(self._get()))

    @property
    def name(self) -> str:
        """VMID, or name of the domain."""
        return there(_igdrom_host.igdrom_host_vm_name(self._get()))

    @property
    def config(self) -> Optional[VmConfig]:
        """What it is made of; None when it could not be read."""
        handle = _igdrom_host.igdrom_host_vm_config(self._get())
        return None if handle is None else VmConfig(handle, Report(self.path), self.path, keep=(self._keep, self._host))

    @property
    def uses_igd(self) -> bool:
        """Whether it is given the integrated GPU as a whole."""
        return _igdrom_host.igdrom_host_vm_uses_igd(self._get())

    @property
    def uses_vf(self) -> bool:
        """Whether it is given a virtual function of the integrated GPU."""
        return _igdrom_host.igdrom_host_vm_uses_vf(self._get())

    def __repr__(self) -> str:
        if self._host.closed:
            return "<igdrom.host.HostVm, closed>"
        return f"<igdrom.host.HostVm {self.name}>"


class Dump:
    """Something that was read from a machine. See Host.dump_rom() and those beside it.

    Attributes:
        report: What was found on the way.
    """

    def __init__(self, handle: _igdrom_host.igdrom_dump_object, report: Report) -> None:
        self._dump = handle
        self.report = report

    @property
    def kind(self) -> DumpKind:
        """What it is."""
        return DumpKind(_igdrom_host.igdrom_dump_what(self._dump))

    @property
    def kind_name(self) -> str:
        """The same as a word: "rom", "vbt", "opregion", "flash"."""
        return _igdrom_host.igdrom_dump_kind_name(self.kind)

    @property
    def source(self) -> str:
        """Where it was read: a path, with an address where there is one ("/dev/mem at 0xff800000")."""
        return _igdrom_host.igdrom_dump_source(self._dump)

    @property
    def data(self) -> bytes:
        """The bytes."""
        return _igdrom_host.igdrom_dump_bytes(self._dump)

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, 64 lower-case hex digits."""
        return _igdrom_host.igdrom_dump_sha256(self._dump)

    def open(self, limits: Optional[Limits] = None) -> Contents:
        """Looks into the bytes, as igdrom.open() does.

        Raises:
            IgdromMissingError: They are of no known format.
        """
        return open_contents(self.data, limits, file=self.source)

    def to_json(self, file: Optional[str] = None, contents: Optional[Contents] = None) -> str:
        """The dump as a JSON document, as `igdrom host dump --json` prints it.

        Args:
            file: Where it was written to.
            contents: Result of open(); None: nobody looked.
        """
        handle = contents._get() if contents is not None else None
        return _igdrom_host.igdrom_dump_to_json(self._dump, handle, file, self.report._own())

    def __bytes__(self) -> bytes:
        return self.data

    def __repr__(self) -> str:
        return f"<igdrom.host.Dump of {self.kind_name}, {len(self.data)} bytes from {self.source}>"


class Host(Owner[_igdrom_host.igdrom_host_object]):
    """A machine, as it was when it was read: this one, or a captured one below a folder.

        host = igdrom.host.Host.read()
        for gpu in host.gpus:
            print(gpu.address, gpu.name, gpu.driver, gpu.iommu_group)
        for finding in host.doctor().problems:
            print(finding)

    What is not known is None. To see what has changed since, read again.

    Attributes:
        report: What could not be read.
    """

    def __init__(self, handle: _igdrom_host.igdrom_host_object, report: Report,
                 keep: Optional[Owner[Any]] = None) -> None:
        super().__init__(handle, keep)
        self.report = report
        # A progress function may ask for more.
        self._dumping = threading.RLock()

    @classmethod
    def read(cls, root: Optional[Path] = None) -> Host:
        """Reads all that there is to read without changing anything.

        What cannot be read is a finding, and unknown. Most needs no privilege.

        Args:
            root: Folder below which the files of a captured machine lie; None for this machine. On this one
                QEMU is asked for its version when no package says it.

        Raises:
            IgdromMissingError: There is no such folder.
        """
        handle = _igdrom_host.igdrom_host_open(name_of(root))
        with collecting_into(Report(), name_of(root)) as report:
            try:
                _igdrom_host.igdrom_host_scan(handle, report._own())
            except OSError as error:
                # Without a PCI bus, which is a finding, the rest was read all the same.
                if error.errno != errno.EIO:
                    raise
        return cls(handle, report)

    @classmethod
    def from_lspci(cls, text: Union[Buffer, str], *, file: Optional[str] = None) -> Host:
        """A machine of which only the text of lspci is known, best that of `lspci -nnvxxxx` run as root.

        Args:
            text: What lspci printed.
            file: Its name, for findings and errors.

        Raises:
            IgdromMissingError: No line of it tells of a PCI function with its ids.
        """
        data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        with collecting(file) as report:
            handle = _igdrom_host.igdrom_host_from_lspci(data, report._own())
        return cls(handle, report)

    @property
    def source(self) -> HostSource:
        """Where what is known of it comes from."""
        return HostSource(_igdrom_host.igdrom_host_source(self._get()))

    @property
    def root(self) -> Optional[str]:
        """Its folder; "" for this machine; None when it is known from lspci."""
        return _igdrom_host.igdrom_host_root(self._get())

    # PCI functions

    @property
    def functions(self) -> Tuple[PciFunction, ...]:
        """All PCI functions, in ascending order of addresses."""
        handle = self._get()
        return tuple(PciFunction(self, there(_igdrom_host.igdrom_host_function_at(handle, i)))
                     for i in range(_igdrom_host.igdrom_host_function_count(handle)))

    @property
    def gpus(self) -> Tuple[PciFunction, ...]:
        """The display controllers among them, virtual functions of them too."""
        return tuple(function for function in self.functions if function.is_display)

    def function(self, address: Address) -> Optional[PciFunction]:
        """The PCI function at an address ("00:02.0"); None when nothing is there."""
        return self._one(_igdrom_host.igdrom_host_function_find(self._get(), address_of(address)))

    @property
    def igd(self) -> Optional[PciFunction]:
        """The integrated GPU: the Intel display function at 00:02.0."""
        return self._one(_igdrom_host.igdrom_host_igd(self._get()))

    @property
    def lpc(self) -> Optional[PciFunction]:
        """The LPC (ISA, eSPI) bridge: the Intel function at 00:1f.0."""
        return self._one(_igdrom_host.igdrom_host_lpc(self._get()))

    @property
    def bridge(self) -> Optional[PciFunction]:
        """The host bridge at 00:00.0."""
        return self._one(_igdrom_host.igdrom_host_bridge(self._get()))

    @property
    def audio(self) -> Optional[PciFunction]:
        """The function that carries the sound of the integrated GPU's ports."""
        return self._one(_igdrom_host.igdrom_host_audio(self._get()))

    def _one(self, function: Optional[_igdrom_host.igdrom_pci_function_object]) -> Optional[PciFunction]:
        return None if function is None else PciFunction(self, function)

    @property
    def igd_memory(self) -> Optional[IgdMemory]:
        """What the integrated GPU says of its memory; None when there is none, or nothing is known."""
        is_known, memory = _igdrom_host.igdrom_host_igd_memory(self._get())
        return IgdMemory(*memory) if is_known else None

    def pci_id(self, address: Address) -> PciId:
        """Asks now what sits at an address.

        Raises:
            IgdromMissingError: Nothing does.
            IgdromEnvironmentError: There is no PCI bus, or the build is one without libpci.
        """
        with collecting_into(Report(), str(address)) as report:
            return PciId(*_igdrom_host.igdrom_host_pci_id(self._get(), address_of(address), report._own()))

    # The system

    @property
    def vbt_file(self) -> Optional[str]:
        """File in which the graphics driver shows the VBT, which only root sees."""
        return _igdrom_host.igdrom_host_vbt_file(self._get())

    @property
    def opregion_file(self) -> Optional[str]:
        """File in which the graphics driver shows the OpRegion, which only root sees."""
        return _igdrom_host.igdrom_host_opregion_file(self._get())

    @property
    def cpu(self) -> Optional[str]:
        """Model of the CPU."""
        return _igdrom_host.igdrom_host_cpu(self._get())

    @property
    def board(self) -> Optional[str]:
        """Maker and name of the mainboard, or of the whole machine."""
        return _igdrom_host.igdrom_host_board(self._get())

    @property
    def firmware(self) -> Optional[str]:
        """Maker, version and date of the firmware ("BIOS")."""
        return _igdrom_host.igdrom_host_firmware(self._get())

    @property
    def kernel(self) -> Optional[str]:
        """Version of the kernel ("6.14.8-2-pve")."""
        return _igdrom_host.igdrom_host_kernel(self._get())

    @property
    def command_line(self) -> Optional[str]:
        """Command line that the kernel was started with."""
        return _igdrom_host.igdrom_host_command_line(self._get())

    @property
    def iommu(self) -> Optional[bool]:
        """Whether an IOMMU is in use."""
        return _igdrom_host.igdrom_host_iommu(self._get())

    @property
    def iommu_width(self) -> Optional[int]:
        """Bits of the addresses that the IOMMU of the integrated GPU translates."""
        return _igdrom_host.igdrom_host_iommu_width(self._get()) or None

    @property
    def efi(self) -> Optional[bool]:
        """Whether it was started by UEFI; False: by a legacy BIOS, or CSM."""
        return _igdrom_host.igdrom_host_efi(self._get())

    @property
    def lockdown(self) -> Optional[str]:
        """How far the kernel is locked down: "none", "integrity", "confidentiality"."""
        return _igdrom_host.igdrom_host_lockdown(self._get())

    @property
    def distribution(self) -> Optional[str]:
        """What it runs: "pve", "unraid", or the ID of os-release ("debian")."""
        return _igdrom_host.igdrom_host_distribution(self._get())

    @property
    def system(self) -> Optional[str]:
        """The same with its version, for people ("Debian GNU/Linux 12 (bookworm)")."""
        return _igdrom_host.igdrom_host_system(self._get())

    @property
    def pve(self) -> Optional[str]:
        """Release of Proxmox VE ("9.1.4")."""
        return _igdrom_host.igdrom_host_pve(self._get())

    @property
    def qemu(self) -> Optional[str]:
        """Version of QEMU, as the key "qemu" of a VmRequest takes it."""
        return _igdrom_host.igdrom_host_qemu(self._get())

    @property
    def libvirt(self) -> Optional[str]:
        """Version of libvirt."""
        return _igdrom_host.igdrom_host_libvirt(self._get())

    @property
    def disable_vga(self) -> Optional[bool]:
        """Whether vfio-pci keeps VGA ranges from virtual machines (disable_vga=1)."""
        return _igdrom_host.igdrom_host_disable_vga(self._get())

    def qemu_version(self, binary: Optional[Path] = None) -> str:
        """Asks a QEMU for its version now, by running it.

        Args:
            binary: Path or name of a program; None for the usual ones.

        Raises:
            IgdromMissingError: There is no such program, or the machine is a captured one.
        """
        with collecting_into(Report(), name_of(binary)) as report:
            return _igdrom_host.igdrom_host_qemu_version(self._get(), name_of(binary), report._own())

    # Virtual machines

    @property
    def vms(self) -> Tuple[HostVm, ...]:
        """The virtual machines that are defined on it, sorted by path."""
        handle = self._get()
        return tuple(HostVm(self, there(_igdrom_host.igdrom_host_vm_at(handle, i)))
                     for i in range(_igdrom_host.igdrom_host_vm_count(handle)))

    def fill_request(self, request: VmRequest) -> Report:
        """Says in a request what is known of the machine and was not said yet.

            request = igdrom.VmRequest(firmware="ovmf")
            host.fill_request(request)
            plan = request.plan()

        Returns:
            What could be known and is not.
        """
        with collecting(None) as report:
            _igdrom_host.igdrom_host_fill_request(self._get(), request._handle, report._own())
        return report

    def hookscript(self, config: VmConfig, vmid: Optional[str] = None) -> str:
        """A hookscript for Proxmox VE: binds the devices of a virtual machine to vfio-pci before it starts, and
        gives them back to their drivers after it stopped.

        Args:
            config: With the devices: of a plan, or of a virtual machine that is there.
            vmid: The only virtual machine that it shall work for; None: any that runs it.

        Raises:
            IgdromRefusedError: It has no device that is bound, or one without an address.
            IgdromMissingError: The machine has no such device.
        """
        with collecting(None) as report:
            text = _igdrom_host.igdrom_host_hookscript(self._get(), config._config, vmid, report._own())
        return text.decode("utf-8")

    # What is to be done

    def doctor(self, wish: Optional[VmRequest] = None) -> Diagnosis:
        """Looks for what keeps the integrated GPU from being handed to a virtual machine. Changes nothing.

        Args:
            wish: What is wanted, where the virtual machines that are there do not say it; None: a boot picture
                under OVMF.
        """
        copy = wish._copy() if wish is not None else None
        with collecting_into(Diagnosis()) as report:
            _igdrom_host.igdrom_host_doctor(self._get(), copy._handle if copy is not None else None, report._own())
        return report

    def prepare(self, wish: Optional[VmRequest] = None, *, early: bool = False, trigger: bool = False) -> Changes:
        """The changes that make the machine ready to hand its GPU over: kernel command line, modprobe.d,
        modules, initramfs, as far as they are needed. Nothing is done before Changes.apply().

            changes = host.prepare()
            print(changes.diff())

        Args:
            wish: "function", "host_address", "audio", "hypervisor"; None: the whole integrated GPU, for the
                hypervisor that is there.
            early: vfio-pci takes the GPU at boot, before a graphics driver does.
            trigger: After an upgrade of QEMU, virtual machines with the GPU are checked.

        Returns:
            A list of changes of its own; its report has what was found.

        Raises:
            IgdromRefusedError: A file cannot be edited safely; a finding says which line, and what to write.
            IgdromMissingError: There is no such GPU.
        """
        if self.source == HostSource.LSPCI:
            error = IgdromMisuseError(Status.E_STATE, "prepare")
            error.reason = "Of this machine the text of lspci is known alone; read it with Host.read()."
            raise error
        changes = Changes(self.root or None)
        changes.report = changes.add_prepare(self, wish, early=early, trigger=trigger)
        return changes

    # What the machine keeps for itself

    def dump_rom(self, address: Optional[Address] = None) -> Dump:
        """Reads the option ROM of a PCI function. Needs root on this machine.

        Args:
            address: Of the function; None: the integrated GPU.

        Raises:
            IgdromMissingError: There is no such function, or it has no ROM; a finding says why.
            IgdromEnvironmentError: It cannot be read.
        """
        where = None if address is None else address_of(address)
        return self._dump(lambda host, report: _igdrom_host.igdrom_host_dump_rom(host, where, report))

    def dump_vbt(self) -> Dump:
        """Reads the VBT that the integrated GPU uses. Needs root on this machine.

        Raises:
            IgdromMissingError: There is none; a finding says why.
            IgdromEnvironmentError: It cannot be read.
        """
        return self._dump(lambda host, report: _igdrom_host.igdrom_host_dump_vbt(host, report))

    def dump_opregion(self) -> Dump:
        """Reads the OpRegion of the integrated GPU, with its VBT. Needs root on this machine.

        Raises:
            IgdromMissingError: There is none; a finding says why.
            IgdromEnvironmentError: It cannot be read.
        """
        return self._dump(lambda host, report: _igdrom_host.igdrom_host_dump_opregion(host, report))

    def dump_flash(self, limits: Optional[Limits] = None) -> Dump:
        """Reads the firmware of the machine. Takes seconds, and needs root on this machine.

        Args:
            limits: Its input_bytes is the most that is read; its progress function is told how far it is.

        Raises:
            IgdromMissingError: There is no flash memory to be seen; a finding says why.
            IgdromEnvironmentError: It cannot be read.
        """
        return self._dump(lambda host, report: _igdrom_host.igdrom_host_dump_flash(host, limits_handle(limits), report))

    def _dump(self, read: Callable[[_igdrom_host.igdrom_host_object, _igdrom.igdrom_report_object],
                                   _igdrom_host.igdrom_dump_object]) -> Dump:
        # One at a time: it is the same hardware.
        with self._dumping, collecting(None) as report:
            return Dump(read(self._get(), report._own()), report)

    # Documents

    def to_json(self) -> str:
        """The machine as a JSON document, as `igdrom host show --json` prints it."""
        return _igdrom_host.igdrom_host_to_json(self._get(), self.report._own())

    def bundle(self) -> str:
        """What somebody who helps needs to know of the machine, as a JSON document; serial numbers, addresses and
        names are taken out. As `igdrom host bundle` writes it.
        """
        return _igdrom_host.igdrom_host_bundle(self._get(), self.report._own())

    def __repr__(self) -> str:
        if self.closed:
            return "<igdrom.host.Host, closed>"
        where = {HostSource.RUNNING: "this machine", HostSource.LSPCI: "text of lspci"}.get(self.source, self.root)
        return f"<igdrom.host.Host {where}, {len(self.functions)} PCI functions, {len(self.vms)} virtual machines>"
