"""The words of writing together, in the reader's language, under the keys its script knows."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lessonprep.plans.editor_texts import editor_texts


def live_words() -> dict[str, str]:
    """Every word of `client/words.ts`, and those of the editor; ``%s`` is filled in there."""
    return {
        **editor_texts(),
        "connecting": _("Connecting…"),
        "saved_all": _("All saved"),
        "offline_nothing": _("Offline; what is written is saved"),
        "here": _("Here now: %s"),
        "and": pgettext("between two names", ", "),
        **_not_writing(),
        **_tools(),
        **_suggestions(),
        **_steps(),
        "sheet_close": _("Close"),
        "sheet_previous": pgettext("remark", "Previous"),
        "sheet_next": pgettext("remark", "Next"),
        "sheet_remarks": _("Remarks"),
    }


def _not_writing() -> dict[str, str]:
    return {
        "read_only_phase": _("In this phase the text is read, not written."),
        "read_only_role": _("The main preparer writes now; you read along and remark."),
        "stop_epoch": _("The plan was opened anew. Copy what is not saved, then reload the page."),
        "stop_schema": _(
            "The site has a newer editor. Copy what is not saved, then reload the page."
        ),
        "stop_signed_out": _("You are signed out. Sign in in another tab, then come back here."),
        "stop_no_access": _("You can no longer open this plan. Copy what is not saved."),
        "stop_not_open": _("Writing together is not open now. Reload the page."),
        "stop_content": _(
            "The server could not take this text. Copy what is not saved, then reload the page."
        ),
        "stop_size": _("A piece of text is too long. Copy it, then reload and put in a part."),
        "stop_malformed": _(
            "The line delivered nonsense. Copy what is not saved, then reload the page."
        ),
        "kept_copy": _("What you wrote after that is kept as a copy for you."),
        "aside": _("Not in the plan; kept as a copy for you"),
        "reload": _("Reload"),
        "sections_changed": _("The sections of the plan were changed. Your text is saved."),
        "unknown_content": _(
            "This text holds something that this editor does not know. It is shown, not edited; "
            "reload the page for the newest editor."
        ),
        "write_here": _("Write here"),
        "shared_on": _("Shared computer"),
        "shared_help": _(
            "Nothing of what you write is kept on this computer. While the line is down, do not "
            "close the page."
        ),
    }


def _tools() -> dict[str, str]:
    return {
        "tool_formula": _("Formula"),
        "tool_change_formula": _("Change the formula"),
        "formula_label": _("Formula as LaTeX, for example \\frac{1}{2}"),
        "formula_set": _("Put it in"),
        "tool_remark": _("Remark"),
        "remark_label": _("Remark on the selected words"),
        "remark_send": _("Send"),
        "remark_failed": _("The remark was not sent. Check the line, then try again:"),
        "remark_choose": _("Select the words first."),
    }


def _suggestions() -> dict[str, str]:
    return {
        "suggest_on": _("Suggest only"),
        "suggest_help": _(
            "What you write is suggested; the main preparer or the leader accepts or declines it."
        ),
        "suggest_structure": _(
            "Words can be suggested; paragraphs, lists and tables cannot. Write a remark instead."
        ),
        "suggests_adding": _("suggests adding"),
        "suggests_dropping": _("suggests leaving out"),
        "suggests_replacing": _("suggests replacing"),
        "accept": pgettext("suggestion", "Accept"),
        "decline": pgettext("suggestion", "Decline"),
        "take_back": _("Take it back"),
        "somebody": _("Somebody"),
    }


def _steps() -> dict[str, str]:
    return {
        "step": _("Step"),
        "step_name": _("Name of the step"),
        "minutes": _("Minutes"),
        "row_up": _("Up"),
        "row_down": _("Down"),
        "row_remove": _("Remove the step"),
        "row_add": _("Add a step"),
        "rows_most": _("A teaching process has at most %s steps."),
    }
