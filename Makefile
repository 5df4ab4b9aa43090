# Everything a newcomer or a contributor runs. Needs python3 (3.10 or newer) and a C++ compiler;
# the rest is installed into $(VENV) by the first command that needs it.

PYTHON ?= python3
VENV ?= .venv
CORPUS ?=
BENCH_OPTIONS ?=
MINUTES ?= 10
PYTEST_OPTIONS ?=
GENSIM_TESTS ?=

bin := $(VENV)/bin
pip := $(bin)/python -m pip install --quiet --disable-pip-version-check
sources := $(shell find src cpp -name '*.py' -o -name '*.pyi' -o -name '*.?pp' -o -path '*/assets/*')
cxx_sources := $(shell find cpp -name '*.?pp')

# Headers that clang-tidy needs besides compile_flags.txt.
tidy_includes = $(addprefix --extra-arg=-isystem, $(shell $(bin)/python -c \
  'import nanobind, sysconfig; print(nanobind.include_dir(), sysconfig.get_path("include"))'))

# huffvec.torch is tested with PyTorch's build for CPUs: PyPI's for Linux brings gigabytes of CUDA.
TORCH ?= torch==2.13.0$(if $(filter Linux,$(shell uname -s)),+cpu)
torch_index := https://download.pytorch.org/whl/cpu

.PHONY: help demo test fuzz torch peers gensim-tests check sanitize bench docs page clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    train on the documentation of Python, show what was learned"
	@echo "make test    run the tests on the installed package"
	@echo "make fuzz    read mutated files of every kind for so long: MINUTES=10"
	@echo "make torch   install PyTorch for CPUs, so that 'make test' tests huffvec.torch, too"
	@echo "make peers   install programs that share files with huffvec (spaCy, fastText ...), to test with"
	@echo "make gensim-tests  run gensim's own tests with huffvec in its place: needs the network, takes minutes"
	@echo "make check   ruff, mypy, clang-format and clang-tidy"
	@echo "make sanitize  run the engine's and the text's tests with sanitizers (Linux, gcc)"
	@echo "make bench   compare the speed with other programs on a text: CORPUS=FILE"
	@echo "make docs    build the documentation into site/"
	@echo "make page    bundle what 'huffvec explore' writes, after changes in web/: needs Node.js 20"
	@echo "make clean   remove all that the others have made"

demo: $(VENV)/package.stamp
	@mkdir -p build
	@$(bin)/huffvec demo --output build/demo.hv

test: $(VENV)/test.stamp
	@$(bin)/python -m pytest $(PYTEST_OPTIONS)

# Part of it, with fixed inputs, is among the tests. What fails is left in tests/fuzz/found.
fuzz: $(VENV)/test.stamp
	@PYTHONPATH=tests $(bin)/python -m fuzz --minutes $(MINUTES)

# Where this PyTorch cannot be had (a new Python, say) the tests of huffvec.torch are skipped.
torch: $(VENV)/test.stamp
	@echo "Installing $(TORCH) ..."
	@$(pip) '$(TORCH)' 2>/dev/null || $(pip) --retries 1 --extra-index-url $(torch_index) '$(TORCH)' \
	  || echo "$(TORCH) could not be installed: the tests of huffvec.torch are skipped." >&2
	@test "$$(uname -s)" != Linux || $(pip) 'triton>=3.2' \
	  || echo "Triton could not be installed: the tests of the kernel for GPUs are skipped." >&2

# After PyTorch, which sentence-transformers would else bring with CUDA.
peers: torch $(VENV)/peers.stamp

# Fetched once from gensim's source distribution, into build/gensim-tests.
gensim-tests: $(VENV)/test.stamp $(VENV)/gensim-tests.stamp
	@PYTHONPATH=tests $(bin)/python -m gensim_suite $(GENSIM_TESTS)

check: $(VENV)/check.stamp
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/mypy --config-file tests/mypy.ini
	$(bin)/clang-format --dry-run --Werror $(cxx_sources)
	@echo "$(bin)/clang-tidy cpp/*/*.cpp"
	@printf '%s\n' $(wildcard cpp/*/*.cpp) | xargs -P 4 -n 3 $(bin)/clang-tidy --quiet $(tidy_includes) 2>/dev/null

# With the sanitizers of addresses and undefined behaviour, then with that of threads.
sanitize: $(VENV)/test.stamp $(VENV)/check.stamp
	tests/sanitize.sh $(abspath $(bin)/python) address,undefined
	tests/sanitize.sh $(abspath $(bin)/python) thread

bench: $(VENV)/bench.stamp
	@test -n "$(CORPUS)" || { echo "Which text? Give one: make bench CORPUS=text8" >&2; exit 1; }
	$(bin)/python benchmarks/speed.py $(CORPUS) $(BENCH_OPTIONS)
	$(bin)/python benchmarks/text.py $(CORPUS)
	$(bin)/python benchmarks/overhead.py $(CORPUS)

docs: $(VENV)/docs.stamp
	$(bin)/mkdocs build --strict

# The bundle is part of the package, so that only those who change web/ need this.
page:
	@cd web && npm ci --no-audit --no-fund && npm run build

clean:
	rm -rf $(VENV) build dist site .hypothesis .mypy_cache .pytest_cache .ruff_cache .coverage

# What a target needs besides the package is an extra of pyproject.toml. The package is installed
# by now, so pip takes the list from it and builds nothing.
$(VENV)/test.stamp $(VENV)/check.stamp $(VENV)/peers.stamp $(VENV)/bench.stamp $(VENV)/docs.stamp $(VENV)/gensim-tests.stamp: \
		$(VENV)/%.stamp: $(VENV)/package.stamp
	@echo "Installing what 'make $*' needs ..."
	@$(pip) "huffvec[$*]"
	@touch $@

# As users get it: built in isolation (cmake and ninja come from PyPI) and installed as a copy.
$(VENV)/package.stamp: $(VENV)/bin/python pyproject.toml CMakeLists.txt $(sources)
	@for c in $${CXX:-c++} g++ clang++; do command -v $$c >/dev/null && exit; done; echo \
	  "No C++ compiler found. Install one (Debian, Ubuntu: apt install g++; macOS:" \
	  "xcode-select --install), or name yours: make CXX=..." >&2; exit 1
	@echo "Building and installing huffvec (a minute or two) ..."
	@$(pip) .
	@touch $@

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo \
	  "$(PYTHON) not found. Install Python 3.10 or newer, or name yours: make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo \
	  "huffvec needs Python 3.10 or newer, but this is $$($(PYTHON) --version)." \
	  "Name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo \
	  "$(PYTHON) cannot make virtual environments. Debian, Ubuntu: apt install python3-venv," \
	  "or name another Python: make PYTHON=..." >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
