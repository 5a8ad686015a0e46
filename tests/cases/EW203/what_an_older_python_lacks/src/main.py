import fcntl
import concurrent.futures.process
import imp
from workers import WorkerEntrypoint


class Default(WorkerEntrypoint):
    pass
