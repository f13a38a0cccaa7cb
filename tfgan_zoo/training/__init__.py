"""A run: from a compiled GAN and a dataset to a folder of checkpoints, samples, logs and an export."""
