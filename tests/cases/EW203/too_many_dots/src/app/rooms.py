from ..text import TEXT
