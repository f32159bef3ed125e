"""Connections that go only where they may: the address that was checked is the one connected to.

A name can lead to the own network, and can do so only the second time it is looked up. So the
look-up, the check of every address and the connection are one step here, below TLS, which still
sees the name. All reads and writes end with the time that a source has, drop by drop or not.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any, Final

import httpcore

from practicegraph.errors import InvalidInput

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: IPv6 addresses that stand for an IPv4 address, which is in the last 32 bits (RFC 6052, RFC 4291).
_TRANSLATED: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
#: Local networks that the library takes for public: those of one site, and of a protocol.
_LOCAL: Final = (ipaddress.ip_network("fec0::/10"), ipaddress.ip_network("192.0.0.0/24"))


class PrivateAddress(InvalidInput):
    """A name leads to an address of the own network, where nothing is fetched unasked."""


def is_public(address: str) -> bool:
    """Whether an address is one of the internet, and none of this machine or its networks.

    Private, loopback, link-local, multicast, reserved and unspecified addresses are not (the IANA
    special-purpose registries), nor are those of IPv6 that stand for such a one of IPv4.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    return all(
        one.is_global
        and not one.is_multicast
        and not one.is_reserved
        and not any(one in network for network in _LOCAL)
        for one in (found, *_inside(found))
    )


def _inside(address: _Address) -> Iterable[_Address]:
    if isinstance(address, ipaddress.IPv6Address):
        yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))
        if any(address in network for network in _TRANSLATED):
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def addresses(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of a host. Raises PrivateAddress where any of them is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the host {host} is not known") from error
    names = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private and not all(map(is_public, names)):
        raise PrivateAddress(
            f"{host} is in a private network or on this machine, where nothing is fetched unless "
            "it is allowed (--allow-private); a redirect is never followed there."
        )
    return names


class CheckedBackend(httpcore.NetworkBackend):
    """The network of one source. `allow_private` is set for the request that is under way."""

    def __init__(self, ends: float) -> None:
        """Take the time, of the monotonic clock, at which everything must have ended."""
        self.allow_private = False
        self._ends = ends
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers, if all of them may be reached."""
        fault: Exception | None = None
        for address in addresses(host, port, allow_private=self.allow_private):
            left = within(timeout, self._ends)
            try:
                stream = self._network.connect_tcp(
                    address, port, left, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
            else:
                return _Timed(stream, self._ends)
        raise fault or httpcore.ConnectError(f"the host {host} has no address")


class _Timed(httpcore.NetworkStream):
    """A connection that ends in time, however little comes at once."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, within(timeout, self._ends))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, within(timeout, self._ends))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = within(timeout, self._ends)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def within(timeout: float | None, ends: float) -> float:
    """The seconds that are left, at most `timeout`. Raises ReadTimeout where none are."""
    left = ends - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left if timeout is None else min(timeout, left)
