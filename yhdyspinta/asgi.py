"""The ASGI application: uvicorn in the demo, gunicorn with uvicorn's worker in production."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
django.setup(set_prefix=False)

from yhdyspinta.handler import Handler  # noqa: E402 Django must be set up first

application = Handler()
