"""A project as `langgraph dev` serves it: a factory with a config, written so that it also works in a run.

skillweave run tasks.jsonl --agent examples/langgraph_project/langgraph.json#assistant --model openai/gpt-5-mini
"""

from langchain.agents import create_agent
from langchain_core.runnables import RunnableConfig


def make_graph(config: RunnableConfig):
    """Return a compiled graph; in a run, ``configurable`` holds model, tools and system prompt."""
    given = config.get("configurable", {})
    return create_agent(
        given.get("model", "openai:gpt-5-mini"),
        given.get("tools", []),
        system_prompt=given.get("system_prompt", "You are an assistant."),
    )
