"""Objectives as text: names with options, several of them, and what belongs to which."""

from __future__ import annotations

import pytest

from huffvec import HierarchicalSoftmax
from huffvec.errors import ConfigError
from huffvec.objectives.naming import as_objective, check_none_of_objectives, split_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("nce", [("nce", [])]),
        (" hs , nce:log_z=0,samples=3 ", [("hs", []), ("nce", ["log_z=0", "samples=3"])]),
        (
            "adaptive-softmax:cutoffs=20, 100,nce",
            [("adaptive-softmax", ["cutoffs=20, 100"]), ("nce", [])],
        ),
        (
            "hs:tree=clustered,tree_vectors=C:v.vec",
            [("hs", ["tree=clustered", "tree_vectors=C:v.vec"])],
        ),
        ("hs:tree=a, b.tsv,ns:share=2", [("hs", ["tree=a, b.tsv"]), ("ns", ["share=2"])]),
        ("hs:tree=a:b=c.tsv,nse", [("hs", ["tree=a:b=c.tsv"]), ("nse", [])]),
    ],
)
def test_what_belongs_to_which(text, names):
    assert split_names(text) == names


def test_options_before_any_objective():
    with pytest.raises(ConfigError, match="the option 'samples=3' comes before any objective"):
        split_names("samples=3,nce")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nce:samples=3,samples=4", "objective nce has samples twice"),
        ("nce:samples=3,foo", "objective must be one of .*, not 'foo'"),
        ("nce:samples=3,blackuot", "not 'blackuot'.*Did you mean.*blackout"),
        ("nce,blackout", "objective must be one of .*, not 'nce,blackout'"),
    ],
)
def test_one_objective_with_each_option_once(text, message):
    with pytest.raises(ConfigError, match=message):
        as_objective(text)


def test_slashes_between_numbers_are_commas_now():
    with pytest.raises(ConfigError, match="commas between them now: cutoffs=20,100"):
        as_objective("adaptive-softmax:cutoffs=20/100")


def test_names_of_files_have_any_characters(tmp_path):
    file = tmp_path / "a, b:c=d.tsv"
    file.write_text("a b\n")
    assert as_objective(f"hs:tree={file}") == HierarchicalSoftmax(tree=str(file))


@pytest.mark.parametrize("name", ["alpha", "dim"])
def test_options_of_training(name):
    check_none_of_objectives([name])


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("samples", "'negative-sampling:samples=…'"),
        ("negatives", "'negative-sampling:samples=…'"),
        ("noise_exponent", "'negative-sampling:proposal=…'"),
    ],
)
def test_options_of_objectives(name, spelling):
    with pytest.raises(ConfigError, match=f"{name} is an option of an objective: .*{spelling}"):
        check_none_of_objectives([name])
