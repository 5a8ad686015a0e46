xxxxxx
