"""Tensors of tests are small: a second thread would do nothing but wait."""

import importlib.util

if importlib.util.find_spec("torch"):
    import torch

    torch.set_num_threads(1)
