"""Pictures of samples: grids of images, points over the data, the animation of a run."""
