x = 1
print "deployed"
