# SPDX-License-Identifier: BSD-2-Clause
"""Intel integrated GPUs in virtual machines: GOP drivers, option ROMs, configurations.

    import igdrom

    with igdrom.RomBuilder(target="4680") as builder:
        builder.add_guest_driver()
        builder.add_gop(driver, name="IntelGopDriver.efi")
        data = builder.finish()
    report = igdrom.check_rom(data, device="4680")

Bytes go in as any object with a buffer and come out as bytes. Ids are numbers; where one is asked
for, text such as "4680" or "8086:4680" will do too. What could not be found out is None.

A call that fails raises an IgdromError with a status code, an offset and the findings; a call that
succeeds keeps its findings in the `report` of what it returns.

Threads may use different objects at the same time; a Rom, Contents or Gop may be shared.

The machine itself, and changes to it, are in igdrom.host.
"""
import importlib as _importlib
import types as _types
import typing as _typing

from . import _igdrom
from ._builder import RomBuilder, guest_driver
from ._device import (Device, DeviceId, GopFamily, devices, devices_json, gop_families, gop_family,
                      last_qemu, lookup)
from ._edit import EditChange, FirmwareEdit, check_depex, content_types, ffs_file
from ._enums import (BdsmKind, CodeType, Confidence, DeviceKind, EditFlags, FileKind, Form, GopGate, GopVerdict, GpuFile,
                     ImageKind, ManifestKind, NodeKind, OpregionMailbox, Origin, Provides, Severity,
                     Status, StolenFamily, VbtPortFlag, VbtVerdict, VmFormat)
from ._errors import (IgdromBugError, IgdromDataError, IgdromEnvironmentError, IgdromError,
                      IgdromMisuseError, IgdromMissingError, IgdromRefusedError)
from ._firmware import Firmware, Node
from ._gop import Gop, best_gop, judge_gop, verdict_name
from ._limits import Limits
from ._open import (Contents, Found, FoundGop, FoundVbt, Place, match_json, open, origin_name,
                    vbt_verdict_name)
from ._report import Finding, Report
from ._rom import Fixed, Manifest, ManifestEntry, Part, Rom, RomImage, check_rom, fix_rom
from ._vbt import Opregion, Vbt, VbtBlock, VbtPanel, VbtPort, mailbox_name, port_flag_name
from ._vm import (VmConfig, VmDevice, VmKey, VmPlan, VmReason, VmRequest, VmText, explain_log,
                  explained_to_json, plan_vm, vm_format_name, vm_request_keys)

__all__ = [
    "BdsmKind",
    "CodeType",
    "Confidence",
    "Contents",
    "Device",
    "DeviceId",
    "DeviceKind",
    "EditChange",
    "EditFlags",
    "FileKind",
    "Finding",
    "Firmware",
    "FirmwareEdit",
    "Fixed",
    "Form",
    "Found",
    "FoundGop",
    "FoundVbt",
    "Gop",
    "GopFamily",
    "GopGate",
    "GopVerdict",
    "GpuFile",
    "IgdromBugError",
    "IgdromDataError",
    "IgdromEnvironmentError",
    "IgdromError",
    "IgdromMissingError",
    "IgdromMisuseError",
    "IgdromRefusedError",
    "ImageKind",
    "Limits",
    "Manifest",
    "ManifestEntry",
    "ManifestKind",
    "Node",
    "NodeKind",
    "Opregion",
    "OpregionMailbox",
    "Origin",
    "Part",
    "Place",
    "Provides",
    "Report",
    "Rom",
    "RomBuilder",
    "RomImage",
    "Severity",
    "Status",
    "StolenFamily",
    "Vbt",
    "VbtBlock",
    "VbtPanel",
    "VbtPort",
    "VbtPortFlag",
    "VbtVerdict",
    "VmConfig",
    "VmDevice",
    "VmFormat",
    "VmKey",
    "VmPlan",
    "VmReason",
    "VmRequest",
    "VmText",
    "best_gop",
    "check_depex",
    "check_rom",
    "content_types",
    "devices",
    "devices_json",
    "explain_log",
    "explained_to_json",
    "ffs_file",
    "fix_rom",
    "gop_families",
    "gop_family",
    "guest_driver",
    "judge_gop",
    "last_qemu",
    "lookup",
    "mailbox_name",
    "match_json",
    "open",
    "origin_name",
    "plan_vm",
    "port_flag_name",
    "vbt_verdict_name",
    "verdict_name",
    "vm_format_name",
    "vm_request_keys",
]

if _typing.TYPE_CHECKING:
    from . import host as host

# Tracebacks name what can be caught, not where it is written.
for _name in __all__:
    if _name.endswith("Error"):
        globals()[_name].__module__ = __name__
del _name

#: Version of the library that is running.
__version__ = _igdrom.igdrom_version()


def __getattr__(name: str) -> _types.ModuleType:
    """Loads igdrom.host, and the library that it needs, when it is first asked for."""
    if name != "host":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _importlib.import_module(f"{__name__}.host")
