"""The answer to «who may?»: yes, or no with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied


@dataclass(frozen=True)
class Verdict:
    """True when allowed; otherwise false, with a sentence for the person who asked."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason

    @classmethod
    def unless(cls, allowed: bool, reason: object) -> Verdict:  # noqa: FBT001 the question itself
        """Allowed when `allowed` holds, else refused for `reason`."""
        return cls() if allowed else cls(str(reason))

    def require(self) -> None:
        """Raise PermissionDenied with the reason when refused."""
        if self.reason:
            raise PermissionDenied(self.reason)


ALLOWED = Verdict()
