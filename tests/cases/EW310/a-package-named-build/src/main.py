from build import a
