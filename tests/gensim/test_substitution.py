"""Unchanged scripts with gensim's models replaced."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from gensim.models import fasttext

SCRIPT = """
import sys
import gensim
from gensim.models import FastText, Word2Vec
from gensim.models.word2vec import Word2Vec as W
assert Word2Vec is W is gensim.models.Word2Vec is gensim.models.word2vec.Word2Vec
print(__name__, sys.argv, Word2Vec.__module__, FastText.__module__)
"""

FASTTEXT_SCRIPT = """
import sys
from gensim.models.fasttext import FastText, load_facebook_model
load_facebook_model(sys.argv[1]).save(sys.argv[2])
model = FastText.load(sys.argv[2])
model.train([["red1", "red2"]], total_examples=1, epochs=1)
print(type(model).__module__, model.train_count)
"""


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "huffvec.gensim", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script in a folder, and the same as a module."""
    for place in (tmp_path / "scripts" / "script.py", tmp_path / "module.py"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(SCRIPT)
    (tmp_path / "scripts" / "beside.py").write_text("VALUE = 3\n")
    return tmp_path


def test_a_script(folder: Path) -> None:
    ended = run("scripts/script.py", "-a", "b", cwd=folder)
    assert ended.stderr == ""
    ours = "huffvec.gensim.word2vec huffvec.gensim.fasttext"
    assert ended.stdout == f"__main__ ['scripts/script.py', '-a', 'b'] {ours}\n"


def test_a_module(folder: Path) -> None:
    ended = run("-m", "module", "-a", cwd=folder)
    assert ended.stderr == ""
    path = str(folder / "module.py")
    ours = "huffvec.gensim.word2vec huffvec.gensim.fasttext"
    assert ended.stdout == f"__main__ {[path, '-a']} {ours}\n"


def test_how_it_ends(folder: Path) -> None:
    (folder / "scripts" / "ends.py").write_text("import beside, sys\nsys.exit(beside.VALUE)\n")
    ended = run("scripts/ends.py", cwd=folder)
    assert (ended.returncode, ended.stderr) == (3, "")


@pytest.mark.parametrize("source", ["def fail():\n    raise ValueError('no')\n\nfail()\n", "a b\n"])
def test_an_error_is_shown_as_by_python(folder: Path, source: str) -> None:
    script = folder / "scripts" / "fails.py"
    script.write_text(source)
    alone = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    ended = run(str(script), cwd=folder)
    assert (ended.returncode, ended.stderr) == (alone.returncode, alone.stderr)


@pytest.mark.parametrize("arguments", [[], ["-m"]])
def test_how_it_is_used(folder: Path, arguments: list[str]) -> None:
    ended = run(*arguments, cwd=folder)
    assert ended.returncode == 2
    assert "usage: python -m huffvec.gensim SCRIPT" in ended.stderr


def test_no_such_script(folder: Path) -> None:
    ended = run("nothing.py", cwd=folder)
    assert ended.returncode == 2
    assert "can't open file" in ended.stderr


def test_a_line_says_what_gensim_does(folder: Path) -> None:
    (folder / "sums.py").write_text(
        "from gensim.models import Word2Vec\nimport logging\n"
        "logging.basicConfig(level=logging.ERROR)\n"
        "Word2Vec([['a', 'b']] * 9, cbow_mean=0, workers=1)\n"
    )
    said = run("sums.py", cwd=folder).stderr
    assert said.count("gensim itself trains this Word2Vec: cbow_mean=0") == 1


IN_ONE_PROCESS = """
import gensim.models as models
import huffvec.gensim as ours
theirs = models.Word2Vec
ours.install()
ours.install()
assert models.Word2Vec is models.word2vec.Word2Vec is ours.Word2Vec
assert models.FastText is models.fasttext.FastText is ours.FastText
models.Word2Vec = "a script's own"
assert models.Word2Vec == "a script's own"
models.Word2Vec = theirs
ours.uninstall()
assert models.Word2Vec is models.word2vec.Word2Vec is theirs
ours.load_ipython_extension(None)
assert models.Word2Vec is ours.Word2Vec
ours.unload_ipython_extension(None)
assert models.Word2Vec is theirs
"""


def test_in_python_and_notebooks() -> None:
    subprocess.run([sys.executable, "-c", IN_ONE_PROCESS], check=True)


IN_IPYTHON = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for magic in ("%load_ext", "%reload_ext", "%unload_ext"):
    shell.run_cell(magic + " huffvec.gensim\\nfrom gensim.models import Word2Vec").raise_error()
    shell.run_cell("print(Word2Vec.__module__)").raise_error()
shell.run_cell("%load_ext huffvec.gensim")
shell.run_cell("from gensim.models import Word2Vec\\nWord2Vec([['a', 'b']] * 9, cbow_mean=0)")
"""


def test_in_ipython(tmp_path: Path) -> None:
    pytest.importorskip("IPython")
    place = os.environ | {"IPYTHONDIR": str(tmp_path)}
    command = [sys.executable, "-c", IN_IPYTHON]
    ended = subprocess.run(command, capture_output=True, text=True, env=place)
    ours, gensims = "huffvec.gensim.word2vec", "gensim.models.word2vec"
    assert ended.returncode == 0, ended.stderr
    assert [line for line in ended.stdout.split() if "." in line][:3] == [ours, ours, gensims]
    assert "gensim itself trains this Word2Vec: cbow_mean=0" in ended.stderr


def test_models_of_fasttext_that_are_loaded_are_ours_and_saved(
    sentences: list[list[str]], tmp_path: Path
) -> None:
    loaded, saved = str(tmp_path / "model.bin"), str(tmp_path / "saved")
    theirs = fasttext.FastText(sentences, vector_size=8, bucket=100, workers=1, epochs=1)
    fasttext.save_facebook_model(theirs, loaded)
    (tmp_path / "script.py").write_text(FASTTEXT_SCRIPT)
    ended = run("script.py", loaded, saved, cwd=tmp_path)
    assert (ended.stderr, ended.stdout) == ("", "huffvec.gensim.fasttext 1\n")
