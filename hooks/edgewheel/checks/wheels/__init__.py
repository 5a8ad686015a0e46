"""Hook `worker-wheels`: a wheel for the runtime for every requirement (EW502, EW503)."""
