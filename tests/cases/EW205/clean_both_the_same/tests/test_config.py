from src.core.config import x
from src.main import Default
