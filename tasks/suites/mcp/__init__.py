"""Any server of the Model Context Protocol as a suite, described in a file of the user's: ``mcp:notes.yaml``."""
