"""Compiles the fused kernel for NVIDIA GPUs, which need not be there: a program of its own.

Prints what each variant needs of a processor's memory, as JSON. Triton must not be told to
interpret.
"""

import json

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from huffvec.device import logistic_kernel

TENSORS = {
    "inputs": "*fp32",
    "outputs": "*fp32",
    "losses": "*fp32",
    "mean_share": "*fp32",
    "signs": "*fp32",
    "biases": "*fp32",
    "hot_signs": "*i8",
}
SCALARS = {"rate": "fp32", "first_center": "i32", "last_center": "i32", "n_words": "i32"}


def compiled(mean: bool, hot: bool, biased: bool, capability: int) -> int:
    """Return the bytes of shared memory that a program of a variant takes."""
    kernel = logistic_kernel.train_group
    constants = logistic_kernel.constants(208, radius=5, mean=mean, hot=hot, biased=biased)
    names = kernel.arg_names
    signature = {
        name: "constexpr" if name in constants else (TENSORS | SCALARS).get(name, "*i32")
        for name in names
    } | {"n_hot": "i32"}
    aligned = [["tt.divisibility", 16]]
    source = ASTSource(
        fn=kernel,
        signature=signature,
        constexprs={(names.index(name),): value for name, value in constants.items()},
        attrs={(i,): aligned for i, name in enumerate(names) if signature[name].startswith("*")},
    )
    options = logistic_kernel.LAUNCH
    result = triton.compile(source, target=GPUTarget("cuda", capability, 32), options=options)
    return int(result.metadata.shared)


if __name__ == "__main__":
    cases = [(False, False, False, 80), (False, True, False, 90), (True, False, True, 90)]
    print(json.dumps([compiled(*case) for case in cases]))
