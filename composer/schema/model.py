"""What every mapping of a shot list is read by."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Refuses unknown keys; frozen, so that a value read once stays what it was."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)
