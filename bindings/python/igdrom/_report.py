# SPDX-License-Identifier: BSD-2-Clause
"""Findings: what a parser or checker has to say about its input."""
from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, Optional, Sequence, Tuple, TypeVar, Union, overload

from . import _igdrom
from ._enums import Severity
from ._errors import IgdromError, about


@dataclass(frozen=True)
class Finding:
    """One thing found.

    Attributes:
        severity: How much it matters.
        code: Stable name, such as "rom-last-missing".
        offset: Bytes from the start of the input; None when it is not about one place.
        text: What was found, a sentence.
        fix: What to do about it, a sentence; "" when there is nothing to do.
        args: The values that the sentence was made from, by name.
        file: Name of the file it is about; None when the call was given none.
        ids: Names of those values that are PCI ids.
    """

    severity: Severity
    code: str
    offset: Optional[int]
    text: str
    fix: str = ""
    args: Dict[str, Union[int, str]] = field(default_factory=dict, hash=False)
    file: Optional[str] = None
    ids: Tuple[str, ...] = ()

    def __str__(self) -> str:
        where = "" if self.offset is None else f" at 0x{self.offset:x}"
        word = _igdrom.igdrom_severity_name(self.severity)
        return f"{word} {self.code}{where}: {self.text} {self.fix}".rstrip()


def _argument(handle: _igdrom.igdrom_finding_object, index: int) -> Union[int, str]:
    is_number, number = _igdrom.igdrom_finding_arg_number(handle, index)
    return number if is_number else _igdrom.igdrom_finding_arg_text(handle, index) or ""


def _finding(handle: Optional[_igdrom.igdrom_finding_object]) -> Finding:
    offset = _igdrom.igdrom_finding_offset(handle)
    args: Dict[str, Union[int, str]] = {}
    ids = []
    for index in range(_igdrom.igdrom_finding_arg_count(handle) if handle else 0):
        name = _igdrom.igdrom_finding_arg_name(handle, index)
        if handle and name:
            args[name] = _argument(handle, index)
            if _igdrom.igdrom_finding_arg_is_id(handle, index):
                ids.append(name)
    return Finding(
        severity=Severity(_igdrom.igdrom_finding_severity(handle)),
        code=_igdrom.igdrom_finding_code(handle),
        offset=None if offset == _igdrom.IGDROM_NO_OFFSET else offset,
        text=_igdrom.igdrom_finding_text(handle),
        fix=_igdrom.igdrom_finding_fix(handle),
        args=args,
        file=_igdrom.igdrom_finding_file(handle),
        ids=tuple(ids),
    )


class Report(Sequence[Finding]):
    """The findings of one call, in the order found.

    A report can be pickled; the copy has the findings, and neither JSON nor add().

    Args:
        file: Name of the file that findings are about.
    """

    __slots__ = ("_dropped", "_findings", "_handle", "_worst")

    def __init__(self, file: Optional[str] = None) -> None:
        self._handle: Optional[_igdrom.igdrom_report_object] = _igdrom.igdrom_report_new()
        _igdrom.igdrom_report_set_file(self._handle, file)
        self._findings: Tuple[Finding, ...] = ()
        self._dropped = 0
        self._worst = Severity.INFO

    def _read(self) -> None:
        """Takes over what the call has found."""
        count = _igdrom.igdrom_report_count(self._handle)
        handles = (_igdrom.igdrom_report_at(self._handle, i) for i in range(count))
        self._findings = tuple(_finding(handle) for handle in handles)
        self._dropped = _igdrom.igdrom_report_dropped(self._handle)
        self._worst = Severity(_igdrom.igdrom_report_worst(self._handle))

    @property
    def findings(self) -> Tuple[Finding, ...]:
        """All findings that were kept."""
        return self._findings

    @property
    def dropped(self) -> int:
        """How many findings were not kept, because there were too many."""
        return self._dropped

    @property
    def worst(self) -> Severity:
        """The highest severity, also of findings that were not kept."""
        return self._worst

    @property
    def ok(self) -> bool:
        """Whether nothing was found that will not work."""
        return self._worst < Severity.ERROR

    def add(self, code: str, *args: Union[int, str], offset: Optional[int] = None) -> None:
        """Adds a finding of the library's catalogue, for a tool that has more to say.

        Args:
            code: Code of the catalogue, such as "file-missing".
            args: Its arguments, in the order of the catalogue.
            offset: Bytes from the start of the input; None when it is not about one place.

        Raises:
            IgdromMissingError: The catalogue has no such code.
            IgdromMisuseError: The catalogue asks for other arguments.
        """
        at = _igdrom.IGDROM_NO_OFFSET if offset is None else offset
        with about(f"finding {code!r}"):
            _igdrom.igdrom_report_add(self._own(), code, at, args)
        self._read()

    def to_json(self) -> str:
        """The findings as a JSON document, as `igdrom rom check --json` prints them."""
        return _igdrom.igdrom_report_to_json(self._own())

    def _own(self) -> _igdrom.igdrom_report_object:
        if self._handle is None:
            raise TypeError("this report is a copy of its findings only: it was pickled")
        return self._handle

    def __len__(self) -> int:
        return len(self._findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Tuple[Finding, ...]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Finding, Tuple[Finding, ...]]:
        return self._findings[index]

    def __str__(self) -> str:
        return "\n".join(map(str, self._findings))

    def __repr__(self) -> str:
        return f"<igdrom.Report of {len(self)} findings, worst {self._worst.name}>"

    def __getstate__(self) -> Tuple[Any, ...]:
        return self._findings, self._dropped, self._worst

    def __setstate__(self, state: Tuple[Any, ...]) -> None:
        self._findings, self._dropped, self._worst = state
        self._handle = None


Kind = TypeVar("Kind", bound=Report)


@contextlib.contextmanager
def collecting_into(report: Kind, file: Optional[str] = None) -> Iterator[Kind]:
    """A report of one's own for one call; an error inside carries it, and the name of the file."""
    try:
        yield report
    except IgdromError as error:
        error.report = report
        error.subject = error.subject or file or ""
        raise
    finally:
        report._read()


def collecting(file: Optional[str]) -> contextlib.AbstractContextManager[Report]:
    """A report for one call; an error inside carries it, and the name of the file."""
    return collecting_into(Report(file), file)
