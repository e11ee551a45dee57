"""Terms of ownership (权属约定): who owns what is made here; accepted once at first sign-in."""

from __future__ import annotations

TERMS_VERSION = "2026-09"
"""Change it together with the text in `templates/registration/terms_text.html`."""

SESSION_KEY = "terms_accepted"
"""Which version this session is known to have accepted, so that no request asks the database."""
