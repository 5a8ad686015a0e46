import importlib

lazy = importlib.import_module("src.core.late")


class Settings: ...
