"""Does the top level of an induced taxonomy find the 8 API classes of BFCL's multi-turn tasks?

    skillweave suite install bfcl && python benchmarks/bfcl_taxonomy.py

The corpus knows which functions were called together in a task, not which class they belong to. AMI is the adjusted
mutual information of the groups at level 1 with the classes: 1 the same grouping, 0 chance.
"""

from sklearn.metrics import adjusted_mutual_info_score

from skillweave.harness.sources import read_source
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.weights import WEIGHTS


def main() -> None:
    """Print the AMI by edge weight and height."""
    print(f"{'weight':8} height groups   AMI   entropy removed")
    for weight in WEIGHTS:
        source = read_source(["suite:bfcl"], weight=weight)
        for height in (2, 3):
            found = build_taxonomy(source.graph, height=height, seed=0)
            classes = [skill.split(".")[0] for skill in found.skills]
            groups = [found.branch(skill) for skill in found.skills]
            ami = adjusted_mutual_info_score(classes, groups)
            print(f"{weight:8} {height:6} {len(set(groups)):6} {ami:6.3f} {found.entropy.ratio:8.1%}")
    print(f"{len(classes)} functions of {len(set(classes))} classes")


if __name__ == "__main__":
    main()
