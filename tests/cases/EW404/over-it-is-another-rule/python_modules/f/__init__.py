xxxx
