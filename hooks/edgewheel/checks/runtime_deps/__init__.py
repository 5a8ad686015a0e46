"""Hook `worker-runtime-deps`: what is required at run time (EW001, EW003, EW1xx)."""
