"""Simulated agents: how often they succeed, and where they fail, as one pure seeded function.

They exist so that reports and gates can be checked against a known truth; no result of theirs is a real one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillweave.taxonomy.artifacts import digest, read_json
from skillweave.taxonomy.errors import UserError

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class Profile(BaseModel):
    """Planted weaknesses: a rollout succeeds with the product of all factors that apply to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: Share = Field(default=1.0, description="factor of every rollout")
    skills: dict[str, Share] = Field(default_factory=dict, description="by skill id")
    pairs: dict[str, Share] = Field(default_factory=dict, description="by two skill ids, 'a|b' in any order")
    k: dict[str, Share] = Field(default_factory=dict, description="by number of skills")
    span: dict[str, Share] = Field(default_factory=dict, description="by span in the taxonomy")
    novelty: dict[str, Share] = Field(default_factory=dict, description="by novelty of the combination")
    seed: int = Field(default=0, description="draws another sequence of outcomes from equal factors")

    @property
    def sha256(self) -> str:
        """Identity of the profile; it seeds the draws."""
        return digest(self.model_dump(mode="json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a simulated outcome depends on, beside the sample and the epoch."""

    skills: Sequence[str]
    k: int
    span: int | None = None
    novelty: int | None = None

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> "Labels":
        """Return the labels that stand in a sample's metadata."""
        return cls(
            skills=tuple(metadata["skills"]), k=metadata["k"], span=metadata["span"], novelty=metadata["novelty"]
        )


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "perfect": Profile(),
        "hopeless": Profile(base=0.0),
        "expert": Profile(base=0.98, k={"4": 0.97, "5": 0.94}),
        "novice": Profile(
            base=0.95,
            k={"2": 0.9, "3": 0.8, "4": 0.68, "5": 0.55},
            span={"2": 0.92, "3": 0.85, "4": 0.8},
            novelty={"1": 0.95, "2": 0.85, "3": 0.75, "4": 0.7},
        ),
        "memorizer": Profile(base=0.97, novelty={"1": 0.7, "2": 0.45, "3": 0.3, "4": 0.25}),
    }
)


def load_profile(name: str, file: Path | str | None = None) -> Profile:
    """Return a shipped profile by name, or the one of a JSON file; raises `UserError` for what is none."""
    if file is None:
        if name not in PROFILES:
            raise UserError(
                f"no simulated profile {name!r}",
                hint=f"there is {', '.join(sorted(PROFILES))}, or your own: -M profile=FILE",
            )
        return PROFILES[name]
    return parse_profile(read_json(Path(file)), where=repr(str(file)))


def parse_profile(value: Any, where: str = "the profile") -> Profile:
    """Return the profile of a decoded JSON value; raises `UserError` with the first thing that is wrong."""
    try:
        profile = Profile.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise UserError(f"{where} is no profile: {place}: {first['msg']} (got {first['input']!r})") from None
    bad = next((pair for pair in profile.pairs if pair.count("|") != 1), None)
    if bad is not None:
        raise UserError(f"{where} is no profile: {bad!r} is no pair of skills", hint="write it as 'skill_a|skill_b'")
    return profile


def success_probability(profile: Profile, labels: Labels) -> float:
    """Return the probability of success: the product of all factors that apply.

    >>> profile = Profile(base=0.9, skills={"a": 0.5}, pairs={"b|a": 0.8}, k={"2": 0.5})
    >>> round(success_probability(profile, Labels(skills=("a", "b"), k=2)), 6)
    0.18
    """
    return (
        profile.base
        * prod(profile.skills.get(skill, 1.0) for skill in labels.skills)
        * prod(share for pair, share in profile.pairs.items() if set(pair.split("|")) <= set(labels.skills))
        * profile.k.get(str(labels.k), 1.0)
        * profile.span.get(str(labels.span), 1.0)
        * profile.novelty.get(str(labels.novelty), 1.0)
    )


def simulated_success(sample_id: str, epoch: int, profile: Profile, labels: Labels) -> tuple[bool, str | None]:
    """Return whether a rollout succeeds and, where it fails, at which skill; None where it needs none (k = 0).

    The skill is the weakest: the one with the smallest factor, its own or that of a pair it is in; a seeded draw
    decides between equals. Pure: the same sample, epoch, profile and labels give the same outcome anywhere.
    """
    seed = f"{profile.sha256}|{sample_id}|{epoch}"
    if _uniform(f"{seed}|success") < success_probability(profile, labels):
        return True, None
    weakest = sorted(labels.skills, key=lambda s: (_weakness(profile, labels, s), _uniform(f"{seed}|{s}")))
    return False, next(iter(weakest), None)


def _weakness(profile: Profile, labels: Labels, skill: str) -> float:
    pairs = (
        share
        for pair, share in profile.pairs.items()
        if skill in pair.split("|") and set(pair.split("|")) <= set(labels.skills)
    )
    return min((profile.skills.get(skill, 1.0), *pairs))


def _uniform(text: str) -> float:
    """Return a number in [0, 1) that the text alone decides."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) / 2**56
