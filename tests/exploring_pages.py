"""Pages for the tests, and how they are opened in a browser."""

import contextlib
import dataclasses
import shutil
from collections.abc import Iterator

import numpy as np

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.exploring.page import VECTOR_LEVELS, render
from huffvec.exploring.quantized import QuantizedRows
from huffvec.exploring.scene import Scene
from huffvec.vectors.word_vectors import WordVectors

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
# A machine without a graphics card draws by software; root may not use the sandbox.
OPTIONS = [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--no-sandbox",
]


def scene_of(model=None, words=None, *, n=None, title="first", seed=3, **changes) -> Scene:
    """Return a scene of a model's first n words, or of some words with vectors at random."""
    rng = np.random.default_rng(seed)
    if model is None:
        counts = np.arange(len(words), 0, -1) * 3
        vectors = rng.normal(0, 1, (len(words), 6)).astype(np.float32)
    else:
        words = words or model.vocabulary.words[:n]
        counts = model.vocabulary.counts[:n]
        vectors = model.vectors.vectors[:n]
    n_words = len(words)
    values = {
        "positions": rng.uniform(-1, 1, (n_words, 2)).astype(np.float32),
        "groups": (np.arange(n_words) % 3 - 1).astype(np.int32),
        "group_names": ["rivers", "kings"],
        "facts": {"objective": "some"},
        "counts": counts,
    }
    return Scene(title=title, words=words, vectors=vectors, model=model, **(values | changes))


def kept_vectors(scene: Scene) -> WordVectors:
    """Return the vectors as the page keeps them."""
    kept = QuantizedRows.of(scene.vectors, VECTOR_LEVELS).rows()
    return WordVectors(Vocabulary(list(scene.words), np.ones(len(scene.words), np.int64)), kept)


# Nothing moves by itself, so that nobody has to wait.
DEFAULTS = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}


# Counts the questions that the page's worker has not answered yet.
COUNT_QUESTIONS = """
    window.questions = 0;
    window.Worker = class extends Worker {
        constructor(...args) {
            super(...args);
            this.addEventListener("message", () => { window.questions -= 1; });
        }
        postMessage(data, ...rest) {
            if (data.id) window.questions += 1;
            super.postMessage(data, ...rest);
        }
    };"""
# An answer is drawn, and may lead to another question, within a few frames.
SETTLE = """async () => {
    for (let frames = 0; frames < 4; frames = window.questions ? 0 : frames + 1) {
        await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
    }
}"""


class Opened:
    """A page in a browser, with what people do there.

    Attributes
    ----------
    tab
        The page, once it shows all that was asked for: to be read anew for every look at it.
    """

    def __init__(self, tab) -> None:
        self._tab = tab

    @property
    def tab(self):
        self._tab.evaluate(SETTLE)
        return self._tab

    def get(self, test_id):
        """Return the element that has this name for tests."""
        return self.tab.get_by_test_id(test_id)

    def type_word(self, field, word) -> None:
        """Type a word into a field and take the first that is proposed."""
        self.get(field).fill(word)
        self.get(field).press("Enter")

    def ranked(self, test_id) -> dict[str, float]:
        """Return the words of a list with their numbers."""
        rows = self.get(test_id).locator("button")
        words = rows.locator(".word").all_inner_texts()
        values = rows.evaluate_all("rows => rows.map((row) => Number(row.dataset.value))")
        return dict(zip(words, values, strict=True))

    def choose(self, test_id, name) -> None:
        """Press one of the buttons of a switch."""
        self.get(test_id).get_by_role("radio", name=name, exact=True).click()


@contextlib.contextmanager
def opened(browser, path, scenes, *, script="", **options) -> Iterator[Opened]:
    """Open the page of scenes, after a script; fail if it said an error or asked the network."""
    path.write_text(render(scenes), encoding="utf-8")
    context = browser.new_context(**(DEFAULTS | options))
    context.add_init_script(COUNT_QUESTIONS + script)
    tab = context.new_page()
    faults, addresses = [], []

    def note_fault(fault) -> None:
        faults.append(getattr(fault, "text", str(fault)))

    def note_address(request) -> None:
        addresses.append(request.url)

    tab.on("console", note_fault)
    tab.on("pageerror", note_fault)
    tab.on("request", note_address)
    tab.goto(path.as_uri())
    tab.wait_for_selector("#app[data-ready]")
    yield Opened(tab)
    context.close()
    assert faults == []
    assert {address.partition(":")[0] for address in addresses} <= {"file", "blob"}


def as_kept(model):
    """Return a model whose word vectors are such as a page keeps without rounding."""
    kept = QuantizedRows.of(model.weights["input_vectors"], VECTOR_LEVELS).rows()
    return dataclasses.replace(model, weights={**model.weights, "input_vectors": kept})
