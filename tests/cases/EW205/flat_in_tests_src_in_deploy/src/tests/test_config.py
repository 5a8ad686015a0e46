from core.config import x
