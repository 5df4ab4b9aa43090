"""Training on many machines: replicas that are trained on their own, and merged row by row.

Every worker trains all tables on parts of the text, and now and then exchanges what has changed
with the owners of the rows. `huffvec.cluster.trainer.ClusterTrainer` stands in the place of the
engine's trainer, so that a run does not know how many machines it has.
"""
