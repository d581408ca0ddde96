"""LangGraph agents and the tools they are handed."""
