"""The tool by which every agent hands in its answer; no suite has it among its own."""

from skillweave.tasks.suite import ToolSchema

SUBMIT = "submit_answer"
RECORDED = "The answer was recorded."
"""what the tool replies"""

SUBMIT_SCHEMA = ToolSchema(
    name=SUBMIT,
    description="Submit the final answer. This ends the work; only the first submission counts.",
    parameters={
        "type": "object",
        "properties": {
            "answer": {
                "type": "string",
                "description": "just the value that was asked for, or 'done' where no question was asked",
            }
        },
        "required": ["answer"],
        "additionalProperties": False,
    },
)
