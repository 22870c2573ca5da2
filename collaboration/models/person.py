"""The people who use the portal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GATE, FoldedWords, GatedCharField, SortKey


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who signs in with the e-mail address; without a password only a reset lets them in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The first service administrator (`manage.py createsuperuser`)."""
        return self.create_user(
            email, password, **{"duty": User.Duty.SERVICE_ADMINISTRATOR, "is_superuser": True, **fields}
        )

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person (henkilö). What they may do follows from their memberships, not from this row."""

    class Duty(models.TextChoices):
        NATIONAL_COORDINATOR = "national_coordinator", _("national coordinator")
        SERVICE_ADMINISTRATOR = "service_administrator", _("service administrator")

    class Language(models.TextChoices):
        FINNISH = "fi", "Suomi"
        SWEDISH = "sv", "Svenska"
        ENGLISH = "en", "English"

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        validators=[*GATE],
        error_messages={"unique": _("Someone already signs in with this e-mail address.")},
    )
    name = GatedCharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FINNISH)
    duty = models.CharField(
        _("duty"), max_length=30, choices=Duty, blank=True, help_text=_("A duty over all organisations.")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo_person = models.BooleanField(_("demo person"), default=False, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    sort_key = SortKey("name")
    words = FoldedWords("name", "email")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(name="user_email_is_in_lower_case", condition=Q(email=Lower("email")))
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    @property
    def is_staff(self) -> bool:
        """Whether Django's administration pages are open to this person."""
        return self.is_active and self.duty == self.Duty.SERVICE_ADMINISTRATOR

    @property
    def initials(self) -> str:
        """The first letters of the first two words of the name, for a small picture of the person."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
