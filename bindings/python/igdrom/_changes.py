# SPDX-License-Identifier: BSD-2-Clause
"""Changes to a machine: shown, done as a whole or not at all, taken back."""
from __future__ import annotations

import os
import threading
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Iterable, NamedTuple, Optional, Tuple

from . import _igdrom_host
from ._base import Owner, Path, there
from ._errors import about
from ._host_enums import ChangeKind, JournalState, PrepareFlags
from ._report import Report, collecting, collecting_into
from ._vm import VmFormatName, VmPlan, VmRequest, _format

if TYPE_CHECKING:
    from ._host import Host
    from ._igdrom_host import Buffer

PATH = "A path on the machine starts with / and names a file."


class Step(NamedTuple):
    """One thing that is done to a machine.

    Attributes:
        kind: What it is.
        done: Whether it has nothing to do.
        why: The reason, where one was given.
        path: Path of a file; None for another step.
        removes: Whether the file goes away.
        command: Words of a command; () for another step.
        inverse: Words of the command that takes it back; () when nothing does.
        text: What advice says; None for another step.
    """

    kind: ChangeKind
    done: bool
    why: Optional[str]
    path: Optional[str]
    removes: bool
    command: Tuple[str, ...]
    inverse: Tuple[str, ...]
    text: Optional[str]

    def __str__(self) -> str:
        words = self.path or self.text or " ".join(self.command)
        return f"{_igdrom_host.igdrom_change_kind_name(self.kind)}: {words}"


class Journal(NamedTuple):
    """What was done to a machine at one time.

    Attributes:
        number: What undo() takes.
        state: How it stands.
        time: When it was begun; None: not known.
        steps: Paths and commands.
    """

    number: int
    state: JournalState
    time: Optional[datetime]
    steps: Tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.number}: {_igdrom_host.igdrom_journal_state_name(self.state)}"


def name_of(path: Optional[Path]) -> Optional[str]:
    """What the library takes for a path."""
    return None if path is None else os.fspath(path)


class ChangeList(Owner[_igdrom_host.igdrom_changes_object]):
    """What is to be done to one machine, to look at: the steps of a Setup, or of Changes.

    Attributes:
        report: What was found when it was made.
    """

    def __init__(self, handle: _igdrom_host.igdrom_changes_object, report: Report, lock: threading.Lock,
                 keep: Optional[Owner[Any]] = None) -> None:
        super().__init__(handle, keep)
        self._lock = lock
        self.report = report

    @property
    def captured(self) -> bool:
        """Whether it is for a captured machine."""
        return _igdrom_host.igdrom_changes_captured(self._get())

    @property
    def pending(self) -> int:
        """How many steps have something to do."""
        with self._lock:
            return _igdrom_host.igdrom_changes_pending(self._get())

    @property
    def steps(self) -> Tuple[Step, ...]:
        """All steps, in their order."""
        handle = self._get()
        with self._lock:
            return tuple(self._step(handle, i) for i in range(len(self)))

    @staticmethod
    def _step(handle: _igdrom_host.igdrom_changes_object, i: int) -> Step:
        words = range(_igdrom_host.igdrom_changes_word_count(handle, i))
        back = range(_igdrom_host.igdrom_changes_inverse_count(handle, i))
        return Step(
            kind=ChangeKind(_igdrom_host.igdrom_changes_kind(handle, i)),
            done=_igdrom_host.igdrom_changes_done(handle, i),
            why=_igdrom_host.igdrom_changes_why(handle, i),
            path=_igdrom_host.igdrom_changes_path(handle, i),
            removes=_igdrom_host.igdrom_changes_removes(handle, i),
            command=tuple(there(_igdrom_host.igdrom_changes_word(handle, i, n)) for n in words),
            inverse=tuple(there(_igdrom_host.igdrom_changes_inverse(handle, i, n)) for n in back),
            text=_igdrom_host.igdrom_changes_text(handle, i),
        )

    def __len__(self) -> int:
        return _igdrom_host.igdrom_changes_count(self._get())

    def __bool__(self) -> bool:
        return True

    def content(self, path: Path) -> bytes:
        """What a file will hold when the steps so far are done."""
        with self._lock, collecting(name_of(path)) as report:
            return _igdrom_host.igdrom_changes_content(self._get(), name_of(path), report._own())

    def diff(self) -> str:
        """What the steps change, as a unified diff; other files, commands and advice as comments."""
        with self._lock:
            return _igdrom_host.igdrom_changes_diff(self._get()).decode("utf-8", "replace")

    def to_json(self, report: Optional[Report] = None) -> str:
        """The steps as a JSON document."""
        with self._lock:
            return _igdrom_host.igdrom_changes_to_json(self._get(), report._own() if report else None)

    def __repr__(self) -> str:
        if self.closed:
            return f"<igdrom.host.{type(self).__name__}, closed>"
        return f"<igdrom.host.{type(self).__name__} of {len(self)} steps, {self.pending} to do>"


class Changes(ChangeList):
    """What is to be done to one machine: a list of steps, done by apply().

    What is done can be taken back with undo(). An object may be shared by threads: one call at a
    time works on it.

    Args:
        root: Folder of a captured machine; None for this one. Commands are shown there, and never run.
    """

    def __init__(self, root: Optional[Path] = None) -> None:
        with collecting(name_of(root)) as report:
            handle = _igdrom_host.igdrom_changes_new(name_of(root), report._own())
        super().__init__(handle, report, threading.Lock())

    def add_file(self, path: Path, data: Buffer, *, mode: int = 0, why: Optional[str] = None) -> Report:
        """A file shall have this content.

        Args:
            path: Absolute, on the machine. A link is followed.
            data: The content.
            mode: Permissions of a new file; 0 for 0o644.
            why: A reason that people can read.

        Returns:
            What was found.
        """
        with self._lock, about("", PATH), collecting(name_of(path)) as report:
            _igdrom_host.igdrom_changes_add_file(self._get(), name_of(path), data, mode, why, report._own())
        return report

    def add_removal(self, path: Path, *, why: Optional[str] = None) -> Report:
        """A file shall not be there."""
        with self._lock, about("", PATH), collecting(name_of(path)) as report:
            _igdrom_host.igdrom_changes_add_removal(self._get(), name_of(path), why, report._own())
        return report

    def attach(self, name: str, data: Buffer, old: Optional[Buffer] = None) -> None:
        """Gives a file to commands: "@NAME" in a command and its inverse becomes its path.

        Args:
            name: Letters, digits, '.', '-' and '_'.
            data: The content.
            old: What it is a new version of, for diff().
        """
        with self._lock:
            _igdrom_host.igdrom_changes_attach(self._get(), name, data, old)

    def add_command(self, command: Iterable[str], inverse: Optional[Iterable[str]] = None, *,
                    why: Optional[str] = None) -> Report:
        """A command is run, without a shell; `inverse` takes it back."""
        with self._lock, collecting(None) as report:
            _igdrom_host.igdrom_changes_add_command(self._get(), command, inverse, why, report._own())
        return report

    def add_refresh(self, command: Iterable[str], *, why: Optional[str] = None) -> Report:
        """A command makes the machine take over the files of the steps before it."""
        with self._lock, collecting(None) as report:
            _igdrom_host.igdrom_changes_add_refresh(self._get(), command, why, report._own())
        return report

    def done_if(self, command: Iterable[str]) -> Report:
        """The command added last has nothing to do when this one, run now, ends with 0."""
        with self._lock, collecting(None) as report:
            _igdrom_host.igdrom_changes_done_if(self._get(), command, report._own())
        return report

    def watch(self, command: Iterable[str]) -> Report:
        """Names a command that prints what the command added last changes, to notice others' changes."""
        with self._lock, collecting(None) as report:
            _igdrom_host.igdrom_changes_watch(self._get(), command, report._own())
        return report

    def add_advice(self, text: str) -> None:
        """Something that a person has to do."""
        with self._lock:
            _igdrom_host.igdrom_changes_add_advice(self._get(), text)

    def add_vm(self, plan: VmPlan, format: VmFormatName, into: str, *, rom: Optional[Buffer] = None) -> Report:
        """The steps that make a virtual machine what a plan says.

        Args:
            plan: A possible one.
            format: What to write.
            into: VMID, name of a domain, or path of a configuration.
            rom: Content of the ROM, to be copied to where the plan names it; None: it is there.

        Returns:
            What was found.

        Raises:
            IgdromRefusedError: It cannot be merged, or the machine is locked.
            IgdromMissingError: There is no such virtual machine.
        """
        with self._lock, collecting(None) as report:
            _igdrom_host.igdrom_changes_add_vm(self._get(), plan._plan, _format(format), into, rom, report._own())
        return report

    def add_prepare(self, host: Host, wish: Optional[VmRequest] = None, *, early: bool = False,
                    trigger: bool = False) -> Report:
        """The steps that make the machine ready to hand its GPU over: see Host.prepare().

        Args:
            host: The same machine.

        Returns:
            What was found.
        """
        flags = (PrepareFlags.EARLY if early else 0) | (PrepareFlags.TRIGGER if trigger else 0)
        copy = wish._copy() if wish is not None else None
        with self._lock, collecting(None) as report:
            _igdrom_host.igdrom_changes_add_prepare(self._get(), host._get(), copy._handle if copy is not None else None,
                                                    flags, report._own())
        return report

    def apply(self, directory: Optional[Path] = None) -> Report:
        """Does all steps, or none.

        Args:
            directory: For journals; None for the usual one of the machine.

        Returns:
            What was done.

        Raises:
            IgdromRefusedError: Somebody changed something since, or another change is under way.
        """
        with self._lock, collecting(None) as report:
            _igdrom_host.igdrom_changes_apply(self._get(), name_of(directory), report._own())
        return report

def undo(number: int = 0, *, root: Optional[Path] = None, directory: Optional[Path] = None,
         force: bool = False) -> Report:
    """Takes back what a journal says was done.

    Args:
        number: Of the journal; 0: the newest that is not undone.
        root: Folder of a captured machine; None for this one.
        directory: Of the journals; None for the usual one of the machine.
        force: Files that were changed since are put back too.

    Returns:
        What was done.
    """
    with collecting_into(Report(), f"journal {number}" if number else "a change to take back") as report:
        _igdrom_host.igdrom_changes_undo(name_of(root), name_of(directory), number, force, report._own())
    return report


def _read(root: Optional[Path], directory: Optional[Path]) -> Tuple[_igdrom_host.igdrom_journals_object, Report]:
    with collecting(name_of(directory)) as report:
        return _igdrom_host.igdrom_journals_read(name_of(root), name_of(directory), report._own()), report


def journals(*, root: Optional[Path] = None, directory: Optional[Path] = None) -> Tuple[Journal, ...]:
    """What was done to a machine, oldest first."""
    handle, _ = _read(root, directory)
    found = []
    for i in range(_igdrom_host.igdrom_journals_count(handle)):
        time = _igdrom_host.igdrom_journals_time(handle, i)
        steps = range(_igdrom_host.igdrom_journals_step_count(handle, i))
        found.append(Journal(
            number=_igdrom_host.igdrom_journals_number(handle, i),
            state=JournalState(_igdrom_host.igdrom_journals_state(handle, i)),
            time=datetime.fromtimestamp(time, timezone.utc) if time else None,
            steps=tuple(there(_igdrom_host.igdrom_journals_step(handle, i, n)) for n in steps),
        ))
    return tuple(found)


def journals_json(*, root: Optional[Path] = None, directory: Optional[Path] = None) -> str:
    """The journals as a JSON document."""
    handle, report = _read(root, directory)
    return _igdrom_host.igdrom_journals_to_json(handle, report._own())
