"""AgentDojo as a tool suite: four worlds with their users' tasks, and attacks planted in what the tools show."""
