"""Two processes train what one would train on both their batches."""

import pytest

torch = pytest.importorskip("torch")

import torch.distributed as dist
import torch.multiprocessing as mp
from layer_cases import CASES, draws, make_batch, make_layer
from torch.nn.parallel import DistributedDataParallel

# These look at their own batch, so that halves differ from the whole: the other targets are
# candidates, and a share of the batch normalises.
SHARED = [case for case in CASES if case not in ("target-sampling", "infrequent")]


def train(rank, path):
    dist.init_process_group("gloo", init_method=f"file://{path}/store", rank=rank, world_size=2)
    grads = {}
    for case in SHARED:
        layer, (hidden, target) = make_layer(case), make_batch(8)
        parallel = DistributedDataParallel(layer, broadcast_buffers=False)
        part = slice(4 * rank, 4 * rank + 4)
        parallel(hidden[part], target[part], **draws(layer, target)).backward()
        grads[case] = [p.grad for p in layer.parameters()]
    torch.save(grads, f"{path}/{rank}.pt")
    dist.destroy_process_group()


def test_gradients_are_those_of_the_whole_batch(tmp_path):
    mp.spawn(train, (str(tmp_path),), nprocs=2)
    for rank in range(2):
        grads = torch.load(tmp_path / f"{rank}.pt", weights_only=True)
        for case, found in grads.items():
            layer, (hidden, target) = make_layer(case), make_batch(8)
            layer(hidden, target, **draws(layer, target)).backward()
            for grad, parameter in zip(found, layer.parameters(), strict=True):
                torch.testing.assert_close(grad, parameter.grad)
