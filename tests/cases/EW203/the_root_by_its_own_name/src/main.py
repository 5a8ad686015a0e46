import src
import src.gone
from src.utl import VALUE
from src import util
from workers import WorkerEntrypoint


class Default(WorkerEntrypoint):
    pass
