NAME = "press"
