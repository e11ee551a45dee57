"""Lock-out (登录锁定): after wrong passwords a name waits at an address, and so does an address.

django-axes keeps the count in the database. A whole school comes from one address, so an address
may fail far more often than a name at an address; and who signs in well clears the own name only,
so that nobody hides guesses at others behind an account of their own.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from schools.models import User


class LockOut(AxesDatabaseHandler):
    """Two limits: of a name at an address, and of the address."""

    def get_failures(self, request: HttpRequest, credentials: Any = None) -> int:
        """Failures of the name at the address; at least the limit where the address is over its."""
        of_the_name, of_the_address = map(_sum, self.get_user_attempts(request, credentials))
        if of_the_address >= settings.GONGBEI_ADDRESS_FAILURE_LIMIT:
            return max(of_the_name, int(settings.AXES_FAILURE_LIMIT))
        return of_the_name

    def reset_user_attempts(self, request: HttpRequest, credentials: Any = None) -> int:
        """Forget failures of the user, by whichever name they typed, at this address."""
        user = User.objects.filter(username=(credentials or {}).get("username")).first()
        if user is None:
            return 0
        return _forget(attempts_on(user).filter(ip_address=request.axes_ip_address))  # type: ignore[attr-defined]


def _sum(attempts: QuerySet[Any]) -> int:
    return attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0


def _forget(attempts: QuerySet[Any]) -> int:
    return attempts.delete()[0]


def attempts_on(user: User) -> QuerySet[Any]:
    """Failed attempts on the user's account, by user name and by phone number."""
    names = [name for name in (user.username, user.phone) if name]
    found: QuerySet[Any] = AccessAttempt.objects.filter(username__in=names)
    return found


def is_locked(user: User) -> bool:
    """Whether some address has to wait before it may try this account again."""
    begun = timezone.now() - settings.AXES_COOLOFF_TIME
    recent = attempts_on(user).filter(attempt_time__gte=begun)
    by_address = recent.order_by().values("username", "ip_address")
    failures = by_address.annotate(n=Sum("failures_since_start"))
    return any(row["n"] >= settings.AXES_FAILURE_LIMIT for row in failures)


def forget_failures(user: User) -> int:
    """Let the user try again from everywhere; returns how many rows went."""
    return _forget(attempts_on(user))


def client_address(request: HttpRequest) -> str | None:
    """Where the request comes from: behind `n` proxies the n-th entry from the right, which the
    outermost of ours wrote; what stands left of it, anybody may have made up.

    An IPv6 client owns its last 64 bits, so these do not tell clients apart.
    """
    entry = request.META.get("REMOTE_ADDR", "")
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies = settings.GONGBEI_PROXIES
    if proxies and len(passed) >= proxies:
        entry = passed[-proxies] or entry
    try:
        address = ip_address(entry)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, 64), strict=False).network_address)
    return str(address)


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """The page that says how long to wait and who can help."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    page = render(request, "schools/login_locked.html", {"minutes": minutes}, status=429)
    page["Retry-After"] = str(minutes * 60)
    return page
