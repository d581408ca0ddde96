"""Skills that occur together: graph, encoding tree, and selection on it."""
