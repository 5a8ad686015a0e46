from app import app, to_workers
from objects import Counter
from objects import *

Default = to_workers(app)
