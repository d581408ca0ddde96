"""A LangGraph server in little: the one endpoint that a run needs, around a graph whose tools come over MCP.

    python examples/remote_agent/server.py --port 2024
    skillweave run tasks.jsonl --agent http://127.0.0.1:2024#assistant --model openai/gpt-5-mini

`langgraph dev` serves the same endpoint: there, use `make_graph` below in your langgraph.json.
"""

import argparse
import json

import uvicorn
from langchain.agents import create_agent
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_openai import ChatOpenAI
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route


async def make_graph(config):
    """Return a graph with the tools and the model of the rollout, found where the config says."""
    told = config["configurable"]
    client = MultiServerMCPClient({"skillweave": {"transport": "streamable_http", "url": told["mcp_url"]}})
    # The model of the run, so that its tokens are counted and its limits hold; any model of your own works too.
    model = ChatOpenAI(
        model=told["model_name"], base_url=told["model_url"], api_key="unused", disable_streaming=True, max_retries=0
    )
    return create_agent(model, await client.get_tools(), system_prompt=told["system_prompt"])


async def stream(request):
    """POST /runs/stream: play a run and send the final state as an event."""
    asked = await request.json()

    async def events():
        try:
            graph = await make_graph(asked["config"])
            state = await graph.ainvoke(
                asked["input"], config={"recursion_limit": asked["config"].get("recursion_limit", 25)}
            )
            messages = [message.model_dump(mode="json") for message in state["messages"]]
            yield f"event: values\ndata: {json.dumps({'messages': messages})}\n\n"
        except Exception as error:
            said = {"error": type(error).__name__, "message": str(error)}
            yield f"event: error\ndata: {json.dumps(said)}\n\n"
        yield "event: end\ndata: null\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/runs/stream", stream, methods=["POST"])])

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=2024)
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="warning")
