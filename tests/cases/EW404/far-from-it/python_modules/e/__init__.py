xxxxx
