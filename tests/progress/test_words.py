import pytest

from huffvec.progress.words import format_bytes, format_count, format_seconds


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0"), (950, "950"), (17_340, "17.3 k"), (1_250_000, "1.25 M"), (2.1e9, "2.10 G")],
)
def test_format_count(n, text):
    assert format_count(n) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0 B"), (999, "999 B"), (20_000, "20.0 kB"), (3.14e6, "3.14 MB"), (1.25e9, "1.25 GB")],
)
def test_format_bytes(n, text):
    assert format_bytes(n) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (7, "0:07"), (750, "12:30"), (11_100, "3:05:00")]
)
def test_format_seconds(seconds, text):
    assert format_seconds(seconds) == text
