"""The map in a real browser: search, neighbours, analogies, colours, sizes of screens."""

from io import BytesIO

import numpy as np
import pytest
from exploring_pages import kept_vectors, scene_of
from harness import make_model
from matplotlib.image import imread

from huffvec import NegativeSampling
from huffvec.exploring.agreement import agreement

MODEL = make_model(NegativeSampling(), n_words=60, dim=11)

HOSTILE = [
    "plain",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "<!--",
    "שלום",
    "🦊👩‍🚀",
    "quote\"'`",
    "&amp;",
    " ",
    "\u202etxet",
    "{{HEADER}}",
    "line\nbreak",
]


def test_neighbours_are_those_of_python(open_page):
    scene = scene_of(MODEL)
    kept = kept_vectors(scene)
    with open_page([scene]) as page:
        for word in (scene.words[7], scene.words[58]):
            page.type_word("search", word)
            assert page.get("chosen").inner_text() == word
            expected = dict(kept.nearest(word, 12))
            found = page.ranked("neighbours")
            assert list(found) == list(expected)
            assert list(found.values()) == pytest.approx(list(expected.values()), abs=1e-5)
            trained = dict(MODEL.vectors.nearest(word, len(MODEL.vocabulary)))
            assert found == pytest.approx({w: trained[w] for w in found}, abs=0.01)
        assert page.get("frequency").inner_text() == "17 times in the text · no. 59"
        assert word in page.get("said").inner_text()


def test_an_analogy_is_that_of_python(open_page):
    scene = scene_of(MODEL)
    a, b, c = (scene.words[i] for i in (3, 40, 21))
    with open_page([scene]) as page:
        for place, word in enumerate((a, b, c)):
            page.type_word(f"analogy-{place}", word)
        found = page.ranked("analogy")
        expected = dict(kept_vectors(scene).analogy(a, b, c, 6))
        assert list(found) == list(expected)
        assert list(found.values()) == pytest.approx(list(expected.values()), abs=1e-5)


def test_a_neighbour_is_chosen_by_a_click(open_page):
    with open_page([scene_of(MODEL)]) as page:
        page.type_word("search", MODEL.vocabulary.words[5])
        second = list(page.ranked("neighbours"))[1]
        page.get("neighbours").get_by_text(second, exact=True).click()
        assert page.get("chosen").inner_text() == second


def test_search_proposes_as_one_types(open_page):
    words = ["house", "mouse", "hours", "Hour", "hóur", "our"]
    with open_page([scene_of(words=words)]) as page:
        field = page.get("search")
        field.press_sequentially("hour")
        proposed = page.tab.get_by_role("option").locator("bdi")
        assert proposed.all_inner_texts() == ["Hour", "hóur", "hours"]
        assert page.get("search").get_attribute("aria-expanded") == "true"
        field.press("ArrowDown")
        field.press("ArrowDown")
        field.press("Enter")
        assert page.get("chosen").inner_text() == "hours"
        field.fill("zebra")
        assert page.tab.get_by_text("No such word here").is_visible()
        field.press("Escape")
        assert page.get("search").get_attribute("aria-expanded") == "false"


def test_agreement_with_the_trained_vectors_is_shown(open_page):
    scene = scene_of(MODEL)
    share = agreement(scene.vectors, kept_vectors(scene).vectors)["share"]
    with open_page([scene]) as page:
        text = page.get("agreement").inner_text()
        assert f"of the 10 nearest words, {100 * share:.1f} % are" in text
        assert "measured on 60 words" in text
        assert page.get("facts").inner_text().split() == ["objective", "some"]


def test_tags_of_documents_are_called_so(open_page):
    with open_page([scene_of(words=["d7", "d2", "d5"], row_name="tag")]) as page:
        assert page.get("search").get_attribute("placeholder") == "Search 3 tags"
        assert "nearest tags" in page.get("agreement").inner_text()
        page.get("search").fill("zebra")
        assert page.tab.get_by_text("No such tag here").is_visible()
        page.type_word("search", "d2")
        assert page.ranked("neighbours").keys() == {"d7", "d5"}
        assert page.tab.get_by_role("heading", name="Nearest tags").is_visible()
        assert page.get("said").inner_text().startswith("d2. Nearest tags: ")


def test_words_are_shown_as_they_are_and_never_run(open_page):
    scene = scene_of(words=HOSTILE, title="<b>title</b>", group_names=["<i>", "</style>"])
    with open_page([scene]) as page:
        page.tab.on("dialog", lambda dialog: pytest.fail(dialog.message))
        assert page.tab.title() == "<b>title</b>"
        assert page.tab.get_by_role("heading", level=1).inner_text() == "<b>title</b>"
        for word in HOSTILE[:-1]:
            shown = word if word.strip() else "“␣”"
            page.type_word("search", "plain")
            if word != "plain":
                page.get("neighbours").get_by_text(shown, exact=True).click()
            assert page.get("chosen").inner_text() == shown
        assert page.tab.locator("img").count() == 0


def test_labels_stand_in_place_of_words(open_page):
    labels = ["a film", "another film", "a third one"]
    scene = scene_of(words=["17", "4", "9"], labels=labels, counts=None)
    with open_page([scene]) as page:
        page.type_word("search", "another")
        assert page.get("chosen").inner_text() == "another film"
        assert set(page.ranked("neighbours")) == {"a film", "a third one"}


def test_groups_are_hidden_and_colours_changed(open_page):
    with open_page([scene_of(MODEL)]) as page:
        everything = n_coloured(page)
        page.get("groups").get_by_role("button", name="rivers").click()
        first = page.get("groups").get_by_role("button").first
        assert first.inner_text() == "rivers"
        assert first.get_attribute("aria-pressed") == "false"
        assert 0 < n_coloured(page) < 0.9 * everything
        page.choose("colour-by", "Frequency")
        assert page.tab.get_by_text("frequent", exact=True).is_visible()


def test_without_webgl_points_are_drawn_plainly_and_this_is_said(open_page):
    with open_page([scene_of(MODEL)]) as page:
        assert page.tab.locator(".notice").count() == 0
    without = """
        const whole = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith("webgl") ? null : whole.call(this, kind, ...rest);
        };"""
    with open_page([scene_of(MODEL)], script=without) as page:
        assert "no WebGL2" in page.tab.locator(".notice").inner_text()
        assert n_coloured(page) > 100
        page.type_word("search", MODEL.vocabulary.words[5])
        assert len(page.ranked("neighbours")) == 12


def test_the_map_is_moved_and_words_chosen_by_keys(open_page):
    with open_page([scene_of(MODEL)]) as page:
        area = page.get("map")
        area.focus()
        for key in ("+", "ArrowLeft", "ArrowUp", "-", "0", "Enter"):
            area.press(key)
        in_the_middle = page.get("chosen").inner_text()
        distances = np.linalg.norm(scene_of(MODEL).positions, axis=1)
        assert in_the_middle == MODEL.vocabulary.words[int(distances.argmin())]
        area.press("Escape")
        assert page.get("chosen").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_and_the_button(open_page, scheme):
    other = {"light": "dark", "dark": "light"}[scheme]
    with open_page([scene_of(MODEL)], color_scheme=scheme) as page:
        assert brightness(page) == scheme
        page.get("theme").click()
        assert brightness(page) == other


@pytest.mark.parametrize("width", [360, 768, 2560])
def test_screens_of_all_sizes(open_page, width):
    long = ["x" * 90, *MODEL.vocabulary.words[1:]]
    scene = scene_of(MODEL, words=long, title="a title that is rather long " * 4)
    screen = {"width": width, "height": 740}
    with open_page([scene], viewport=screen, has_touch=width < 800) as page:
        page.type_word("search", "xxx")
        page.ranked("neighbours")
        overflow = "() => document.documentElement.scrollWidth - innerWidth"
        assert page.tab.evaluate(overflow) <= 0
        for name in ("map", "search", "neighbours", "theme"):
            box = page.get(name).bounding_box()
            assert box["width"] > 30
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        page.tab.set_viewport_size({"width": width, "height": 500})
        assert n_coloured(page) > 100


def n_coloured(page) -> int:
    """Return how many pixels of the map are colourful."""
    pixels = imread(BytesIO(page.get("map").screenshot()))[..., :3]
    return int((np.ptp(pixels, axis=2) > 0.2).sum())


def brightness(page) -> str:
    """Return whether the page is light or dark."""
    corner = imread(BytesIO(page.tab.screenshot()))[2, 2, :3]
    return "light" if corner.mean() > 0.5 else "dark"
