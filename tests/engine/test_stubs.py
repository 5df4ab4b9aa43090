"""The types in the stubs of compiled modules are those that the modules have."""

import ast
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

import huffvec
from huffvec.engine import available

FOLDER = Path(huffvec.__file__).parent
MODULES = ["_text", "_subwords", "_tree", *(f"_engine_{isa}" for isa in available())]


def type_in_stub(node: ast.expr) -> str:
    text = ast.unparse(node)
    text = re.sub(r"npt\.NDArray\[np\.(\w+) \| np\.(\w+)\]", r"array[\1] | array[\2]", text)
    text = re.sub(r"npt\.NDArray\[np\.(\w+)\]", r"array[\1]", text)
    return re.sub(r"Literal\[[^]]*\]", "str", text)


def type_in_module(text: str) -> str:
    text = re.sub(r"(?:numpy\.)?ndarray\[dtype=(\w+)[^\]]*\]", r"array[\1]", text)
    return re.sub(r"huffvec\.\w+\.|collections\.abc\.", "", text)


def agree(stub: str, module: str) -> bool:
    """A stub may say what is in a list or tuple, or what an object is."""
    pattern = re.sub(r"\bobject\b", ".+", re.escape(module))
    return re.fullmatch(pattern, stub) is not None or stub.startswith(f"{module}[")


def parameters(function: ast.FunctionDef) -> dict[str, tuple[str, bool, bool]]:
    """By name: the type's text, whether it is only given by name, and whether it has a default."""
    args = function.args
    n_needed = len(args.args) - len(args.defaults)
    positional = [(arg, False, i >= n_needed) for i, arg in enumerate(args.args)]
    named = [
        (arg, True, default is not None)
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
    ]
    return {
        arg.arg: (ast.unparse(arg.annotation), by_name, optional)
        for arg, by_name, optional in [*positional, *named]
        if arg.annotation
    }


def signature_of(text: str) -> ast.FunctionDef:
    text = type_in_module(re.sub(r"\\\d+", "...", text)).replace("def (", "def get(")
    node = ast.parse(f"{text}: ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def faults_of_function(where: str, stub: ast.FunctionDef, compiled: Any) -> list[str]:
    signatures = [signature_of(text) for text, *_ in compiled.__nb_signature__]
    declared, faults = parameters(stub), []
    for signature in signatures:
        found = parameters(signature)
        if list(found) != list(declared):
            return [f"{where} has the parameters {list(found)}, not {list(declared)}"]
        for name, (type_text, *rest) in found.items():
            argument = next(a for a in [*stub.args.args, *stub.args.kwonlyargs] if a.arg == name)
            choices = type_in_stub(argument.annotation)
            if rest != list(declared[name][1:]):
                faults.append(f"{where}: {name} differs in being named or optional")
            if not (agree(choices, type_text) or type_text in choices.split(" | ")):
                faults.append(f"{where}: {name} is {type_text}, not {choices}")
        result, declared_result = ast.unparse(signature.returns), type_in_stub(stub.returns)
        if not agree(declared_result, result):
            faults.append(f"{where} returns {result}, not {declared_result}")
    return faults


def members(body: list[ast.stmt]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            named[node.name] = node
        elif isinstance(node, ast.AnnAssign):
            named[ast.unparse(node.target)] = node
    return named


def is_public(name: str) -> bool:
    return name == "__init__" or not name.startswith("_")


def faults_of_class(stub: ast.ClassDef, compiled: type) -> list[str]:
    where, declared = stub.name, members(stub.body)
    found: dict[str, Any] = {n: value for n, value in vars(compiled).items() if is_public(n)}
    init = getattr(found.get("__init__"), "__nb_signature__", [("**kwargs",)])
    if "**kwargs" in init[0][0]:  # it has none, or takes its fields
        del found["__init__"]
    faults = [f"{where}.{n} is in one of both only" for n in sorted(set(declared) ^ set(found))]
    for name in declared.keys() & found.keys():
        node, value = declared[name], found[name]
        if isinstance(value, property):
            get: Any = value.fget
            result = signature_of(get.__nb_signature__[0][0]).returns
            wanted = node.annotation if isinstance(node, ast.AnnAssign) else node.returns
            if not agree(type_in_stub(wanted), ast.unparse(result)):
                faults.append(f"{where}.{name} is {ast.unparse(result)}, not {ast.unparse(wanted)}")
        else:
            faults += faults_of_function(f"{where}.{name}", node, value)
    return faults


def faults_of_module(stub: ast.Module, module: object) -> list[str]:
    declared = members(stub.body)
    found = {name: value for name, value in vars(module).items() if is_public(name)}
    faults = [f"{name} is in one of both only" for name in sorted(set(declared) ^ set(found))]
    for name in declared.keys() & found.keys():
        node, value = declared[name], found[name]
        if isinstance(node, ast.ClassDef):
            faults += faults_of_class(node, value)
        elif isinstance(node, ast.FunctionDef):
            faults += faults_of_function(name, node, value)
    return faults


def stub_of(name: str) -> str:
    stub = "_engine_base" if name.startswith("_engine_") else name
    return (FOLDER / f"{stub}.pyi").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MODULES)
def test_stubs_are_true(name):
    module = importlib.import_module(f"huffvec.{name}")
    assert faults_of_module(ast.parse(stub_of(name)), module) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("def stop(self)", "def halt(self)", "Trainer.halt is in one of both only"),
        ("first: int, last", "begin: int, last", "Trainer.start has the parameters ['first',"),
        ("fixed_radius: bool", "fixed_radius: int", "TrainingPlan.fixed_radius is bool, not int"),
        ("share: int = 1", "share: int", "NoiseSampling.__init__: share differs in being named"),
        ("counts: npt.NDArray[np.int64]", "counts: npt.NDArray[np.int32]", "counts is array[int64"),
        ("-> list[str]", "-> str", "cpu_isas returns list[str], not str"),
    ],
)
def test_drift_is_found(old, new, fault):
    text = stub_of("_engine_base")
    assert old in text
    module = importlib.import_module("huffvec._engine_base")
    faults = faults_of_module(ast.parse(text.replace(old, new)), module)
    assert any(fault in one for one in faults), faults
