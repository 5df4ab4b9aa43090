"""The tree of a hierarchical softmax in a real browser, compared with the model's."""

import numpy as np
import pytest
from exploring_pages import as_kept, scene_of
from harness import make_model

from huffvec import HierarchicalSoftmax, NegativeSampling

MODEL = as_kept(make_model(HierarchicalSoftmax()))
WORDS = MODEL.vocabulary.words
N_SHOWN = 25  # of 40: rarer words are left out, and with them parts of the tree


def turns_on(page) -> list[tuple[int, int, float]]:
    """Return node, bit and probability of each turn on the path that is shown."""
    rows = page.get("path").locator("tbody tr")
    return [
        (int(node), int(bit), float(value))
        for node, bit, value in rows.evaluate_all(
            "rows => rows.map(row => [row.dataset.node, row.cells[1].innerText, row.dataset.value])"
        )
    ]


def test_a_path_without_a_context_has_the_shares_of_the_text(open_page):
    counts = MODEL.vocabulary.counts
    with open_page([scene_of(MODEL, n=N_SHOWN)]) as page:
        page.choose("view", "Tree")
        page.type_word("path-word", WORDS[11])
        found = turns_on(page)
        assert [turn[:2] for turn in found] == [turn[:2] for turn in MODEL.path(WORDS[11])]
        product = float(page.get("product").get_attribute("data-value"))
        assert product == pytest.approx(counts[11] / counts.sum())
        assert np.prod([value for _, _, value in found]) == pytest.approx(product)


@pytest.mark.parametrize("context", [[WORDS[3]], [WORDS[3], WORDS[17], WORDS[3]]])
def test_a_path_in_a_context_is_that_of_the_model(open_page, context):
    with open_page([scene_of(MODEL, n=N_SHOWN)]) as page:
        page.choose("view", "Tree")
        for word in context:
            page.type_word("context", word)
        page.type_word("path-word", WORDS[20])
        assert page.tab.get_by_text("in this context").is_visible()
        expected = MODEL.path(WORDS[20], context)
        found = turns_on(page)
        assert [turn[:2] for turn in found] == [turn[:2] for turn in expected]
        assert [p for *_, p in found] == pytest.approx([t.probability for t in expected], rel=2e-3)
        product = float(page.get("product").get_attribute("data-value"))
        assert product == pytest.approx(np.exp(MODEL.log_prob(WORDS[20], context)), rel=3e-3)
        below = page.ranked("below")
        probable = [p for p in MODEL.predict(context, 40) if p.word in WORDS[:N_SHOWN]]
        assert below == pytest.approx(dict(probable[:8]), rel=3e-3)


def test_one_moves_in_the_tree_by_keys_and_clicks(open_page):
    with open_page([scene_of(MODEL)]) as page:
        page.choose("view", "Tree")
        area = page.get("tree")
        assert page.get("focus").inner_text() == "All words"
        area.focus()
        area.press("ArrowLeft")
        assert page.get("focus").inner_text().startswith("1 turns down")
        assert "of the probability. Below:" in page.get("said").inner_text()
        area.press("ArrowUp")
        assert page.get("focus").inner_text() == "All words"
        box = area.bounding_box()
        area.click(position={"x": box["width"] - 20, "y": 60})  # the second row, on the right
        assert page.get("focus").inner_text().startswith("1 turns down")
        area.press("ArrowRight")
        assert page.get("focus").inner_text().startswith("2 turns down")
        area.press("Home")
        assert page.get("focus").inner_text() == "All words"
        page.type_word("path-word", WORDS[30])
        page.get("path").get_by_role("button").last.click()
        depth = len(MODEL.path(WORDS[30])) - 1
        assert page.get("focus").inner_text().startswith(f"{depth} turns down")
        page.tab.set_viewport_size({"width": 360, "height": 700})
        overflow = "() => document.documentElement.scrollWidth - innerWidth"
        assert page.tab.evaluate(overflow) <= 0


def test_of_two_models_the_one_with_a_tree_is_shown(open_page):
    flat = make_model(NegativeSampling())
    scenes = [scene_of(flat, title="flat"), scene_of(MODEL, title="deep")]
    with open_page(scenes) as page:
        page.choose("view", "Tree")
        assert page.get("model").get_by_role("radio", name="deep").get_attribute("aria-checked")
        page.type_word("path-word", WORDS[5])
        assert len(turns_on(page)) == len(MODEL.path(WORDS[5]))
        page.choose("model", "flat")
        assert page.tab.get_by_text("Only models of hierarchical softmax have a tree").is_visible()
    with open_page([scene_of(flat)]) as page:
        assert page.get("view").get_by_role("radio", name="Tree").count() == 0
