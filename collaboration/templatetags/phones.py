"""A phone number as a link that calls it."""

from django import template

from collaboration.phones import dialled

register = template.Library()
register.filter("dialled", dialled)
