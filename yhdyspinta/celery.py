"""The Celery application: it carries the clock and wake-ups, never the only copy of anything."""

import os

from celery import Celery

from yhdyspinta.production import settings_or_exit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
settings_or_exit()
app = Celery("yhdyspinta")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
