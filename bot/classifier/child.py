"""Becomes the NLU service, after asking the kernel to end it together with the program that started it.

Runs as a program of its own (`python -I child.py <parent's pid> <command…>`): code between fork and exec of a
threaded program may hang, code after exec may not.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Bind the life of this process to its parent's, then run the command in its place."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the parent ended before the kernel was asked
        sys.exit(1)
    try:
        os.execv(command[0], command)  # noqa: S606  the command is the program's own, and no shell is wanted
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
