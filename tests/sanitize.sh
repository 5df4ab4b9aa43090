#!/usr/bin/env bash
# Runs the engine's and the text's tests on modules that are built with sanitizers:
#
#   tests/sanitize.sh PYTHON address,undefined|thread
#
# The modules lie beside a copy of the Python sources in build/sanitize-NAME. For Linux with gcc:
# the sanitizer's runtime is loaded before Python, which is built without it.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1 sanitizers=$2
folder=build/sanitize-${sanitizers%%,*}

mkdir -p "$folder/package"
bin=$(dirname "$python")
"$bin/cmake" -S . -B "$folder" -G Ninja -DCMAKE_MAKE_PROGRAM="$bin/ninja" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DHUFFVEC_SANITIZE="$sanitizers" -DHUFFVEC_WERROR=ON -DPython_EXECUTABLE="$python" >"$folder.log" \
  || { cat "$folder.log"; exit 1; }
"$bin/cmake" --build "$folder" >"$folder.log" || { cat "$folder.log"; exit 1; }
rm -rf "$folder/package"/* "$folder"/report.*
cp -r src/huffvec "$folder/package/huffvec"
rm -f "$folder"/package/huffvec/*.so
cp "$folder"/_*.so "$folder/package/huffvec/"

tests=(tests/corpus/test_inputs.py tests/corpus/test_texts.py tests/engine tests/graphs/test_walks.py tests/layout tests/phrases tests/classify/test_features.py)
report="log_path=$folder/report"
if [ "$sanitizers" = thread ]; then
  preload=libtsan.so
  export TSAN_OPTIONS="halt_on_error=1:$report"
else
  # Python leaks on purpose. The runtime sees exceptions only where libstdc++ is there before it.
  preload="libasan.so libstdc++.so.6"
  export ASAN_OPTIONS="detect_leaks=0:$report" UBSAN_OPTIONS="print_stacktrace=1:$report"
  tests+=(tests/objectives/test_contract.py tests/documents/test_document_twins.py tests/documents/test_inference_twin.py tests/subwords/test_subwords.py tests/trees)
fi
for name in $preload; do LD_PRELOAD="${LD_PRELOAD:+$LD_PRELOAD }$(gcc -print-file-name="$name")"; done
export LD_PRELOAD
# Every kind of input with every objective is in tests/engine; the contract test needs one engine.
HUFFVEC_ISA='' PYTHONPATH="$folder/package" "$python" -m pytest -q -p no:cacheprovider "${tests[@]}" \
  -k 'not bags_and_positions and not avx2 and not base' || { unset LD_PRELOAD; cat "$folder"/report.* 2>/dev/null; exit 1; }
