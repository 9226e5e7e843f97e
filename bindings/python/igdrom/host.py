# SPDX-License-Identifier: BSD-2-Clause
"""The machine: what it is, what keeps its GPU from a virtual machine, and how that is changed.

    from igdrom import host

    machine = host.Host.read()          # host.Host.read("captured") for a folder that stands in for it
    for gpu in machine.gpus:
        print(gpu.address, gpu.name, gpu.driver, gpu.iommu_group)
    print(*machine.doctor().problems, sep="\\n")

    setup = host.Setup(vm="100")        # the whole job
    setup.run()
    print(setup.changes.diff())
    setup.apply()                       # all of it or nothing
    host.undo()

Host.prepare() makes changes to the host alone, and Changes() begins a list of one's own.

This module loads libigdrom-host, which links libpci (GPL-2.0-or-later); `import igdrom` alone does
not.
"""
from ._changes import ChangeList, Changes, Journal, Step, journals, journals_json, undo
from ._host import Diagnosis, Dump, Host, HostVm, IgdMemory
from ._host_enums import (ChangeKind, DumpKind, HostSource, JournalState, PciRom, SetupStage, SetupState)
from ._pci import PciAddress, PciBar, PciFunction, PciId, PciSubsystem
from ._setup import Setup, Stage

__all__ = [
    "ChangeKind",
    "ChangeList",
    "Changes",
    "Diagnosis",
    "Dump",
    "DumpKind",
    "Host",
    "HostSource",
    "HostVm",
    "IgdMemory",
    "Journal",
    "JournalState",
    "PciAddress",
    "PciBar",
    "PciFunction",
    "PciId",
    "PciRom",
    "PciSubsystem",
    "Setup",
    "SetupStage",
    "SetupState",
    "Stage",
    "Step",
    "journals",
    "journals_json",
    "undo",
]
