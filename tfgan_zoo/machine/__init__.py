"""What makes a run fast on the machine at hand: kernels, precision, threads, devices."""
