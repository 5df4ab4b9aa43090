"""Maps as pictures, and what else ``huffvec plot`` draws of models."""

import matplotlib as mpl
import numpy as np
import pytest
from cli_helpers import run
from matplotlib.figure import Figure
from matplotlib.image import imread

import huffvec
from huffvec.exploring.map_plot import plot_map
from huffvec.exploring.scene import Scene
from huffvec.trees import huffman_tree
from huffvec.trees.depth_plot import Depths, plot_depths


@pytest.fixture
def drawn(monkeypatch):
    """The figures that were written."""
    figures = []
    save = Figure.savefig

    def kept(self, *args, **options):
        figures.append(self)
        save(self, *args, **options)

    monkeypatch.setattr(Figure, "savefig", kept)
    return figures


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two models, one with a tree, and text."""
    folder = tmp_path_factory.mktemp("plotted")
    words = ["dog", "cat", "cow", "hen", "pig", "fox"]
    lines = [f"the {a} sees a {b}" for a in words for b in words]
    for name, objective in (("hs", huffvec.HierarchicalSoftmax()), ("ns", None)):
        text = map(str.split, lines * 5)
        options = {} if objective is None else {"objective": objective}
        huffvec.train(text, dim=6, epochs=1, min_count=1, **options).save(folder / f"{name}.hv")
    (folder / "valid.txt").write_text("\n".join(lines))
    return folder


def scene(names, positions, **more):
    positions = np.array(positions, np.float32)
    return Scene("some", names, None, positions, np.ones((len(names), 3), np.float32), **more)


def written(figure):
    return {text.get_text(): text for text in figure.axes[0].texts}


def test_names_stand_where_there_is_room_the_first_words_first(tmp_path, drawn):
    shown = scene(["one", "two", "three"], [[0.01, 0], [0, 0], [-1, 1]])
    plot_map(shown, tmp_path / "map.png")
    assert set(written(drawn[0])) == {"one", "three"}
    assert written(drawn[0])["three"].get_position() == (-1, 1)


def test_groups_have_colours_and_names_in_their_middle(tmp_path, drawn):
    shown = scene(
        ["a", "b", "c", "d", "e"],
        [[-1, -1], [-0.6, -1], [1, 1], [0.8, 1], [0, 0]],
        groups=np.array([1, 1, 0, 0, -1], np.int32),
        group_names=["$up$", "down", "empty"],
    )
    plot_map(shown, tmp_path / "map.png")
    names = written(drawn[0])
    assert names["$up$"].get_position() == pytest.approx((0.9, 1))
    assert names["down"].get_position() == pytest.approx((-0.8, -1))
    assert "empty" not in names
    (points,) = drawn[0].axes[0].collections
    colours = points.get_facecolors()[:, :3]
    assert (colours[0] == colours[1]).all()
    assert (colours[2] == mpl.colormaps["tab10"].colors[0]).all()
    assert (colours[4] == 0.6).all()
    assert imread(tmp_path / "map.png").shape[:2] == (1_500, 1_500)


def test_labels_are_written_in_place_of_words(tmp_path, drawn):
    shown = scene(["17", "18"], [[0, 0], [1, 1]], labels=["Nile", "\u202eRhine\n"])
    plot_map(shown, tmp_path / "map.png")
    assert set(written(drawn[0])) == {"Nile", " Rhine "}


def test_without_groups_frequent_words_are_light(tmp_path, drawn):
    plot_map(scene(["a", "b", "c"], [[0, 0], [1, 1], [1, 0]]), tmp_path / "map.png")
    colours = drawn[0].axes[0].collections[0].get_facecolors()
    assert colours[0].sum() > colours[2].sum()


def test_depths_of_trees(tmp_path, drawn):
    counts = np.array([8, 4, 2, 1, 1])
    depths = huffman_tree(counts).depths()
    plot_depths({"a.hv": Depths(depths, counts)}, tmp_path / "depth.png")
    words, text = drawn[0].axes
    shares, turns = words.collections[0].get_offsets().T
    assert shares.tolist() == (counts / 16).tolist()
    assert turns.tolist() == [1, 2, 3, 4, 4]
    step, mean = text.lines
    assert step.get_ydata().tolist() == [0, 0.5, 0.25, 0.125, 0.125]
    assert mean.get_xdata()[0] == pytest.approx(1.875)
    plot_depths({name: Depths(depths, counts) for name in "ab"}, tmp_path / "depth.png")
    assert [text.get_text() for text in drawn[1].legends[0].get_texts()] == ["a", "b"]


@pytest.mark.parametrize("options", [(), ("--tree",), ("--calibration", "valid.txt")])
def test_the_command_draws_models(files, options, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(files)
    output = tmp_path / "some.png"
    more = ("--colour", "frequency") if not options else ()
    assert run("plot", "hs.hv", "-o", output, *options, *more) == 0
    assert capsys.readouterr().out == f"{output} written.\n"
    assert imread(output).std() > 0.001


def test_the_command_says_what_cannot_be_drawn(files, tmp_path, capsys):
    output = tmp_path / "some.png"
    assert run("plot", files / "hs.hv", files / "ns.hv", "-o", output) == 2
    assert "a map is of one model, not 2" in capsys.readouterr().err
    assert run("plot", files / "ns.hv", "--tree", "-o", output) == 2
    assert "only models of hierarchical-softmax have a tree" in capsys.readouterr().err
    assert run("plot", files / "ns.hv", "-o", tmp_path / "some.txt") == 2
    assert "the picture's name must end in" in capsys.readouterr().err
    both = "--tree", "--calibration", files / "valid.txt"
    assert run("plot", files / "hs.hv", *both, "-o", output) == 2
    assert "--tree and --calibration are two pictures" in capsys.readouterr().err
    log = tmp_path / "run.jsonl"
    log.write_text('{"event": "start"}\n')
    for kind in ((log,), (files / "hs.hv", "--tree"), (files / "hs.hv", *both[1:])):
        assert run("plot", *kind, "--top", "9", "-o", output) == 2
        assert "--top is for maps, which this picture is not" in capsys.readouterr().err
    for mixed in ((log, files / "hs.hv"), (files / "hs.hv", log)):
        assert run("plot", *mixed, "-o", output) == 2
        message = f"'{files / 'hs.hv'}' has vectors and '{log}' does not: draw models and logs"
        assert message in capsys.readouterr().err
    for option in (("--tree",), both[1:]):
        assert run("plot", log, *option, "-o", output) == 1
        assert "is a log of training, which is not read" in capsys.readouterr().err
    assert not output.exists()
