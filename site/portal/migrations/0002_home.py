"""Turn Wagtail's welcome page into the home page, so that every database has one."""

from django.db import migrations

TITLE = "共备"


def make_home(apps, schema_editor):
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("portal", "HomePage")
    ContentType = apps.get_model("contenttypes", "ContentType")
    site = Site.objects.get(is_default_site=True)
    welcome = site.root_page
    kind, _ = ContentType.objects.get_or_create(app_label="portal", model="homepage")
    welcome.title = welcome.draft_title = TITLE
    welcome.content_type = kind
    welcome.save(update_fields=["title", "draft_title", "content_type"])
    HomePage(page_ptr_id=welcome.pk).save_base(raw=True)
    site.site_name = TITLE
    site.hostname = "localhost"
    site.save(update_fields=["site_name", "hostname"])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_home, migrations.RunPython.noop)]
