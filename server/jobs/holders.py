"""Who holds a job, named so that others can see whether it still lives."""

import os
import secrets
import socket

# Another life of the same process number, as in a restarted container, is not us.
_LIFE = secrets.token_hex(4)


def holder(thread: str) -> str:
    """The name of a worker thread of this process."""
    return f"{socket.gethostname()}/{os.getpid()}/{_LIFE}/{thread}"


def is_ours(name: str) -> bool:
    """Whether `name` is a worker thread of this process."""
    return name.startswith(holder(""))


def is_dead(name: str) -> bool:
    """Whether the process of `name` has surely ended. Of other machines nobody knows."""
    machine, _, rest = name.partition("/")
    process, _, rest = rest.partition("/")
    if machine != socket.gethostname() or not process.isdecimal():
        return False
    if int(process) == os.getpid():
        return rest.partition("/")[0] != _LIFE
    return not _exists(int(process))


def _exists(process: int) -> bool:
    if os.name == "nt":  # there, asking by a signal would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
