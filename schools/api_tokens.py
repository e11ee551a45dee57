"""Keys of the JSON API (接口令牌): Wagtail's tokens, of which only hashes are kept."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import APIToken

from schools import audit
from schools.models import User


@transaction.atomic
def issue_api_token(*, user: User, by: User | None, name: str) -> tuple[APIToken, str]:
    """A new token and its key; the key can be read this once only."""
    token, key = APIToken.create_token(user=user, name=name)
    audit.record("api_token.issued", token, by=by, user=user.username)
    return token, key
