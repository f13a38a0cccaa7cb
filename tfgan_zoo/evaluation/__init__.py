"""What `python -m tfgan_zoo.evaluate` puts together: examples, extractors and metrics, each figure with its reference."""
