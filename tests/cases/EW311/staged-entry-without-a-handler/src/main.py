from src.core import names
