"""Run agents with Inspect, score and export what they did; the command line."""
