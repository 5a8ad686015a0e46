import os
from importlib.resources import files

TEXT = files(__package__).joinpath("help.md").read_text()
LOGO = open(os.path.join(os.path.dirname(__file__), "logo.png"), "rb").read()
