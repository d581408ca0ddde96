"""Which refusals the tools of a suite can make, read from their source, and which one a call made.

A refusal is told apart by the tool, the line of the tool at which the check stands or begins, and the line that raises
`ToolError`: two checks of one tool that share a helper are two refusals.
"""

import ast
import inspect
import linecache
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import dedent
from typing import Any

from skillweave.tasks.tools import Tool, ToolError


@dataclass(frozen=True, order=True)
class Refusal:
    """One place at which a tool can refuse."""

    tool: str
    line: int
    """in the tool's own source file"""
    raised: str
    """function:line of the `raise`"""


Function = Callable[..., Any]


@cache
def _tree(function: Function) -> tuple[ast.AST, int]:
    lines, first = inspect.getsourcelines(function)
    return ast.parse(dedent("".join(lines))), first - 1


def source_line(function: Function, line: int) -> str:
    """Return a line of the file in which a function stands."""
    return linecache.getline(inspect.getsourcefile(function) or "", line).strip()


def _called(function: Function, node: ast.Call) -> Function | None:
    if not isinstance(node.func, ast.Name):
        return None
    found = function.__globals__.get(node.func.id)
    return found if isinstance(found, types.FunctionType) else None


def _writes(tree: ast.AST) -> bool:
    verbs = ("insert", "update", "delete")
    return any(isinstance(n, ast.Attribute) and n.attr in verbs for n in ast.walk(tree))


def _raises(function: Function, seen: frozenset[Function] = frozenset()) -> Iterator[tuple[int, str]]:
    """Yield (line in the function, where it is raised) for each refusal a function can make."""
    tree, shift = _tree(function)
    handed_back = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Return)} if _writes(tree) else set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and "ToolError" in ast.dump(node):
            yield node.lineno + shift, f"{function.__name__}:{node.lineno + shift}"
        if isinstance(node, ast.Call) and (inner := _called(function, node)) and inner not in seen | {function}:
            if id(node) in handed_back:
                continue  # what a tool that writes shows at its end is there
            for _, where in _raises(inner, seen | {function}):
                yield node.lineno + shift, where


def possible(tools: Mapping[str, Tool]) -> set[Refusal]:
    """Return every refusal that the source of the tools holds."""
    return {
        Refusal(tool=tool.name, line=line, raised=where)
        for tool in tools.values()
        for line, where in _raises(inspect.unwrap(tool.function))
    }


def refusal_of(tool: Tool, error: ToolError) -> Refusal | None:
    """Return which refusal of a tool an error is; None for arguments that do not fit the schema."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        frames.append((trace.tb_frame.f_code, trace.tb_lineno))
        trace = trace.tb_next
    own = [line for code, line in frames if code is tool.function.__code__]
    if not own:
        return None
    code, line = frames[-1]
    return Refusal(tool=tool.name, line=own[0], raised=f"{code.co_name}:{line}")
