from lib.inner import deep


def later():
    import trio
