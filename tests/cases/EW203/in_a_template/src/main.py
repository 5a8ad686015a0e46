from workers import WorkerEntrypoint

from src.names import NAME


class Default(WorkerEntrypoint): ...
