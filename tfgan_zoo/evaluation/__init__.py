"""What `tfgan_zoo.evaluate` puts together: examples, extractors and metrics, each figure beside its reference."""
