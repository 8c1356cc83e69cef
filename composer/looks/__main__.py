"""Prints docs/looks.md."""

import sys

from composer.looks.reference import reference

sys.stdout.write(reference())
