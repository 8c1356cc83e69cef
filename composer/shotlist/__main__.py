"""`python -m composer.shotlist > docs/shotlist.md` writes the reference of the language."""

import sys

from composer.shotlist import reference

if __name__ == "__main__":
    sys.stdout.write(reference())
