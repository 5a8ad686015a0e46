xxxxxxx
