"""Feature extractors: what stands between images and metrics. A figure is of its extractor as much as of the images.

An extractor is called with images float32 [n, H, W, C] in [−1, 1] and answers features float32 [n, d] and class
probabilities float32 [n, K], of the dataset's classes where it `knows_classes`. Its `kind` is one of `EXTRACTORS`. Its
`name` is written beside every figure, its `description` in the results.
"""

EXTRACTORS = ("classifier", "inception", "fid")
