"""Trees: Huffman's against a heap, the others by what defines them, a user's by its mistakes."""

from typing import Any

import numpy as np
import pytest
from cli_helpers import write_english
from harness import bound_to
from hypothesis import given
from hypothesis import strategies as st
from reference.huffman import huffman_codes

import huffvec
from huffvec import HierarchicalSoftmax, Vocabulary, WordVectors
from huffvec.engine import engine
from huffvec.errors import ConfigError, CorpusError, FormatError
from huffvec.trees import (
    TREES,
    Tree,
    balanced_tree,
    clustered_tree,
    frequency_class_tree,
    huffman_tree,
    random_tree,
    read_tree,
    tree_from_children,
)
from huffvec.trees.clustered import vectors_for

descending_counts = st.lists(st.integers(1, 50), min_size=2, max_size=60).map(
    lambda counts: sorted(counts, reverse=True)
)


def paths_of(tree: Tree) -> list[list[tuple[int, int]]]:
    pairs = list(zip(tree.path_ids.tolist(), tree.codes.tolist(), strict=True))
    offsets = tree.path_offsets.tolist()
    return [pairs[offsets[w] : offsets[w + 1]] for w in range(tree.n_words)]


@given(descending_counts)
def test_huffman_equals_the_heap(counts):
    assert paths_of(huffman_tree(np.array(counts))) == huffman_codes(counts)


@given(descending_counts)
def test_every_tree_is_complete(counts):
    """Kraft's sum is 1: the leaves fill the tree, so probabilities sum to 1."""
    tree = huffman_tree(np.array(counts))
    assert sum(0.5 ** int(depth) for depth in tree.depths()) == 1
    assert set(tree.path_ids.tolist()) == set(range(len(counts) - 1))


def test_mean_depth_is_within_one_bit_of_the_entropy():
    counts = np.array([100_000 // (k + 1) for k in range(5_000)])
    probs = counts / counts.sum()
    entropy = -(probs * np.log2(probs)).sum()
    assert entropy <= (probs * huffman_tree(counts).depths()).sum() <= entropy + 1


def test_ties_take_leaves_first_which_keeps_the_tree_shallow():
    assert huffman_tree(np.array([4, 2, 2, 1, 1])).depths().max() == 3  # word2vec.c: 4


def test_a_tree_of_fibonacci_counts_is_as_deep_as_it_must_be():
    counts = [1, 1]
    while len(counts) < 60:
        counts.append(counts[-1] + counts[-2])
    assert huffman_tree(np.array(counts[::-1])).depths().max() >= 58  # word2vec.c overflows at 40


@pytest.mark.parametrize("counts", [[], [7]])
def test_a_tree_needs_two_words(counts):
    with pytest.raises(CorpusError, match=f"at least 2 different words.*found {len(counts)}"):
        huffman_tree(np.array(counts, np.int64))


def test_counts_must_descend_in_the_engine():
    with pytest.raises(ValueError, match="descending order"):
        engine().huffman_paths(np.array([3, 5, 1]))


def test_arrays_round_trip():
    tree = huffman_tree(np.array([9, 4, 4, 2, 1]))
    again = Tree.from_arrays(tree.to_arrays(), 5)
    assert paths_of(again) == paths_of(tree)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": None}, "needs a one-dimensional array codes of uint8"),
        ({"path_ids": np.zeros(14)}, "needs a one-dimensional array path_ids of int32"),
        ({"path_offsets": np.array([0, 1, 2], np.int64)}, "do not fit a vocabulary of 5 words"),
        ({"path_offsets": np.array([0, 0, 3, 6, 9, 14], np.int64)}, "do not fit a vocabulary"),
        ({"path_ids": np.full(14, 4, np.int32)}, "nodes outside 0 to 3 or bits over 1"),
        ({"codes": np.full(14, 2, np.uint8)}, "nodes outside 0 to 3 or bits over 1"),
    ],
)
def test_damaged_arrays_are_refused(change, message):
    arrays = huffman_tree(np.array([9, 4, 4, 2, 1])).to_arrays()
    assert len(arrays["codes"]) == 14
    arrays = {name: change.get(name, array) for name, array in arrays.items()}
    arrays = {name: array for name, array in arrays.items() if array is not None}
    with pytest.raises(FormatError, match=message):
        Tree.from_arrays(arrays, 5)


@given(st.integers(2, 200), st.sampled_from(sorted(TREES)), st.integers(0, 5))
def test_leaf_probabilities_sum_to_one_in_every_tree(n_words, name, seed):
    rng = np.random.default_rng(seed)
    counts = np.sort(rng.integers(1, 1000, n_words))[::-1]
    tree = TREES[name](counts)
    check_leaf_probabilities(tree, rng)
    again = tree_from_children(tree.children, n_words)  # and the children say it all
    assert paths_of(again) == paths_of(tree)


def check_leaf_probabilities(tree, rng):
    outputs = rng.normal(size=(tree.n_words - 1, 4)).astype(np.float32)
    counts = np.ones(tree.n_words, np.int64)
    bound = HierarchicalSoftmax().restore(counts, tree.to_arrays())
    log_probs = bound.predictor(outputs).log_probs(rng.normal(size=4))
    np.testing.assert_allclose(np.exp(log_probs).sum(), 1, rtol=1e-6)


@given(st.integers(2, 300), st.integers(0, 3))
def test_halves_are_of_equal_size(n_words, seed):
    counts = np.arange(n_words, 0, -1)
    for tree in (balanced_tree(counts), random_tree(counts, seed)):
        assert tree.depths().max() == (n_words - 1).bit_length()
        assert tree.depths().min() >= n_words.bit_length() - 1


def test_balanced_tree_of_five():
    tree = balanced_tree(np.array([5, 4, 3, 2, 1]))
    codes = ["".join(str(bit) for _, bit in path) for path in paths_of(tree)]
    assert codes == ["000", "001", "01", "10", "11"]


def test_random_trees_differ_by_seed():
    counts = np.arange(50, 0, -1)
    assert paths_of(random_tree(counts, 1)) == paths_of(random_tree(counts, 1))
    assert paths_of(random_tree(counts, 1)) != paths_of(random_tree(counts, 2))


def test_frequency_classes_have_like_sums_of_root_counts():
    counts = np.array([1_000_000 // (k + 1) for k in range(900)])
    tree = frequency_class_tree(counts)
    # 30 classes, so 5 turns choose one: the classes are the different ways to begin.
    starts = [tuple(path[:5]) for path in paths_of(tree)]
    sums = {}
    for start, count in zip(starts, counts, strict=True):
        sums[start] = sums.get(start, 0) + count**0.5
    assert 25 <= len(sums) <= 32
    assert starts == sorted(starts, key=starts.index), "classes are runs of the vocabulary"
    mean = np.sqrt(counts).sum() / 30
    assert max(sums.values()) < 1.5 * mean + counts[0] ** 0.5
    assert (tree.depths() * counts).sum() < (balanced_tree(counts).depths() * counts).sum()


def test_clusters_part_what_differs():
    """Four groups in two pairs: the first turns tell pairs apart, then groups, then words."""
    rng = np.random.default_rng(2)
    centers = np.array([[9, 3, 0], [9, -3, 0], [-9, 0, 3], [-9, 0, -3]])
    group = rng.permutation(np.repeat(np.arange(4), 8))
    vectors = centers[group] + rng.normal(0, 0.3, (32, 3))
    tree = clustered_tree(vectors)
    assert set(tree.depths()) == {5}
    paths = paths_of(tree)
    for depth, key in [(1, group // 2), (2, group)]:
        for a in range(32):
            for b in range(32):
                assert (paths[a][:depth] == paths[b][:depth]) == (key[a] == key[b])
    check_leaf_probabilities(tree, rng)


@given(st.integers(2, 70), st.integers(0, 3))
def test_clustered_trees_are_balanced_whatever_the_vectors(n_words, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n_words, 3))
    vectors[rng.random(n_words) < 0.3] = 0
    vectors[rng.random(n_words) < 0.1] = np.nan
    vectors[rng.random(n_words) < 0.3] = vectors[0]
    tree = clustered_tree(vectors)
    assert tree.depths().max() == (n_words - 1).bit_length()
    check_leaf_probabilities(tree, rng)


@pytest.mark.parametrize("make", TREES.values(), ids=TREES)
def test_no_tree_has_less_than_two_leaves(make):
    with pytest.raises(CorpusError, match=r"at least 2 different words.*found 1"):
        make(np.array([7]))


ANIMALS = "root\tanimal\tvehicle\n\nvehicle\tcar\ttrain\r\nanimal\tcat\tdog"
WORDS = Vocabulary(["dog", "car", "cat", "train"], [4, 3, 2, 1])


def test_a_users_tree(tmp_path):
    (tmp_path / "tree.tsv").write_bytes(ANIMALS.encode())
    tree = read_tree(tmp_path / "tree.tsv", WORDS)
    assert paths_of(tree) == [
        [(0, 0), (2, 1)],
        [(0, 1), (1, 0)],
        [(0, 0), (2, 0)],
        [(0, 1), (1, 1)],
    ]
    check_leaf_probabilities(tree, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("\n\n", "there must be lines"),
        ("root\tdog\n", "line 1: node 'root' must have two children.*not 1"),
        ("root\tdog\t\n", "line 1: node 'root' must have two children.*not 1"),
        ("root\tdog\tcar\tcat\n", "line 1: node 'root' must have two children.*not 3"),
        ("root\tx\tdog\nx\tcar\tcat\n", "the leaf 'train' is missing from the tree"),
        ("root\tdog\tcar\n", "the leaf 'cat' and 1 more words is missing"),
        (ANIMALS.replace("dog", "dig"), "line 4: node 'animal' has the child 'dig', which is nei"),
        (ANIMALS.replace("cat", "vehicle"), "node 'vehicle' has 2 parents; in a tree it has one"),
        (ANIMALS.replace("cat", "car"), "the leaf 'car' has 2 parents"),
        (ANIMALS + "\nroot\tcat\tdog", "line 5: node 'root' has a line already"),
        (ANIMALS.replace("animal", "cat"), "line 1|the inner node 'cat' has the name of a word"),
        (
            "root\tdog\tcar\na\tcat\tb\nb\ttrain\ta",
            "node '[ab]' is below itself: the nodes form a cycle",
        ),
        ("a\tcat\tb\nb\ttrain\tc\nc\ta\tdog", "is missing"),
        (
            "a\tcat\tb\nb\tc\td\nc\ta\tdog\nd\tcar\ttrain",
            "node '[abc]' is below itself: the nodes form a cycle",
        ),
        ("r\tcat\tdog\ns\tcar\ttrain", "has one root, found 2 nodes .*: 'r' and 's' among them"),
    ],
)
def test_trees_that_are_none_name_the_node(tmp_path, text, message):
    (tmp_path / "tree.tsv").write_text(text)
    with pytest.raises(FormatError, match=message):
        read_tree(tmp_path / "tree.tsv", WORDS)


def test_a_users_tree_that_is_not_text(tmp_path):
    (tmp_path / "tree.tsv").write_bytes(b"root\t\xff\tx\n")
    with pytest.raises(FormatError, match="not UTF-8 text"):
        read_tree(tmp_path / "tree.tsv", WORDS)


@pytest.mark.parametrize(
    ("children", "message"),
    [
        ([[0.5, 1]], "two children a node: integers of shape"),
        ([1, 2], "two children a node: integers of shape"),
        ([[-1, 1], [-2, -4]], "node 1 has the child -4; children must be from -3 to 1"),
        ([[-1, 2], [-2, -3]], "node 0 has the child 2; children must be from -3 to 1"),
        ([[-1, 1], [-2, -2]], "the leaf of word 1 has 2 parents"),
        ([[-1, 1], [-2, 0]], "the leaf of word 2 is missing"),
        ([[-1, -2]], "the leaf of word 2 is missing"),
        ([[-1, -2], [1, -3]], "node 1 is below itself"),
    ],
)
def test_children_that_are_no_tree_name_the_node(children, message):
    with pytest.raises(FormatError, match=message):
        tree_from_children(children, 3)


@given(st.integers(2, 40), st.randoms(use_true_random=False))
def test_any_tree_of_a_user_is_taken(n_words, random):
    """Join two random subtrees again and again; node numbers are shuffled."""
    numbers = random.sample(range(n_words - 1), n_words - 1)
    children = np.zeros((n_words - 1, 2), np.int64)
    subtrees = [~word for word in range(n_words)]
    for number in numbers:
        random.shuffle(subtrees)
        children[number] = subtrees.pop(), subtrees.pop()
        subtrees.append(number)
    tree = tree_from_children(children, n_words)
    np.testing.assert_array_equal(tree.children, children)
    assert tree.root == numbers[-1]


CHAIN = [[-1, 1], [-2, 2], [-3, -4]]


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_training_with_every_kind_of_tree(tmp_path, architecture):
    text = write_english(tmp_path / "pets.txt", 400)
    options = {"architecture": architecture, "dim": 8, "epochs": 9, "learning_rate": 0.1}
    options |= {"subsample_threshold": 0, "n_threads": 1}
    first = huffvec.train(text, **options)
    first.vectors.save(tmp_path / "first.bin")
    words = first.vocabulary.words
    lines = [f"n{i}\t{words[i]}\tn{i + 1}" for i in range(len(words) - 2)]
    lines.append(f"n{len(words) - 2}\t{words[-1]}\t{words[-2]}")
    (tmp_path / "chain.tsv").write_text("\n".join(lines))
    trees = [{"tree": name} for name in TREES]
    trees.append({"tree": "clustered", "tree_vectors": tmp_path / "first.bin"})
    trees.append({"tree": tmp_path / "chain.tsv"})
    trees.append({"tree": balanced_tree(first.vocabulary.counts)})
    for tree in trees:
        model = huffvec.train(text, HierarchicalSoftmax(**tree), **options)
        assert huffvec.perplexity(model, text).perplexity < 0.8 * len(words)
        model.save(tmp_path / "m.hv")
        again = huffvec.load(tmp_path / "m.hv")
        assert again.objective.to_dict() == model.objective.to_dict()
        assert again.predict("cat", 3) == model.predict("cat", 3)
    assert vars(again.objective)["tree"] == "given"


def test_words_without_a_vector_are_clustered_too():
    found = WordVectors(["car", "dog"], np.array([[1, 0], [0, 2]]))
    vectors = vectors_for(WORDS, found)
    np.testing.assert_array_equal(vectors, [[0, 2], [1, 0], [0.5, 1], [0.5, 1]])
    with pytest.raises(ConfigError, match="tree_vectors: none of its words is in the text"):
        vectors_for(WORDS, WordVectors(["x", "y"], np.eye(2)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tree": 3}, "tree must be a name, a file or a huffvec.trees.Tree, not 3"),
        ({"tree": ""}, "tree must be a name, a file or"),
        ({"tree": "clustered"}, "tree='clustered' needs tree_vectors, a file of vectors"),
        ({"tree_vectors": "x.bin"}, "tree_vectors needs tree='clustered'"),
    ],
)
def test_tree_options_that_cannot_be_used(options, message):
    with pytest.raises(ConfigError, match=message):
        HierarchicalSoftmax(**options)


def test_trees_are_looked_for_before_training(tmp_path):
    text = write_english(tmp_path / "pets.txt", 10)
    with pytest.raises(
        ConfigError, match=r"tree must be one of .*no file 'hufman'. Did you mean 'hu"
    ):
        huffvec.train(text, HierarchicalSoftmax(tree="hufman"))
    missing = str(tmp_path / "x.bin")
    with pytest.raises(FormatError, match="There is no file"):
        huffvec.train(text, HierarchicalSoftmax(tree="clustered", tree_vectors=missing))
    with pytest.raises(FormatError, match="is a folder"):
        huffvec.train(text, HierarchicalSoftmax(tree=tmp_path))


def test_a_tree_must_be_made_for_the_vocabulary():
    objective = HierarchicalSoftmax(tree=tree_from_children(CHAIN, 4))
    bound: Any = bound_to(objective, np.array([4, 3, 2, 1]), 5)
    assert bound.tree is objective.tree
    with pytest.raises(ConfigError, match="tree has 4 leaves and the vocabulary 5 words"):
        bound_to(objective, np.ones(5, np.int64), 5)
