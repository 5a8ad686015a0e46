from multiprocessing import Process, shared_memory
from workers import WorkerEntrypoint

try:
    from multiprocessing import resource_tracker
except ImportError:
    resource_tracker = None


class Default(WorkerEntrypoint):
    pass
