"""A user's own Python file as a module, imported once for each content."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from skillweave.taxonomy.artifacts import file_digest
from skillweave.taxonomy.errors import UserError


def user_module(path: Path) -> ModuleType:
    """Return the module that a file holds; raises `UserError` where there is no such file or it fails to import."""
    if not path.is_file():
        raise UserError(f"no file {str(path)!r}", hint="check the path")
    path = path.resolve()
    name = f"skillweave_user_{file_digest(path)[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UserError(f"{str(path)!r} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    # A file of one's own may import what stands beside it, as a script would.
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise UserError(f"{str(path)!r} fails to import: {type(error).__name__}: {error}") from None
    finally:
        sys.path.remove(str(path.parent))
    return module
