"""Camera files of other tools, in and out: nerfstudio, RE10K and CameraCtrl, COLMAP, glTF."""

from composer.camera.formats.files import FORMS, Form, file_name, files_beside, read, write
from composer.camera.formats.pose_file import PoseFile

__all__ = ["FORMS", "Form", "PoseFile", "file_name", "files_beside", "read", "write"]
