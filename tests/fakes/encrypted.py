"""An encrypted way to a server on this machine, with any certificate one likes.

It only carries bytes: whoever listens behind it speaks plain HTTP.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Door:
    """Where the encrypted way begins, and the file that lets a client trust it."""

    url: str
    certificate: Path


@contextmanager
def encrypted(
    folder: Path, port: int, *, days: int = 100, name: str = "localhost"
) -> Iterator[Door]:
    """The way to a port of this machine, under a certificate of `name` that is valid
    for so many `days` still."""
    certificate = folder / f"{name}-{days}.pem"
    certificate.write_bytes(_certificate(name, timedelta(days=days)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listening, context, port))
    thread.start()
    try:
        address = f"https://localhost:{listening.getsockname()[1]}"
        yield Door(address, certificate)
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def _certificate(name: str, valid: timedelta) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + valid)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM) + private


def _serve(listening: socket.socket, context: ssl.SSLContext, port: int) -> None:
    while True:
        try:
            line, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_carry, args=(line, context, port), daemon=True).start()


def _carry(line: socket.socket, context: ssl.SSLContext, port: int) -> None:
    try:
        closed = context.wrap_socket(line, server_side=True)
    except OSError:  # the client does not trust us, and says so
        line.close()
        return
    behind = socket.create_connection(("127.0.0.1", port))
    back = threading.Thread(target=_pump, args=(behind, closed), daemon=True)
    back.start()
    _pump(closed, behind)
    back.join()
    closed.close()
    behind.close()


def _pump(source: socket.socket, into: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            into.sendall(piece)
    with suppress(OSError):
        into.shutdown(socket.SHUT_WR)
