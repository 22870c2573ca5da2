"""Words that people search by instead of the official ones."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GatedCharField
from collaboration.words import folded


class Synonym(models.Model):
    """Who searches by the word finds what the official word finds, too; a word may stand for several."""

    word = GatedCharField(_("word"), max_length=60, help_text=_("What people type, for example dagis."))
    official = GatedCharField(
        _("official word"), max_length=60, help_text=_("The beginning of a word is enough: päiväkoti.")
    )
    key = models.CharField(max_length=80, editable=False, db_index=True)

    objects: models.Manager[Synonym] = models.Manager()

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["key", "official"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "official"],
                name="synonym_stands_for_a_word_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.official}"

    def save(self, *args: Any, **options: Any) -> None:
        self.key = self.folded_word
        super().save(*args, **options)

    def clean(self) -> None:
        """The constraint's sentence: no form has the key, so none checks it."""
        super().clean()
        same = Synonym.objects.filter(key=self.folded_word, official=self.official)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError(_("The word stands for this one already."))

    @property
    def folded_word(self) -> str:
        """What the word is looked up by."""
        return folded(self.word).strip()
