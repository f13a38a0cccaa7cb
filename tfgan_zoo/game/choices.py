"""What a user may say of penalties, averaged weights and augmentations in short, and what that means."""

from collections.abc import Mapping, Sequence

from tfgan_zoo.common.augmentation_text import parse_augmentation
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.penalty_text import parse_penalty
from tfgan_zoo.common.registries import AUGMENTATIONS, PENALTIES
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.game.augmentations import Augmentation, InTurn
from tfgan_zoo.game.penalties import HistoricalAveraging, Penalty

PLAYERS = ("generator", "discriminator")
NONE = "none"


def penalties_of(given, own: Mapping[str, Sequence[Penalty]] | None = None) -> dict[str, list[Penalty]]:
    """Returns the penalties of both players.

    Args:
        given: None for the model's own; a `Penalty`, or a text as in `parse_penalty`, or a list of these, which are
            D's, but for historical averaging, which both players get; or a dict player → list of penalties. A given
            penalty replaces the model's own of the same kind; the text `"none"` clears the model's own.
        own: player → the model's own penalties.

    Raises:
        ValueError: something else, or a penalty twice.
    """
    kept = {player: list((own or {}).get(player, ())) for player in PLAYERS}
    items = _as_list(given)
    if NONE in items:
        kept = {player: [] for player in PLAYERS}
    added = _by_player("penalties", given) if isinstance(given, Mapping) else _shared_out(items)
    found = {}
    for player in PLAYERS:
        new = [_as_penalty(item) for item in _as_list(added[player])]
        kinds = [type(penalty) for penalty in new]
        twice = next((kind.__name__ for kind in kinds if kinds.count(kind) > 1), None)
        if twice:
            raise UserError(f"the {player}'s penalties have {twice} more than once; give it once.")
        found[player] = [penalty for penalty in kept[player] if type(penalty) not in kinds] + new
    wrong = next((type(penalty).__name__ for penalty in found["generator"] if penalty.of_discriminator_alone), None)
    if wrong:
        raise UserError(f"penalties: {wrong} is a term of the discriminator's loss; the generator has none.")
    if any(a is b for a in found["generator"] for b in found["discriminator"]):
        raise ValueError("a penalty keeps the state of one player. Received: one object for both players")
    return found


def ema_of(given, own: Mapping[str, float] | None = None) -> dict[str, float | None]:
    """Returns the decay of each player's averaged weights, None for no average.

    Args:
        given: None for the model's own; a number, which is G's decay; `"none"` for no average of G; or a dict player →
            decay, in place of the model's own.
        own: player → the model's own decay.

    Raises:
        ValueError: something else, or an unknown player.
    """
    if given is None:
        return _by_player("ema", own)
    if isinstance(given, Mapping):
        return _by_player("ema", given)
    if given == NONE:
        return _by_player("ema", {**(own or {}), "generator": None})
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise UserError(f"ema={given!r}: give a decay between 0 and 1, 'none', or a dict player → decay.")
    return _by_player("ema", {**(own or {}), "generator": float(given)})


def augmentation_of(given) -> Augmentation | None:
    """Returns the augmentation of what D is shown; None for none.

    Args:
        given: None or `"none"` for none; an `Augmentation`; or a text as in `parse_augmentation`.

    Raises:
        UserError: something else.
    """
    if given is None or given == NONE:
        return None
    if isinstance(given, Augmentation):
        return given
    if not isinstance(given, str):
        raise UserError(
            f"augmentation={given!r}: give a text such as 'color,translation', or a "
            "tfgan_zoo.game.augmentations.Augmentation."
        )
    said = parse_augmentation(given)
    options = {} if said.images is None else {"images": said.images}
    parts = [AUGMENTATIONS[name](**options) for name in said.names]
    return parts[0] if len(parts) == 1 else InTurn(parts)


def _as_list(given) -> list:
    if given is None or isinstance(given, Mapping):
        return []
    return list(given) if isinstance(given, (list, tuple)) else [given]


def _shared_out(items: list) -> dict[str, list]:
    """Gives D all penalties, and G what both players have, an object of its own."""
    items = [_as_penalty(item) for item in items if item != NONE]
    of_both = [item for item in items if isinstance(item, HistoricalAveraging)]
    return {"generator": [type(item).from_config(item.get_config()) for item in of_both], "discriminator": items}


def _as_penalty(item) -> Penalty:
    if isinstance(item, Penalty):
        return item
    if not isinstance(item, str):
        raise UserError(f"penalties={item!r}: give texts such as 'r1:0.1', or objects of tfgan_zoo.game.penalties.")
    said = parse_penalty(item)
    weight = () if said.weight is None else (said.weight,)
    return PENALTIES[said.name](*weight, **({} if said.every == 1 else {"every": said.every}))


def _by_player(argument: str, values: Mapping | None) -> dict:
    """Fills in the players that `values` does not name; refuses what is no player."""
    for name in values or {}:
        if name not in PLAYERS:
            raise unknown(f"player in {argument}", name, PLAYERS)
    return {**dict.fromkeys(PLAYERS), **(values or {})}
