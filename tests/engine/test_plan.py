"""What the engine refuses: it is the last to see numbers that would make it leave its tables."""

import numpy as np
import pytest

from huffvec.engine import engine

N = 6  # words


def table(n_rows=N, stride=16):
    return engine().allocate_table(n_rows, stride)


def fields(**changes):
    native = engine()
    layer = native.NoiseSampling("negative-sampling", np.full(N, 1 / N), 2)
    plan = {
        "output_layer": layer,
        "ids": np.arange(N, dtype=np.int32),
        "sentence_offsets": np.array([0, 2, N], np.int64),
        "keep_thresholds": np.full(N, 2**32 - 1, np.uint32),
        "input_rows": table(),
        "output_rows": table(),
        "architecture": "cbow",
        "mean_scale": 1.0,
        "window": 2,
        "epochs": 3,
        "start_lr": 0.1,
        "end_lr": 0.1,
        "seed": 1,
        "chunk_tokens": 4,
    }
    return {**plan, **changes}


def trainer(**changes):
    return engine().Trainer(engine().TrainingPlan(**fields(**changes)))


def test_fields_are_read_back_and_may_be_left_out():
    plan = engine().TrainingPlan(**fields(frozen=None))
    assert (plan.window, plan.architecture, plan.fixed_radius, plan.frozen) == (
        2,
        "cbow",
        False,
        None,
    )
    assert engine().Trainer(plan).n_chunks == 6


def test_fields_are_known_by_name():
    with pytest.raises(AttributeError, match="windows"):
        trainer(windows=3)


@pytest.mark.parametrize("value", ["3", 3.5])
def test_fields_have_types(value):
    with pytest.raises(TypeError, match="window is of a wrong type"):
        trainer(window=value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"architecture": "glove"}, "architecture must be skipgram, cbow, dbow or documents"),
        ({"window": 0}, "window and epochs must be at least 1"),
        ({"mean_scale": 0.0}, "mean_scale must be greater than 0"),
        ({"mean_exponent": 1.5}, "mean_exponent must lie between 0 and 1"),
        ({"sentence_offsets": np.array([0, 7], np.int64)}, "sentence_offsets must go from 0 to"),
        ({"sentence_offsets": np.array([0, 5, 3, 6])}, "sentence_offsets must not fall"),
        ({"chunk_tokens": 0}, r"chunk_tokens must be 1 to 2\^30"),
        ({"input_rows": np.zeros((N, 17), np.float32)}, "input_rows must come from allocate_table"),
        ({"input_rows": table(stride=32)}, "input and output rows must be of one length"),
        ({"output_rows": table(N - 1)}, "tables, thresholds and objective must be made for one"),
        ({"frozen": np.zeros(N - 1, np.uint8)}, "frozen must have a number for each word"),
        ({"position_rows": table(5)}, "position_rows are for cbow, one for each place"),
        ({"bag_row_ids": np.arange(N, dtype=np.int32)}, "bag_offsets and bag_row_ids belong"),
    ],
)
def test_plans_that_do_not_fit(changes, message):
    with pytest.raises(ValueError, match=message):
        trainer(**changes)


@pytest.mark.parametrize("missing", ["output_layer", "ids", "input_rows"])
def test_plans_that_lack_an_array(missing):
    given = fields()
    del given[missing]
    with pytest.raises(ValueError, match="a plan needs output_layer, ids, sentence_offsets"):
        engine().Trainer(engine().TrainingPlan(**given))


@pytest.mark.parametrize(
    ("offsets", "row_ids", "message"),
    [
        ([0, 1, 2, 3, 4, 5], [0] * 6, "bag_offsets must be one more than words"),
        ([0, 1, 2, 3, 3, 5, 6], [0] * 6, "every bag must have a row"),
        ([0, 1, 2, 3, 4, 5, 6], [0] * 5 + [N], "bag_row_ids must be rows of input_rows"),
    ],
)
def test_bags_that_do_not_fit(offsets, row_ids, message):
    with pytest.raises(ValueError, match=message):
        trainer(bag_offsets=np.array(offsets, np.int64), bag_row_ids=np.array(row_ids, np.int32))


# Two documents whose vectors are inferred.
INFERENCE = {
    "infers": True,
    "tag_rows": table(2),
    "tag_offsets": np.array([0, 1, 2], np.int64),
    "tag_ids": np.array([0, 1], np.int32),
    "document_epochs": np.ones(2, np.int32),
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tag_rows": table(3)}, "documents are inferred by dbow or cbow, under a tag each"),
        ({"tag_ids": np.array([1, 0], np.int32)}, "documents are inferred by dbow or cbow"),
        ({"architecture": "skipgram"}, "documents are inferred by dbow or cbow"),
        ({"bag_sizes": np.ones(N - 1, np.float32)}, "words have a row and maybe a bag size each"),
        ({"frozen": np.zeros(N, np.uint8)}, "words have a row and maybe a bag size each"),
        ({"document_epochs": None}, "needs document_epochs"),
        ({"document_epochs": np.ones(3, np.int32)}, "needs document_epochs"),
        ({"document_prior": -1.0}, "document_prior must not be less than 0"),
        ({"deterministic": True}, "documents that are inferred do not see each other anyway"),
    ],
)
def test_inference_that_does_not_fit(changes, message):
    with pytest.raises(ValueError, match=message):
        trainer(**{**INFERENCE, **changes})


# Documents with the labels 0, 1 and 2, 3, 4, 5, of two features and of one.
DOCUMENTS = {
    "architecture": "documents",
    "feature_offsets": np.array([0, 2, 3], np.int64),
    "feature_row_ids": np.array([2, 1, 2], np.int32),
    "feature_values": np.ones(3, np.float32),
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"feature_values": None}, "documents need feature_offsets, feature_row_ids and feature_v"),
        ({"feature_offsets": np.array([0, 3])}, "feature_offsets must be one more than documents"),
        ({"feature_offsets": np.array([0, 2, 4])}, "from 0 to the number of features"),
        ({"feature_offsets": np.array([0, 5, 3])}, "feature_offsets must not fall"),
        ({"chunk_tokens": 3}, "chunk_tokens must not be less than the labels of a document"),
        ({"feature_values": np.ones(2, np.float32)}, "every feature needs a value"),
        ({"feature_row_ids": np.array([2, N, 2], np.int32)}, "feature_row_ids must be rows of inp"),
        ({"document_weights": np.ones(3, np.float32)}, "every document needs a weight"),
        ({"architecture": "cbow"}, "features of documents and layers that take sets are for docu"),
    ],
)
def test_documents_that_do_not_fit(changes, message):
    assert trainer(**DOCUMENTS).n_chunks == 6
    with pytest.raises(ValueError, match=message):
        trainer(**{**DOCUMENTS, **changes})


# Two documents, of the tags 0 and 2, and 1.
TAGS = {
    "architecture": "dbow",
    "tag_rows": table(3),
    "tag_offsets": np.array([0, 2, 3], np.int64),
    "tag_ids": np.array([0, 2, 1], np.int32),
}


def test_words_need_no_rows_where_documents_predict_alone():
    assert trainer(**TAGS, input_rows=table(0)).n_chunks == 6


@pytest.mark.parametrize("architecture", ["dbow", "skipgram", "cbow"])
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tag_ids": None}, "tag_rows, tag_offsets and tag_ids belong together"),
        ({"tag_offsets": None}, "tag_rows, tag_offsets and tag_ids belong together"),
        ({"tag_offsets": np.array([0, 3])}, "tag_offsets must be one more than sentences, from 0"),
        ({"tag_offsets": np.array([1, 2, 3])}, "tag_offsets must be one more than sentences"),
        ({"tag_offsets": np.array([0, 2, 4])}, "from 0 to the number of tag_ids"),
        ({"tag_offsets": np.array([0, 5, 3])}, "tag_offsets must not fall"),
        ({"tag_ids": np.array([0, 2, 3], np.int32)}, "tag_ids must be rows of tag_rows"),
        ({"tag_ids": np.array([0, -1, 1], np.int32)}, "tag_ids must be rows of tag_rows"),
        ({"tag_rows": table(3, stride=32)}, "tag_rows must be as long as output_rows"),
        ({"tag_rows": np.zeros((3, 17), np.float32)}, "tag_rows must come from allocate_table"),
    ],
)
def test_tags_that_do_not_fit(architecture, changes, message):
    given = {**TAGS, "architecture": architecture}
    assert trainer(**given).n_chunks == 6
    with pytest.raises(ValueError, match=message):
        trainer(**{**given, **changes})


def test_what_needs_or_excludes_tags():
    with pytest.raises(ValueError, match="dbow needs tags of documents"):
        trainer(architecture="dbow")
    with pytest.raises(ValueError, match="and are not for weighted positions"):
        trainer(**{**TAGS, "architecture": "cbow"}, position_rows=table(4))
    with pytest.raises(ValueError, match="must be made for one vocabulary"):
        trainer(**{**TAGS, "architecture": "cbow"}, input_rows=table(N - 1))


@pytest.mark.parametrize("architecture", ["skipgram", "cbow", "documents"])
def test_layers_that_take_sets_are_for_documents(architecture):
    with pytest.raises(ValueError, match="features of documents and layers that take sets are for"):
        trainer(output_layer=engine().OneVsAll(N, True), architecture=architecture)


@pytest.mark.parametrize(
    ("parents", "leaves", "message"),
    [
        ([-1], [1], "a label tree needs a root, node 0 with the parent -1, and labels"),
        ([0, 0], [1], "a label tree needs a root, node 0 with the parent -1, and labels"),
        ([-1, 0], [], "a label tree needs a root, node 0 with the parent -1, and labels"),
        ([-1, 0, 2], [1], "nodes must come after their parents, and brothers one after the other"),
        ([-1, 0, 1, 0], [1], "nodes must come after their parents, and brothers one after"),
        ([-1, 0, 0], [0, 1], "labels must have nodes below the root"),
        ([-1, 0, 0], [1, 3], "labels must have nodes below the root"),
    ],
)
def test_label_trees_that_do_not_fit(parents, leaves, message):
    with pytest.raises(ValueError, match=message):
        engine().LabelTree(np.array(parents, np.int32), np.array(leaves, np.int32), False)


@pytest.mark.parametrize(
    ("first", "last", "n_threads", "message"),
    [
        (2, 7, 1, "chunks must lie between 0 and n_chunks"),
        (0, 6, 0, "n_threads must be at least 1"),
    ],
)
def test_chunks_and_threads(first, last, n_threads, message):
    with pytest.raises(ValueError, match=message):
        trainer().start(first, last, n_threads)


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        ("CandidateSoftmax", (0, 3), "n_words and candidates must be at least 1"),
        ("OneVsAll", (0, True), "n_words must be at least 1"),
        ("DifferentiatedSoftmax", ([[0, 2, 0, 4, 0]],), "bands must have words, widths and rows"),
        ("DifferentiatedSoftmax", ([],), "there must be a band"),
        ("DifferentiatedSoftmax", ([[0, 2, 0, 4, 1]], [0]), "there must be a rank for each word"),
        ("DifferentiatedSoftmax", ([[0, 2, 0, 4, 1]], [1, 1]), "every rank must occur once"),
        ("AdaptiveSoftmax", ([[2, 2, 0, 4, 1]],), "clusters must lie one after the other"),
    ],
)
def test_layers_that_do_not_fit(layer, arguments, message):
    if isinstance(arguments[0], list):
        bands, *ranks = (np.array(argument, np.int32) for argument in arguments)
        arguments = (bands.reshape(-1, 5), *ranks)
    with pytest.raises(ValueError, match=message):
        getattr(engine(), layer)(*arguments)


@pytest.mark.parametrize(
    ("offsets", "node_ids", "message"),
    [
        ([0, 1, 3], [0, 0], "the tree's arrays do not fit together"),
        ([0, 2, 2], [0, 0], "every word needs a path"),
        ([0, 1, 2], [0, 1], "a path leaves the tree"),
    ],
)
def test_trees_that_do_not_fit(offsets, node_ids, message):
    codes = np.zeros(len(node_ids), np.uint8)
    with pytest.raises(ValueError, match=message):
        engine().HierarchicalSoftmax(
            np.array(offsets, np.int64), np.array(node_ids, np.int32), codes
        )


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([3], r"a Huffman tree needs 2 to 2\^30 words"),
        ([1, 3], "counts must be in descending order"),
    ],
)
def test_counts_that_make_no_tree(counts, message):
    with pytest.raises(ValueError, match=message):
        engine().huffman_paths(np.array(counts, np.int64))


def test_tables_have_whole_vectors():
    with pytest.raises(ValueError, match="a table needs rows of a multiple of 16 floats"):
        table(stride=17)
    with pytest.raises(ValueError, match="dim must not exceed the table's columns"):
        engine().fill_uniform(table(), 17, 0.1, 1)


@pytest.mark.parametrize(
    ("rule", "n_words"), [("sampled-softmax", 2), ("negative-sampling", 3)], ids=str
)
def test_noise_that_does_not_fit_a_tree(rule, n_words):
    native = engine()
    offsets, zeros = np.array([0, 1, 2], np.int64), np.zeros(2, np.int32)
    tree = native.HierarchicalSoftmax(offsets, zeros, np.array([0, 1], np.uint8))
    of_words = None if rule == "negative-sampling" else np.zeros(n_words)
    noise = native.NoiseSampling(rule, np.full(n_words, 1 / n_words), 2, offsets=of_words)
    with pytest.raises(ValueError, match="the noise must be negative sampling's, of the tree's"):
        native.TreeAndNoise(tree, noise)
