"""The settings of reading: how many wrong values are allowed among those accepted without a person."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from terms.names import FieldKind

Share = Annotated[float, Field(ge=0.0, le=0.05)]


class ReadingSettings(BaseModel):
    """Thresholds of reading, by kind of field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    forms: Path | None = Field(
        default=None,
        description="Folder of the plan's own form definitions, beside those that ship with Inlet; `inlet forms learn` "
        "writes there. Empty: only those that ship.",
    )
    wrong_share: dict[FieldKind, Share] = Field(
        default={},
        description="The most values of a kind that may be wrong among those accepted by themselves, as a share, such "
        "as `{ npi = 0.001, name = 0.005 }`; 0 sends every value of the kind that was read from a picture to a person. "
        "Kinds not named keep theirs: 0.002 for numbers, codes and dates, 0.005 for names, 0.01 for other text.",
    )
