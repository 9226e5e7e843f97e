#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Shows the GPUs of a machine, who uses them, and what is in the way of giving the integrated one to a
virtual machine.

Usage: show_host.py [ROOT]

ROOT is a folder that holds the files of another machine. The exit code is 0 when nothing is in the way.
"""
import sys

import igdrom
from igdrom import host


def show_gpus(machine):
    for gpu in machine.gpus:
        group = "no IOMMU group" if gpu.iommu_group is None else f"IOMMU group {gpu.iommu_group}"
        print(f"{gpu.address}  {gpu.name}, driver {gpu.driver or 'none'}, {group}")
    for vm in machine.vms:
        if vm.uses_igd or vm.uses_vf:
            print(f"{vm.path} uses {'the integrated GPU' if vm.uses_igd else 'a virtual function of it'}")


def main():
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    try:
        machine = host.Host.read(*sys.argv[1:])
    except igdrom.IgdromError as error:
        sys.exit(str(error))
    print(f"{machine.board or 'Unknown board'}, {machine.cpu or 'unknown processor'}, Linux {machine.kernel or '?'}")
    show_gpus(machine)
    diagnosis = machine.doctor()
    for finding in (*machine.report, *diagnosis.problems):
        print(finding, file=sys.stderr)
    print(f"{len(diagnosis.fine)} things are as they should be")
    sys.exit(0 if diagnosis.ok and machine.report.ok else 1)


if __name__ == "__main__":
    main()
