"""Trains a model of the zoo: `python train.py --model=dcgan`; `python train.py --help` lists the flags."""

import sys

from models import ZOO
from tfgan_zoo import train

if __name__ == "__main__":
    sys.exit(train.main(ZOO))
