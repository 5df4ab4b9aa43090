"""Training by PyTorch on an accelerator, in the place of the engine; needs the extra ``torch``.

The package stands beside :mod:`huffvec.cluster`, below `huffvec.training`, which chooses between
them; `huffvec.torch`, whose layers know models, stands above it. What is trained is told the device
as the engine is told: an objective's ``output_layer`` is given `huffvec.device.engine` in place of
the engine's module, and the fields of the plan are the engine's. So objectives and architectures
know nothing of devices.
"""
