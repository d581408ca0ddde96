"""An agent as a function: what it names among its parameters it is given.

skillweave run tasks.jsonl --agent examples/function_agent.py:make_graph --model openai/gpt-5-mini
"""

from langchain.agents import create_agent


def make_graph(model, tools, system_prompt):
    """Return a compiled graph; it is made anew for every rollout."""
    return create_agent(model, tools, system_prompt=system_prompt)
