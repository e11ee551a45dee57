"""Everything that changes the library."""

from resources.library.actions.making import (
    create_edition,
    create_microlecture,
    new_edition_revision,
    save_microlecture,
)
from resources.library.actions.publishing import (
    approve_publication,
    submit_for_publication,
)
from resources.library.actions.reviewing import accept, call_back, send_back
from resources.library.actions.rising import recommend
from resources.library.actions.withdrawing import take_down, withdraw

__all__ = [
    "accept",
    "approve_publication",
    "call_back",
    "create_edition",
    "create_microlecture",
    "new_edition_revision",
    "recommend",
    "save_microlecture",
    "send_back",
    "submit_for_publication",
    "take_down",
    "withdraw",
]
