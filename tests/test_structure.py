"""The order of imports that CONTRIBUTING.md states, and how long files and functions are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from code_shape import (
    PACKAGE,
    ROOT,
    Arrow,
    arrows,
    circles,
    cpp_functions,
    docstrings,
    modules,
    python_functions,
)

MAX_FILE, MAX_FUNCTION = 300, 40

#: Methods that people look for on an object although what they do stands higher.
FRONT_DOORS = {
    Arrow("documents.vectors", "training.inferring"): "documents.infer",
    Arrow("vectors.word_vectors", "evaluation"): "vectors.evaluate",
    Arrow("vectors.word_vectors", "formats"): "vectors.save",
}

#: Files and functions that are longer, and why.
LONG_FILES = {
    "cpp/text/word_break_table.hpp": "a table, made by a program",
}
LONG_FUNCTIONS: dict[str, str] = {}


def order() -> dict[str, int]:
    """Return the row of every module and package in the table of CONTRIBUTING.md."""
    table = ROOT.joinpath("CONTRIBUTING.md").read_text("utf-8").partition("| Modules |")[2]
    rows = re.findall(r"^\| (`.*?) \|", table.partition("\n\n")[0], re.MULTILINE)
    return {name: row for row, cell in enumerate(rows) for name in re.findall(r"`(\w+)`", cell)}


@pytest.fixture(scope="module")
def graph() -> set[Arrow]:
    return arrows(modules())


def unit(module: str) -> str:
    """Return what stands in the order: a package, or a module outside them."""
    return module.partition(".")[0]


def runs_back(arrow: Arrow, rows: dict[str, int]) -> bool:
    importer, imported = unit(arrow.importer), unit(arrow.imported)
    return importer != imported and rows[importer] <= rows[imported]


def test_every_module_stands_in_the_order() -> None:
    assert sorted({name.partition(".")[0] for name in modules()}) == sorted(order())


def test_no_import_runs_back(graph: set[Arrow]) -> None:
    back = {arrow for arrow in graph if runs_back(arrow, order())}
    allowed = set(FRONT_DOORS)
    new = [f"{a} imports {b}" for a, b in sorted(back - allowed)]
    assert not new, "these run back in the order of CONTRIBUTING.md"
    within = {arrow for arrow in graph if unit(arrow.importer) == unit(arrow.imported)}
    assert not allowed - back - within, "these are gone: take them off the list"


def test_there_are_no_circles(graph: set[Arrow]) -> None:
    assert circles(graph - FRONT_DOORS.keys()) == []


def test_only_what_writes_the_report_imports_it(graph: set[Arrow]) -> None:
    report = "comparison.report"
    importers = {a for a, b in graph if b.startswith(report) and not a.startswith(report)}
    assert importers == {"comparison.comparison"}


def test_imports_are_found(tmp_path: Path) -> None:
    path, empty = tmp_path / "a.py", tmp_path / "empty.py"
    empty.touch()
    path.write_text(
        "from huffvec import b, VALUE\nimport huffvec.c.d, json\nif TYPE_CHECKING:\n"
        "    from huffvec.e import E\nelse:\n    from huffvec.f import F\n"
        "def lazy():\n    from huffvec.c import g\n"
    )
    found = arrows({"a": path, "b": empty, "c.g": empty})
    assert {arrow.imported for arrow in found} == {"b", "__init__", "c.d", "f", "c.g"}


def test_circles_are_found() -> None:
    graph = {Arrow(*pair) for pair in ("ab", "bc", "cb", "cd", "de", "ed")}
    assert circles(graph) == [["b", "c"], ["d", "e"]]


def sources(*suffixes: str) -> Iterator[Path]:
    for folder in (PACKAGE, ROOT / "cpp"):
        yield from sorted(path for path in folder.rglob("*") if path.suffix in suffixes)


def test_files_are_short() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in sources(".py", ".hpp", ".cpp")
        if len(path.read_text("utf-8").splitlines()) > MAX_FILE
    }
    assert found == LONG_FILES.keys()


def test_functions_are_short() -> None:
    found = set()
    for path in sources(".py", ".hpp", ".cpp"):
        functions = python_functions(path) if path.suffix == ".py" else cpp_functions(path)
        where = path.relative_to(ROOT)
        found |= {f"{where}:{name}" for name, n_lines in functions if n_lines > MAX_FUNCTION}
    assert found == LONG_FUNCTIONS.keys()


def test_functions_in_cpp_are_found(tmp_path: Path) -> None:
    path = tmp_path / "some.cpp"
    path.write_text(
        "namespace a {\nstruct B {\n  B(int x) : x_(x) {\n    // }\n    f();\n  }\n"
        '  int x_{0};\n};\nint table[] = {1, 2};\nvoid C::run() const {\n  g([] {\n    h("{");\n'
        "  });\n}\n}\n"
    )
    assert list(cpp_functions(path)) == [("B", 2), ("C::run", 3)]


def test_docstrings_say_when_an_error_is_raised() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {reason}"
        for path in sources(".py")
        for text in docstrings(path)
        for reason in re.findall(
            r"^\S.*\n +(.*)", text.partition("Raises\n------\n")[2].partition("\n\n")[0], re.M
        )
    ]
    assert not [reason for reason in found if not re.search(r": (If|As|Before) ", reason)]


def test_files_of_tests_have_names_of_their_own() -> None:
    # pytest imports them by name alone, where a folder is no package.
    names = [
        path.name
        for path in (ROOT / "tests").rglob("test_*.py")
        if not (path.parent / "__init__.py").exists()
    ]
    assert sorted(names) == sorted(set(names))
