import yaml
from yaml import safe_load
