from .config import *
from . import config as cfg
