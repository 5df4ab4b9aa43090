"""``huffvec.explore``: which points, where, in which colours, of which inputs, as which files."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from cli_helpers import run

import huffvec
from huffvec.errors import ConfigError, FormatError, MissingExtraError
from huffvec.exploring.columns import read_said
from huffvec.exploring.comparing import turned_to

GROUPS = ("fruit", "metal", "river")
ANIMALS = ("dog", "cat", "cow", "hen", "pig", "fox")


def some_vectors(n=60, dim=8, seed=2, counts=True):
    """Vectors around three directions; the i-th word is of group i % 3."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(3, dim))[np.arange(n) % 3] + 0.2 * rng.normal(size=(n, dim))
    words = [f"{GROUPS[i % 3]}{i}" for i in range(n)]
    vocabulary = huffvec.Vocabulary(words, np.arange(n, 0, -1) * (7 if counts else 0))
    return huffvec.WordVectors(vocabulary, (3 * rows).astype(np.float32))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model with words and documents, in a file."""
    path = tmp_path_factory.mktemp("explored") / "pets.hv"
    texts = [f"the {a} sees the {b}" for a in ANIMALS for b in ANIMALS]
    text = map(str.split, texts * 3)
    made = huffvec.train(text, architecture="dbow-words", dim=6, epochs=1, min_count=1)
    made.save(path)
    return path


def scene(*given, **options):
    return huffvec.explore(*given, **options).scenes[0]


def test_clusters_are_found_and_called_by_their_words():
    vectors = some_vectors()
    found = scene(vectors, n_clusters=3)
    assert found.words == vectors.words
    assert (found.groups == np.arange(60) % 3).all()
    for group, name in zip(GROUPS, found.group_names, strict=True):
        assert name.count(group) == len(name.split(", ")) == 3
    assert found.counts is not None
    assert (found.counts == vectors.vocabulary.counts).all()
    assert (found.vectors == vectors.vectors).all()
    assert found.facts["words"] == "60"
    assert 0.5 < float(found.facts["trustworthiness of the map (15 neighbours)"]) <= 1


def test_more_words_have_more_clusters():
    assert len(scene(some_vectors(60)).group_names) == 8
    assert len(scene(some_vectors(1_600)).group_names) == 10


def test_the_first_words_are_shown_but_those_without_a_direction():
    vectors = some_vectors()
    rows = vectors.vectors.copy()
    rows[3] = 0
    rows[5] = np.nan
    with_holes = huffvec.WordVectors(vectors.vocabulary, rows)
    found = scene(with_holes, top=10, colour="frequency")
    assert found.words == [vectors.words[i] for i in (0, 1, 2, 4, 6, 7, 8, 9)]
    assert (found.vectors == rows[[0, 1, 2, 4, 6, 7, 8, 9]]).all()
    assert found.groups is None


def test_counts_that_are_not_known_are_none():
    assert scene(some_vectors(counts=False), colour="frequency").counts is None


def test_colours_and_labels_of_files(tmp_path):
    colours, labels = tmp_path / "groups.tsv", tmp_path / "names.tsv"
    colours.write_text("river2\twet\nriver5\twet\nfruit0\tsweet\nunheard\tof\n")
    labels.write_text("fruit0\tAn <b>apple</b>\n\nriver2\tNile\t(Africa)\n")
    found = scene(some_vectors(9), colour=colours, labels=labels)
    assert found.group_names == ["wet", "sweet"]
    assert found.groups.tolist() == [1, -1, 0, -1, -1, 0, -1, -1, -1]
    assert found.labels[:3] == ["An <b>apple</b>", "metal1", "Nile\t(Africa)"]


def test_two_models_are_laid_out_and_coloured_alike():
    vectors = some_vectors(200)
    other = vectors.select(list(range(40, 200))).with_words(
        {"new": vectors["metal1"] * 2, "newer": vectors["river2"]}
    )
    first, second = huffvec.explore(vectors, other, titles=("old", "new"), n_clusters=3).scenes
    assert (first.title, second.title) == ("old", "new")
    assert (second.groups[:160] == first.groups[40:]).all()
    assert second.groups[-2:].tolist() == [1, 2]
    assert second.group_names == first.group_names
    moved = np.linalg.norm(second.positions[:160] - first.positions[40:], axis=1)
    assert np.median(moved) < 0.25  # of a map that is 2 wide


def test_turning_undoes_turning():
    target = np.random.default_rng(1).uniform(-1, 1, (50, 2)).astype(np.float32) / 2
    turn = np.array([[0.6, 0.8], [0.8, -0.6]])  # a mirror, too
    rows = np.arange(20, 50)
    found = turned_to(target, (target @ turn * 3 + 5).astype(np.float32), (rows, rows))
    np.testing.assert_allclose(found, target, atol=1e-6)


def test_turned_maps_stay_within_bounds():
    target = np.array([[-1, 0], [1, 0], [0, 0]], np.float32)
    positions = np.array([[-0.1, 0], [0.1, 0], [1, 1]], np.float32)
    shared = np.arange(2)
    assert np.abs(turned_to(target, positions, (shared, shared))).max() == 1


def test_points_that_are_all_in_one_place_are_only_moved():
    target = np.full((4, 2), 0.5, np.float32)
    rows = np.arange(4)
    assert (turned_to(target, np.zeros((4, 2), np.float32), (rows, rows)) == target).all()


def test_models_their_files_and_their_documents(model):
    loaded = huffvec.load(model)
    from_file, from_model = scene(model, n_clusters=2), scene(loaded, n_clusters=2)
    assert from_file.title == "pets.hv"
    assert from_model.title == "model"
    assert from_file.model is not None
    assert from_model.model is loaded
    assert (from_file.positions == from_model.positions).all()
    assert from_file.facts["objective"].startswith("negative-sampling")
    assert from_file.facts["dim"] == "6"
    assert from_file.facts["training loss"].endswith("nats per target")
    documents = scene(model, documents=True, n_clusters=2)
    assert documents.words == loaded.documents.words
    assert documents.model is not None
    assert (documents.row_name, from_file.row_name) == ("tag", "word")
    assert scene(loaded.documents, n_clusters=2).model is loaded


def test_files_of_vectors_have_no_model(tmp_path):
    path = tmp_path / "some.vec"
    some_vectors(9).save(path)
    found = scene(str(path), colour="frequency")
    assert (found.title, found.model) == ("some.vec", None)


def test_models_of_the_same_name_are_told_apart(tmp_path):
    vectors = some_vectors(9)
    paths = [tmp_path / folder / "some.vec" for folder in "ab"]
    for path in paths:
        path.parent.mkdir()
        vectors.save(path)
    scenes = huffvec.explore(*paths, colour="frequency").scenes
    assert [one.title for one in scenes] == list(map(str, paths))
    scenes = huffvec.explore(vectors, vectors, colour="frequency").scenes
    assert [one.title for one in scenes] == ["word vectors 1", "word vectors 2"]


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        ((), {}, "a page shows one or two models, not 0"),
        ((1, 2, 3), {}, "a page shows one or two models, not 3"),
        ((3,), {}, "a model, vectors or the name of a file can be explored, not 3"),
        ((some_vectors(9),), {"titles": ("a", "b")}, "titles must be as many as .* 1, not 2"),
        ((some_vectors(9),), {"documents": True}, "documents=True needs a model"),
        ((some_vectors(9),), {"top": 1}, "top must be a whole number from 2"),
        ((some_vectors(9),), {"colour": 7}, "colour must be text, not 7"),
        ((some_vectors(9),), {"n_clusters": 10}, "at most the number of words"),
        ((some_vectors(9),), {"shape": 10}, "'shape' is no option of explore"),
        ((some_vectors(1),), {}, "at least two words with a direction, not 1"),
    ],
)
def test_what_cannot_be_explored(given, options, message):
    with pytest.raises(ConfigError, match=message):
        huffvec.explore(*given, **options)


def test_models_without_a_word_in_common():
    other = huffvec.WordVectors(["a", "b", "c"], np.eye(3, dtype=np.float32))
    with pytest.raises(ConfigError, match="the two share no word"):
        huffvec.explore(some_vectors(9), other, colour="frequency")


def test_files_of_colours_are_checked(tmp_path):
    path = tmp_path / "groups.tsv"
    path.write_text("fruit0\tsweet\nmetal1 hard\n")
    with pytest.raises(FormatError, match="line 2 must be a word, a tab and what to say of it"):
        read_said(path)
    path.write_text("iron\thard\n")
    for option in ("colour", "labels"):
        with pytest.raises(ConfigError, match=f"^{option}: '.*groups.tsv' names none of the words"):
            huffvec.explore(some_vectors(9), **{"colour": "frequency", option: path})


def test_vectors_that_are_not_finite_are_told_of():
    vectors = huffvec.WordVectors(["a", "b", "c"], np.full((3, 2), np.nan, np.float32))
    message = "two words with a direction, not 0: 3 have numbers that are NaN or infinite"
    with pytest.raises(ConfigError, match=message):
        huffvec.explore(vectors, colour="frequency")


@pytest.mark.filterwarnings("error")
def test_vectors_that_are_all_the_same_are_explored():
    vectors = huffvec.WordVectors(list("abcdefghijkl"), np.ones((12, 3), np.float32))
    assert huffvec.explore(vectors, n_clusters=3).scenes[0].groups.tolist() == [0] * 12


def test_without_scikit_learn_other_colours_are_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sklearn", None)
    with pytest.raises(MissingExtraError, match=r"huffvec\[sklearn\].*Or colour by frequency\."):
        huffvec.explore(some_vectors(9))


def test_pages_are_saved_and_shown(tmp_path):
    page = huffvec.explore(some_vectors(9), colour="frequency")
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == page.html
    assert page.html.lower().startswith("<!doctype html>")
    assert page._repr_html_().startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;')
    assert repr(page) == "Exploration(word vectors: 9 points)"


def test_tables_have_the_columns_of_embedding_atlas(tmp_path):
    vectors = some_vectors(30)
    other = vectors.select(list(range(5, 30)))
    page = huffvec.explore(vectors, other, n_clusters=3)
    page.save_parquet(tmp_path / "map.parquet")
    rows = pq.read_table(tmp_path / "map.parquet").to_pylist()
    assert len(rows) == 55
    row = rows[30 + 4]
    assert row["text"] == row["word"] == vectors.words[9]
    assert (row["x"], row["y"]) == tuple(page.scenes[1].positions[4].tolist())
    assert row["count"] == vectors.vocabulary.counts[9]
    assert row["category"].startswith("fruit")
    nearest = other.nearest(row["word"], 10)
    assert [rows[i]["word"] for i in row["neighbors"]["ids"]] == [one.word for one in nearest]
    distances = [1 - one.similarity for one in nearest]
    assert row["neighbors"]["distances"] == pytest.approx(distances, abs=1e-6)
    assert min(row["neighbors"]["ids"]) >= 30


def test_tables_of_points_without_groups_or_counts(tmp_path):
    page = huffvec.explore(some_vectors(4, counts=False), colour="frequency")
    page.save_parquet(tmp_path / "map.parquet")
    row = pq.read_table(tmp_path / "map.parquet").to_pylist()[0]
    assert (row["category"], row["count"]) == (None, None)
    assert len(row["neighbors"]["ids"]) == 3


def test_the_command_writes_page_and_table(model, tmp_path, capsys):
    page, table = tmp_path / "pets.html", tmp_path / "pets.parquet"
    assert run("explore", model, "-o", page, "--parquet", table, "--clusters", 2) == 0
    assert capsys.readouterr().out == f"{page} written.\n"
    assert page.read_text("utf-8").lower().startswith("<!doctype html>")
    assert pq.read_table(table).num_rows == len(huffvec.load(model).vocabulary)


def test_the_command_opens_the_page(model, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("typer.launch", opened.append)
    page = tmp_path / "pets.html"
    assert run("explore", model, "-o", page, "--colour", "frequency", "--open", "-q") == 0
    assert opened == [page.resolve().as_uri()]


def test_the_command_says_what_is_wrong(model, tmp_path, capsys):
    assert run("explore", model, model, model, "-o", tmp_path / "page.html") == 2
    assert "a page shows one or two models, not 3" in capsys.readouterr().err
    for table in (tmp_path / "page.html", f"{tmp_path}/./page.html"):
        assert run("explore", model, "-o", tmp_path / "page.html", "--parquet", table) == 2
        assert "--parquet must be another file than the page" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()
    assert run("explore", model, "-o", model) == 1
    assert "is also an input" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()
