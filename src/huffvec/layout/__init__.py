"""Points in the plane that are near where their vectors are: the maps of pages and pictures."""

from huffvec.layout.layout import lay_out as lay_out
from huffvec.layout.trustworthiness import trustworthiness as trustworthiness
