"""Distances of two sets by their projections on random lines, along which the nearest match is found by sorting."""

import numpy as np

AT_ONCE = 32  # directions: 50,000 rows of 32 projections are 13 MB


def sorted_projections(rows: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Returns the projections of rows [n, d] on directions [d, k], each column sorted: [n, k]."""
    return np.sort(rows @ directions, axis=0)


def unit_directions(width: int, count: int, generator: np.random.Generator) -> np.ndarray:
    """Draws directions of length 1, uniformly: float32 [width, count]."""
    directions = generator.standard_normal((width, count))
    return (directions / np.linalg.norm(directions, axis=0)).astype(np.float32)
