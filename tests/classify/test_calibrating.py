"""Calibration: numbers that are known are found, and what is right stays as it is."""

import sys

import numpy as np
import pytest
from classify_answers import in_blocks, make_answers
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, logit

from huffvec import classify
from huffvec.classify import calibration_fits
from huffvec.classify.calibration_fits import fit_isotonic, fit_temperature, thinned
from huffvec.classify.logits import log_complements, logits, normalised
from huffvec.errors import ConfigError, CorpusError, FormatError, MissingExtraError

N_LABELS = 6


def scores_and_labels(n, several, seed=3):
    """Return true log-probabilities of documents, and labels that are drawn from them."""
    random = np.random.default_rng(seed)
    scores = random.normal(0, 2, (n, N_LABELS))
    if not several:
        log_probs = normalised(scores)
        draws = (np.exp(log_probs).cumsum(axis=1) > random.random((n, 1))).argmax(axis=1)
        return log_probs, [[label] for label in draws.tolist()]
    scores -= 1
    drawn = random.random(scores.shape) < expit(scores)
    return scores, [np.flatnonzero(row).tolist() for row in drawn]


def sure(temperature, several, n=20_000):
    """Return answers that are too sure by a temperature, and the true log-probabilities."""
    scores, labels = scores_and_labels(n, several)
    if several:
        return make_answers(expit(temperature * (scores - 0.5)), labels), np.log(expit(scores))
    return make_answers(np.exp(normalised(temperature * scores)), labels), scores


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_a_known_temperature_is_found(temperature):
    answers, true = sure(temperature, several=False)
    found = fit_temperature(in_blocks(answers, 7_000), False)
    # Four times what three seeds differ by.
    assert 1 / found.curve.slope == pytest.approx(temperature, rel=0.05)
    assert not found.is_independent
    calibrated = found.log_probs(answers.log_probs)
    assert np.exp(calibrated).sum(axis=1) == pytest.approx(1)
    assert np.abs(np.exp(calibrated) - np.exp(true)).max() < 0.02
    answers, true = sure(temperature, several=True)
    found = fit_temperature(in_blocks(answers, 7_000), True)
    for curve in (found.curve, found.top):
        assert 1 / curve.slope == pytest.approx(temperature, rel=0.05)
        assert curve.after == pytest.approx(0.5, abs=0.07)
    assert np.abs(np.exp(found.log_probs(answers.log_probs)) - np.exp(true)).max() < 0.03


def test_temperatures_have_the_least_loss():
    answers, _ = sure(2.0, several=False, n=300)
    rows, ids = answers.known()

    def loss(slope):
        return -normalised(slope * answers.log_probs)[rows, ids].mean()

    best = minimize_scalar(loss, bounds=(0.05, 5), method="bounded", options={"xatol": 1e-9}).x
    assert fit_temperature([answers], False).curve.slope == pytest.approx(best, rel=1e-5)
    answers, _ = sure(2.0, several=True, n=300)
    hits = np.zeros(answers.log_probs.shape)
    hits[answers.rows, answers.ids] = 1
    scores = logits(answers.log_probs)
    is_top = scores == scores.max(axis=1, keepdims=True)
    found = fit_temperature([answers], True)
    for curve, chosen in ((found.curve, ~is_top), (found.top, is_top)):
        z, y = scores[chosen], hits[chosen]
        z, y = np.append(z, [z.min(), z.max()]), np.append(y, [1.0, 0.0])  # half an event each
        weights = np.append(np.ones(len(z) - 2), [0.5, 0.5])

        def loss_of_all(numbers, z=z, y=y, weights=weights):
            line = numbers[0] * z + numbers[1]
            return weights @ (np.logaddexp(0, line) - y * line)

        best = minimize(loss_of_all, [1.0, 0.0]).x
        # The bins of 0.01 change little.
        assert [curve.slope, *curve.after] == pytest.approx(best, abs=2e-3)


@pytest.mark.parametrize("several", [False, True])
def test_isotonic_finds_a_bent_curve(several):
    scores, labels = scores_and_labels(20_000, several)
    bent = np.where(scores > 0, scores, 3 * scores) if several else scores
    probs = expit(bent) if several else np.exp(normalised(1.7 * bent))
    answers = make_answers(probs, labels)
    found = fit_isotonic(in_blocks(answers, 7_000), several)
    assert found.is_independent is several
    for curve in (found.curve, found.top):
        assert (np.diff(curve.before) > 0).all()
        assert (np.diff(curve.after) > 0).all()
    true = expit(scores) if several else np.exp(scores)
    calibrated = np.exp(found.log_probs(answers.log_probs))
    if not several:
        assert calibrated.sum(axis=1) == pytest.approx(1)
    assert np.abs(calibrated - true).mean() < 0.012 < np.abs(probs - true).mean()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32), st.integers(2, 60), st.booleans())
def test_the_order_of_labels_stays(seed, n, several):
    random = np.random.default_rng(seed)
    scores = random.normal(0, 3, (n, N_LABELS))
    answers = make_answers(
        expit(scores) if several else np.exp(normalised(scores)),
        [[int(random.integers(N_LABELS))] for _ in range(n)],
    )
    for fit in (fit_temperature, fit_isotonic):
        calibrated = fit([answers], several).log_probs(answers.log_probs)
        assert (np.argsort(calibrated, axis=1) == np.argsort(answers.log_probs, axis=1)).all()


def test_the_most_probable_label_has_a_curve_of_its_own():
    # Of scores that say nothing the first is right half the time, the others never.
    random = np.random.default_rng(9)
    scores = random.normal(0, 1, (4_000, N_LABELS))
    tops = scores.argmax(axis=1)
    labels = [[int(top) if random.random() < 0.5 else N_LABELS] for top in tops]
    answers = make_answers(expit(scores), labels)
    for fit in (fit_temperature, fit_isotonic):
        probs = np.exp(fit([answers], True).log_probs(answers.log_probs))
        assert probs[np.arange(4_000), tops].mean() == pytest.approx(0.5, abs=0.02)
        assert np.sort(probs, axis=1)[:, :-1].max() < 0.01


def test_data_without_errors_give_finite_numbers():
    answers = make_answers(np.eye(3)[[0, 2, 1, 1]] * 0.9 + 0.1 / 3, [[0], [2], [1], [1]])
    assert 10 < fit_temperature([answers], False).curve.slope <= calibration_fits.MOST_SLOPE
    # Half an event besides the eight that did not happen, and besides the four that did.
    for fit in (fit_temperature, fit_isotonic):
        calibrated = np.exp(fit([answers], True).log_probs(answers.log_probs))
        found = np.unique(calibrated.round(6)).tolist()
        assert found == pytest.approx([0.5 / 9, 4.5 / 5], rel=0.1)


def test_of_too_many_numbers_every_second_document_stays(monkeypatch):
    answers = make_answers(np.full((100, 5), 0.2), [[i % 4] for i in range(100)])
    monkeypatch.setattr(calibration_fits, "MAX_NUMBERS", 150)
    kept = thinned(in_blocks(answers, 10))
    assert 75 < sum(one.log_probs.size for one in kept) <= 150
    assert set(np.concatenate([one.ids for one in kept]).tolist()) <= {0, 1, 2, 3}


TRAIN = "".join(
    f"__label__{label} {word} {word} x\n" for label in "abc" for word in (label * 2, label * 3)
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibrate")
    (folder / "train.txt").write_text(TRAIN)
    valid = ["a aa x", "b bb", "a bbb x", "c cc cc", "c ccc", "b aaa", "a quite other", "b"]
    (folder / "valid.txt").write_text("".join(f"__label__{line}\n" for line in valid))
    several = [line.replace(" ", " __label__d ", 1) for line in valid]
    (folder / "several.txt").write_text("".join(f"__label__{line}\n" for line in several))
    return folder


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
def test_of_a_classifier(files, method):
    raw = classify.train(files / "train.txt", epochs=40, learning_rate=2.0, n_threads=1)
    raw = classify.choose_thresholds(raw, files / "valid.txt")
    model = classify.calibrate(raw, files / "valid.txt", method)
    assert (raw.calibration, model.thresholds) == (None, None)
    assert model.calibration.method == method
    assert not model.is_independent
    before, after = raw.test(files / "valid.txt"), model.test(files / "valid.txt")
    assert after.log_loss < before.log_loss
    assert after.at[0] == before.at[0]
    texts = ["aa x", "quite other", "bbb"]
    probs = model.predict_proba(texts)
    assert probs.sum(axis=1) == pytest.approx(1)
    assert (probs[1] == raw.predict_proba(texts)[1]).all()  # priors stay
    again = classify.calibrate(model, files / "valid.txt", method)
    assert again.predict_proba(texts) == pytest.approx(probs)
    model.save(files / "m.hvclf")
    assert (classify.load(files / "m.hvclf").predict_proba(texts) == probs).all()


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
def test_with_several_labels_a_softmax_gives_the_probability_of_each(files, method):
    raw = classify.train(files / "several.txt", "full-softmax", epochs=20, n_threads=1)
    assert not raw.is_independent
    model = classify.calibrate(raw, files / "several.txt", method)
    assert model.is_independent
    probs = model.predict_proba(["a aa x", "b bb", "nothing"])
    assert (probs[:2].sum(axis=1) > 1.2).all()
    assert probs[2] == pytest.approx(np.minimum(1, model.labels.counts / 8))
    assert model.test(files / "several.txt").decision == "from 0.5 on"


def test_what_cannot_calibrate(files):
    (files / "foreign.txt").write_text("__label__x aa\n__label__a quite other\n")
    for objective in ("full-softmax", "one-vs-all"):
        model = classify.train(files / "train.txt", objective, epochs=1, n_threads=1)
        for method in ("temperature", "isotonic"):
            with pytest.raises(CorpusError, match="on: no text that has features has a label that"):
                classify.calibrate(model, files / "foreign.txt", method)
    with pytest.raises(ConfigError, match="method must be one of temperature, isotonic, not 'iso"):
        classify.calibrate(model, files / "valid.txt", "isotonik")


def test_isotonic_needs_scikit_learn(files, monkeypatch):
    model = classify.train(files / "train.txt", epochs=1, n_threads=1)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingExtraError, match=r"isotonic calibration needs .* needs it not\."):
        classify.calibrate(model, files / "valid.txt")
    assert classify.calibrate(model, files / "valid.txt", "temperature").calibration


def calibration(method="temperature", slopes=(1.0,), is_independent=False, **arrays):
    values = {"method": method, "slopes": list(slopes), "is_independent": is_independent}
    return values, {"before": [0.0], "after": [1.0], **arrays}


@pytest.mark.parametrize(
    ("values", "arrays"),
    [
        ({}, {}),
        calibration("magic"),
        calibration(slopes=()),
        calibration(slopes=[-1.0]),
        calibration(slopes=["1"]),
        calibration(slopes=[1.0, 1.0]),
        calibration(is_independent=True),
        calibration("isotonic"),
        calibration(before=[]),
        calibration(before=[1.0, 1.0], after=[1.0, 2.0]),
        calibration(before=[1.0, 2.0]),
        calibration(before=[1.0, np.inf], after=[1.0, 2.0]),
        calibration(before=[[1.0]], after=[[1.0]]),
    ],
)
def test_damaged_files(files, values, arrays):
    model = classify.train(files / "train.txt", epochs=1, n_threads=1)
    model.extra["calibration"] = values
    model.extra_arrays |= {f"calibration.{name}": np.array(x) for name, x in arrays.items()}
    with pytest.raises(FormatError, match=r"the file's calibration cannot be used: \{"):
        model.predict_proba(["a"])


def test_logits_are_exact_near_0_and_1():
    probs = np.array([1e-300, 1e-9, 0.3, 0.5, 0.9])
    assert logits(np.log(probs)) == pytest.approx(logit(probs), rel=1e-12)
    assert log_complements(np.array([-1e-12])) == pytest.approx(np.log(1e-12))
    assert np.isfinite(log_complements(np.array([0.0, -np.inf]))).all()
