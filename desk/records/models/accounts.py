"""Other systems that use the desk: their accounts, and what was answered to what they sent."""

from django.db import models


class ServiceAccount(models.Model):
    """A program that uses the interface. Its token is kept only as a digest; ``scopes`` says what it may do."""

    name = models.CharField(max_length=40, unique=True, help_text="Small letters, digits and hyphens.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token.")
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When it last asked something, to the minute.")
    minute = models.PositiveIntegerField(
        default=0, help_text="Minute, since 1970, that its calls were last counted in."
    )
    calls = models.PositiveIntegerField(default=0, help_text="Calls in that minute.")

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        return f"service account {self.name}"


class KeptAnswer(models.Model):
    """What was answered under an account's Idempotency-Key: sent again, it is given again and nothing is done."""

    account = models.ForeignKey(ServiceAccount, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=64, help_text="SHA-256 of the key.")
    asked = models.CharField(max_length=64, help_text="SHA-256 of method, address and body.")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Newest first; once for a key."""

        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["account", "key"], name="one_answer_per_key"),)

    def __str__(self) -> str:
        return f"answer {self.pk}"
