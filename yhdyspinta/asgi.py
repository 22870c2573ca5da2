"""The ASGI application: uvicorn in the demo, gunicorn with uvicorn's worker in production."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 Django must be set up first

from yhdyspinta.database.patience import wait_at_most  # noqa: E402
from yhdyspinta.handler import Handler  # noqa: E402

wait_at_most(settings.DATABASE_SECONDS, to_connect=settings.DATABASE_SECONDS_TO_CONNECT)
application = Handler()

# What has been loaded stays: looking for rubbish in it at every few hundred new objects takes a tenth of a page.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
