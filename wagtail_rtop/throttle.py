"""Counts failed tries by address and by name, and refuses more for a while.

The count lives in Django's default cache. With more than one server process it
must be a shared one (Redis, Memcached), else each process counts for itself.
"""

import hashlib
import ipaddress
import time
import unicodedata
from typing import Any

from django.core.cache import cache

from wagtail_rtop.conf import get_setting


PREFIX = "wagtail_rtop.sign_in"


class Throttle:
    """The count of one address or one name.

    A try is counted before its password is looked at, so that many at once
    can't pass; a try that succeeds is taken back.
    """

    def __init__(self, kind: str, value: str) -> None:
        # A name may be of any length and any characters; a key may not.
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
        self.count_key = f"{PREFIX}.{kind}.count.{digest}"
        self.lock_key = f"{PREFIX}.{kind}.lock.{digest}"

    def get_wait(self) -> int:
        """Return the seconds until tries are accepted again; 0 = they are."""
        until = cache.get(self.lock_key)
        return max(0, round(until - time.time())) if until else 0

    def admit(self) -> bool:
        """Count a try; return whether it may go on."""
        if self.get_wait():
            return False
        lockout = get_setting("SIGN_IN_LOCKOUT")
        cache.add(self.count_key, 0, lockout)
        try:
            tries = cache.incr(self.count_key)
        except ValueError:
            # It expired in between: this is the first of a new count.
            cache.add(self.count_key, 1, lockout)
            tries = 1
        if tries <= get_setting("SIGN_IN_ATTEMPTS"):
            return True
        cache.add(self.lock_key, time.time() + lockout, lockout)
        cache.delete(self.count_key)
        return False

    def take_back(self) -> None:
        """Uncount one try, which succeeded."""
        try:
            cache.decr(self.count_key)
        except ValueError:
            pass  # Expired: nothing is counted any more.

    def forget(self) -> None:
        """Start the count anew."""
        cache.delete(self.count_key)


def build_address_throttle(request: Any) -> Throttle:
    """Return the count of the address that the request comes from."""
    return Throttle("address", get_address(request))


def build_name_throttle(name: str) -> Throttle:
    """Return the count of a name, the same however it is written."""
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    return Throttle("name", folded)


def get_address(request: Any) -> str:
    """Return the visitor's address; for IPv6 its network, which one visitor owns.

    Read from ``SIGN_IN_ADDRESS_KEY`` of ``request.META``; of a list of proxies
    the last entry, which the site's own proxy wrote.
    """
    value = str(request.META.get(get_setting("SIGN_IN_ADDRESS_KEY"), ""))
    value = value.rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return value
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), 64), strict=False))
