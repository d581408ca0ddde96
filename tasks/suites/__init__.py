"""Tool suites, one folder each."""
