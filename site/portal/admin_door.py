"""The one door to `/admin/` (门户管理): a list of the views that portal editors need, no other.

Most of Wagtail's holes were second doors: copy, compare, preview, choosers, API, bulk actions.
So each view is named here with the rule about the ids in its address, and what is not named does
not exist, a view that a later Wagtail brings included. Behind the door Wagtail asks our policies
(`portal.admin_policy`, `media.policies`) once more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from wagtail.admin.models import EditingSession
from wagtail.models import Page, UploadedFile
from wagtail.permissions import policy_registry

from media.models import Picture
from portal.admin_policy import actions_of, is_portal_page, may_enter, portal_page_models

Rule = Callable[[HttpRequest, dict[str, Any]], bool]
View = Callable[..., HttpResponseBase]

# Wagtail's screens bring their own scripts and styles, some of them inline.
ADMIN_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'self'"],
}


def anyone(request: HttpRequest, ids: dict[str, Any]) -> bool:
    """No id in the address; lists show what the policies show."""
    return True


def editor(request: HttpRequest, ids: dict[str, Any]) -> bool:
    """No id, but something is chosen or made."""
    return "change" in actions_of(request.user)


def page(kwarg: str, *, to: str = "change") -> Rule:
    """The page of this id is the home page or an article, and the user may do `to` with it."""

    def rule(request: HttpRequest, ids: dict[str, Any]) -> bool:
        found = Page.objects.filter(pk=ids[kwarg]).first()
        return found is not None and is_portal_page(found) and to in actions_of(request.user)

    return rule


def listed_page(request: HttpRequest, ids: dict[str, Any]) -> bool:
    """The page whose children are listed is the portal's."""
    found = Page.objects.filter(pk=ids["parent_page_id"]).first()
    return found is not None and is_portal_page(found) and bool(actions_of(request.user))


def new_page(request: HttpRequest, ids: dict[str, Any]) -> bool:
    """A kind of page that editors write, at a place that is theirs."""
    names = {(model._meta.app_label, model._meta.model_name) for model in portal_page_models()}
    kind = (ids["content_type_app_name"], ids["content_type_model_name"])
    return kind in names and page("parent_page_id", to="add")(request, ids)


def edited_page(request: HttpRequest, ids: dict[str, Any]) -> bool:
    """Presence on an edit screen: asked as a page, of a page of the portal."""
    if (ids["app_label"], ids["model_name"]) != (Page._meta.app_label, Page._meta.model_name):
        return False
    return ids["object_id"].isdecimal() and page("object_id")(request, ids)


def picture(kwarg: str, *, to: str = "change") -> Rule:
    """The picture of this id is among those that the user may do `to` with."""

    def rule(request: HttpRequest, ids: dict[str, Any]) -> bool:
        policy = policy_registry.get_by_type(Picture)
        allowed = policy.instances_user_has_any_permission_for(request.user, [to])
        return str(ids[kwarg]).isdecimal() and bool(allowed.filter(pk=ids[kwarg]).exists())

    return rule


def own_upload(request: HttpRequest, ids: dict[str, Any]) -> bool:
    """A file that the user has just sent."""
    found = UploadedFile.objects.filter(pk=ids["uploaded_file_id"], uploaded_by_user=request.user)
    return bool(found.exists())


def own_session(request: HttpRequest, ids: dict[str, Any]) -> bool:
    """The user's own presence on an edit screen."""
    found = EditingSession.objects.filter(pk=ids["session_id"], user=request.user)
    return bool(found.exists())


RULES: dict[str, Rule] = {
    "wagtailadmin_home": anyone,
    "wagtailadmin_account": anyone,
    "wagtailadmin_logout": anyone,
    "wagtailadmin_sprite": anyone,
    "wagtailadmin_javascript_catalog": anyone,
    "wagtailadmin_dismissibles": anyone,
    "wagtailadmin_editing_sessions:ping": edited_page,
    "wagtailadmin_editing_sessions:release": own_session,
    # the list of pages
    "wagtailadmin_explore_root": anyone,
    "wagtailadmin_explore": listed_page,
    "wagtailadmin_explore_results": listed_page,
    "wagtailadmin_pages:search": anyone,
    "wagtailadmin_pages:search_results": anyone,
    # one page
    "wagtailadmin_pages:add": new_page,
    "wagtailadmin_pages:preview_on_add": new_page,
    "wagtailadmin_pages:add_subpage": page("parent_page_id", to="add"),
    "wagtailadmin_pages:edit": page("page_id"),
    "wagtailadmin_pages:preview_on_edit": page("page_id"),
    "wagtailadmin_pages:view_draft": page("page_id"),
    "wagtailadmin_pages:delete": page("page_id"),
    "wagtailadmin_pages:unpublish": page("page_id", to="publish"),
    "wagtailadmin_pages:usage": page("page_id"),
    "wagtailadmin_pages:history": page("page_id"),
    "wagtailadmin_pages:history_results": page("page_id"),
    "wagtailadmin_pages:revisions_view": page("page_id"),
    "wagtailadmin_pages:revisions_revert": page("page_id"),
    "wagtailadmin_pages:revisions_unschedule": page("page_id", to="publish"),
    "wagtailadmin_pages:revisions_compare": page("pk"),
    # choosing a page or an address for a link, a resource for a list
    "wagtailadmin_choose_page": editor,
    "wagtailadmin_choose_page_child": page("parent_page_id"),
    "wagtailadmin_choose_page_search": editor,
    "wagtailadmin_choose_page_external_link": editor,
    "wagtailadmin_choose_page_email_link": editor,
    "wagtailadmin_choose_page_phone_link": editor,
    "wagtailadmin_choose_page_anchor_link": editor,
    "portal_resources:choose": editor,
    "portal_resources:choose_results": editor,
    "portal_resources:chosen": editor,
    "portal_resources:chosen_multiple": editor,
    # pictures
    "wagtailimages:index": editor,
    "wagtailimages:index_results": editor,
    "wagtailimages:add": editor,
    "wagtailimages:add_multiple": editor,
    "wagtailimages:edit_multiple": picture("image_id"),
    "wagtailimages:delete_multiple": picture("image_id", to="delete"),
    "wagtailimages:create_multiple_from_uploaded_image": own_upload,
    "wagtailimages:delete_upload_multiple": own_upload,
    "wagtailimages:edit": picture("image_id"),
    "wagtailimages:delete": picture("image_id", to="delete"),
    "wagtailimages:image_usage": picture("image_id"),
    "wagtailimages_chooser:choose": editor,
    "wagtailimages_chooser:choose_results": editor,
    "wagtailimages_chooser:chosen": picture("pk", to="choose"),
    "wagtailimages_chooser:chosen_multiple": editor,
    "wagtailimages_chooser:create": editor,
    "wagtailimages_chooser:select_format": picture("image_id", to="choose"),
}


def guarded(view: View) -> View:
    """`view` behind the door: sign-in for strangers, 404 for all else that no rule lets in."""
    relaxed: View = csp_replace(ADMIN_CSP)(view)

    def behind_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(_address_after_sign_in(request), reverse("login"))
        if not may_enter(request.user):
            raise Http404
        match = request.resolver_match
        rule = RULES.get(match.view_name) if match else None
        if rule is None or not rule(request, kwargs):
            raise Http404
        return relaxed(request, *args, **kwargs)

    return behind_the_door


def _address_after_sign_in(request: HttpRequest) -> str:
    # Wagtail's own sign-in and password pages do not exist here.
    match = request.resolver_match
    known = match is not None and match.view_name in RULES and request.method == "GET"
    return request.get_full_path() if known else reverse("wagtailadmin_home")
