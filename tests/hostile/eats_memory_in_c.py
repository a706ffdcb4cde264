"""Runs out of memory in C++, which says so and aborts."""

import ctypes
import os

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        libc = ctypes.CDLL(None)
        libc.malloc.restype = ctypes.c_void_p
        if libc.malloc(ctypes.c_size_t(2**40)) is None:
            os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n")
            os.abort()
    return "good"
