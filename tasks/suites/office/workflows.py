"""The office's own corpus: what people do at work, as the skills that each piece of work takes."""

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FILES = ("from_jobs.jsonl", "from_apps.jsonl")


class Workflow(BaseModel):
    """One piece of work in the words of those who do it, and the skills behind its steps."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    role: str = Field(description="who does it")
    source: Literal["job", "app"] = Field(
        description="job: told from a job description without a skill list, then mapped; app: with the list in sight"
    )
    steps: tuple[str, ...]
    skills: tuple[str, ...] = Field(description="skill ids in order of the steps, each once")
    unmapped: tuple[str, ...] = Field(default=(), description="steps for which the suite has no skill")


@cache
def read_workflows() -> tuple[Workflow, ...]:
    """Return all workflows, those from job descriptions first."""
    folder = files("skillweave.tasks.suites.office") / "workflows"
    return tuple(
        Workflow.model_validate_json(line)
        for name in FILES
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    )
