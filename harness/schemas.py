"""JSON Schemas of all artefacts, made from the code: ``python -m skillweave.harness.schemas docs/schemas``."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from skillweave.taxonomy.artifacts import write_json
from skillweave.taxonomy.errors import UserError

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Mapping[str, dict[str, Any]]:
    """Return the JSON Schema of each artefact by file name."""
    from skillweave.tasks.audit.report import AuditReport
    from skillweave.tasks.spec import TaskSpec
    from skillweave.tasks.splits import Splits
    from skillweave.tasks.synthesis_report import SynthesisReport
    from skillweave.tasks.trajectory import Trajectory
    from skillweave.taxonomy.tree import Taxonomy

    models: dict[str, type[BaseModel]] = {
        "taxonomy": Taxonomy,
        "tasks-row": TaskSpec,
        "splits": Splits,
        "synthesis": SynthesisReport,
        "trajectories-row": Trajectory,
        "audit": AuditReport,
    }
    return {
        f"{name}.schema.json": {
            "$schema": DIALECT,
            **model.model_json_schema(by_alias=True, mode="serialization"),
        }
        for name, model in models.items()
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas into a folder and return their paths."""
    paths = []
    for name, schema in schemas().items():
        write_json(folder / name, schema)
        paths.append(folder / name)
    return paths


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise UserError("usage: python -m skillweave.harness.schemas FOLDER")
    write_schemas(Path(sys.argv[1]))
