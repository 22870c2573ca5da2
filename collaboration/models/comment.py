"""Comments on any subject: threads of one level, whom they mention, and what they said before."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GatedTextField


class Comment(models.Model):
    """A comment (kommentti) on a subject, read by everyone who sees the subject. One that answers another is in its thread.

    What is taken away leaves its place: the words go, also the earlier ones, and who wrote it and when stays. With `is_nameless`
    only those read the author's name whom the subject lets read it.
    """

    LONGEST = 5000

    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", editable=False)
    subject_id = models.BigIntegerField(editable=False)
    subject = GenericForeignKey("subject_type", "subject_id")
    author = models.ForeignKey(
        "collaboration.User",
        models.PROTECT,
        related_name="comments",
        verbose_name=_("author"),
        editable=False,
    )
    is_nameless = models.BooleanField(default=False, editable=False)
    text = GatedTextField(_("comment"), max_length=LONGEST)
    reply_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("in answer to"),
        editable=False,
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    seq = models.PositiveIntegerField(default=0, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    resolved_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    removed_at = models.DateTimeField(_("taken away"), null=True, editable=False)
    removed_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="comment_says_something_until_it_is_taken_away",
                condition=Q(removed_at__isnull=True) ^ Q(text=""),
            ),
            models.CheckConstraint(
                name="comment_does_not_answer_itself", condition=Q(reply_to=None) | ~Q(reply_to=F("id"))
            ),
            models.CheckConstraint(
                name="only_a_thread_is_resolved", condition=Q(resolved_at=None) | Q(reply_to=None)
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "reply_to", "-id"], name="comments_about")
        ]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.subject_type_id}:{self.subject_id}"

    @property
    def thread_id(self) -> int:
        """The comment that its thread began with."""
        return int(self.reply_to_id or self.pk)


class CommentEdit(models.Model):
    """What a comment said before it was edited."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="edits", verbose_name=_("comment"))
    text = GatedTextField(_("comment"), max_length=Comment.LONGEST, editable=False)
    until = models.DateTimeField(_("until"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("earlier text of a comment")
        verbose_name_plural = _("earlier texts of comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.comment_id} until {self.until}"


class CommentMention(models.Model):
    """Whom a comment calls by name: a person, or all who sit in a forum."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions", verbose_name=_("comment"))
    user = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    forum = models.ForeignKey(
        "collaboration.Forum", models.PROTECT, null=True, related_name="+", verbose_name=_("forum")
    )

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="mention_is_of_a_person_or_a_forum",
                condition=Q(user__isnull=False) ^ Q(forum__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["comment", "user", "forum"], nulls_distinct=False, name="mentioned_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.forum or self.user)
