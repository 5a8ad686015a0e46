from multiprocessing import Process, shared_memory
from workers import WorkerEntrypoint


class Default(WorkerEntrypoint):
    pass
