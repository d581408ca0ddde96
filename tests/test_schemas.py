"""The published JSON Schemas are those of the code, and artefacts fit them."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from people_suite import taxonomy

from skillweave.harness.schemas import schemas, write_schemas

PUBLISHED = Path(__file__).parents[1] / "docs/schemas"


def test_published_schemas_are_made_from_the_code(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    made = {p.name: p.read_text() for p in tmp_path.iterdir()}
    assert {p.name: p.read_text() for p in PUBLISHED.iterdir()} == made, "run: make schemas"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_schemas_are_valid_and_name_the_version(name: str) -> None:
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    assert "skillweave." in json.dumps(schema["properties"]["schema"])


def test_a_taxonomy_fits_its_schema_and_one_without_nodes_does_not() -> None:
    validator = Draft202012Validator(schemas()["taxonomy.schema.json"])
    found = taxonomy().to_json()
    assert validator.is_valid(found)
    assert not validator.is_valid({k: v for k, v in found.items() if k != "nodes"})
