"""Compiles the fused kernel for NVIDIA GPUs, which need not be there: a program of its own.

Prints the bytes of shared memory that each variant takes, as JSON. Triton must not be told to
interpret.
"""

import json

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from huffvec.device.fused import LAUNCH, constants
from huffvec.device.logistic_kernel import train_group

PLACES = ("targets", "words", "lefts", "rights", "decided", "top_rows")
SCALARS = ("n_targets", "n_words", "n_outputs", "first_output", "n_top")
TYPES = dict.fromkeys(PLACES, "*i64") | dict.fromkeys(SCALARS, "i32") | {"top_signs": "*i8"}


def shared_bytes(capability: int, **variant: bool) -> int:
    """Return the bytes of shared memory that a program of a variant takes."""
    fixed = constants(208, radius=5, **variant)
    names = train_group.arg_names
    types = {name: "constexpr" if name in fixed else TYPES.get(name, "*fp32") for name in names}
    aligned = [["tt.divisibility", 16]]
    source = ASTSource(
        fn=train_group,
        signature=types,
        constexprs={(names.index(name),): value for name, value in fixed.items()},
        attrs={(i,): aligned for i, name in enumerate(names) if types[name].startswith("*")},
    )
    target = GPUTarget("cuda", capability, 32)
    return int(triton.compile(source, target=target, options=LAUNCH).metadata.shared)


if __name__ == "__main__":
    found = [
        shared_bytes(80, mean=False, top=False, offsets=False),
        shared_bytes(90, mean=False, top=True, offsets=False),
        shared_bytes(90, mean=True, top=False, offsets=True),
    ]
    print(json.dumps(found))
