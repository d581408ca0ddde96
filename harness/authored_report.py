"""The report on tasks that models wrote for a server: what was tried, made and turned down, by k, span and reason."""

from collections import Counter
from collections.abc import Mapping, Sequence

from skillweave.tasks.jobs import Facts
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.strategies import spans_of
from skillweave.tasks.suites.mcp.suite import McpSuite, expected_of
from skillweave.tasks.synthesis_report import Acceptance, KCount, ReasonCount, SynthesisReport
from skillweave.tasks.tally import Figures, Tally, TaskTally, hubs_of
from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.select import Selector
from skillweave.taxonomy.tree import Taxonomy

Tried = Sequence[tuple[int, tuple[str, ...], str | None, TaskSpec | None]]
"""of each try: k, skills, why it came to nothing, the task"""


def report_of(
    suite: McpSuite,
    taxonomy: Taxonomy,
    selector: Selector,
    *,
    forbid: Sequence[str],
    wanted: Mapping[int, int],
    tries: Tried,
    identity: str,
    provenance: Provenance,
) -> SynthesisReport:
    """Return the report; every draw is one try, and every k-set of skills counts as realisable until it is tried."""
    made = [(k, task) for k, _, _, task in tries if task is not None]
    reasons = Counter((k, reason) for k, _, reason, _ in tries if reason is not None)
    skills = tuple(suite.skill_tools())
    tally = TaskTally()
    for _, task in made:
        answers = bool(expected_of(task).answer)
        tally.add(task.skills, Facts(id=task.id, writes=task.writes > 0, answers=answers, chain=True))
    return SynthesisReport(
        suite=suite.name,
        suite_version=suite.version,
        strategy="sampled",
        asked=sum(wanted.values()),
        made=len(made),
        by_k=tuple(_count(k, asked, tries) for k, asked in wanted.items()),
        acceptance=tuple(row for k in wanted for row in _acceptance(k, tries, taxonomy, spans_of(selector, k, forbid))),
        rejected=dict(sorted(Counter(reason for _, _, reason, _ in tries if reason is not None).items())),
        table=tuple(ReasonCount(k=k, reason=reason, count=n) for (k, reason), n in sorted(reasons.items())),
        shares=tally.shares(skills),
        families=None,
        skills_used=len(tally.skills),
        skills_unused=tuple(sorted(set(skills) - set(tally.skills))),
        not_in_taxonomy=tuple(sorted(set(skills) - set(taxonomy.skills))),
        figures=_figures(wanted, tries, taxonomy),
        identity=identity,
        provenance=provenance,
    )


def _count(k: int, asked: int, tries: Tried) -> KCount:
    own = [(skills, task) for size, skills, _, task in tries if size == k]
    single = {task.skills[0] for _, _, _, task in tries if task is not None and task.k == 1}
    tasks = [task for _, task in own if task is not None]
    return KCount(
        k=k,
        asked=asked,
        made=len(tasks),
        alone=sum(single.issuperset(task.skills) for task in tasks),
        combinations=len({task.skills for task in tasks}),
        drawn=len(own),
        tried=len(own),
    )


def _acceptance(k: int, tries: Tried, taxonomy: Taxonomy, uniform: Mapping[int | None, float]) -> list[Acceptance]:
    own = [(taxonomy.span(skills), task) for size, skills, _, task in tries if size == k]
    drawn = Counter(span for span, _ in own)
    made = Counter(span for span, task in own if task is not None)
    return [
        Acceptance(
            k=k, span=span, uniform=share, realisable=None, drawn=drawn[span], made=made[span], tried=drawn[span]
        )
        for span, share in uniform.items()
    ]


def _figures(wanted: Mapping[int, int], tries: Tried, taxonomy: Taxonomy) -> dict[str, Figures]:
    hubs = hubs_of(taxonomy)
    found: dict[str, Figures] = {}
    for k in wanted:
        proposed, realised = Tally(taxonomy, hubs), Tally(taxonomy, hubs)
        for size, skills, _, task in tries:
            if size == k:
                proposed.add(skills)
            if size == k and task is not None:
                realised.add(skills)
        found |= {f"k={k} {n}": t.figures() for n, t in (("proposed", proposed), ("realised", realised)) if t.count}
    return found
