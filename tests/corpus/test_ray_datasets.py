"""Ray Datasets as input, read here or in parts by tasks of Ray."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import huffvec
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.corpus.spread import Spread
from huffvec.errors import CorpusError

ray = pytest.importorskip("ray")
pytest.importorskip("ray.data")
pd = pytest.importorskip("pandas")

pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own, of its own code

ROWS = [{"text": f"a b{i % 5} Ž{i % 17}", "tags": [f"t{i % 3}"], "user": i % 4} for i in range(90)]


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


def by_tasks(encoder, shares):
    """Give each share to a task of Ray."""
    task = ray.remote(lambda given, share: given(share))
    return map(ray.get, [task.remote(ray.put(encoder), share) for share in shares])


@pytest.mark.parametrize("is_lazy", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {"column": "text"},
        {"column": "text", "tags": "given", "lowercase": True},
        {"column": "text", "group_by": "user"},
    ],
    ids=str,
)
def test_rows(tmp_path, options, is_lazy) -> None:
    dataset = ray.data.from_items(ROWS, override_num_blocks=7)
    if is_lazy:
        dataset.context.execution_options.preserve_order = True
        dataset = dataset.map_batches(lambda batch: batch, batch_format="pyarrow")
    reading = InputOptions(**options)
    huffvec.encode(pd.DataFrame(ROWS), min_count=2, **options).save(tmp_path / "rows.hvc")
    huffvec.encode(dataset, min_count=2, **options).save(tmp_path / "whole.hvc")
    with open_corpus(dataset, reading, min_count=2, spread=Spread(by_tasks, 2)) as corpus:
        corpus.save(tmp_path / "shares.hvc")
    expected = (tmp_path / "rows.hvc").read_bytes()
    assert (tmp_path / "whole.hvc").read_bytes() == expected
    assert (tmp_path / "shares.hvc").read_bytes() == expected


def test_blocks_of_pandas_and_plain_items() -> None:
    frame = pd.DataFrame({"ids": [[5, 7, 5], [7]]})
    for dataset in (ray.data.from_pandas(frame), ray.data.from_items([["5", "7", "5"], ["7"]])):
        corpus = huffvec.encode(dataset, min_count=1)
        assert corpus.vocabulary.words == ["5", "7"]
        np.testing.assert_array_equal(corpus.sentence_offsets, [0, 3, 4])


def test_a_dataset_without_rows() -> None:
    with pytest.raises(CorpusError, match=r"ray\.MaterializedDataset: has no rows, expected at"):
        huffvec.encode(ray.data.from_items([]))


def test_a_column_that_is_missing() -> None:
    with pytest.raises(CorpusError, match=r"ray\.MaterializedDataset has no column 'words', but"):
        huffvec.encode(ray.data.from_items(ROWS), column="words")
