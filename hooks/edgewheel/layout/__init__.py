"""Which file goes where in the wheel and in the staging folder. Pure: nothing is written here."""
