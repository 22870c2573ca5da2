"""The WSGI application, for servers that speak only WSGI."""

import os

from django.core.wsgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
application = get_wsgi_application()
