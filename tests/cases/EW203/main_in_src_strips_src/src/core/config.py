from src.core.base import Base


class Settings(Base):
    ...
