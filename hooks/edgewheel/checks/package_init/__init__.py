"""Hook `worker-package-init`: packages that keep their `__init__.py` (EW201, EW202)."""
