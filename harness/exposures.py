"""--exposure on the command line -> what an agent has practised, with the skills and tools of a suite at hand."""

from collections.abc import Callable, Iterable, Sequence

from skillweave.tasks.exposure import NONE, UNEXPOSED, Declared, read_exposure
from skillweave.tasks.spec import TaskSpec, skill_edges
from skillweave.taxonomy.tree import Taxonomy


def declared(spec: str, tasks: Iterable[TaskSpec], taxonomy: Taxonomy | None) -> Declared:
    """Return the exposure of a spec: none, FILE.json:SPLIT, trajectories .jsonl, or a list of combinations.

    Trajectories may name tasks, skills, or tools; of tools called, every skill counts as practised whose tools were all
    called, which is more than was practised rather than less. Raises `UserError` for what cannot be read.
    """
    if spec == NONE:
        return UNEXPOSED
    listed = list(tasks)
    return read_exposure(
        spec,
        tasks={t.id: (t.skills, skill_edges(t)) for t in listed},
        known=None if taxonomy is None else taxonomy.skills,
        skills_of_tools=_by_tools(listed[0].suite) if listed else None,
    )


def _by_tools(suite: str) -> Callable[[frozenset[str]], Sequence[str]]:
    def skills(called: frozenset[str]) -> Sequence[str]:
        from skillweave.tasks.suites.registry import world_suite
        from skillweave.taxonomy.errors import UserError

        try:
            apps = world_suite(suite)
        except UserError:
            return ()
        return sorted(s.id for s in apps.skills.values() if s.tools and set(s.tools) <= called)

    return skills
