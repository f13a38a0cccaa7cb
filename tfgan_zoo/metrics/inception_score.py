"""The Inception score: are samples recognisable, and are they varied?"""

import numpy as np


def inception_score(probabilities: np.ndarray, *, splits: int = 10, seed: int = 0) -> tuple[float, float]:
    """Returns exp(E_x KL(p(y | x) ‖ p(y))), its mean and standard deviation over splits.

    The samples are shuffled before they are split, so that their order, by class for instance, does not matter. The
    score lies between 1 and the number of classes, and depends on the classifier: compare within one alone.

    Args:
        probabilities: p(y | x) of n samples, float [n, K], rows that sum to 1.
        splits: parts of equal size; what is left over goes to the first ones.
        seed: of the shuffle.

    Raises:
        ValueError: fewer samples than splits, or rows that are no probabilities.

    Reference: Salimans et al. 2016, arXiv:1606.03498, §4 (50,000 samples, 10 splits).
    """
    probabilities = np.asarray(probabilities, np.float64)
    if probabilities.ndim != 2 or len(probabilities) < splits:
        raise ValueError(f"at least {splits} samples are needed, [n, K]. Received: shape {probabilities.shape}")
    if not np.allclose(probabilities.sum(axis=1), 1.0, atol=1e-3) or probabilities.min() < 0:
        raise ValueError("each row has to be probabilities that sum to 1. Received: other rows")
    shuffled = np.random.Generator(np.random.Philox(seed)).permutation(probabilities)
    scores = [_score(part) for part in np.array_split(shuffled, splits)]
    return float(np.mean(scores)), float(np.std(scores))


def _score(probabilities: np.ndarray) -> float:
    marginal = probabilities.mean(axis=0)
    # 0 log 0 = 0, and where p(y) is 0 every p(y | x) is.
    ratio = np.divide(probabilities, marginal, out=np.ones_like(probabilities), where=probabilities > 0)
    return float(np.exp(np.mean(np.sum(probabilities * np.log(ratio), axis=1))))
