"""Tables that do not fit into memory are refused before they are made."""

import math

import pytest

import huffvec
from huffvec.classify import ClassifierConfig
from huffvec.classify.features import Features
from huffvec.classify.preparing import prepare
from huffvec.classify.run import ClassifierRun
from huffvec.corpus.labelled import read_examples
from huffvec.errors import ConfigError, HuffvecError, TooLargeError
from huffvec.memory import check_memory, free_memory

TEXT = [["cat", "eats"], ["dog", "runs"]] * 9


def written(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


MACHINE = {"proc/meminfo": "MemTotal: 90 kB\nMemAvailable:  50 kB\nSwapFree: 10 kB\nHugePages: x\n"}


def test_what_is_free(tmp_path):
    assert free_memory(tmp_path) == math.inf
    assert free_memory(written(tmp_path, MACHINE)) == 60 * 1024
    assert free_memory() > 0


def test_control_groups_allow_less(tmp_path):
    new = {
        **MACHINE,
        "proc/self/cgroup": "1:cpu:/other\n0::/jobs/one\n",
        "sys/fs/cgroup/jobs/one/memory.max": "max\n",
        "sys/fs/cgroup/jobs/one/memory.current": "7000\n",
        "sys/fs/cgroup/jobs/memory.max": "9000\n",
        "sys/fs/cgroup/jobs/memory.current": "8000\n",
        "sys/fs/cgroup/jobs/memory.stat": "anon 5000\ninactive_file 3000\n",
    }
    assert free_memory(written(tmp_path / "new", new)) == 4000
    old = {
        **MACHINE,
        "proc/self/cgroup": "4:memory:/jobs/two\n0::/\n",  # whose folder only the host sees
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "600\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": "500\n",
    }
    assert free_memory(written(tmp_path / "old", old)) == 100


def test_what_does_not_fit_is_refused():
    check_memory(1, "it", "lower it")
    with pytest.raises(
        TooLargeError, match=r"it would take 1000000000000.00 GB, and .* free: lower"
    ):
        check_memory(1e21, "it", "lower it")
    assert issubclass(TooLargeError, ConfigError)
    assert issubclass(TooLargeError, MemoryError)
    assert issubclass(TooLargeError, HuffvecError)


def test_tables_of_words():
    options = {"dim": 65_536, "min_count": 1, "n_threads": 1}
    subwords = huffvec.Subwords(buckets=2**31 - 9)
    message = r"the model would take \d+.* free: lower dim and buckets, or raise min_count"
    with pytest.raises(TooLargeError, match=message):
        huffvec.train(TEXT, subwords=subwords, **options)


def test_buckets_of_classifiers():
    texts = [("cat eats", "pet"), ("car stops", "vehicle")] * 9
    options = {"dim": 65_536, "n_threads": 1, "buckets": 2**31 - 1}
    message = r"the buckets would take \d+.* free: lower buckets, or raise min_ngram_count"
    with pytest.raises(TooLargeError, match=message):
        huffvec.classify.train(texts, min_ngram_count=0, **options)


def test_tables_of_classifiers():
    found = read_examples([("cat eats", "pet"), ("car stops", "vehicle")])
    small = ClassifierConfig(min_ngram_count=0, buckets=9, n_threads=1)
    features, labels, examples = prepare(found, small)
    config = small.but(dim=65_536, buckets=2**31 - 9)
    message = (
        r"the classifier would take \d+.* free: lower dim, or raise min_count and min_ngram_count"
    )
    with pytest.raises(TooLargeError, match=message):
        ClassifierRun(
            examples, Features(config, features.words), labels, huffvec.FullSoftmax(), config
        )
