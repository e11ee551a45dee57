"""The ASGI entry point: `PYTHONPATH=$PWD:$PWD/site`, then `portal.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
application = get_asgi_application()
