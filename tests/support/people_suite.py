"""The people app alone, and a taxonomy over its skills: a real suite that is quick to use."""

from functools import cache

from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.suites.office.apps import people
from skillweave.tasks.suites.office.common import PLAIN_TYPES
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.tree import Taxonomy
from skillweave.taxonomy.weights import from_corpus

RECORDS = (
    ("people.find_manager", "people.find_hire_date", "people.work_out_service_bonus"),
    ("people.find_department_head", "people.count_staff", "people.find_department"),
    ("people.find_newest_report", "people.count_reports", "people.find_manager"),
    ("people.move_to_department", "people.assign_manager", "people.change_title"),
    ("people.assign_manager", "people.find_department_head", "people.move_to_department"),
    ("people.find_hire_date", "people.work_out_service_bonus"),
)
APPS = WorldSuite(name="office", version="1", apps=(people.APP,), plain_types=PLAIN_TYPES)
SUITE = AppSuite(apps=APPS, corpus=lambda: RECORDS)


@cache
def taxonomy() -> Taxonomy:
    """Return a taxonomy of height 3 over the app's skills."""
    return build_taxonomy(from_corpus(corpus_from_records(RECORDS, normalise=False)), height=3, seed=0)
