"""The portal's settings, with the app that only tests have."""

from yhdyspinta.settings import *  # noqa: F403, TID251
from yhdyspinta.settings import INSTALLED_APPS as OF_THE_PORTAL  # noqa: TID251

INSTALLED_APPS = [*OF_THE_PORTAL, "tests.notes"]
