# SPDX-License-Identifier: BSD-2-Clause
"""The machine: what is changed on it, and how that is taken back.

    from igdrom import host

    changes = host.Changes()
    changes.add_vm(plan, "pve", "100", rom=rom)
    print(changes.diff())
    changes.apply()                 # all of it or nothing
    host.undo()

This module loads libigdrom-host, which links libpci (GPL-2.0-or-later); `import igdrom` alone does
not.
"""
from ._changes import Changes, Journal, Step, journals, journals_json, undo
from ._host_enums import ChangeKind, JournalState

__all__ = [
    "ChangeKind",
    "Changes",
    "Journal",
    "JournalState",
    "Step",
    "journals",
    "journals_json",
    "undo",
]
