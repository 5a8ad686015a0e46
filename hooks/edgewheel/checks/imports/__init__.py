"""Hook `worker-imports`: whether the upload imports (EW203 to EW209)."""
