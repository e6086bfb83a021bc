"""Why no answer came from ODK Central, found in the errors that libraries wrap.

They all look alike from outside, and each is mended by somebody else: a wrong name, a
certificate, a machine that is off, a network that swallows everything.
"""

import socket
import ssl
from collections.abc import Iterator

from requests.exceptions import Timeout
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.exceptions import TimeoutError as Urllib3Timeout

# OpenSSL's numbers of what is wrong with a certificate.
_EXPIRED, _NOT_YET, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64
_OF_CERTIFICATE = {
    _EXPIRED: "central_certificate_expired",
    _NOT_YET: "central_certificate_expired",
    _OTHER_NAME: "central_certificate_of_another",
    _OTHER_ADDRESS: "central_certificate_of_another",
}
# These leave the way to Central open to others, or closed to phones.
UNTRUSTED = frozenset({*_OF_CERTIFICATE.values(), "central_certificate_untrusted"})
CODES = UNTRUSTED | {
    "central_unreachable", "central_silent", "central_name_unknown", "central_no_tls",
}  # fmt: skip


def why(error: BaseException) -> str:
    """The entry of the catalogue that says it."""
    for each in _within(error, set()):
        if isinstance(each, ssl.SSLCertVerificationError):
            return _OF_CERTIFICATE.get(
                each.verify_code, "central_certificate_untrusted"
            )
        if isinstance(each, ssl.SSLError):
            return "central_no_tls"
        if isinstance(each, socket.gaierror | NameResolutionError):
            return "central_name_unknown"
        if isinstance(each, ConnectionError | NewConnectionError):
            break  # urllib3 takes it for a time-out, too
        if isinstance(each, TimeoutError | Timeout | Urllib3Timeout):
            return "central_silent"
    return "central_unreachable"


def _within(error: BaseException, met: set[int]) -> Iterator[BaseException]:
    """What an error was made of, the innermost first: it is nearest to the cause."""
    if id(error) in met:
        return
    met.add(id(error))
    parts = [
        *error.args,
        getattr(error, "reason", None),
        error.__cause__,
        error.__context__,
    ]
    for part in parts:
        if isinstance(part, BaseException):
            yield from _within(part, met)
    yield error
