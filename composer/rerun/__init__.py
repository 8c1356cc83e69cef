"""A render of which nothing has changed: told from what it would read, before any of that is read for its sense.

What a whole render read and what it came to is noted beside it. When all of that still stands, the same command has
nothing to do: it says what the render would say, without rehearsing, planning, or waiting for what only those need.
"""

from composer.rerun.asking import Asked, ask, chosen
from composer.rerun.standing import Standing, content, note, standing

__all__ = ["Asked", "Standing", "ask", "chosen", "content", "note", "standing"]
