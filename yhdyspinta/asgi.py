"""The ASGI application: uvicorn in the demo, gunicorn with uvicorn's worker in production."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
application = get_asgi_application()
