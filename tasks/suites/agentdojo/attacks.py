"""AgentDojo's attacks: which there are, and the texts that each puts into an environment."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from skillweave.tasks.suites.agentdojo.package import suites
from skillweave.taxonomy.errors import UserError

UNNAMED = "local"
"""the model that an attack addresses where none is named; theirs, 'Local model' in words"""
BY_HAND = "manual"
"""asks whoever runs it for the texts"""


def attack_names() -> tuple[str, ...]:
    """Return the names of the attacks that need nobody at the keyboard."""
    import_module("agentdojo.attacks")  # registers them
    from agentdojo.attacks.attack_registry import ATTACKS

    return tuple(sorted(set(ATTACKS) - {BY_HAND}))


def planted(suite: str, name: str, model: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each user task's id with each injection that an attack plants there, as the task's data keep it.

    An attack that only wants the agent to stop has one injection a task, as in their runs. Raises `UserError` for an
    attack or a model that they do not have.
    """
    from agentdojo.attacks.attack_registry import load_attack
    from agentdojo.models import MODEL_NAMES

    if name not in attack_names():
        raise UserError(f"no attack {name!r}", hint=f"there is {', '.join(attack_names())}")
    if model is not None and model not in MODEL_NAMES:
        raise UserError(f"no model {model!r} that attacks can address", hint=f"there is {', '.join(MODEL_NAMES)}")
    theirs = suites()[suite]
    target = SimpleNamespace(name=model or UNNAMED)
    attack = load_attack(name, theirs, target)
    injections = list(theirs.injection_tasks.items())
    for user_id, user_task in theirs.user_tasks.items():
        for injection_id, injection_task in injections[:1] if attack.is_dos_attack else injections:
            yield (
                user_id,
                {
                    "attack": name,
                    "model": target.name,
                    "denies": bool(attack.is_dos_attack),
                    "injection": injection_id,
                    "injections": dict(attack.attack(user_task, injection_task)),
                },
            )
