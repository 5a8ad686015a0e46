"""Hook `worker-bundle`: what the upload weighs and carries (EW4xx), what is vendored (EW5xx offline)."""
