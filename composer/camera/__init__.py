"""Film words to cameras: framings solved on the first frame, moves as exact paths, keys, and what is wrong with them."""

from composer.camera.line import ScreenDirection, screen_direction, screen_directions
from composer.camera.path import CameraPath
from composer.camera.plan import plan_cameras
from composer.camera.still import still

__all__ = ["CameraPath", "ScreenDirection", "plan_cameras", "screen_direction", "screen_directions", "still"]
