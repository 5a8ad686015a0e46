from tests import suite
