"""Film words to cameras: framings solved on the first frame, moves as exact paths."""

from composer.camera.path import CameraPath
from composer.camera.plan import plan_cameras
from composer.camera.still import still

__all__ = ["CameraPath", "plan_cameras", "still"]
