"""Metrics on arrays: one file a metric."""
