"""Names for groups: the words that tell a group from its siblings, or what a model makes of them."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from math import log

from skillweave.taxonomy.node import Node
from skillweave.taxonomy.tree import Taxonomy

WORDS = 3
"""Words in a name."""
STOP = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "has",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "that",
        "the",
        "their",
        "this",
        "to",
        "with",
        "your",
        "all",
        "any",
        "each",
        "given",
        "if",
        "not",
        "one",
        "set",
        "so",
        "than",
        "then",
        "via",
        "when",
        "which",
    }
)
Ask = Callable[[str], Awaitable[str]]


def words_of(text: str) -> list[str]:
    """Return the words of a name in lower case: split at punctuation and inside camelCase, without stop words.

    >>> words_of("TravelAPI.bookFlight_to the city")
    ['travel', 'api', 'book', 'flight', 'city']
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return [word for word in re.findall(r"[^\W_]+", spaced.lower()) if word not in STOP and not word.isdigit()]


def named(nodes: Sequence[Node], descriptions: Mapping[str, str] | None = None) -> tuple[Node, ...]:
    """Return the nodes with names of groups: their heaviest words by class-based TF-IDF among siblings.

    ``tf(word, group) log(1 + A / f(word))`` with A the mean number of words of a sibling and f the count of the word in
    all of them (Grootendorst 2022, BERTopic, eq. 2). A skill's name counts twice, its description once. Groups without
    telling words are named by their first skills. Names differ among siblings; the root is named ``all skills``.
    """
    described = descriptions or {}
    bags: dict[str, Counter[str]] = {}
    leaves: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for node in reversed(nodes):
        bag = bags.setdefault(node.id, Counter())
        if node.skill is not None:
            bag.update(dict.fromkeys(words_of(node.skill), 2))
            bag.update(set(words_of(described.get(node.skill, ""))))
            leaves[node.id] = [node.skill]
        if node.parent is not None:
            bags.setdefault(node.parent, Counter()).update(bag)
            leaves.setdefault(node.parent, [])[:0] = leaves[node.id][:3]
            below.setdefault(node.parent, []).append(node.id)
    skills = {node.id for node in nodes if node.skill is not None}
    names = {nodes[0].id: "all skills"} if nodes[0].id not in skills else {}
    for siblings in below.values():
        names.update(_telling(siblings[::-1], bags, leaves, skills))
    return tuple(node if node.skill else node.model_copy(update={"name": names[node.id]}) for node in nodes)


def _telling(
    siblings: Sequence[str], bags: Mapping[str, Counter[str]], leaves: Mapping[str, list[str]], skills: set[str]
) -> dict[str, str]:
    total: Counter[str] = Counter()
    for sibling in siblings:
        total.update(bags[sibling])
    mean = total.total() / len(siblings)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for sibling in siblings:
        if sibling in skills:
            continue
        bag = bags[sibling]
        weight = {word: count * log(1 + mean / total[word]) for word, count in bag.items()}
        ranked = sorted((word for word in weight if bag[word] > 2), key=lambda word: (-weight[word], word))
        words = _without_repeats(ranked)[:WORDS]
        name = " · ".join(words or leaves[sibling][:2])
        while name in taken:
            name = f"{name} · {leaves[sibling][0]}" if leaves[sibling][0] not in name else f"{name} ({len(taken)})"
        taken.add(name)
        names[sibling] = name
    return names


def _without_repeats(words: Sequence[str]) -> list[str]:
    """Return the words without those that share a stem (first five letters) with an earlier one."""
    kept: list[str] = []
    for word in words:
        if not any(word[:5] == other[:5] for other in kept):
            kept.append(word)
    return kept


async def name_by_model(taxonomy: Taxonomy, ask: Ask, *, shown: int = 12) -> Taxonomy:
    """Return the taxonomy with the names that a model gives to its groups; its words stay where the answer is no name.

    ``ask`` takes a prompt and returns the answer. A name is one line of at most 60 characters that no sibling has.
    """
    names: dict[str, str] = {}
    taken: set[tuple[str | None, str]] = set()
    below: dict[str | None, list[str]] = {}
    for node in reversed(taxonomy.nodes):
        own = [node.skill] if node.skill is not None else below[node.id]
        below.setdefault(node.parent, [])[:0] = own[:shown]
    for node in taxonomy.nodes:
        if node.skill is not None or node.parent is None:
            continue
        answer = await ask(
            "These skills were found to be used together:\n"
            + "\n".join(f"- {skill}" for skill in below[node.id][:shown])
            + f"\nWords that set them apart: {node.name}\n"
            "Name what they have in common in two to four words. Answer with the name only."
        )
        name = answer.strip().strip("\"'`*.").strip()
        if name and "\n" not in name and len(name) <= 60 and (node.parent, name.casefold()) not in taken:
            names[node.id] = name
            taken.add((node.parent, name.casefold()))
    nodes = tuple(node.model_copy(update={"name": names.get(node.id, node.name)}) for node in taxonomy.nodes)
    return taxonomy.replaced(nodes=nodes)
