"""How targets and what they are predicted from are made of sentences and documents."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from .rng import Rng
from .selectors import Event, Tile, Window
from .setting import Documents, Setting

MAX_INPUTS = 10
N_SLOTS = 2_000


def document_windows(
    documents: Documents, number: int, labels: list[int], as_set: bool
) -> Iterator[Window]:
    """Yield a window for every label of a document, or one for all of them."""
    targets = [list(dict.fromkeys(labels))] if as_set else labels
    for pos, target in enumerate(targets if labels else []):
        bag = documents.bags[number]
        tile = Tile([row for row, _ in bag], [1] * len(bag), [], values=[v for _, v in bag])
        if documents.weights is not None:
            tile.loss_weight = documents.weights[number]
        yield Window(target, pos, [tile], mean=True, labels=labels)


class Slots:
    """Which words of a sentence are in which slot; a word that occurs twice within reach has one.

    In order (as windows slide over the sentence) a slot lives as long as its word is within reach
    of the center; otherwise for one tile.
    """

    def __init__(self, setting: Setting, sentence: list[int]) -> None:
        self.setting, self.sentence = setting, sentence
        self.slot_of: dict[int, int] = {}
        self.begin = self.end = 0

    def move_to(self, pos: int) -> list[Event]:
        window = self.setting.window
        events = self.leave_up_to(pos - window)
        for word in self.sentence[self.end : pos + window + 1]:
            self.end += 1
            if word not in self.slot_of:
                free = next(k for k in range(N_SLOTS) if k not in self.slot_of.values())
                self.slot_of[word] = free
                events.append(Event(True, free, word))
        return events

    def leave_up_to(self, end: int) -> list[Event]:
        events = []
        while self.begin < end:
            word = self.sentence[self.begin]
            self.begin += 1
            if word not in self.sentence[self.begin : self.end]:
                events.append(Event(False, self.slot_of.pop(word), word))
        return events


def sentence_windows(
    setting: Setting, kept: list[int], tags: list[int], radii: Rng, in_order: bool
) -> Iterator[Window]:
    slots = Slots(setting, kept)
    mean = setting.architecture == "cbow"
    has_words = setting.architecture != "dbow"
    for pos, target_id in enumerate(kept):
        radius = setting.window if setting.fixed_radius else 1 + radii.below(setting.window)
        left, right = max(0, pos - radius), min(len(kept), pos + radius + 1)
        events = slots.move_to(pos) if setting.bags and in_order else []
        tiles = []
        around = [(at, None) for at in range(left, right) if at != pos and has_words]
        for members in parts([*around, *((None, tag) for tag in tags)], mean):
            context = [at for at, tag in members if tag is None]
            words = [kept[at] for at in context]
            places = [at - pos + setting.window - (at > pos) for at in context]
            tile = Tile(words, [1] * len(words), places if setting.positions else [])
            if setting.bags:
                tile.weights = [len(setting.bags[word]) for word in words]
                if not in_order:
                    UNORDERED.fill(tile, words)
                else:
                    tile.input_ids = [slots.slot_of[word] for word in words]
                tile.input_ids = [setting.n_rows + slot for slot in tile.input_ids]
            own = [tag for _, tag in members if tag is not None]
            # A tag counts as a word whose bag is of mean size.
            weight = sum(tile.weights) / len(words) if words else 1
            tile.weights = tile.weights + [weight] * len(own)
            tile.input_ids = tile.input_ids + [tag_row(setting, tag) for tag in own]
            tiles.append(tile)
        if tiles:
            tiles[0].before += events
            if setting.bags and in_order and pos == len(kept) - 1:
                tiles[-1].after += slots.leave_up_to(len(kept))
        yield Window(target_id, pos, tiles, mean)


class UnorderedSlots:
    """Slots of tiles that are trained in any order: each tile has some for itself."""

    def __init__(self) -> None:
        self.next = 0

    def fill(self, tile: Tile, words: list[int]) -> None:
        own = {}
        for word in words:
            if word not in own:
                own[word] = self.next = (self.next + 1) % N_SLOTS
                tile.before.append(Event(True, own[word], word))
                tile.after.append(Event(False, own[word], word))
        tile.input_ids = [own[word] for word in words]
        tile.alone = True


UNORDERED = UnorderedSlots()


def tag_row(setting: Setting, tag: int) -> int:
    """Return the row of a tag in the input table, behind slots and position vectors."""
    return setting.n_rows + N_SLOTS + 2 * setting.window + tag


def parts(context: list[Any], mean: bool) -> list[list[Any]]:
    """Return the context's words and tags in the groups that are trained together."""
    n_tiles = bool(context) if mean else -(-len(context) // MAX_INPUTS)
    cuts = [len(context) * t // n_tiles for t in range(n_tiles + 1)] if n_tiles else []
    return [context[a:b] for a, b in pairwise(cuts)]
