#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes what a virtual machine needs for the picture of an Intel GPU, or says why it cannot be done.

Usage: vm_plan.py HYPERVISOR KEY=VALUE...
       vm_plan.py CONFIGURATION KEY=VALUE...

HYPERVISOR is pve, qemu, libvirt or unraid; the keys are those of igdrom.vm_request_keys(), such as device=4680,
qemu=10.1, firmware=ovmf. With the file of a configuration that is there it is checked instead.
"""
import pathlib
import sys

import igdrom


def check(path, request):
    report = igdrom.VmConfig.from_file(path).check(request)
    for finding in sorted(report, key=lambda finding: -finding.severity):
        print(finding)
    return 0 if report.ok else 1


def write(request):
    plan = request.plan()
    if not plan.possible:
        print(plan.refusal, file=sys.stderr)
        return 4
    for reason in plan.reasons:
        print(f"# {reason.subject}: {reason.text}")
    print(plan.write(), end="")
    for finding in plan.report:
        print(finding, file=sys.stderr)
    return 0


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    first, *pairs = sys.argv[1:]
    try:
        request = igdrom.VmRequest(**dict(pair.split("=", 1) for pair in pairs))
        if pathlib.Path(first).is_file():
            return check(first, request)
        request["hypervisor"] = first
        return write(request)
    except (igdrom.IgdromError, OSError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main())
