"""From logs to statistics, figures and a page."""
