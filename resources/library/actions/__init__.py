"""Everything that changes the library."""

from resources.library.actions.keeping import bring_back, let_out, put_in_bin
from resources.library.actions.making import (
    create_edition,
    create_microlecture,
    create_resource,
    new_edition_revision,
    save_resource,
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
    "bring_back",
    "call_back",
    "create_edition",
    "create_microlecture",
    "create_resource",
    "let_out",
    "new_edition_revision",
    "put_in_bin",
    "recommend",
    "save_resource",
    "send_back",
    "submit_for_publication",
    "take_down",
    "withdraw",
]
