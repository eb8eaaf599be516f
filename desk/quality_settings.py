"""The settings of quality sampling: how much is keyed again, and how right it has to be."""

from pydantic import BaseModel, ConfigDict, Field


class QualitySettings(BaseModel):
    """Blind second keying of requests that no person touched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    share: float = Field(
        default=0.02, ge=0.0, le=1.0, description="Share of the requests released by machine that people key again."
    )
    seed: str = Field(default="inlet", description="Decides which ones; change it to draw others.")
    target: float = Field(
        default=0.005, gt=0.0, lt=1.0, description="The most accepted values that may be wrong, as a share."
    )
