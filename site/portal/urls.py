"""Every address of the site; Chinese at `/…`, English at `/en/…`."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView
from wagtail import urls as wagtail_urls

from media.previews.urls import pages as preview_pages
from portal import health, public
from portal.api import api
from portal.feeds import PublicResourcesFeed
from portal.sitemaps import SITEMAPS
from portal.workspace.views import nothing_here

to_sign_in = RedirectView.as_view(pattern_name="login", query_string=True)

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", api.urls),
    path("files/", include("media.previews.urls")),
    path("files/", include("media.urls")),
    path("admin/", include("portal.admin_urls")),
    path("robots.txt", public.robots, name="robots"),
    path("sitemap.xml", sitemap_views.index, {"sitemaps": SITEMAPS}, name="sitemap"),
    path(
        "sitemap-<section>.xml",
        sitemap_views.sitemap,
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    *i18n_patterns(
        path("accounts/", include("schools.urls")),
        path("workspace/", include("portal.workspace.urls")),
        path("workspace/", include("schools.signin.urls")),
        path("workspace/", include("schools.staff.urls")),
        path("workspace/", include("search.upkeep.urls")),
        path("workspace/", include("lessonprep.groups.urls")),
        path("workspace/", include("lessonprep.plans.urls")),
        path("workspace/", include("lessonprep.coediting.urls")),
        path("", include("lessonprep.meetings.urls")),
        path("workspace/uploads/", include("media.uploads.urls")),
        path("", include("search.urls")),
        path("workspace/library/import/", include("resources.importing.urls")),
        *preview_pages,
        path("", include("resources.library.urls")),
        path("", include("portal.takedown.urls")),
        # The last of the workspace's: to a stranger, what is there and what is not look alike.
        re_path(r"^workspace/(?:.*/)?$", nothing_here, name="nothing_here"),
        path("about/", TemplateView.as_view(template_name="about.html"), name="about"),
        path("articles/", public.article_list, name="articles"),
        path("lists/", public.recommended_lists, name="lists"),
        path("feed/", PublicResourcesFeed(), name="feed"),
        # One page to sign in at, with one lock-out: not Wagtail's own beside it.
        path("_util/login/", to_sign_in, name="wagtailcore_login"),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
