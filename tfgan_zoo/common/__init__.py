"""What every room uses: errors, files, names, randomness, the frame of every command."""
