"""A process of ours shows no windows: MuJoCo need not look for a library that opens them."""

import os


def headless() -> None:
    """Before MuJoCo is imported: it would load GLFW, which asks another interpreter for its version.

    That takes time in every worker, and an interrupt that ends a worker meanwhile leaves that interpreter to print a
    traceback. For processes that are ours: whoever imports `composer` may want MuJoCo's windows.
    """
    os.environ.setdefault("MUJOCO_GL", "disable")
