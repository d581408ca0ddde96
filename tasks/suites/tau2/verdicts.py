"""What tau2's evaluator found, as a verdict."""

from collections.abc import Mapping, Sequence
from typing import Any

from skillweave.tasks.suite import Verdict

CLOSE = 1e-6
"""tau2 calls a reward that is this near to 1 a success"""


def verdict_of(found: Mapping[str, Any], skills: Sequence[str]) -> Verdict:
    """Return the verdict for a reward; ``skills`` are those of the reference's actions, in its order.

    A skill was achieved where all its actions were carried out as in the reference, or the task was passed without.
    """
    success = abs(float(found["reward"]) - 1.0) <= CLOSE
    missed = {
        skill for skill, check in zip(skills, found.get("action_checks") or (), strict=False) if not matched(check)
    }
    achieved = {skill: success or skill not in missed for skill in skills}
    return Verdict(
        success=success,
        mismatches=() if success else tuple(_mismatches(found)),
        skills=achieved,
        first_broken=next((skill for skill in skills if not achieved[skill]), None),
    )


def without_verdict(reason: str) -> Verdict:
    """Return that there is no verdict, and why."""
    return Verdict(success=False, mismatches=(), skills={}, first_broken=None, unscored=reason)


def matched(check: Mapping[str, Any]) -> bool:
    """Return whether tau2 found an action of the reference among the calls."""
    return bool(check["action_match"])


def _mismatches(found: Mapping[str, Any]) -> list[str]:
    basis = found.get("reward_basis")
    if basis is None:
        return [str((found.get("info") or {}).get("note", "The reward is 0."))]
    said = []
    if "DB" in basis and not (found.get("db_check") or {}).get("db_match", True):
        said.append("The database is not as the reference leaves it.")
    if "ENV_ASSERTION" in basis:
        for check in found.get("env_assertions") or ():
            if not check["met"]:
                wanted = check["env_assertion"]
                said.append(f"It does not hold that {wanted['func_name']} is {wanted['assert_value']}.")
    if "COMMUNICATE" in basis:
        missing = [check["info"] for check in found.get("communicate_checks") or () if not check["met"]]
        said += [f"The user was not told {info!r}." for info in missing]
    if "ACTION" in basis:
        missing = [check["action"]["name"] for check in found.get("action_checks") or () if not matched(check)]
        said += [f"{name} was not called as in the reference." for name in missing]
    if "NL_ASSERTION" in basis:
        missing = [check["nl_assertion"] for check in found.get("nl_assertions") or () if not check["met"]]
        said += [f"The judge says that it does not hold: {text}" for text in missing]
    return said or ["The reward is 0."]
