# SPDX-License-Identifier: BSD-2-Clause
"""What malloc has handed out, for tests that look for leaks."""
import ctypes


class Mallinfo2(ctypes.Structure):
    """mallinfo(3)"""
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")]


def heap_in_use():
    """Bytes that malloc has handed out and not got back."""
    program = ctypes.CDLL(None)
    if hasattr(program, "__sanitizer_get_current_allocated_bytes"):
        ask = getattr(program, "__sanitizer_get_current_allocated_bytes")
        ask.restype = ctypes.c_size_t
        return ask()
    program.mallinfo2.restype = Mallinfo2
    info = program.mallinfo2()
    return info.uordblks + info.hblkhd
