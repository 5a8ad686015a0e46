import os


def seed():
    return os.urandom(8)


SEED = seed()
