from ...above import x
