"""A graph that is compiled once, with tools of its own; the middleware gives it model and tools of the rollout.

skillweave run tasks.jsonl --agent examples/compiled_agent.py:graph --model openai/gpt-5-mini
"""

from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.tools import tool

from skillweave.agents.middleware import RolloutTools


@tool
def add(numbers: list[float]) -> float:
    """Add numbers up."""
    return sum(numbers)


# Any chat model: in a run the middleware puts the model of the run in its place.
graph = create_agent(FakeListChatModel(responses=["offline"]), [add], middleware=[RolloutTools()])
