from setuptools import setup

setup(name='forge', install_requires=['jinja2'])
