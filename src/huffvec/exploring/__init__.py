"""Pages to look at vectors, trees and probabilities: `huffvec.explore`."""

from huffvec.exploring.exploration import Exploration as Exploration
from huffvec.exploring.exploration import explore as explore
from huffvec.exploring.options import ExploreOptions as ExploreOptions
from huffvec.exploring.scene import Scene as Scene
