import black
