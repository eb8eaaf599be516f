"""The settings of webhooks."""

from pydantic import BaseModel, ConfigDict, Field


class WebhookSettings(BaseModel):
    """Telling other systems of changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    private_targets: bool = Field(
        default=False,
        description="Tell addresses inside the own network too, also without TLS; otherwise only public ones by https.",
    )
    timeout_seconds: float = Field(default=10.0, gt=0.0, le=60.0, description="How long the other side may take.")
