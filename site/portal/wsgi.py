"""The WSGI entry point: `PYTHONPATH=$PWD:$PWD/site`, then `portal.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
application = get_wsgi_application()

from portal.demo.accounts import refuse_in_production  # noqa: E402 - needs the apps

refuse_in_production()
