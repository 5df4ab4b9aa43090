"""What the tests of the structure read from the sources: imports, and how long things are."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "huffvec"


class Arrow(NamedTuple):
    """A module of the package and one that it imports, without ``huffvec.``."""

    importer: str
    imported: str


def modules() -> dict[str, Path]:
    """Return the file of every module; a package's own is named as the package."""
    found = {}
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.glob("_*.pyi")]:
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def arrows(files: Mapping[str, Path]) -> set[Arrow]:
    """Return who imports what, within functions too, but for the types' sake alone."""
    return {
        Arrow(name, imported)
        for name, path in files.items()
        for imported in _imported(ast.parse(path.read_text("utf-8")), files)
        if imported != name
    }


def _imported(tree: ast.AST, files: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from _imported(ast.Module(node.orelse, []), files)
            continue
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            wholes = [f"{module}.{alias.name}" for alias in node.names]
            names = [w if w.removeprefix("huffvec.") in files else module for w in wholes]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (_named(name) for name in names if name.partition(".")[0] == "huffvec")
        yield from _imported(node, files)


def _named(full: str) -> str:
    return full.removeprefix("huffvec").removeprefix(".") or "__init__"


def circles(graph: set[Arrow]) -> list[list[str]]:
    """Return the modules that reach each other, sorted: the strongly connected components."""
    reached = {arrow.importer: _reached(arrow.importer, graph) for arrow in graph}
    found = {
        tuple(sorted(b for b in reached[a] if a in reached.get(b, ())))
        for a in reached
        if a in reached[a]
    }
    return sorted(map(list, found))


def _reached(start: str, graph: set[Arrow]) -> set[str]:
    below: dict[str, set[str]] = {}
    for arrow in graph:
        below.setdefault(arrow.importer, set()).add(arrow.imported)
    found: set[str] = set()
    todo = list(below.get(start, ()))
    while todo:
        module = todo.pop()
        if module not in found:
            found.add(module)
            todo.extend(below.get(module, ()))
    return found


def docstrings(path: Path) -> Iterator[str]:
    """Yield the docstrings of a module, its classes and functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            yield ast.get_docstring(node) or ""


def python_functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every function's name and the lines of its body, without the docstring."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            yield node.name, lines


_NO_CODE = re.compile(
    r"//[^\n]*|^ *#(?:\\\n|[^\n])*|/\*.*?\*/|"
    r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'',
    re.DOTALL | re.MULTILINE,
)
_SCOPE = re.compile(r"\b(namespace|class|struct|enum|union|extern)\b[^()]*$")


def cpp_functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every function's name and the lines between its braces.

    A block is a function if a parenthesis stands before it, and neither a scope (a namespace, a
    class) nor a value; what is within it, lambdas too, belongs to it.
    """
    text = _NO_CODE.sub(lambda match: "\n" * match[0].count("\n"), path.read_text("utf-8"))
    header_start, open_blocks = 0, []  # of each block its function's name, or ""
    inside = 0  # open blocks within a function
    for brace in re.finditer(r"[{};]", text):
        if brace[0] == "{":
            header = text[header_start : brace.start()].strip()
            name = "" if inside else _function_name(header)
            if inside or name:
                inside += 1
            open_blocks.append((name, text.count("\n", 0, brace.start())))
        elif brace[0] == "}":
            name, line = open_blocks.pop()
            inside = max(0, inside - 1)
            if name:
                yield name, max(1, text.count("\n", 0, brace.start()) - line - 1)
        if not inside:
            header_start = brace.end()


def _function_name(header: str) -> str:
    """Return the name of the function whose block the header begins, or an empty string."""
    if "(" not in header or header.endswith("=") or _SCOPE.search(header.partition("(")[0]):
        return ""
    names = re.findall(r"([\w:~]+|operator\W+)\s*\(", header)
    return str(names[0]) if names else ""
