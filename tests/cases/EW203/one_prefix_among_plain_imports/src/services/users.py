from core.config import LEVEL


def find(): ...
