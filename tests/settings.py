"""The portal's settings, with the app that only tests have."""

import os
from datetime import timedelta

from yhdyspinta.settings import *  # noqa: F403, TID251
from yhdyspinta.settings import INSTALLED_APPS as OF_THE_PORTAL  # noqa: TID251

ROOT_URLCONF = os.environ.get("YHDYSPINTA_TEST_URLS", "yhdyspinta.urls")
INSTALLED_APPS = [*OF_THE_PORTAL, "tests.notes"]
MAIL_OFFICE_HOURS, MAIL_GATHERED = False, timedelta(0)  # tests of the clock say what time it is
