"""Documents of JSON with something in them changed, for tests of what reads them."""

import copy
import json

from hypothesis import strategies as st

# Lists in lists, written when the document is: what a parser takes, but not all that goes through
# it, and what no parser takes.
DEEP = {"<600 deep>": 600, "<100000 deep>": 100_000}
NUMBERS = st.sampled_from(
    [0, -1, 1, 2**31, 2**63, 10**30, 10**400, -(10**400), 0.0, -0.5, 5e-324, 1e-300, 1e300, -1e300]
)
TEXTS = st.one_of(
    st.text(max_size=5), st.sampled_from(["\ud800", "$x^{$", "_", "x" * 20_000, "a\nb\0", "NaN"])
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, st.floats(), TEXTS)
VALUES = st.one_of(
    LEAVES,
    st.lists(LEAVES, max_size=3),
    st.dictionaries(st.text(max_size=5), LEAVES, max_size=3),
    st.sampled_from(sorted(DEEP)),
)


def places(value, path=()):
    """Return the paths of all values in a document, and the document's own."""
    inner = list(value.items()) if isinstance(value, dict) else []
    if isinstance(value, list):
        inner = list(enumerate(value))
    found = [path] if path else []
    for key, child in inner:
        found += places(child, (*path, key))
    return found


def text_of(value):
    """Return the text of a document."""
    text = json.dumps(value)
    for name, depth in DEEP.items():
        text = text.replace(f'"{name}"', depth * "[" + depth * "]")
    return text


@st.composite
def mutated(draw, document):
    """Return a document with one to three values replaced, removed, or given twice."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        paths = places(changed)
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        parent = changed
        for key in way:
            parent = parent[key]
        what = draw(st.sampled_from(["replace", "replace", "remove", "repeat"]))
        if what == "replace":
            parent[last] = draw(VALUES)
        elif what == "remove":
            del parent[last]
        elif isinstance(parent, list):
            parent.insert(last, copy.deepcopy(parent[last]))
        else:
            parent[draw(st.text(max_size=3))] = copy.deepcopy(parent[last])
    return changed
