"""Days as people write them."""

import datetime

from django import template

register = template.Library()


@register.filter
def day_after(last_day: datetime.date) -> datetime.date:
    """The day on which something had ended, from its last day."""
    return last_day + datetime.timedelta(days=1)
