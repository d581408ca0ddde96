"""A server's skills as its tools describe them: what a taxonomy is made of where there is no corpus."""

from skillweave.tasks.suites.mcp.suite import McpSuite
from skillweave.taxonomy.likeness import Described, typed


def descriptions_of(suite: McpSuite) -> list[Described]:
    """Return each skill with the names, descriptions, inputs and outputs of its tools."""
    schemas = suite.tool_schemas()
    said = suite.described()
    return [
        Described(
            skill=skill,
            text=" ".join([*(tool.replace("_", " ") for tool in tools), said[skill]]),
            takes=frozenset().union(*(typed(schemas[tool].parameters) for tool in tools)),
            gives=frozenset().union(*(typed(suite.outputs[tool]) for tool in tools)),
        )
        for skill, tools in suite.skill_tools().items()
    ]
