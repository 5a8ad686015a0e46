from src.core import config
