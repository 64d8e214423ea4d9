"""Where a request comes from, as far as that can be known."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_NETWORK_BITS = 64
"""Whoever has one IPv6 address has 2^64 of them."""


def _host_of(request: HttpRequest) -> str | None:
    """The address of the caller; None where the server does not say.

    What a caller says of itself in X-Forwarded-For is believed only where our own proxy has added the last part.
    """
    given = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        # The last one is what our own proxy has seen; those before it are what the caller says.
        given = request.headers.get("X-Forwarded-For", given).rpartition(",")[2].strip()
    try:
        return str(ip_address(given))
    except ValueError:
        return None


def address_of(request: HttpRequest) -> str:
    """The IPv4 address or the IPv6 network of the caller; `unknown` where the server does not say."""
    host = _host_of(request)
    if host is None:
        return "unknown"
    address = ip_address(host)
    if isinstance(address, IPv6Address):
        network = ip_network((address.packed[:8] + bytes(8), _NETWORK_BITS))
        return str(address.ipv4_mapped or network)
    return host


def network_of(request: HttpRequest) -> str | None:
    """The same, an IPv6 network by its first address; None where the server does not say."""
    address = address_of(request).partition("/")[0]
    return None if address == "unknown" else address
