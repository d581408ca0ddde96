"""Models by the names that Inspect gives them, with a clear refusal."""

import re
from typing import TYPE_CHECKING, Any

from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from inspect_ai.model import Model


def find_model(name: str, *, base_url: str | None = None, **arguments: Any) -> "Model":
    """Return a model of Inspect's; one that does not exist or lacks its key or package raises `UserError`."""
    from inspect_ai._util.error import PrerequisiteError
    from inspect_ai.model import get_model

    try:
        return get_model(name, base_url=base_url, memoize=False, **arguments)
    except PrerequisiteError as error:
        raise UserError(f"model {name!r}: {plain(error)}", hint="skillweave doctor shows what is set") from None
    except (ValueError, TypeError, ImportError) as error:
        raise UserError(f"model {name!r}: {error}", hint="models are named PROVIDER/NAME, as Inspect does") from None


def plain(error: Exception) -> str:
    """Return an error of Inspect's as one line without markup."""
    text = re.sub(r"\[/?[a-z ]+\]", "", str(getattr(error, "message", None) or error))
    return re.sub(r"\s+", " ", text).removeprefix("ERROR: ").strip()
