import cgi
import crypt
import concurrent.futures
from workers import WorkerEntrypoint


class Default(WorkerEntrypoint):
    pass
