"""Prices of models: read from the user's file, told to Inspect, which adds costs up; Inspect ships none of its own."""

from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from inspect_ai.model import Model

EXAMPLE = "openai/gpt-5-mini: {input: 0.25, output: 2.0}"


class Price(BaseModel):
    """What a model costs, in dollars a million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    input_cache_write: float | None = Field(default=None, ge=0, description="as input where it is not given")
    input_cache_read: float | None = Field(default=None, ge=0, description="as input where it is not given")

    def of(self, read: float, wrote: float) -> float:
        """Return the dollars of so many tokens, without any cache."""
        return (read * self.input + wrote * self.output) / 1e6


def read_prices(path: Path) -> dict[str, Price]:
    """Return the prices in a YAML or JSON file by model; raises `UserError` for what is none."""
    try:
        return TypeAdapter(dict[str, Price]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UserError(f"prices {str(path)!r} cannot be read: {error.strerror}", hint="check the path") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"prices {str(path)!r} are no YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise UserError(f"prices {str(path)!r}: {place}: {first['msg']}", hint=f"a line is {EXAMPLE!r}") from None


def set_price(model: "Model", path: Path | None, *, needed: str | None) -> Price | None:
    """Tell Inspect what the model costs and return it; None without a file.

    ``needed`` names the option that cannot do without. Raises `UserError` where it lacks a price.
    """
    from inspect_ai.model import ModelCost, ModelInfo, get_model_info, set_model_info

    name = str(model)
    price = None if path is None else read_prices(path).get(name)
    if price is None:
        if needed is not None or path is not None:
            lacking = "there is no file of prices" if path is None else f"{str(path)!r} has none"
            raise UserError(
                f"{needed or 'a cost'} needs the price of {name!r}, and {lacking}",
                hint=f"--prices FILE, with {EXAMPLE!r}",
            )
        return None
    cost = ModelCost(
        input=price.input,
        output=price.output,
        input_cache_write=price.input if price.input_cache_write is None else price.input_cache_write,
        input_cache_read=price.input if price.input_cache_read is None else price.input_cache_read,
    )
    known = get_model_info(model) or ModelInfo()
    set_model_info(name, known.model_copy(update={"cost": cost}))
    return price
