"""A corpus: records, each with the skills that occurred together, as one sparse incidence."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from skillweave.taxonomy.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corpus:
    """Records by skills, each skill counted once a record."""

    names: tuple[str, ...]
    """The skills, sorted: of spellings that were merged the most frequent one, as it was given."""
    incidence: sparse.csr_array[Any]
    """0/1 int32 CSR (records, skills)."""
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The other spellings that were merged into a skill."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """Counts: records, empty records, merged spellings."""

    @property
    def records(self) -> int:
        """Number of records."""
        return int(self.incidence.shape[0])


def normal_form(name: str) -> str:
    """Return what two spellings of one skill share: NFKC, case folded, runs of space, ``_`` and ``-`` as one space.

    >>> normal_form("  Data_Analysis ") == normal_form("data analysis")
    True
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(folded.replace("_", " ").replace("-", " ").split()) or folded.strip()


def corpus_from_records(records: Iterable[Sequence[str]], *, normalise: bool = True) -> Corpus:
    """Return the corpus of an iterable of records (each a sequence of skill names).

    With ``normalise`` the spellings that share a `normal_form` become one skill, named as most records write it.
    Blank names are passed over. A corpus without any skill raises `UserError`.
    """
    codes: dict[str, int] = {}
    flat: list[int] = []
    ends = [0]
    for record in records:
        flat.extend(codes.setdefault(name, len(codes)) for name in record if name and not name.isspace())
        ends.append(len(flat))
    return corpus_from_codes(tuple(codes), np.asarray(flat, dtype=np.int64), np.asarray(ends), normalise=normalise)


def corpus_from_codes(names: Sequence[str], codes: Any, ends: Any, *, normalise: bool = True) -> Corpus:
    """Return the corpus of encoded records: record r holds ``names[c] for c in codes[ends[r]:ends[r + 1]]``."""
    if len(codes) == 0:
        raise UserError(
            f"the corpus has no skills in {len(ends) - 1} records",
            hint="name the field that holds the list of skills: --skills-field PATH",
        )
    used = np.bincount(codes, minlength=len(names))
    spelling = [normal_form(name) if normalise else name for name in names]
    groups: dict[str, list[int]] = {}
    for index, form in enumerate(spelling):
        if used[index]:
            groups.setdefault(form, []).append(index)
    chosen = {form: min(members, key=lambda i: (-used[i], names[i])) for form, members in groups.items()}
    order = sorted(chosen, key=lambda form: names[chosen[form]])
    target = np.zeros(len(names), dtype=np.int64)
    for position, form in enumerate(order):
        target[groups[form]] = position
    shape = (len(ends) - 1, len(order))
    incidence = sparse.csr_array((np.ones(len(codes), dtype=np.int32), target[codes], ends), shape=shape)
    incidence.sum_duplicates()
    incidence.data[:] = 1
    merged = {
        names[chosen[form]]: tuple(sorted(names[i] for i in members if i != chosen[form]))
        for form, members in groups.items()
        if len(members) > 1
    }
    notes = {
        "records": shape[0],
        "empty_records": int((np.diff(incidence.indptr) == 0).sum()),
        "merged_spellings": sum(map(len, merged.values())),
    }
    names_kept = tuple(names[chosen[form]] for form in order)
    return Corpus(names=names_kept, incidence=incidence, merged=dict(sorted(merged.items())), notes=notes)


def count_skills(records: Iterable[Sequence[str]]) -> Counter[str]:
    """Return in how many records each skill occurs."""
    return Counter(skill for record in records for skill in set(record))
