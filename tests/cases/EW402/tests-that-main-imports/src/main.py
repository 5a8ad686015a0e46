from core.tests import suite
