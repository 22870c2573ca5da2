#!/usr/bin/env python3
"""Django's command line: `manage.py help` lists the commands, `manage.py demo` starts the portal."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import NotSupportedError, OperationalError

from yhdyspinta.production import sentence, settings_or_exit

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
    os.environ.pop(
        "PROMETHEUS_MULTIPROC_DIR", None
    )  # of web processes: a command adds nothing to their numbers
    settings_or_exit()
    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, NotSupportedError) as error:  # away, full, or too old
        sys.exit(sentence(error))
