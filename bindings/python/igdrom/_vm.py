# SPDX-License-Identifier: BSD-2-Clause
"""Virtual machines: what is wanted, the plan for it, and configurations that are there."""
from __future__ import annotations

import os
from typing import (TYPE_CHECKING, Dict, Iterator, Mapping, MutableMapping, NamedTuple, Optional,
                    Tuple, Union)

from . import _igdrom
from ._base import Path, there
from ._device import Device, id_of
from ._enums import VmFormat
from ._errors import about
from ._limits import Limits, limits_handle
from ._report import Report, collecting
from ._rom import Rom

if TYPE_CHECKING:
    from ._igdrom import Buffer

#: What a key of a request takes: text; a number where it asks for one; True and False for yes and no.
VmValue = Union[str, int, bool, Device]
#: A format, or its name: "pve", "qm", "qemu", "libvirt", "unraid".
VmFormatName = Union[VmFormat, str]


class VmKey(NamedTuple):
    """Something that a request can say. See vm_request_keys().

    Attributes:
        name: What it is called.
        help: What it is for.
        values: What it takes.
    """

    name: str
    help: str
    values: str


class VmReason(NamedTuple):
    """Why a part of a plan is what it is.

    Attributes:
        rule: Name of the rule.
        subject: What it is the reason for: "x-igd-lpc=on", "machine".
        text: The reason, a sentence.
        source: Where it comes from: a commit, a document.
    """

    rule: str
    subject: str
    text: str
    source: str


class VmText(NamedTuple):
    """A configuration as text, with what was found while it was written.

    Attributes:
        data: The text as bytes; str() of the whole gives text.
        report: What was found.
        format: Its format.
    """

    data: bytes
    report: Report
    format: VmFormat

    def __str__(self) -> str:
        return self.data.decode("utf-8", "replace")

    def to_json(self, file: Optional[str] = None, changed: Optional[bool] = None) -> str:
        """The text in a JSON document, as `igdrom vm write --json` prints it.

        Args:
            file: Where it was written to.
            changed: Whether it differs from what it was merged into; None: it was not merged.
        """
        state = -1 if changed is None else int(changed)  # enum igdrom_tristate
        return _igdrom.igdrom_vm_written_to_json(self.format, str(self), file, state,
                                                 self.report._own())


class VmDevice(NamedTuple):
    """A PCI function of the host, or a part of one, that a virtual machine gets.

    Attributes:
        id: Its name ("hostpci0", "ua-igd").
        host: Its address on the host.
        guest: Its address in the guest; None: left to the hypervisor.
        bus: The bus it sits on in the guest ("pci.0").
        mdev: Its mediated device.
        rom_file: Its ROM file, as the format names it.
        properties: Properties of QEMU's vfio-pci, as its command line has them: {"x-igd-lpc": "on"}.
    """

    id: Optional[str]
    host: Optional[str]
    guest: Optional[str]
    bus: Optional[str]
    mdev: Optional[str]
    rom_file: Optional[str]
    properties: Mapping[str, str]


def vm_format_name(format: VmFormat) -> str:
    """A format as a word: "unknown", "pve", "qm", "qemu", "libvirt", "unraid"."""
    return _igdrom.igdrom_vm_format_name(format)


def _format(format: VmFormatName) -> VmFormat:
    if not isinstance(format, str):
        return VmFormat(format)
    for one in VmFormat:
        if one and vm_format_name(one) == format:
            return one
    names = ", ".join(vm_format_name(one) for one in VmFormat if one)
    raise ValueError(f"{format!r} is no format of a virtual machine: {names}")


def vm_request_keys() -> Tuple[VmKey, ...]:
    """Everything that a request can say."""
    return tuple(
        VmKey(
            there(_igdrom.igdrom_vm_request_key_at(i)),
            there(_igdrom.igdrom_vm_request_key_help(i)),
            there(_igdrom.igdrom_vm_request_key_values(i)),
        )
        for i in range(_igdrom.igdrom_vm_request_key_count())
    )


def _text(key: str, value: VmValue) -> str:
    """A value as the library takes it: text, its digits those that the key has."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        raise TypeError(f"{key}: a version is text: \"10.1\" is not 10.1")
    values = {one.name: one.values for one in vm_request_keys()}.get(key.replace("-", "_"), "")
    if values.startswith("PCI device id"):
        return f"{id_of(value):04X}"
    if isinstance(value, Device):
        raise TypeError(f"{key} takes no device")
    return f"{value:x}" if values.startswith("hexadecimal") else f"{value:d}"


class VmRequest(MutableMapping[str, str]):
    """What is wanted of a virtual machine, and what is known of its host.

    A mapping of the keys that were said to their values in normal form:

        request = igdrom.VmRequest(device="4680", hypervisor="pve", qemu="10.1", firmware="ovmf")
        request["host_address"] = "00:02.0"        # becomes "0000:00:02.0"

    Args:
        rom_image: The option ROM that the machine will get; its name is the key "rom".
        keys: What vm_request_keys() lists.

    Raises:
        IgdromMissingError: There is no such key.
        IgdromMisuseError: The key does not take the value.
    """

    def __init__(self, *, rom_image: Optional[Rom] = None, **keys: Optional[VmValue]) -> None:
        self._handle = _igdrom.igdrom_vm_request_new()
        self._rom: Optional[_igdrom.igdrom_rom_object] = None
        for key, value in keys.items():
            if value is not None:
                self[key] = value
        if rom_image is not None:
            self.set_rom(rom_image)

    @classmethod
    def _of(cls, handle: _igdrom.igdrom_vm_request_object) -> VmRequest:
        """One that belongs to something else, which must stay."""
        request = cls.__new__(cls)
        request._handle = handle
        request._rom = None
        return request

    @classmethod
    def from_json(cls, data: Buffer, *, file: Optional[str] = None) -> VmRequest:
        """A request out of a document with these keys, such as to_json() writes.

        Raises:
            IgdromDataError: A key or a value is not valid.
            IgdromMissingError: It is no JSON object.
        """
        request = cls()
        request.update_from_json(data, file=file)
        return request

    def update_from_json(self, data: Buffer, *, file: Optional[str] = None) -> None:
        """Says what a document says; null takes a key back."""
        with collecting(file) as report:
            _igdrom.igdrom_vm_request_read_json(self._handle, data, report._handle)

    def set_rom(self, rom: Optional[Rom]) -> Report:
        """Takes what matters from the option ROM that the machine will get; None takes it back."""
        handle = rom._get() if rom is not None else None
        with collecting(None) as report:
            _igdrom.igdrom_vm_request_set_rom(self._handle, handle, report._handle)
        self._rom = handle
        return report

    def fill(self, config: VmConfig) -> None:
        """Takes what an existing configuration says, where the request is silent.

        Name, hypervisor, firmware, memory, the part of the GPU that is passed and its ROM; the machine
        type if a plan for the request works with it, so say what is known of the host first.
        """
        _igdrom.igdrom_vm_request_fill(self._handle, config._config, config._file)

    def plan(self) -> VmPlan:
        """Answers the request.

        Raises:
            IgdromMisuseError: Something must be said first; a finding asks for each.
        """
        with collecting(None) as report:
            handle = _igdrom.igdrom_vm_plan_new(self._handle, report._handle)
        return VmPlan(handle, self._copy(), report)

    def _copy(self) -> VmRequest:
        copy = VmRequest()
        for key, value in self.items():
            copy[key] = value
        if self._rom is not None:
            _igdrom.igdrom_vm_request_set_rom(copy._handle, self._rom, None)
            copy._rom = self._rom
        return copy

    def to_json(self) -> str:
        """The request as a JSON document."""
        return _igdrom.igdrom_vm_request_to_json(self._handle, None)

    def __getitem__(self, key: str) -> str:
        value = _igdrom.igdrom_vm_request_get(self._handle, key)
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: VmValue) -> None:
        with collecting(None) as report:
            _igdrom.igdrom_vm_request_set(self._handle, key, _text(key, value), report._handle)

    def __delitem__(self, key: str) -> None:
        self[key]  # raises for what was not said
        _igdrom.igdrom_vm_request_set(self._handle, key, None, None)

    def __iter__(self) -> Iterator[str]:
        return (one.name for one in vm_request_keys()
                if _igdrom.igdrom_vm_request_get(self._handle, one.name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"igdrom.VmRequest({', '.join(f'{key}={value!r}' for key, value in self.items())})"


def plan_vm(*, rom_image: Optional[Rom] = None, **keys: Optional[VmValue]) -> VmPlan:
    """Plans a virtual machine; the arguments are those of VmRequest.

        plan = igdrom.plan_vm(device="4680", hypervisor="pve", pve="9.1", firmware="ovmf")
        print(plan.refusal or plan.write())

    Raises:
        IgdromMissingError: There is no such key.
        IgdromMisuseError: A key does not take its value, or something must be said first.
    """
    return VmRequest(rom_image=rom_image, **keys).plan()


def explain_log(log: Buffer, request: Optional[VmRequest] = None,
                limits: Optional[Limits] = None, *, file: Optional[str] = None) -> Report:
    """What the lines of a log mean: of QEMU, the kernel, Proxmox VE, libvirt, the debug console.

        for finding in igdrom.explain_log(open("/var/log/libvirt/qemu/win11.log", "rb").read()):
            print(finding.severity.name, finding.text, finding.fix)

    Each known line is a finding at its offset, in the order of the log; lines that say the same are
    counted. Many are harmless, and their severity says so.

    Args:
        log: Any log, or several in one; anything with a buffer, such as bytes or mmap.
        request: Its "qemu" (or "pve") narrows causes.
        limits: Caps; None for the defaults.
        file: Its name, for findings and errors.
    """
    copy = request._copy() if request is not None else None
    with collecting(file) as report:
        _igdrom.igdrom_vm_explain(log, copy._handle if copy is not None else None, limits_handle(limits),
                                  report._handle)
    return report


def explained_to_json(log: Buffer, report: Report) -> str:
    """A log and the result of explain_log() as a JSON document, as `igdrom vm explain --json` prints it."""
    return _igdrom.igdrom_vm_explain_to_json(log, report._own())


class VmConfig:
    """The configuration of a virtual machine: one that was read, or the one a plan asks for.

    Attributes:
        report: What was found on the way.
    """

    def __init__(self, handle: _igdrom.igdrom_vm_config_object, report: Report,
                 file: Optional[str] = None, keep: object = None) -> None:
        self._config = handle
        self._file = file
        self._keep = keep
        self.report = report

    @classmethod
    def read(cls, data: Buffer, *, format: VmFormatName = VmFormat.UNKNOWN,
             file: Optional[str] = None) -> VmConfig:
        """Reads a configuration of Proxmox VE, domain XML, or a command line of QEMU.

        Args:
            data: The text; anything with a buffer, such as bytes or mmap.
            format: Its format; the default finds it out.
            file: Its name, for findings and errors.

        Raises:
            IgdromMissingError: It is none of them.
            IgdromDataError: It cannot be read, or is too large.
        """
        with collecting(file) as report:
            handle = _igdrom.igdrom_vm_config_read(data, _format(format), report._handle)
        return VmConfig(handle, report, file)

    @classmethod
    def from_file(cls, path: Path, *, format: VmFormatName = VmFormat.UNKNOWN) -> VmConfig:
        """Reads a file."""
        with open(path, "rb") as file:
            data = file.read(_igdrom.IGDROM_VM_MAX_TEXT_BYTES + 1)
        return cls.read(data, format=format, file=os.fspath(path))

    @property
    def format(self) -> VmFormat:
        """What it was read from, or is to be written as."""
        return VmFormat(_igdrom.igdrom_vm_config_format(self._config))

    @property
    def name(self) -> Optional[str]:
        """Name of the machine, as the configuration has it; of a plan the VMID or the domain that it is for."""
        return _igdrom.igdrom_vm_config_name(self._config)

    @property
    def machine(self) -> Optional[str]:
        """Kind of machine: "i440fx", "q35", "other"."""
        return _igdrom.igdrom_vm_config_machine(self._config)

    @property
    def machine_type(self) -> Optional[str]:
        """Type of machine as written ("pc-i440fx-9.2+pve1"); None: the default."""
        return _igdrom.igdrom_vm_config_machine_type(self._config)

    @property
    def firmware(self) -> Optional[str]:
        """Kind of firmware: "ovmf", "seabios"."""
        return _igdrom.igdrom_vm_config_firmware(self._config)

    @property
    def firmware_file(self) -> Optional[str]:
        """File of the firmware, where one is named."""
        return _igdrom.igdrom_vm_config_firmware_file(self._config)

    @property
    def memory_mib(self) -> Optional[int]:
        """Memory of the guest in MiB."""
        return _igdrom.igdrom_vm_config_memory_mib(self._config) or None

    @property
    def cpu(self) -> Optional[str]:
        """Model of the processor."""
        return _igdrom.igdrom_vm_config_cpu(self._config)

    @property
    def address_width(self) -> Optional[int]:
        """Limit of guest physical addresses in bits."""
        return _igdrom.igdrom_vm_config_address_width(self._config) or None

    @property
    def display(self) -> Optional[str]:
        """Emulated display: "none", "std"; None: the default of the format."""
        return _igdrom.igdrom_vm_config_display(self._config)

    @property
    def debug_file(self) -> Optional[str]:
        """File of the debug console (port 402h)."""
        return _igdrom.igdrom_vm_config_debug_file(self._config)

    @property
    def devices(self) -> Tuple[VmDevice, ...]:
        """The functions of the host that the machine gets."""
        count = _igdrom.igdrom_vm_config_device_count(self._config)
        return tuple(self._device(i) for i in range(count))

    def _device(self, index: int) -> VmDevice:
        config = self._config
        properties: Dict[str, str] = {}
        for i in range(_igdrom.igdrom_vm_config_property_count(config, index)):
            name = there(_igdrom.igdrom_vm_config_property_name(config, index, i))
            properties[name] = there(_igdrom.igdrom_vm_config_property_value(config, index, i))
        return VmDevice(
            _igdrom.igdrom_vm_config_device_id(config, index),
            _igdrom.igdrom_vm_config_device_host(config, index),
            _igdrom.igdrom_vm_config_device_guest(config, index),
            _igdrom.igdrom_vm_config_device_bus(config, index),
            _igdrom.igdrom_vm_config_device_mdev(config, index),
            _igdrom.igdrom_vm_config_device_rom_file(config, index),
            properties,
        )

    @property
    def fw_cfg(self) -> Mapping[str, Optional[str]]:
        """The fw_cfg files that it gives: names and contents; None where a file holds the content."""
        count = _igdrom.igdrom_vm_config_fw_cfg_count(self._config)
        return {
            there(_igdrom.igdrom_vm_config_fw_cfg_name(self._config, i)):
                _igdrom.igdrom_vm_config_fw_cfg_string(self._config, i)
            for i in range(count)
        }

    def check(self, request: VmRequest) -> Report:
        """What is wrong with it, for the GPU and the QEMU of a request.

        Raises:
            IgdromMisuseError: Something must be said first; a finding asks for each.
        """
        with collecting(self._file) as report:
            _igdrom.igdrom_vm_check(self._config, request._handle, report._handle)
        return report

    def check_upgrade(self, request: VmRequest, qemu: str) -> Report:
        """What another QEMU makes of it: only what is different from the QEMU of the request.

        Raises:
            IgdromMisuseError: Something must be said first, or `qemu` is no version.
        """
        with collecting(self._file) as report:
            _igdrom.igdrom_vm_check_upgrade(self._config, request._handle, qemu, report._handle)
        return report

    def check_to_json(self, request: VmRequest, report: Report, upgrade: Optional[Report] = None,
                      qemu: Optional[str] = None) -> str:
        """What was found as a JSON document, as `igdrom vm check --json` prints it.

        Args:
            request: What it was judged by.
            report: Result of check().
            upgrade: Result of check_upgrade().
            qemu: The version that this was asked about.
        """
        return _igdrom.igdrom_vm_check_to_json(
            self._config, request._handle, upgrade._own() if upgrade else None,
            request.get("qemu") if upgrade else None, qemu, report._own())

    def to_json(self) -> str:
        """The configuration as a JSON document."""
        return _igdrom.igdrom_vm_config_to_json(self._config, self.report._handle)

    def __repr__(self) -> str:
        return f"<igdrom.VmConfig {self.name or ''} {vm_format_name(self.format)}, {len(self.devices)} devices>"


class VmPlan:
    """The answer to a VmRequest: what to write into the configuration, or why it cannot be done.

    Attributes:
        request: What was asked.
        report: Advice, and what was found on the way.
    """

    def __init__(self, handle: _igdrom.igdrom_vm_plan_object, request: VmRequest,
                 report: Report, keep: object = None) -> None:
        self._plan = handle
        self._keep = keep
        self.request = request
        self.report = report

    @property
    def possible(self) -> bool:
        """Whether it can be done."""
        return _igdrom.igdrom_vm_plan_possible(self._plan)

    @property
    def boot_picture(self) -> bool:
        """Whether a picture comes before the guest's operating system loads its driver."""
        return _igdrom.igdrom_vm_plan_boot_picture(self._plan)

    @property
    def refusal(self) -> Optional[str]:
        """Why it cannot be done, and the nearest that can; None when it can."""
        return _igdrom.igdrom_vm_plan_refusal(self._plan)

    @property
    def refusal_rule(self) -> Optional[str]:
        """Name of the rule that refuses."""
        return _igdrom.igdrom_vm_plan_refusal_rule(self._plan)

    @property
    def refusal_source(self) -> Optional[str]:
        """Where that rule comes from."""
        return _igdrom.igdrom_vm_plan_refusal_source(self._plan)

    @property
    def qemu(self) -> str:
        """Release of QEMU whose rules were used."""
        return _igdrom.igdrom_vm_plan_qemu(self._plan)

    @property
    def want(self) -> str:
        """What is wanted: "boot-picture", "output", "headless"."""
        return _igdrom.igdrom_vm_plan_want(self._plan)

    @property
    def config(self) -> Optional[VmConfig]:
        """What the machine shall be; None when it is refused."""
        handle = _igdrom.igdrom_vm_plan_config(self._plan)
        return VmConfig(handle, self.report, keep=self) if handle else None

    @property
    def reasons(self) -> Tuple[VmReason, ...]:
        """Why each part is what it is."""
        return tuple(
            VmReason(
                there(_igdrom.igdrom_vm_plan_reason_rule(self._plan, i)),
                there(_igdrom.igdrom_vm_plan_reason_subject(self._plan, i)),
                there(_igdrom.igdrom_vm_plan_reason_text(self._plan, i)),
                there(_igdrom.igdrom_vm_plan_reason_source(self._plan, i)),
            )
            for i in range(_igdrom.igdrom_vm_plan_reason_count(self._plan))
        )

    def write(self, format: Optional[VmFormatName] = None,
              existing: Optional[Buffer] = None) -> VmText:
        """Writes down what the plan asks for.

        Args:
            format: What to write; None for the hypervisor of the request.
            existing: The file to merge the change into: everything else in it stays as it was.
                None writes only what the plan needs.

        Raises:
            IgdromRefusedError: It cannot be merged; a finding says why.
            IgdromMisuseError: The plan is a refusal.
            IgdromMissingError, IgdromDataError: existing is not of this format.
        """
        chosen = _format(self.request.get("hypervisor", "") if format is None else format)
        with about("", self.refusal), collecting(None) as report:
            data = _igdrom.igdrom_vm_write(self._plan, chosen, existing, report._handle)
        return VmText(data, report, chosen)

    def to_json(self) -> str:
        """The plan as a JSON document, as `igdrom vm plan --json` prints it."""
        return _igdrom.igdrom_vm_plan_to_json(self._plan, self.request._handle, self.report._handle)

    def __repr__(self) -> str:
        if not self.possible:
            return f"<igdrom.VmPlan refused: {self.refusal_rule}>"
        return f"<igdrom.VmPlan for QEMU {self.qemu}, boot picture: {'yes' if self.boot_picture else 'no'}>"
