# SPDX-License-Identifier: BSD-2-Clause
"""Exceptions: one class for each group of status codes."""
from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING, Dict, Iterator, Optional, Tuple, Type

from . import _igdrom
from ._enums import STATUS_GROUPS, Severity, Status

if TYPE_CHECKING:
    from ._report import Finding, Report


class IgdromError(Exception):
    """A call to the library failed.

    Attributes:
        code: The status code.
        subject: What the call was about, such as a file's name; may be "".
        report: What was found until then; None when the call gathers no findings.
        reason: What stopped the call, a sentence, where no finding says it.
    """

    def __init__(self, code: Status, subject: str = "", report: Optional[Report] = None) -> None:
        # Not super(): OSError would take the arguments for errno, text and file name.
        Exception.__init__(self, code, subject)
        self.code = code
        self.subject = subject
        self.report = report
        self.reason: Optional[str] = None

    @property
    def findings(self) -> Tuple[Finding, ...]:
        """The findings until then, the one that stopped the call among them."""
        return self.report.findings if self.report else ()

    @property
    def offset(self) -> Optional[int]:
        """Where in the input, in bytes; None when it is not about one place."""
        finding = self._fatal()
        return finding.offset if finding else None

    def to_json(self, file: Optional[str] = None) -> str:
        """The error as a JSON document, as the `igdrom` command prints it."""
        at = _igdrom.IGDROM_NO_OFFSET if self.offset is None else self.offset
        handle = self.report._handle if self.report else None
        return _igdrom.igdrom_error_to_json(self.code, str(self), file, at, handle)

    def _fatal(self) -> Optional[Finding]:
        """The finding that stopped the call: the last error."""
        errors = [f for f in self.findings if f.severity == Severity.ERROR]
        return errors[-1] if errors else None

    def __reduce__(self) -> Tuple[Type[IgdromError], Tuple[Status, str, Optional[Report]], Dict[str, Optional[str]]]:
        return type(self), (self.code, self.subject, self.report), {"reason": self.reason}

    def __str__(self) -> str:
        text = _igdrom.igdrom_strerror(self.code)
        finding = self._fatal()
        if finding:
            where = "" if finding.offset is None else f" (offset 0x{finding.offset:x})"
            text = f"{text}{where}: {finding.text} {finding.fix}".rstrip()
        elif self.reason:
            text = f"{text}: {self.reason}"
        return f"{self.subject}: {text}" if self.subject else text

    def __repr__(self) -> str:
        symbol = _igdrom.igdrom_status_name(self.code)
        return f"<igdrom.{type(self).__name__} {symbol}: {self}>"


class IgdromMissingError(IgdromError):
    """Nothing is wrong, but it is not there, or the bytes are of another format."""


class IgdromMisuseError(IgdromError, ValueError):
    """An argument is not valid, or the object is not in a state that allows the call."""


class IgdromDataError(IgdromError):
    """The bytes are damaged, too many, or of a form that is not supported."""


class IgdromRefusedError(IgdromError):
    """It can be done, but the result would not work."""


class IgdromEnvironmentError(IgdromError, OSError):
    """The machine would not: memory, files, permissions, a feature that was not built."""

    _ERRNO = {
        Status.E_NOMEM: errno.ENOMEM,
        Status.E_IO: errno.EIO,
        Status.E_ACCESS: errno.EACCES,
        Status.E_EXISTS: errno.EEXIST,
        Status.E_CANCELED: errno.ECANCELED,
        Status.E_NOT_BUILT: errno.EOPNOTSUPP,
    }

    def __init__(self, code: Status, subject: str = "", report: Optional[Report] = None) -> None:
        super().__init__(code, subject, report)
        self.errno = self._ERRNO[code]


class IgdromBugError(IgdromError):
    """A bug in libigdrom; please report it."""


_CLASSES: Dict[str, Type[IgdromError]] = {
    "MISSING": IgdromMissingError,
    "MISUSE": IgdromMisuseError,
    "DATA": IgdromDataError,
    "REFUSED": IgdromRefusedError,
    "ENVIRONMENT": IgdromEnvironmentError,
    "BUG": IgdromBugError,
}


def from_status(number: int) -> IgdromError:
    """The exception for a status code; the extension module raises what this returns."""
    code = Status(number)
    return _CLASSES[STATUS_GROUPS[code]](code)


@contextlib.contextmanager
def about(subject: str, reason: Optional[str] = None) -> Iterator[None]:
    """Errors inside say what they are about, and misuse what would be right."""
    try:
        yield
    except IgdromError as error:
        error.subject = error.subject or subject
        if isinstance(error, IgdromMisuseError):
            error.reason = error.reason or reason
        raise
