"""tau2-bench, which others wrote: airline, retail and telecom, played by a worker in an environment of its own."""
