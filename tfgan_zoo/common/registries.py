"""Every name that the command line accepts and the library resolves. The models' names are in the zoo itself."""

from tfgan_zoo.common.registry import Registry

LOSSES = Registry(
    "loss",
    {
        "minimax": "tfgan_zoo.game.losses:Minimax",
        "non_saturating": "tfgan_zoo.game.losses:NonSaturating",
        "least_squares": "tfgan_zoo.game.losses:LeastSquares",
        "wasserstein": "tfgan_zoo.game.losses:Wasserstein",
        "hinge": "tfgan_zoo.game.losses:Hinge",
        "relativistic": "tfgan_zoo.game.losses:Relativistic",
    },
)

PENALTIES = Registry(
    "penalty",
    {
        "r1": "tfgan_zoo.game.penalties:R1",
        "r2": "tfgan_zoo.game.penalties:R2",
        "gradient": "tfgan_zoo.game.penalties:GradientPenalty",
        "historical_averaging": "tfgan_zoo.game.penalties:HistoricalAveraging",
        "weight_clipping": "tfgan_zoo.game.penalties:WeightClipping",
        "lecam": "tfgan_zoo.game.penalties:LeCam",
    },
)

AUGMENTATIONS = Registry(
    "augmentation",
    {
        "color": "tfgan_zoo.game.diff_augment:Color",
        "translation": "tfgan_zoo.game.diff_augment:Translation",
        "cutout": "tfgan_zoo.game.diff_augment:Cutout",
        "ada": "tfgan_zoo.game.adaptive_augmentation:AdaptiveAugmentation",
    },
)

SCHEDULES = Registry(
    "schedule",
    {
        "simultaneous": "tfgan_zoo.game.schedules:Simultaneous",
        "sequential": "tfgan_zoo.game.schedules:Sequential",
        "n_critic": "tfgan_zoo.game.schedules:NCritic",
        "alternating": "tfgan_zoo.game.schedules:Alternating",
    },
)

DATASETS = Registry(
    "dataset",
    {
        "digits": "tfgan_zoo.data.digits:digits",
        "ring8": "tfgan_zoo.data.mixtures:ring8",
        "grid25": "tfgan_zoo.data.mixtures:grid25",
        "stacked_digits": "tfgan_zoo.data.stacked:stacked_digits",
        "stacked_mnist": "tfgan_zoo.data.stacked:stacked_mnist",
        "mnist": "tfgan_zoo.data.tfds:mnist",
        "fashion_mnist": "tfgan_zoo.data.tfds:fashion_mnist",
        "cifar10": "tfgan_zoo.data.tfds:cifar10",
        "rings": "tfgan_zoo.data.rings:rings",
    },
)

# Their examples are points in the plane, which small dense networks are for.
OF_POINTS = ("ring8", "grid25", "rings")

# Their examples lie in files, as do those of most schemes: they can be kept in memory or streamed.
FROM_FILES = ("mnist", "fashion_mnist", "cifar10")

# Written NAME:WHAT. WHAT is a TFDS dataset with an optional configuration, a folder, or another dataset's name.
DATASET_SCHEMES = Registry(
    "dataset",
    {
        "tfds": "tfgan_zoo.data.tfds:any_tfds",
        "folder": "tfgan_zoo.data.folder:folder",
        "domains": "tfgan_zoo.data.domains:domains",
        "edges": "tfgan_zoo.data.derived:edges",
        "reduced": "tfgan_zoo.data.derived:reduced",
    },
)
DATASET_FORMS = ("tfds:NAME[/CONFIG]", "folder:PATH", "domains:PATH", "edges:NAME", "reduced:NAME")

# These are made of another dataset's images.
DERIVED = ("edges", "reduced")
