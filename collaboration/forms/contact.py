"""The form with which anybody writes to those who keep the portal."""

from django import forms

from collaboration.dressed import Lines
from collaboration.forms import ConstraintsAsked
from collaboration.models import ContactMessage


class ContactForm(ConstraintsAsked):
    """A subject, a text, and an address if an answer is wanted."""

    class Meta:
        model = ContactMessage
        fields = ["subject", "text", "reply_to"]
        widgets = {
            "text": Lines(attrs={"rows": 8}),
            "reply_to": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
