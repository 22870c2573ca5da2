#!/usr/bin/env python3
"""Django's command line: `manage.py help` lists the commands, `manage.py demo` starts the portal."""

import os
import sys

from django.core.management import execute_from_command_line

from yhdyspinta.production import settings_or_exit

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
    settings_or_exit()
    execute_from_command_line(sys.argv)
