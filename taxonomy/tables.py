"""Sum-product and max-product tables over the binarised tree: partition functions of k-sets."""

from dataclasses import dataclass

import numpy as np

from skillweave.taxonomy.layout import Floats, Ints, Layout

FREE, REQUIRED, FORBIDDEN = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """Log weights of the sets below each binary node."""

    total: Floats
    """(M, k + 1) log weight of all sets of j skills below a node, its own term included."""
    across: Floats
    """(M,) log weight of the k-sets below a node that are not inside a single child of the node it belongs to."""
    starts: Ints
    """Nodes where a draw starts: the root, or the lowest common ancestors of a span."""
    weights: Floats
    """Log weight of each start, the terms above it included; -inf where it has no set."""


def fill(layout: Layout, k: int, beta: float, state: Ints, span: int | None = None, *, best: bool = False) -> Tables:
    """Return the tables of P(S) proportional to exp(beta I(S)), |S| = k; with ``best`` the maximum stands for the sum.

    ``Z_leaf = [1, e^(beta t)]``; inner ``Z_a[j] = e^(beta t(a) [j >= 1]) (convolution over children)[j]``, cut at k, in
    the log domain. ``state`` (n,) marks skills as free, required (in every set) or forbidden.
    """
    plus = np.maximum if best else np.logaddexp
    size = len(layout.left)
    total = np.full((size, k + 1), -np.inf)
    across = np.full(size, -np.inf)
    total[0, 0] = 0.0
    leaves = np.flatnonzero(layout.leaf >= 0)
    kinds = state[layout.leaf[leaves]]
    total[leaves, 0] = np.where(kinds == REQUIRED, -np.inf, 0.0)
    if k >= 1:
        total[leaves, 1] = np.where(kinds == FORBIDDEN, -np.inf, beta * layout.term[leaves])
    # [j, i] -> how many of j skills lie right where i lie left; k + 1, a column of -inf, where i is more than j
    rest = np.subtract.outer(np.arange(k + 1), np.arange(k + 1))
    rest = np.where(rest < 0, k + 1, rest)
    none = np.full((size, 1), -np.inf)
    for wave in layout.waves:
        left, right = layout.left[wave], layout.right[wave]
        one, two = total[left], total[right]
        total[wave] = plus.reduce(one[:, None, :] + np.hstack([two, none[wave]])[:, rest], axis=2)
        total[wave, 1:] += (beta * layout.term[wave])[:, None]
        if span is not None:
            inside_left = np.where(layout.top[left], -np.inf, across[left]) + two[:, 0]
            inside_right = np.where(layout.top[right], -np.inf, across[right]) + one[:, 0]
            both = plus.reduce(one[:, 1:k] + two[:, k - 1 : 0 : -1], axis=1, initial=-np.inf)
            across[wave] = plus(plus(inside_left, inside_right), both)
    starts, weights = _starts(layout, beta, state, span, total, across, k)
    return Tables(total=total, across=across, starts=starts, weights=weights)


def _starts(
    layout: Layout, beta: float, state: Ints, span: int | None, total: Floats, across: Floats, k: int
) -> tuple[Ints, Floats]:
    if span is None:
        return np.asarray([layout.root]), total[layout.root, k : k + 1]
    starts = np.flatnonzero(layout.span == span)
    needed = int(np.sum(state == REQUIRED))
    weights = beta * layout.above[starts] + across[starts]
    if needed:
        weights = np.where(_required_below(layout, state)[starts] == needed, weights, -np.inf)
    return starts, weights


def _required_below(layout: Layout, state: Ints) -> Ints:
    below = np.where(layout.leaf >= 0, state[layout.leaf] == REQUIRED, False).astype(np.int64)
    for wave in layout.waves:
        below[wave] = below[layout.left[wave]] + below[layout.right[wave]]
    return below


def draw(layout: Layout, tables: Tables, span: int | None, n: int, rng: np.random.Generator) -> Ints:
    """Return n independent exact draws, (n, k) skill indices, rows sorted: one top-down pass over all draws at once."""
    k = tables.total.shape[1] - 1
    weight = np.exp(tables.weights - tables.weights.max())
    row = np.arange(n)
    node = tables.starts[rng.choice(len(tables.starts), size=n, p=weight / weight.sum())]
    count = np.full(n, k)
    open_across = np.full(n, span is not None)
    rows: list[Ints] = []
    found: list[Ints] = []
    only_left = _one_goes_left(layout, tables)
    while row.size:
        done = layout.leaf[node] >= 0
        rows.append(row[done])
        found.append(layout.leaf[node[done]])
        row, node, count, open_across = row[~done], node[~done], count[~done], open_across[~done]
        single = (count == 1) & ~open_across
        taken = np.empty(len(row), dtype=np.int64)
        taken[single] = rng.random(int(single.sum())) < only_left[node[single]]
        many = np.flatnonzero(~single)
        taken[many] = _split(layout, tables, node[many], count[many], open_across[many], rng)
        left, right = layout.left[node], layout.right[node]
        keep_left, keep_right = taken > 0, taken < count
        still = open_across & ((taken == 0) | (taken == count))
        row = np.concatenate([row[keep_left], row[keep_right]])
        node = np.concatenate([left[keep_left], right[keep_right]])
        open_across = np.concatenate([still[keep_left], still[keep_right]])
        count = np.concatenate([taken[keep_left], (count - taken)[keep_right]])
    flat, owner = np.concatenate(found), np.concatenate(rows)
    return np.asarray(flat[np.lexsort((flat, owner))]).reshape(n, k)


def _one_goes_left(layout: Layout, tables: Tables) -> Floats:
    """Return (M,) the probability that the only skill below a merge is below its left child."""
    left, right = layout.left, layout.right
    goes_left = tables.total[left, 1] + tables.total[right, 0]
    goes_right = tables.total[left, 0] + tables.total[right, 1]
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.nan_to_num(1.0 / (1.0 + np.exp(goes_right - goes_left))))


def _split(
    layout: Layout, tables: Tables, node: Ints, count: Ints, open_across: np.ndarray, rng: np.random.Generator
) -> Ints:
    """Return how many of ``count`` skills go left at each node, drawn from their exact weights."""
    if not node.size:
        return np.empty(0, dtype=np.int64)
    left, right = layout.left[node], layout.right[node]
    taken = np.arange(tables.total.shape[1])
    rest = count[:, None] - taken
    weights = np.where(rest >= 0, tables.total[left] + tables.total[right[:, None], np.maximum(rest, 0)], -np.inf)
    some = np.flatnonzero(open_across)
    if some.size:
        one, two = left[some], right[some]
        blocked_left = np.where(layout.top[one], -np.inf, tables.across[one])
        blocked_right = np.where(layout.top[two], -np.inf, tables.across[two])
        weights[some, 0] = blocked_right + tables.total[one, 0]
        weights[some, -1] = blocked_left + tables.total[two, 0]
    odds = np.cumsum(np.exp(weights - weights.max(axis=1, keepdims=True)), axis=1)
    return np.asarray((odds <= rng.random((len(node), 1)) * odds[:, -1:]).sum(axis=1))
