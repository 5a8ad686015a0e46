own = 1
