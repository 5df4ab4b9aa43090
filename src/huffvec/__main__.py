"""``python -m huffvec`` is ``huffvec``."""

from huffvec.cli import main

if __name__ == "__main__":
    main()
