"""What wrangler does with a config and a folder: environments, globs, rules, collection, sizes."""
