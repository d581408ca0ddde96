"""The agent as released: a plain tool-calling loop."""

from langchain.agents import create_agent


def make_graph(model, tools, system_prompt):
    """Return the graph; skillweave passes model, tools and prompt by name."""
    return create_agent(model, tools, system_prompt=system_prompt)
