"""Two models compared in a real browser."""

from exploring_pages import kept_vectors, scene_of
from harness import make_model

from huffvec import NegativeSampling
from huffvec.exploring.agreement import compared

MODELS = [make_model(NegativeSampling(), n_words=50, seed=seed) for seed in (1, 2)]
SCENES = [scene_of(model, title=f"m{i}") for i, model in enumerate(MODELS)]


def test_words_whose_neighbours_differ_most_come_first(open_page):
    expected = compared(*SCENES)
    with open_page(SCENES) as page:
        page.choose("view", "Compare")
        rows = page.get("differing").get_by_role("button")
        words = [SCENES[0].words[i] for i in expected.ids[:, 0]]
        assert rows.locator("bdi").all_inner_texts() == words
        values = rows.evaluate_all("rows => rows.map((row) => Number(row.dataset.value))")
        assert values == expected.shared.tolist()
        mean = f"{expected.shared.mean():.1f} of the 10 nearest"
        assert mean in page.get("mean-shared").inner_text()


def test_neighbours_stand_side_by_side(open_page):
    with open_page(SCENES) as page:
        page.choose("view", "Compare")
        page.type_word("search", SCENES[0].words[7])
        near = [kept_vectors(scene).nearest(SCENES[0].words[7], 10) for scene in SCENES]
        for i, expected in enumerate(near):
            assert list(page.ranked(f"neighbours-{i}")) == [n.word for n in expected]
        both = {n.word for n in near[0]} & {n.word for n in near[1]}
        strong = page.get("neighbours-0").locator(".strong .word").all_inner_texts()
        assert set(strong) == both
        assert page.tab.get_by_text(f"{len(both)} of the 10 nearest").is_visible()
        page.get("differing").get_by_role("button").first.click()
        first = SCENES[0].words[compared(*SCENES).ids[0, 0]]
        assert page.get("chosen").inner_text() == first


def test_the_map_of_either_is_shown(open_page):
    other = scene_of(words=["only", *SCENES[0].words[1:]], title="other")
    with open_page([SCENES[0], other]) as page:
        page.type_word("search", SCENES[0].words[4])
        page.choose("model", "other")
        assert page.get("chosen").inner_text() == SCENES[0].words[4]
        expected = kept_vectors(other).nearest(SCENES[0].words[4], 12)
        assert list(page.ranked("neighbours")) == [n.word for n in expected]
