"""Runs of the device's trainer without a run around it."""

from harness import plan_fields

from huffvec.engine import engine, engine_trainer


def train_on_device(bound, setting, tables, **options):
    """Train copies of the tables on the device "cpu"; return them and the trainer.

    The options are attributes of the trainer.
    """
    import torch

    from huffvec.device.trainer import DeviceTrainer

    padded, fields = plan_fields(engine(), setting, tables)
    local = engine_trainer(bound, fields)
    trainer = DeviceTrainer(bound, fields, local, torch.device("cpu"))
    for name, value in options.items():
        assert hasattr(trainer, name)
        setattr(trainer, name, value)
    trainer.start(0, trainer.n_chunks, 1, engine().Totals())
    assert trainer.wait(60)
    dim = tables[0].shape[1]
    for table in padded:
        assert not table[:, dim:].any(), "the padding must stay zero"
    return [table[:, :dim] for table in padded], trainer
