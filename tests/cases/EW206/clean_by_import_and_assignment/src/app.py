app = object()


def to_workers(app): ...
