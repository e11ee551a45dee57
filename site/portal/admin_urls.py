"""Every address under `/admin/`, behind the door; mount outside the language prefix."""

from __future__ import annotations

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from portal.admin_door import guarded
from portal.admin_views import AccountView

urlpatterns = decorate_urlpatterns(
    [
        # before Wagtail's, which asks for fields that our users do not have
        path("account/", AccountView.as_view(), name="wagtailadmin_account"),
        path("", include(wagtailadmin_urls)),
    ],
    guarded,
)
