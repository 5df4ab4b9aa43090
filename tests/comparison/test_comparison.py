"""Comparing objectives: the parts, and the whole as users call it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from cli_helpers import files_of, write_english
from comparison_results import ABOUT, SETTINGS
from harness import bound_to
from hypothesis import given
from hypothesis import strategies as st

import huffvec
from huffvec import HierarchicalSoftmax, NegativeSampling, TrainingConfig
from huffvec.comparison import compare, runs
from huffvec.comparison.candidates import candidates_of
from huffvec.comparison.cost import Cost, vocabulary_sizes
from huffvec.comparison.depth import tree_depth
from huffvec.comparison.plans import Budget, Plan, make_plan, speed_of
from huffvec.comparison.progress import RunLines, SilentRuns, outcome
from huffvec.comparison.reading import load
from huffvec.comparison.report.plots import (
    available_plots,
    quality_against_speed,
    quality_against_time,
    scores,
)
from huffvec.comparison.report.style import LIGHT, MARKERS, marks, spread_apart, visible_loss
from huffvec.comparison.results import FILE_NAME, Moment, Results, RunResult, Score
from huffvec.comparison.runs import train_and_measure
from huffvec.comparison.split import (
    BLOCK_TOKENS,
    most_frequent,
    renumbered,
    split_corpus,
    unigram_nats,
)
from huffvec.comparison.terms import Terms
from huffvec.corpus import Sentences, Vocabulary
from huffvec.errors import ConfigError, CorpusError, FormatError, OutputError
from huffvec.objectives import OBJECTIVES

QUICK = {"dim": 8, "epochs": 1, "min_count": 1, "n_threads": 1, "probe_seconds": 0.01}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return write_english(tmp_path_factory.mktemp("text") / "english.txt", 1500)


@pytest.fixture(scope="module")
def split(text):
    with huffvec.encode(text, min_count=1) as corpus:
        return split_corpus(corpus, corpus.vocabulary, 1)


# Which candidates.


def test_candidates_are_parsed():
    found = candidates_of("negative-sampling:samples=7,share=2,hierarchical-softmax, nce")
    assert [c.label for c in found] == [
        "negative-sampling:samples=7,share=2", "hierarchical-softmax", "nce",
    ]  # fmt: skip
    assert found[0].objective == NegativeSampling(samples=7, share=2)
    one = candidates_of("nce:samples=3,log_z=0.5,learning_rate=0.01")[0]
    assert one.objective == huffvec.NCE(samples=3, log_z=0.5)
    assert one.learning_rate == 0.01
    assert one.label == "nce:samples=3,log_z=0.5,learning_rate=0.01"
    assert candidates_of("nce:log_z=none")[0].label == "nce"
    lists = candidates_of("adaptive-softmax:cutoffs=5,9,div_value=2,nce:samples=3,blackout")
    assert [candidate.objective for candidate in lists] == [
        huffvec.AdaptiveSoftmax((5, 9), 2.0),
        huffvec.NCE(samples=3),
        huffvec.BlackOut(),
    ]
    text_option = candidates_of("hierarchical-softmax:tree=balanced")[0]
    assert text_option.objective == HierarchicalSoftmax(tree="balanced")


def test_all_stands_for_every_objective():
    assert [c.objective.name for c in candidates_of("all")] == list(OBJECTIVES)
    assert len(candidates_of(["all", NegativeSampling(samples=2)])) == len(OBJECTIVES) + 1


@pytest.mark.parametrize(
    "label",
    [
        "adaptive-softmax:cutoffs=5,9",
        *OBJECTIVES,
        "nce:log_z=0.25",
        "negative-sampling:samples=9",
    ],
)
def test_a_label_is_read_as_what_it_names(label):
    assert candidates_of(label)[0].label == label


@pytest.mark.parametrize(
    ("objectives", "message"),
    [
        ("negative-samplin", "Did you mean 'negative-sampling'"),
        ("nce:candidates=5", "nce has the options samples.* not 'candidates=5'"),
        ("nce:samples", "written as nce:samples=VALUE"),
        ("samples=5,nce", "'samples=5' comes before any objective"),
        ("nce,nce", "nce is named twice"),
        ("nce:samples=many", "samples must be a whole number.*'many'"),
        ("nce:learning_rate=fast", "learning_rate must be a number over 0 .*, not 'fast'"),
        ("hierarchical-softmax:tree=oak", "there is no file 'oak'"),
        (" , ", "name at least one of all, negative-sampling"),
    ],
)
def test_candidates_that_cannot_be_used_are_refused(objectives, message):
    with pytest.raises(ConfigError, match=message):
        candidates_of(objectives)


# Parting the text.


def corpus_of(sizes, n_words=50, seed=3):
    rng = np.random.default_rng(seed)
    ids = rng.integers(n_words, size=sum(sizes))
    return Sentences.from_arrays(ids, np.concatenate([[0], np.cumsum(sizes)]))


def vocabulary_of(corpus, n_words=50):
    """Return a vocabulary whose counts go down, though the corpus's need not."""
    return Vocabulary([f"w{i}" for i in range(n_words)], np.arange(2 * n_words, n_words, -1))


@pytest.mark.parametrize("sizes", [[7] * 4000, [30_000], [1, 9000, 2, 400, 17_000]])
def test_the_parts_are_the_text(sizes):
    corpus = corpus_of(sizes)
    split = split_corpus(corpus, vocabulary_of(corpus), 1)
    assert split.train.n_tokens + split.heldout.n_tokens == corpus.n_tokens
    assert split.n_oov == 0
    share = split.heldout.n_tokens / corpus.n_tokens
    assert 0.03 < share < 0.07
    assert 0 < split.sample.n_tokens <= split.heldout.n_tokens
    counts = np.bincount(split.train.ids, minlength=50)
    assert (counts == split.vocabulary.counts).all()
    assert (np.diff(split.vocabulary.counts) <= 0).all()
    again = split_corpus(corpus, vocabulary_of(corpus), 1)
    assert (again.heldout.ids == split.heldout.ids).all()


def test_held_out_blocks_come_from_all_over_and_keep_sentences():
    sizes = [10] * 6_000
    ids = np.arange(60_000) // 10 % 47  # a sentence is one word, ten times
    corpus = Sentences.from_arrays(ids, np.concatenate([[0], np.cumsum(sizes)]))
    vocabulary = Vocabulary([f"w{i}" for i in range(47)], np.bincount(ids))
    split = split_corpus(corpus, vocabulary, 1)
    assert (np.diff(split.heldout.sentence_offsets) == 10).all()
    words = [split.vocabulary.words[i] for i in split.heldout.ids[:: BLOCK_TOKENS // 2]]
    assert len(set(words)) > 10
    whole = (split.train.ids, split.heldout.ids)
    restored = np.concatenate([[split.vocabulary.words[i] for i in part] for part in whole])
    assert sorted(restored) == sorted(f"w{i}" for i in ids)


def test_words_of_the_held_out_part_alone_are_unknown():
    corpus = corpus_of([20_000])
    first = split_corpus(corpus, vocabulary_of(corpus), 1)
    limit = int(np.sort(first.vocabulary.counts)[10]) + 1
    split = split_corpus(corpus, vocabulary_of(corpus), limit)
    assert len(split.vocabulary) < 50
    assert split.vocabulary.counts.min() >= limit
    assert split.n_oov == first.heldout.n_tokens - split.heldout.n_tokens > 0
    assert split.heldout.ids.max() < len(split.vocabulary)


def test_too_little_text_is_refused():
    corpus = corpus_of([90])
    vocabulary = vocabulary_of(corpus)
    with pytest.raises(CorpusError, match="has 90 tokens in its vocabulary, too few to hold some"):
        split_corpus(corpus, vocabulary, 1)
    corpus = corpus_of([30_000])
    with pytest.raises(CorpusError, match="at least 2 different words, found 0"):
        split_corpus(corpus, vocabulary, 10_000)


def test_renumbered_drops_words_and_empty_sentences():
    corpus = Sentences.from_arrays([3, 1, 1, 0, 2, 3], [0, 1, 3, 6])
    found = renumbered(corpus, np.array([1, -1, -1, 0], np.int32))
    assert found.ids.tolist() == [0, 1, 0]
    assert found.sentence_offsets.tolist() == [0, 1, 3]
    with pytest.raises(CorpusError, match="no token of the text is a word"):
        renumbered(corpus, np.full(4, -1, np.int32))
    vocabulary = Vocabulary(["d", "a", "c", "b"], [9, 7, 5, 3])
    few, words = most_frequent(corpus, vocabulary, 2)
    assert few.ids.tolist() == [1, 1, 0]
    assert words.words == ["d", "a"]


def test_unigram_loss_is_the_entropy_if_frequencies_are_equal():
    corpus = Sentences.from_arrays([0, 1, 1, 0], [0, 4])
    assert unigram_nats(corpus, Vocabulary(["a", "b"], [2, 2])) == pytest.approx(math.log(2))
    assert unigram_nats(corpus, Vocabulary(["a", "b"], [3, 1])) == pytest.approx(
        -(math.log(0.75) + math.log(0.25)) / 2
    )


def test_vocabulary_sizes_end_with_all_words():
    assert vocabulary_sizes(68_000) == [1000, 2872, 8246, 23680, 68000]
    assert vocabulary_sizes(2) == [2]
    assert vocabulary_sizes(40)[-1] == 40


# One run.


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_run_is_measured(split, objective):
    candidate = candidates_of(objective)[0]
    config = TrainingConfig(dim=8, epochs=2, n_threads=1, subsample_threshold=0)
    plan = Plan(candidate, config, tokens_per_second=1e5)
    run = train_and_measure(plan, split, pairs=(), analogies=(), callback=SilentRuns())
    assert (run.status, run.message) == ("complete", "")
    assert run.tokens == 2 * split.train.n_tokens
    assert (run.epochs, run.planned_epochs) == (2.0, 2)
    assert run.n_targets == split.heldout.n_tokens
    assert 0 < run.nats < 2 * math.log(len(split.vocabulary))
    assert [m.tokens for m in run.curve] == sorted({m.tokens for m in run.curve})
    assert run.curve[-1].tokens == run.tokens
    assert run.curve[-1].seconds == run.seconds > 0
    assert run.memory.input_bytes == len(split.vocabulary) * 16 * 4
    assert (run.tree is not None) == (objective == "hierarchical-softmax")
    assert run.memory.table_bytes >= run.memory.input_bytes + run.memory.output_bytes


def test_a_run_stops_in_time(split):
    config = TrainingConfig(dim=8, epochs=100_000, n_threads=1)
    seen = SilentRuns()
    plan = Plan(candidates_of("nce")[0], config, 1e6, limit_seconds=0.2)
    run = train_and_measure(plan, split, pairs=(), analogies=(), callback=seen)
    assert run.status == "partial"
    assert 0 < run.tokens < 100_000 * split.train.n_tokens
    assert 1 <= len(run.curve) <= len(runs.MOMENTS)
    until = replace(plan, until_limit=True)
    assert train_and_measure(until, split, pairs=(), analogies=(), callback=seen).status == (
        "complete"
    )


def test_a_run_that_diverges_is_a_result(split):
    config = TrainingConfig(dim=8, epochs=50, n_threads=1, learning_rate=10.0)
    plan = Plan(candidates_of("hierarchical-softmax")[0], config, 1e5)
    broken = replace(split, train=replace_with_loud_words(split.train))
    run = train_and_measure(plan, broken, pairs=(), analogies=(), callback=SilentRuns())
    if run.status == "failed":  # whether numbers overflow depends on the processor
        assert "the loss is" in run.message
        assert "failed: " in outcome(run)
    assert math.isfinite(run.nats) == (run.status == "complete")


def replace_with_loud_words(corpus):
    return Sentences.from_arrays(np.resize([0, 1], corpus.n_tokens), [0, corpus.n_tokens])


def test_depth_of_trees(split):
    counts = split.vocabulary.counts
    found = tree_depth(bound_to(HierarchicalSoftmax(), counts, 8), split.vocabulary)
    assert found.entropy <= found.mean <= found.entropy + 1
    assert found.bins[0].share > found.bins[-1].share
    assert found.bins[0].mean < found.bins[-1].mean
    assert tree_depth(bound_to(NegativeSampling(), counts, 8), split.vocabulary) is None


# The whole.


def test_compare_writes_a_report_and_resumes(text, tmp_path):
    folder = tmp_path / "new" / "report"
    chosen = "negative-sampling,hierarchical-softmax"
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("cat\tdog\t9\ncat\tcar\t1\ntruck\ttrain\t8\n")
    analogies = tmp_path / "analogies.txt"
    analogies.write_text(": pets\ncat eats dog sleeps\n")
    tests = {"pairs": [pairs], "analogies": [analogies]}
    first = huffvec.compare(text, chosen, folder, seeds=1, **tests, **QUICK)
    assert first.n_reused == 0
    names = {"results.json", "index.html", "quality-speed.png", "quality-time.png", "scores.png",
             "cost.png", "depth.png", "reliability.png"}  # fmt: skip
    assert set(files_of(folder)) == names
    page = (folder / "index.html").read_text()
    for expected in ["negative-sampling", "Recommendation", "word frequencies alone", "pairs"]:
        assert expected in page
    assert not {"http://", "https://"} & set(page.replace("http://www.w3.org", "").split('"'))
    assert page.count("data:image/svg+xml;base64,") == 4 * 6  # light and dark, wide and narrow
    assert (folder / "cost.png").read_bytes().startswith(b"\x89PNG")
    assert first.recommendation()[0].question == "First choice"

    second = huffvec.compare(text, chosen + ",nce", folder, seeds=2, **tests, **QUICK)
    assert second.n_reused == 2
    assert second.results.runs[:2] == first.results.runs
    assert [(run.label, run.seed) for run in second.results.runs[2:]] == [
        ("nce", 1), ("negative-sampling", 2), ("hierarchical-softmax", 2), ("nce", 2),
    ]  # fmt: skip
    assert [one.n_runs for one in second.summaries()] == [2, 2, 2]
    assert load(folder) == second.results

    with pytest.raises(ConfigError, match=r"made with other settings .*'dim': 8.*results.json in"):
        huffvec.compare(text, chosen, folder, **tests, **(QUICK | {"dim": 9}))


def test_results_survive_their_file(tmp_path):
    run = RunResult("nce", 3, "failed", "it was too hot", nats=math.nan)
    results = Results(SETTINGS, ABOUT, ["nce"], {"nce": [Cost(9, 8, 7.0, 6.0)]}, [run])
    results.save(tmp_path)
    found = load(tmp_path)
    assert math.isnan(found.runs[0].nats)
    assert replace(found.runs[0], nats=0.0) == replace(run, nats=0.0)
    assert replace(found, runs=[]) == replace(results, runs=[])
    terms = Terms("epochs", "nce", 0, None)
    assert found.find(terms, 3) is found.runs[0]
    assert found.find(terms, 4) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is damaged or not the results"),
        (b"[]", "is damaged or not the results"),
        (b'{"huffvec_comparison": 99}', "written by another version"),
        (b'{"huffvec_comparison": 1, "settings": {}}', "is damaged or not the results"),
        (b'{"huffvec_comparison": 2, "settings": {}}', "is damaged or not the results"),
        (b'{"huffvec_comparison": 1, "settings": {}, "about": {}, "labels": [], "costs": {}, '
         b'"runs": [{"label": "nce"}]}', "is damaged or not the results"),
    ],
)  # fmt: skip
def test_damaged_results_are_refused(tmp_path, text, content, message):
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(FormatError, match=message):
        compare(text, "nce", tmp_path, **QUICK)
    assert (tmp_path / FILE_NAME).read_bytes() == content


@given(st.binary(max_size=60))
def test_arbitrary_results_are_read_or_refused(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp() / "arbitrary"
    folder.mkdir(exist_ok=True)
    (folder / FILE_NAME).write_bytes(content)
    with pytest.raises(FormatError):
        load(folder)


def test_results_with_options_by_older_names_are_gone_on_with(tmp_path):
    labels = ["hs:tree=a,b", "nce:noise_samples=3,noise_exponent=0.5", "blackout:exponent=1"]
    labels.append("adaptive-softmax:cutoffs=5/9,div_value=3")
    runs = [RunResult(label, 1, "failed", "why") for label in labels]
    found = Results(SETTINGS, ABOUT, labels, {labels[1]: []}, runs)
    found.save(tmp_path)
    again, nce = load(tmp_path), "nce:samples=3,proposal=unigram^0.5"
    adaptive = "adaptive-softmax:cutoffs=5,9,div_value=3"
    assert again.labels == ["hs:tree=a,b", nce, "blackout:proposal=unigram^1", adaptive]
    assert candidates_of(adaptive)[0].label == adaptive
    assert (list(again.costs), again.of(nce)[0].message) == ([nce], "why")
    assert candidates_of(nce)[0].label == nce


def test_more_than_a_report_can_show_is_refused(text, tmp_path):
    many = [f"nce:samples={n}" for n in range(1, 62)]
    with pytest.raises(ConfigError, match="a report can show 60 objectives, not 61: leave some"):
        compare(text, many, tmp_path / "report", **QUICK)
    pairs = [tmp_path / f"{n}.tsv" for n in range(31)]
    for path in pairs:
        path.write_text("cat\tdog\t9\ncat\tcar\t1\n")
    with pytest.raises(ConfigError, match="a report can show 30 tests, not 31"):
        compare(text, "nce", tmp_path / "report", pairs=pairs, **QUICK)


def test_no_results_are_a_format_error(tmp_path):
    with pytest.raises(FormatError, match="cannot be read: No such file"):
        load(tmp_path)


def test_any_input_is_compared(text, tmp_path):
    sentences = [line.split() for line in text.read_text().splitlines()]
    found = compare(sentences, "nce", tmp_path / "lists", **QUICK)
    from_file = compare(text, "nce", tmp_path / "file", **QUICK)
    assert found.results.about["files"] == "list"
    different = {"text_checksum"}  # ties in counts may be broken otherwise
    for key in set(found.results.settings) - different:
        assert found.results.settings[key] == from_file.results.settings[key]
    assert repr(found).startswith("Comparison(Results(1 runs of 1 objectives), '")
    assert "<td style='text-align:left'>nce</td>" in found._repr_html_()
    assert "<th style='text-align:right'>nats / target</th>" in found._repr_html_()


def test_a_run_that_fails_does_not_stop_the_others(text, tmp_path):
    rows = "".join(f"{a}\t{b}\n" for a, b in [("the", "the"), ("of", "of")])
    (tmp_path / "vectors.txt").write_text("2 2\nthe 1 0\nof 0 1\n")
    (tmp_path / "tree.tsv").write_text(rows)
    found = compare(
        text, f"hierarchical-softmax:tree={tmp_path / 'tree.tsv'},nce", tmp_path / "report", **QUICK
    )
    by_tree, nce = found.summaries()
    assert (by_tree.status, nce.status) == ("failed", "complete")
    assert by_tree.message
    assert any(advice.question == "Failed" for advice in found.recommendation())
    assert "✕" in found.page.read_text()
    assert load(tmp_path / "report").runs[0].status == "failed"


def test_slow_objectives_get_ten_times_the_time_of_the_fastest():
    config, n_tokens = TrainingConfig(seed=7), 1_000_000
    fast, slow = candidates_of("nce,full-softmax")
    speeds = {"nce": 1_000.0, "full-softmax": 25.0}
    plan = make_plan(fast, config, Budget(2, None), n_tokens, speeds)
    assert (plan.limit_seconds, plan.config.seed, plan.config.epochs) == (None, 7, 2)
    assert plan.tokens_per_second == 1_000
    assert make_plan(slow, config, Budget(2, None), n_tokens, speeds).limit_seconds == 20_000
    assert make_plan(slow, config, Budget(2, 3.0), n_tokens, speeds).limit_seconds == 180
    plan = make_plan(fast, config, Budget(None, 50.0), n_tokens, speeds)  # three epochs fit
    assert plan.until_limit
    assert (plan.limit_seconds, plan.config.epochs) == (3_000, 5)


def test_the_speed_is_that_with_all_the_words():
    costs = [Cost(10, 500, 1.0, 1.0), Cost(20, 600, 1.0, 2.0)]
    assert speed_of(costs, 20) == 300
    assert speed_of(costs, 30) is None


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"seeds": 0}, ConfigError, "seeds must be a whole number from 1"),
        ({"minutes": -1.0}, ConfigError, "minutes must be a number over 0"),
        ({"epochs": 0}, ConfigError, "epochs must be a whole number"),
        ({"deterministic": True}, ConfigError, "deterministic is not for comparing, which goes by"),
        ({"pairs": ["nowhere.tsv"]}, FormatError, "There is no file 'nowhere.tsv'"),
        ({"analogies": ["nowhere.txt"]}, FormatError, "There is no file 'nowhere.txt'"),
    ],
)
def test_options_are_checked_before_the_work(text, tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        compare(text, "nce", tmp_path / "report", **(QUICK | options))
    assert not (tmp_path / "report").exists()


def test_a_folder_that_cannot_be_made_is_refused(text, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="report' cannot be made: Not a directory"):
        compare(text, "nce", tmp_path / "file" / "report", **QUICK)


def test_a_time_budget_alone(text, tmp_path):
    options = {k: v for k, v in QUICK.items() if k != "epochs"}
    found = compare(text, "negative-sampling", tmp_path, minutes=0.005, **options)
    run = found.results.runs[0]
    assert run.status == "complete"
    assert run.epochs < run.planned_epochs
    assert found.results.settings["epochs"] is None


def test_progress_in_a_log(text, tmp_path):
    import io

    stream = io.StringIO()
    for _ in range(2):
        compare(text, "nce", tmp_path, progress=RunLines(stream, every=0.0), **QUICK)
    lines = stream.getvalue().splitlines()
    assert any(line.startswith("cost of a step: nce, ") for line in lines)
    done = [line for line in lines if line.startswith("1/1  nce, seed 1: ")]
    assert len(done) == 2
    assert "nats per target" in done[0]
    assert done[1].endswith("(kept from before)")


def test_progress_may_be_asked_for_by_true(text, tmp_path, capsys):
    compare(text, "nce", tmp_path, progress=True, **QUICK)
    assert "1/1  nce, seed 1" in capsys.readouterr().err


# How it looks.


@given(
    st.lists(st.floats(-1, 2), min_size=1, max_size=12),
    st.floats(0.001, 0.08),
)
def test_labels_are_spread_apart_in_order(places, gap):
    moved = spread_apart(places, gap, 0.0, 1.0)
    assert min(moved) > -1e-9
    assert max(moved) < 1 + 1e-9
    order = sorted(range(len(places)), key=lambda i: places[i])
    steps = np.diff([moved[i] for i in order])
    assert (steps > gap - 1e-9).all()


def test_labels_with_room_stay_where_they_are():
    assert spread_apart([0.8, 0.2, 0.5], 0.1) == [0.8, 0.2, 0.5]
    assert spread_apart([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])


def test_every_objective_has_a_look_of_its_own():
    assert len(MARKERS) >= len(OBJECTIVES)
    look = marks([*OBJECTIVES, "nce:log_z=0"])
    seen = {(one["color"], one["marker"]) for label, one in look.items() if ":" not in label}
    assert len(seen) == len(OBJECTIVES)
    assert look["nce"]["color"] == look["nce:log_z=0"]["color"] == marks(["nce"])["nce"]["color"]
    assert look["nce"]["linestyle"] != look["nce:log_z=0"]["linestyle"]


def test_hollow_marks_are_partial_runs_in_every_plot():
    look = marks(["nce", *(f"nce:samples={n}" for n in range(1, 7))])
    assert {one["fillstyle"] for one in look.values()} == {"full", "left", "bottom", "right", "top"}
    one = RunResult(
        "nce", 1, "partial", tokens=5, epochs=0.5, planned_epochs=1, targets=5.0, seconds=1.0,
        nats=6.0, curve=(Moment(1.0, 5, 6.0),), scores=(Score("pairs", "pairs", 30.0, 300),),
    )  # fmt: skip
    whole = replace(one, label="blackout", status="complete")
    results = Results(SETTINGS, ABOUT, ["nce", "blackout"], {}, [one, whole])
    for plot in (quality_against_speed, quality_against_time, scores):
        figure = plot(results, LIGHT)
        fills = {line.get_marker(): line.get_fillstyle() for line in figure.axes[0].lines}
        assert fills[look["nce"]["marker"]] == "none"
        assert fills[marks(["blackout"])["blackout"]["marker"]] == "full"


def test_up_is_better_in_both_plots_of_losses():
    run = RunResult(
        "nce", 1, "complete", tokens=5, epochs=1.0, planned_epochs=1, targets=5.0, seconds=1.0,
        nats=6.0, curve=(Moment(0.5, 2, 7.0), Moment(1.0, 5, 6.0)),
    )  # fmt: skip
    results = Results(SETTINGS, ABOUT, ["nce"], {}, [run])
    for plot in (quality_against_speed, quality_against_time):
        [ax] = plot(results, LIGHT).axes
        bottom, top = ax.get_ylim()
        assert bottom > top  # losses: less is better
        assert ax.get_ylabel().endswith("better →")


def test_names_stand_below_on_narrow_paper():
    long = "hierarchical-softmax:tree=" + "a-name-of-a-file-" * 4
    runs = [
        RunResult(
            label, 1, "complete", tokens=5, epochs=1.0, planned_epochs=1, targets=5.0, seconds=1.0,
            nats=nats,
        )
        for label, nats in (("nce", 6.5), (long, 6.0))
    ]  # fmt: skip
    results = Results(SETTINGS, ABOUT, ["nce", long], {}, runs)
    wide, narrow = (quality_against_speed(results, one) for one in (LIGHT, LIGHT.narrow()))
    assert wide.get_figwidth() > 8
    assert narrow.get_figwidth() < 5
    names = [text.get_text() for text in narrow.legends[0].get_texts()]
    assert names == [long[:43] + "…", "nce"]  # the best on top
    assert not narrow.axes[0].texts
    assert [text.get_text() for text in wide.axes[0].texts] == ["nce", long[:43] + "…"]
    narrow.canvas.draw()
    box = narrow.legends[0].get_window_extent()
    assert box.x0 >= 0
    assert box.x1 <= narrow.bbox.x1
    assert box.y1 < narrow.axes[0].xaxis.label.get_window_extent().y0


def test_what_has_learned_nothing_does_not_press_the_others_together():
    best, worst = visible_loss([6.0, 6.1, 6.2, 60.0])
    assert best < 6.0
    assert 6.2 < worst < 7.5
    best, worst = visible_loss([5.0])
    assert best < 5.0 < worst


def test_no_plots_without_numbers():
    failed = RunResult("nce", 1, "failed", "too hot")
    assert available_plots(Results({}, {}, ["nce"], {}, [failed])) == []
