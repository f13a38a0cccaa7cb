"""What PyTorch's DCGAN example teaches: D on real, D on detached fakes, then G through the updated D.

Reference: https://github.com/pytorch/examples/tree/main/dcgan
"""

import math

from benchmarks.contenders.work import IMAGE_SIZE, Work

PIXELS = IMAGE_SIZE * IMAGE_SIZE


def make_networks(model: str) -> tuple:
    """Returns generator and discriminator: the recipe's networks in PyTorch's modules."""
    return {"dcgan": _convolutional, "vanilla": _fully_connected}[model]()


def _convolutional() -> tuple:
    from torch import nn

    def upsampling(channels, filters, stride):
        return nn.ConvTranspose2d(channels, filters, 5, stride, padding=2, output_padding=stride - 1, bias=False)

    def normalized(features, dimensions):
        layer = (nn.BatchNorm1d if dimensions == 1 else nn.BatchNorm2d)(features, eps=1e-3, momentum=0.01)
        return [layer, nn.LeakyReLU(0.3, inplace=True)]

    def downsampling(channels, filters):
        return [nn.Conv2d(channels, filters, 5, 2, padding=2), nn.LeakyReLU(0.3, inplace=True), nn.Dropout(0.3)]

    generator = nn.Sequential(
        nn.Linear(100, 7 * 7 * 256, bias=False),
        *normalized(7 * 7 * 256, 1),
        nn.Unflatten(1, (256, 7, 7)),
        upsampling(256, 128, 1),
        *normalized(128, 2),
        upsampling(128, 64, 2),
        *normalized(64, 2),
        upsampling(64, 1, 2),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(*downsampling(1, 64), *downsampling(64, 128), nn.Flatten(), nn.Linear(7 * 7 * 128, 1))
    return generator, discriminator


def _fully_connected() -> tuple:
    import torch
    from torch import nn

    class Rescaling(nn.Module):
        def __init__(self, scale, offset):
            super().__init__()
            self.scale, self.offset = scale, offset

        def forward(self, x):
            return x * self.scale + self.offset

    generator = nn.Sequential(
        nn.Linear(100, 128),
        nn.ReLU(inplace=True),
        nn.Linear(128, PIXELS),
        nn.Sigmoid(),
        nn.Unflatten(1, (1, IMAGE_SIZE, IMAGE_SIZE)),
        Rescaling(2.0, -1.0),
    )
    discriminator = nn.Sequential(
        Rescaling(0.5, 0.5), nn.Flatten(), nn.Linear(PIXELS, 128), nn.ReLU(inplace=True), nn.Linear(128, 1)
    )
    with torch.no_grad():
        for layer in [*generator, *discriminator]:
            if isinstance(layer, nn.Linear):
                layer.weight.normal_(0.0, 1.0 / math.sqrt(layer.in_features / 2.0))
                layer.bias.zero_()
    return generator, discriminator


def run(work: Work, turns) -> None:
    """Trains epoch after epoch by a loop in Python, on a `DataLoader` over images in memory."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    numbers = work.numbers
    generator, discriminator = (
        network.to(memory_format=torch.channels_last).train() for network in make_networks(work.model)
    )
    g_optimizer, d_optimizer = (
        torch.optim.Adam(network.parameters(), numbers.learning_rate, betas=(numbers.beta_1, 0.999), eps=1e-7)
        for network in (generator, discriminator)
    )
    criterion = torch.nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(work.batch_size, 1), torch.zeros(work.batch_size, 1)

    def train_step(real):
        discriminator.zero_grad()
        criterion(discriminator(real), ones).backward()
        latents = torch.empty(work.batch_size, numbers.latent_dim)
        latents = latents.normal_() if numbers.latent_distribution == "normal" else latents.uniform_(-1.0, 1.0)
        fake = generator(latents)
        criterion(discriminator(fake.detach()), zeros).backward()
        d_optimizer.step()
        generator.zero_grad()
        criterion(discriminator(fake), ones).backward()
        g_optimizer.step()

    images = torch.from_numpy(work.load_floats()).permute(0, 3, 1, 2)  # channels last in memory
    loader = DataLoader(TensorDataset(images), work.batch_size, shuffle=True, drop_last=True)
    while True:
        for (real,) in loader:
            train_step(real.contiguous(memory_format=torch.channels_last))
            turns.finished()
