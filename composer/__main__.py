"""`composer`, `python -m composer`: the command line, interruptible from its first moment."""

import gc
import os
import signal
import sys
from types import FrameType

from composer.again import again
from composer.headless import headless

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Interrupts:
    """Ctrl-C and SIGTERM end the work in order, so that what is done is kept; a second one ends it at once."""

    def __init__(self) -> None:
        self.number = 0
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self)

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self.number:
            os._exit(self.exit_code)
        self.number = number
        raise KeyboardInterrupt

    @property
    def exit_code(self) -> int:
        """As shells count: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + self.number

    @staticmethod
    def end() -> None:
        """All is done and told: nothing is left to interrupt."""
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)


def main() -> None:
    """Run the command line; it leaves with the documented exit code."""
    gc.set_threshold(100_000)  # reading a long list makes many small things, and hardly any rubbish
    headless()
    interrupts = _Interrupts()
    try:
        from composer.cli import app  # noqa: PLC0415 - an interrupt while it is imported is an interrupt too

        app(prog_name="composer")
    except BaseException as end:  # modules written in C turn an interrupt while they are imported into an ImportError
        if not interrupts.number or getattr(end, "code", None) == 0:
            raise
        sys.stderr.write(f"\ncomposer: interrupted. What is done is kept; go on from there: {again(sys.argv[1:])}\n")
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(interrupts.exit_code)  # Python itself would die of a SIGINT that met a module of C being imported
    finally:
        interrupts.end()
        gc.freeze()  # Python would look through all there is once more before it ends


if __name__ == "__main__":
    main()
