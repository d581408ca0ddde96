"""The dataset card: what the data are, for people, and how to read them, for `datasets`."""

from collections.abc import Mapping
from typing import Any

import yaml

from skillweave import __version__
from skillweave.harness.trajectories.formats import Format
from skillweave.harness.trajectories.tables import Written, card_features

OWN_SUITES = ("office", "office-small", "office-large")
"""suites whose worlds are ours; other suites' data carry their own licence"""
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(form: Format, written: Written, report: Mapping[str, Any]) -> str:
    """Return README.md: YAML front matter, then prose with the figures of the export."""
    front = yaml.safe_dump(_front(form, written, report), sort_keys=False, allow_unicode=True)
    return f"---\n{front}---\n\n{_prose(form, written, report)}"


def _front(form: Format, written: Written, report: Mapping[str, Any]) -> dict[str, Any]:
    licences = {"apache-2.0" if suite in OWN_SUITES else "other" for suite in report["suites"]}
    return {
        "pretty_name": f"Skillweave trajectories ({form.name})",
        "license": licences.pop() if len(licences) == 1 else "other",
        "language": ["en"],
        "task_categories": ["text-generation"],
        "size_categories": [next((name for bound, name in _SIZES if written.rows < bound), "n>1M")],
        "tags": ["skillweave", "agents", "tool-use", "compositional-generalization", form.name, *report["suites"]],
        "configs": [
            {"config_name": "default", "data_files": [{"split": "train", "path": "data/*.parquet"}]},
        ],
        "dataset_info": {
            "features": card_features(form.columns),
            "splits": [{"name": "train", "num_bytes": written.jsonl_bytes, "num_examples": written.rows}],
            "download_size": written.parquet_bytes,
            "dataset_size": written.jsonl_bytes,
        },
    }


def _prose(form: Format, written: Written, report: Mapping[str, Any]) -> str:
    lines = [
        f"# Skillweave trajectories ({form.name})",
        "",
        f"{written.rows} rows of {report['kept']} trajectories on the suite(s) {', '.join(report['suites'])}, exported "
        f"by skillweave {__version__}. Each is a conversation of an agent that calls tools on a world of its own. "
        + _outcome(report),
        "",
        "## Where they come from",
        "",
        *_counts("agent", report["agents"]),
        *_counts("selection strategy", report["strategies"]),
        *_counts("k", report["by_k"]),
        "",
    ]
    if report["models"]:
        named = ", ".join(f"{name} ({count})" for name, count in report["models"].items())
        lines += [f"Written by {named}: what its provider says of training on its output holds.", ""]
    if report["simulated"]:
        lines += [
            f"{report['simulated']} were played by a **simulated** model, which reads the plan: they are no real "
            "model's behaviour.",
            "",
        ]
    lines += ["## What was left out", "", f"{report['seen']} rollouts were looked at."]
    lines += [f"- {count}: {reason}" for reason, count in report["dropped"].items()] or ["Nothing was dropped."]
    lines += ["", "## Held-out work", "", _held_out(report), ""]
    if report["epochs"]:
        lines += ["## Curriculum", "", "Rows stand in the order in which they are to be seen; do not shuffle.", ""]
        lines += [
            f"- epoch {e['epoch']}: {e['rows']} rows; by k: " + ", ".join(f"{k}: {n}" for k, n in e["by_k"].items())
            for e in report["epochs"]
        ]
        lines += [""]
    lines += [
        "## Reading them",
        "",
        "`datasets.load_dataset(FOLDER)` reads `data/` (Parquet) with the types above; `jsonl/` holds the same rows as "
        "JSON Lines, for whatever reads lines.",
        "",
        "## Columns",
        "",
        "Beside the conversation each row says of which task it is, which skills that combines, their span in the "
        "taxonomy, the canonical plan, how the combination was selected, the world's seed, agent, model, versions "
        f"and a canary. `tokens` is the length by {report['tokens_by']}.",
        "",
    ]
    return "\n".join(lines)


def _outcome(report: Mapping[str, Any]) -> str:
    if report["only"] == "success":
        return "The outcome of each was checked: the change made to the world and the answer are those asked for."
    return "The outcome of each was checked; `success` says with what result, and failed ones are among them."


def _held_out(report: Mapping[str, Any]) -> str:
    splits = report["provenance"]["inputs"]["splits"]
    if report["held_out"]:
        return (
            f"**{report['held_out']} trajectories touch combinations that the splits (sha256 `{splits}`) hold out; "
            "`held_out` says how.** An agent that was trained on them cannot be measured on that split."
        )
    return (
        f"No row is of an evaluated task of the splits with sha256 `{splits}`, and none has or contains a held-out "
        "combination of two or more skills, in what it says of itself, in its plan, or in its calls beyond the plan."
    )


def _counts(what: str, counts: Mapping[str, int]) -> list[str]:
    return [f"- by {what}: " + ", ".join(f"{name}: {count}" for name, count in counts.items())]
