"""A gate's verdict as JUnit XML, for the test pages of CI systems."""

from pathlib import Path

from skillweave.reports.gate.decide import Gate, Verdict
from skillweave.reports.gate.export import cells_of
from skillweave.reports.gate.look import SliceResult, Status
from skillweave.reports.gate.slices import ALL
from skillweave.taxonomy.artifacts import atomic_write


def write_junit(gate: Gate, path: Path, *, strict: bool) -> None:
    """Write the verdict as JUnit XML: a test case a slice, and one for whether the runs can be compared.

    A file has a failure or an error exactly where the exit code is not 0.
    """
    from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

    suite = TestSuite("skillweave gate")
    comparable = TestCase("the runs can be compared", classname="skillweave.gate")
    if gate.verdict is Verdict.UNDECIDABLE:
        comparable.result = [Error("; ".join(gate.reasons), "not decidable")]
    elif gate.verdict is Verdict.INCONCLUSIVE and strict:
        comparable.result = [Error("; ".join(gate.reasons), "inconclusive")]
    suite.add_testcase(comparable)
    for s in gate.slices:
        name = "all tasks" if s.key.dimension == ALL else str(s.key)
        case = TestCase(name, classname=f"skillweave.gate.{s.key.dimension}")
        said = _said(s)
        if s.status in (Status.REGRESSION, Status.MISSING):
            case.result = [Failure(said, str(s.status))]
        elif s.status in (Status.UNDECIDABLE, Status.INCONCLUSIVE):
            case.result = [Skipped(f"{s.status}: {said}")]
        case.system_out = said
        suite.add_testcase(case)
    suite.update_statistics()
    xml = JUnitXml("skillweave")
    xml.add_testsuite(suite)
    xml.update_statistics()
    with atomic_write(path) as stream:
        stream.write(xml.tostring().decode() + "\n")


def _said(s: SliceResult) -> str:
    if s.test is None:
        return "in the baseline, and missing in the candidate"
    cells = cells_of(s)
    return (
        f"baseline {cells[2]}, candidate {cells[3]}, difference {cells[4]} points, p {cells[5]}, alpha {cells[6]}, "
        + (f"{cells[7]} tasks, {cells[8]} combinations, detectable {cells[9]} points")
    )
