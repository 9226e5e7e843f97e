# SPDX-License-Identifier: BSD-2-Clause
"""The whole job as one object: facts, firmware, ROM, plan, and the changes that put them into place."""
from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, NamedTuple, Optional, Tuple

from . import _igdrom_host
from ._base import Owner, Path, there
from ._changes import ChangeList, name_of
from ._enums import Status, VmFormat
from ._errors import IgdromError, about
from ._host import Host
from ._host_enums import SetupStage, SetupState
from ._limits import Limits, limits_handle
from ._report import Report, collecting
from ._vm import VmPlan, VmRequest, VmValue

if TYPE_CHECKING:
    from ._igdrom_host import Buffer


class Stage(NamedTuple):
    """How one stage of a setup ended.

    Attributes:
        stage: Which.
        state: How it ended.
        text: What it says of its end, in a sentence; None when it was not run.
    """

    stage: SetupStage
    state: SetupState
    text: Optional[str]

    @property
    def name(self) -> str:
        """The stage as a word: "facts", "firmware", "rom", "plan", "prepare", "vm"."""
        return _igdrom_host.igdrom_setup_stage_name(self.stage)

    @property
    def state_name(self) -> str:
        """The state as a word: "not-run", "done", "skipped", "refused"."""
        return _igdrom_host.igdrom_setup_state_name(self.state)

    def __str__(self) -> str:
        return f"{self.name}: {self.state_name}" + (f": {self.text}" if self.text else "")


class _Run(Owner[_igdrom_host.igdrom_setup_object]):
    """One run, in an object of its own: what it handed out stays when there is another one."""

    def __init__(self, root: Optional[str]) -> None:
        with collecting(root) as report:
            super().__init__(_igdrom_host.igdrom_setup_new(root, report._own()))
        self.report = report
        # Taken by whoever changes something or may meet a change under way.
        self.lock = threading.Lock()

    @property
    def request(self) -> VmRequest:
        """The request itself, not a copy."""
        return VmRequest._of(there(_igdrom_host.igdrom_setup_request(self._get())))

    @property
    def stages(self) -> Tuple[Stage, ...]:
        """How each stage ended."""
        handle = self._get()
        return tuple(Stage(stage, SetupState(_igdrom_host.igdrom_setup_state(handle, stage)),
                           _igdrom_host.igdrom_setup_text(handle, stage)) for stage in SetupStage)


class Setup(Owner[_Run]):
    """The whole job for one machine: what it is, the GOP driver and the VBT out of its firmware, the ROM, the
    plan, and the changes that put all of it into place. Nothing is written before apply().

        setup = igdrom.host.Setup(bios=pathlib.Path("BIOS.zip").read_bytes(), vm="100")
        setup.run()
        print(setup.changes.diff())
        setup.apply()
        print(*setup.next, sep="\n")

    What can be found out need not be said. When run() raises an IgdromMisuseError, its findings ask for what
    is missing: say it in `request`, or with set_bios() or set_vm(), and run again. What a run handed out stays
    as it was when there is another one. Threads may share it: one run at a time.

    Args:
        root: Folder of a captured machine; None for this one. Its files are changed below it.
        bios: Firmware of the machine, such as the BIOS file of its vendor; see set_bios().
        rom_data: The ROM, instead of firmware to make it from; see set_rom().
        vm: The virtual machine; see set_vm().
        keys: What is wanted, and what is known better than the machine tells: the keys of a VmRequest. "rom" is
            the place where the ROM is to lie.

    Attributes:
        request: What was said, with these keys; to be changed before run().

    Raises:
        IgdromMissingError: There is no such folder, or no such key.
        IgdromMisuseError: A key does not take its value.
    """

    def __init__(self, root: Optional[Path] = None, *, bios: Optional[Buffer] = None,
                 rom_data: Optional[Buffer] = None, vm: Optional[str] = None, **keys: Optional[VmValue]) -> None:
        self._root = name_of(root)
        super().__init__(_Run(self._root))
        self._running = threading.RLock()
        self._vm: Optional[str] = None
        self.request = VmRequest(rom_image=None, **keys)
        self.set_bios(bios)
        self.set_rom(rom_data)
        self.set_vm(vm)

    def set_bios(self, data: Optional[Buffer], name: Optional[str] = None) -> None:
        """Gives firmware of the machine. Without it a run looks for the ROM that is in its place already, then
        reads the flash memory of the machine.

        Args:
            data: Whatever igdrom.open() finds a GOP driver and a VBT in; None takes back what was given.
            name: Goes into the ROM as the name of the source.
        """
        self._bios = _copy(data), name

    def set_rom(self, data: Optional[Buffer], name: Optional[str] = None) -> None:
        """Gives the ROM, instead of firmware to make it from.

        Args:
            data: The ROM; None takes back what was given.
            name: Of its file, which is kept; None for the usual one.
        """
        self._rom = _copy(data), name

    def set_vm(self, name: Optional[str]) -> None:
        """Names the virtual machine. Without a name it is the only one that is given the GPU already; when the
        machine has none at all, ROM and host are made ready without one.

        Args:
            name: VMID, name of a domain, or absolute path of its file; None takes it back.
        """
        with about("vm", "It has a name; None takes it back."):
            _igdrom_host.igdrom_setup_set_vm(self._get()._get(), name)
        self._vm = name

    def run(self, limits: Optional[Limits] = None) -> Report:
        """Runs the stages. Changes nothing; on this machine its flash memory may be read, and programs are asked
        for their version.

        Args:
            limits: For firmware, with the progress function.

        Returns:
            What was found.

        Raises:
            IgdromMisuseError: Something must be said first; a finding "vm-ask-KEY" asks for each.
            IgdromRefusedError: A stage is impossible; a finding says why.
            IgdromMissingError: There is no such virtual machine, or a file that was given is of no known format.
            IgdromDataError: A file that was given cannot be read.
            IgdromEnvironmentError: The machine would not, or the progress function canceled.
        """
        with self._running:
            self._get()
            run = _Run(self._root)
            handle = run._get()
            run.request.update(self.request)
            _igdrom_host.igdrom_setup_set_bios(handle, *self._bios)
            _igdrom_host.igdrom_setup_set_rom(handle, *self._rom)
            _igdrom_host.igdrom_setup_set_vm(handle, self._vm)
            try:
                with collecting(None) as run.report:
                    _igdrom_host.igdrom_setup_run(handle, limits_handle(limits), run.report._own())
            except IgdromError as error:
                # What a plan refuses is said by the stage alone.
                error.reason = next((stage.text for stage in run.stages if stage.state == SetupState.REFUSED), None)
                raise
            finally:
                self._get()
                self._handle = run
        return run.report

    def close(self) -> None:
        """Ends the use of the object and of what its last run handed out. Closing twice is allowed."""
        run = self._handle
        if run is not None:
            run.close()
        super().close()

    @property
    def report(self) -> Report:
        """What the last run found."""
        return self._get().report

    @property
    def status(self) -> Status:
        """How the last run ended; Status.E_STATE before the first."""
        try:
            _igdrom_host.igdrom_setup_status(self._get()._get())
        except IgdromError as error:
            return error.code
        return Status.OK

    @property
    def stages(self) -> Tuple[Stage, ...]:
        """How each stage ended, in their order."""
        return self._get().stages

    @property
    def facts(self) -> VmRequest:
        """What was said, completed by what the last run found out: a copy."""
        return self._get().request._copy()

    @property
    def host(self) -> Optional[Host]:
        """The machine; None before the first run."""
        run = self._get()
        handle = _igdrom_host.igdrom_setup_host(run._get())
        return None if handle is None else Host(handle, run.report, keep=run)

    @property
    def rom(self) -> Optional[bytes]:
        """The ROM; None when none is needed, or none could be made."""
        return _igdrom_host.igdrom_setup_rom(self._get()._get()) or None

    @property
    def rom_path(self) -> Optional[str]:
        """Where on the machine the ROM is to lie; None when none is needed."""
        return _igdrom_host.igdrom_setup_rom_path(self._get()._get())

    @property
    def plan(self) -> Optional[VmPlan]:
        """The plan, also when it is a refusal; None: none was made."""
        run = self._get()
        handle = _igdrom_host.igdrom_setup_plan(run._get())
        return None if handle is None else VmPlan(handle, run.request._copy(), run.report, keep=run._get())

    @property
    def format(self) -> VmFormat:
        """Format of the virtual machine's configuration."""
        return VmFormat(_igdrom_host.igdrom_setup_format(self._get()._get()))

    @property
    def vm(self) -> Optional[str]:
        """The virtual machine that a run found: VMID, name of the domain, or path; None: none."""
        return _igdrom_host.igdrom_setup_vm(self._get()._get())

    @property
    def changes(self) -> Optional[ChangeList]:
        """Everything that is to be done, to look at; None when a stage refused."""
        run = self._get()
        handle = _igdrom_host.igdrom_setup_changes(run._get())
        return None if handle is None else ChangeList(handle, run.report, run.lock, keep=run)

    def apply(self, directory: Optional[Path] = None) -> Report:
        """Does everything, or nothing. undo() takes it back.

        Args:
            directory: For journals; None for the usual one of the machine.

        Returns:
            What was done.

        Raises:
            IgdromMisuseError: No run ended well, or it is done already.
            IgdromRefusedError: Somebody changed something since, or another change is under way.
        """
        run = self._get()
        with run.lock, collecting(None) as report:
            _igdrom_host.igdrom_setup_apply(run._get(), name_of(directory), report._own())
        return report

    @property
    def next(self) -> Tuple[str, ...]:
        """What a person should do next, sentences."""
        run = self._get()
        with run.lock:
            count = _igdrom_host.igdrom_setup_next_count(run._get())
            return tuple(there(_igdrom_host.igdrom_setup_next_at(run._get(), i)) for i in range(count))

    def to_json(self) -> str:
        """The job as a JSON document, as `igdrom setup --json` prints it."""
        run = self._get()
        with run.lock:
            return _igdrom_host.igdrom_setup_to_json(run._get(), run.report._own())

    def __repr__(self) -> str:
        if self.closed:
            return "<igdrom.host.Setup, closed>"
        words = ", ".join(f"{stage.name} {stage.state_name}" for stage in self.stages)
        return f"<igdrom.host.Setup {words}>"


def _copy(data: Optional[Buffer]) -> Optional[bytes]:
    if isinstance(data, (str, os.PathLike)):
        raise TypeError(f"bytes are needed, not {type(data).__name__!r}; of a file give its content")
    return None if data is None else bytes(memoryview(data))
