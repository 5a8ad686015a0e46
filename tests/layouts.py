"""Uploads, file by file as they are named, on which the analysis has to say what the real runtimes say.

`OLD`: only those whose Python has it; the name of a layout says what is in it.
"""

from __future__ import annotations

from typing import NamedTuple

HANDLER = "class Default: ...\n"


class Case(NamedTuple):
    """One upload. `pythons` are those it is meant for; `imports` is what main does there. `workerd`: whether workerd
    itself starts with such modules.
    """

    files: dict[str, str | bytes]
    imports: bool
    main: str = "main.py"
    pythons: tuple[str, ...] = ("3.12", "3.13", "3.14")
    workerd: bool = True


LAYOUTS: dict[str, Case] = {
    "package_imports_its_own_submodule": Case(
        {"main.py": "import a\n", "a/__init__.py": "from . import b\n", "a/b.py": "from src import x\n"}, False
    ),
    "package_names_itself": Case(
        {"main.py": "import a\n", "a/__init__.py": "from a import b\n", "a/b.py": "import nowhere\n"}, False
    ),
    "narrow_guard": Case(
        {"main.py": "try:\n    from a import x\nexcept ModuleNotFoundError:\n    x = 1\n", "a.py": ""}, False
    ),
    "narrow_guard_of_a_module": Case(
        {"main.py": "try:\n    import nowhere\nexcept ModuleNotFoundError:\n    x = 1\n"}, True
    ),
    "guard_before_a_syntax_error": Case(
        {"main.py": "try:\n    import a\nexcept ImportError:\n    x = 1\n", "a.py": "x = = 1\n"}, False
    ),
    "wide_guard_before_a_syntax_error": Case(
        {"main.py": "try:\n    import a\nexcept Exception:\n    x = 1\n", "a.py": "x = = 1\n"}, True
    ),
    "the_handler_that_takes_it": Case(
        {
            "main.py": "try:\n    import nowhere\nexcept ModuleNotFoundError:\n    import a\n"
            "except Exception:\n    import nothing\n",
            "a.py": "",
        },
        True,
    ),
    "on_the_way_to_nothing": Case(
        {
            "main.py": "try:\n    import a.nothing\nexcept ModuleNotFoundError:\n    x = 1\n",
            "a/__init__.py": "from b import y\n",
            "b.py": "",
        },
        False,
    ),
    "stripped": Case({"main.py": "from src.core import x\n", "core.py": "x = 1\n"}, False),
    "stripped_deep": Case(
        {"main.py": "import core.a\n", "core/a.py": "from src.core.b import y\n", "core/b.py": "y = 1\n"}, False
    ),
    "staged": Case(
        {
            "worker.py": "from src.main import Default\n",
            "src/__init__.py": "",
            "src/main.py": "from src.core.config import value\n" + HANDLER,
            "src/core/__init__.py": "",
            "src/core/config.py": "value = 1\n",
        },
        True,
        "worker.py",
    ),
    "base_dir_dot": Case({"main.py": "from src.core import x\n", "src/core.py": "x = 1\n"}, True),
    "base_dir_dot_src_main": Case({"main.py": "import src.main\n", "src/core.py": "x = 1\n"}, False),
    "root_main": Case({"main.py": "from src import core\n", "src/__init__.py": "", "src/core.py": ""}, True),
    "src_src": Case({"main.py": "import src.src.a\n", "src/src/a.py": ""}, True),
    "namespace": Case({"main.py": "from a.b.c import d\n", "a/b/c.py": "d = 1\n"}, True),
    "namespace_attribute": Case({"main.py": "from a import nothing\n", "a/b.py": ""}, False),
    "namespace_of_data": Case({"main.py": "import templates\n", "templates/page.html": ""}, True),
    "namespace_data_submodule": Case({"main.py": "import templates.page\n", "templates/page.html": ""}, False),
    "shadowed_by_the_library": Case({"main.py": "from queue import own\n", "queue.py": "own = 1\n"}, False),
    "shadowed_package": Case({"main.py": "import email.own\n", "email/__init__.py": "", "email/own.py": ""}, False),
    "absent_from_the_library": Case(
        {"main.py": "from tkinter import own\nimport imp\n", "tkinter/own.py": "", "imp.py": ""}, True
    ),
    "broken_by_name": Case({"main.py": "from multiprocessing import shared_memory\n"}, False, workerd=False),
    "broken_by_name_and_guarded": Case(
        {"main.py": "try:\n    from multiprocessing import shared_memory\nexcept ImportError:\n    x = 1\n"},
        True,
        workerd=False,  # `multiprocessing` itself fails there, for want of entropy
    ),
    "absent_and_not_there": Case({"main.py": "import tkinter\n"}, False),
    "behind_the_project": Case(
        {"main.py": "from ssl import own\n", "ssl.py": "own = 1\n"},
        True,
        pythons=("3.12", "3.13"),
        workerd=False,  # its own asyncio gets the project's module too, and does not start
    ),
    "ssl_is_first_on_3_14": Case({"main.py": "from ssl import own\n", "ssl.py": "own = 1\n"}, False, pythons=("3.14",)),
    "library_submodule": Case({"main.py": "import os.path, xml.etree.ElementTree, collections.abc\n"}, True),
    "library_submodule_missing": Case({"main.py": "import xml.nothing\n"}, False),
    "library_module_is_no_package": Case({"main.py": "import queue.x\n"}, False),
    "termios": Case({"main.py": "import pty\n"}, False, pythons=("3.12", "3.13")),
    "removed_cgi": Case({"main.py": "import cgi\n"}, False, pythons=("3.13", "3.14")),
    "shadowed_by_the_sdk": Case(
        {"main.py": "from workers import Response\nimport workers.own\n", "workers/own.py": ""}, False, workerd=False
    ),
    "shadowed_package_by_the_sdk": Case(
        {"main.py": "from workers import own\n", "workers/__init__.py": "", "workers/own.py": "", "a.py": ""},
        False,
        workerd=False,  # that one has no SDK yet
    ),
    "beside_the_sdk": Case(
        {"main.py": "from workers import Response\nclass Default(Response): ...\n", "workers/own.py": ""},
        True,
        workerd=False,
    ),
    "root_before_the_sdk": Case(
        {
            "main.py": 'import sys\nsys.path.insert(0, "/session/metadata")\nfrom asgi import own\n',
            "asgi.py": "own = 1\n",
        },
        True,
    ),
    "namespace_of_the_platform": Case(
        {"main.py": "import cloudflare.own\n", "cloudflare/__init__.py": "", "cloudflare/own.py": ""}, True
    ),
    "vendored": Case(
        {"main.py": "import dep\n", "python_modules/dep/__init__.py": "import other\n", "python_modules/other.py": ""},
        True,
    ),
    "vendored_lacks": Case({"main.py": "import dep\n", "python_modules/dep/__init__.py": "import other\n"}, False),
    "vendored_by_its_whole_name": Case({"main.py": "import python_modules.dep\n", "python_modules/dep.py": ""}, True),
    "vendored_shadows": Case(
        {"main.py": "from dep import own\n", "dep.py": "own = 1\n", "python_modules/dep.py": ""}, False
    ),
    "vendored_regular_hides_namespace": Case(
        {"main.py": "import src.core\n", "src/core.py": "", "python_modules/src/__init__.py": ""}, False
    ),
    "vendored_regular_hides_regular": Case(
        {
            "main.py": "import src.core\n",
            "src/__init__.py": "",
            "src/core.py": "",
            "python_modules/src/__init__.py": "",
            "python_modules/src/other.py": "",
        },
        False,
    ),
    "merged_namespaces": Case(
        {"main.py": "import src.core\nimport src.other\n", "src/core.py": "", "python_modules/src/other.py": ""}, True
    ),
    "regular_hides_vendored_namespace": Case(
        {"main.py": "import src.other\n", "src/__init__.py": "", "python_modules/src/other.py": ""}, False
    ),
    "module_before_namespace": Case({"main.py": "from a import x\n", "a.py": "x = 1\n", "a/x.html": ""}, True),
    "package_before_module": Case({"main.py": "from a import x\n", "a.py": "x = 1\n", "a/__init__.py": ""}, False),
    "main_named_like_the_library": Case({"calendar.py": HANDLER}, False, "calendar.py"),
    "clashing_with_main": Case({"main.py": HANDLER, "python_modules/main.py": ""}, False),
    "main_beside_vendored_namespace": Case({"main.py": HANDLER, "python_modules/main/x.html": ""}, True),
    "pth": Case(
        {"main.py": "import inner\n", "python_modules/a.pth": "extra\n", "python_modules/extra/inner.py": ""}, True
    ),
    "no_pth": Case({"main.py": "import inner\n", "python_modules/extra/inner.py": ""}, False),
    "compiled": Case(
        {"main.py": "import importlib.util\nassert importlib.util.find_spec('fast')\n", "python_modules/fast.so": b""},
        True,
    ),
    "compiled_for_another_python": Case(
        {"main.py": "import fast\n", "python_modules/fast.cpython-310-wasm32-emscripten.so": b""}, False
    ),
    "relative": Case(
        {
            "main.py": "import a.b\n",
            "a/__init__.py": "",
            "a/b.py": "from . import c\nfrom .c import d\n",
            "a/c.py": "d = 1\n",
        },
        True,
    ),
    "relative_in_main": Case({"main.py": "from . import a\n", "a.py": ""}, False),
    "relative_beyond_the_top": Case({"main.py": "import a.b\n", "a/b.py": "from .. import c\n", "c.py": ""}, False),
    "relative_from_an_init": Case(
        {"main.py": "import a\n", "a/__init__.py": "from .b import c\n", "a/b.py": "c = 1\n"}, True
    ),
    "submodule_not_attribute": Case({"main.py": "from a import b\n", "a/__init__.py": "", "a/b.py": ""}, True),
    "attribute_not_submodule": Case(
        {"main.py": "from a import b\n", "a/__init__.py": "b = 1\n", "a/b.py": "import nothing_here\n"}, True
    ),
    "neither": Case({"main.py": "from a import b\n", "a/__init__.py": "'''b'''\n"}, False),
    "attribute_by_star": Case(
        {"main.py": "from a import x\n", "a/__init__.py": "from .b import *\n", "a/b.py": "x = 1\n_y = 2\n"}, True
    ),
    "private_by_star": Case(
        {"main.py": "from a import _y\n", "a/__init__.py": "from .b import *\n", "a/b.py": "x = 1\n_y = 2\n"}, False
    ),
    "left_out_by_all": Case(
        {"main.py": "from a import x\n", "a.py": "from b import *\n", "b.py": "__all__ = ['y']\nx = y = 1\n"}, False
    ),
    "attribute_by_getattr": Case(
        {"main.py": "from a import x\n", "a.py": "def __getattr__(name):\n    return 1\n"}, True
    ),
    "attribute_by_globals": Case({"main.py": "from a import x\n", "a.py": "globals()['x'] = 1\n"}, True),
    "attribute_by_unpacking": Case(
        {"main.py": "from a import x, y, z, w\n", "a.py": "x, (y, *z) = 1, (2, 3)\nfor w in [1]:\n    pass\n"}, True
    ),
    "own_path": Case(
        {
            "main.py": "import a.b\n",
            "a/__init__.py": "__path__.append('/session/metadata/hidden')\n",
            "hidden/b.py": "",
        },
        True,
    ),
    "guarded": Case({"main.py": "try:\n    import nothing\nexcept ImportError:\n    nothing = None\n"}, True),
    "guarded_deeper": Case(
        {
            "main.py": "try:\n    import a\nexcept ImportError:\n    a = None\n",
            "a.py": "import b\n",
            "b.py": "import nothing\n",
        },
        True,
    ),
    "guard_for_something_else": Case({"main.py": "try:\n    import nothing\nexcept KeyError:\n    pass\n"}, False),
    "guard_that_raises": Case({"main.py": "try:\n    import nothing\nexcept ImportError:\n    raise\n"}, False),
    "second_choice": Case(
        {"main.py": "try:\n    import nothing\nexcept ImportError:\n    import a\n", "a.py": ""}, True
    ),
    "no_second_choice": Case(
        {"main.py": "try:\n    import nothing\nexcept ImportError:\n    import nor_this\n"}, False
    ),
    "choice_not_needed": Case(
        {"main.py": "try:\n    import a\nexcept ImportError:\n    import nothing\n", "a.py": ""}, True
    ),
    "suppressed": Case(
        {"main.py": "import contextlib\nwith contextlib.suppress(ImportError):\n    import nothing\n"}, True
    ),
    "for_type_checkers": Case(
        {
            "main.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nothing\nelse:\n    import a\n",
            "a.py": "",
        },
        True,
    ),
    "platform_condition": Case(
        {
            "main.py": "import sys\nif sys.platform == 'emscripten':\n    import a\nelse:\n    import nothing\n",
            "a.py": "",
        },
        True,
    ),
    "version_condition": Case(
        {
            "main.py": "import sys\nif sys.version_info >= (3, 13):\n    import a\nelse:\n    import nothing\n",
            "a.py": "",
        },
        True,
        pythons=("3.13", "3.14"),
    ),
    "old_version_condition": Case(
        {
            "main.py": "import sys\nif sys.version_info >= (3, 13):\n    import a\nelse:\n    import nothing\n",
            "a.py": "",
        },
        False,
        pythons=("3.12",),
    ),
    "find_spec_condition": Case(
        {
            "main.py": "from importlib.util import find_spec\nif find_spec('nothing') is not None:\n"
            "    import nothing.more\n"
        },
        True,
    ),
    "only_as_a_script": Case({"main.py": "if __name__ == '__main__':\n    import nothing\n"}, True),
    "in_a_function": Case({"main.py": "def later():\n    import nothing\n"}, True),
    "in_a_class_body": Case({"main.py": "class A:\n    import nothing\n"}, False),
    "by_name": Case({"main.py": "import importlib\na = importlib.import_module('src.a')\n", "src/a.py": ""}, True),
    "by_a_wrong_name": Case(
        {"main.py": "from importlib import import_module\na = import_module('src.b')\n", "src/a.py": ""}, False
    ),
    "by_a_relative_name": Case(
        {
            "main.py": "import p\n",
            "p/__init__.py": "import importlib\nimportlib.import_module('.q', __package__)\n",
            "p/q.py": "",
        },
        True,
    ),
    "sys_path": Case(
        {"main.py": "import sys\nsys.path.insert(0, '/session/metadata/libs')\nimport helper\n", "libs/helper.py": ""},
        True,
    ),
    "sys_path_by_file": Case(
        {
            "main.py": "import sys\nfrom pathlib import Path\n"
            "sys.path.append(str(Path(__file__).parent / 'libs'))\nimport helper\n",
            "libs/helper.py": "",
        },
        True,
    ),
    "sys_path_too_late": Case(
        {"main.py": "import helper\nimport sys\nsys.path.append('/session/metadata/libs')\n", "libs/helper.py": ""},
        False,
    ),
    "sys_modules": Case(
        {"main.py": "import sys, types\nsys.modules['made'] = types.ModuleType('made')\nimport made\n"}, True
    ),
    "circle": Case(
        {"main.py": "import a\n", "a.py": "import b\nx = 1\n", "b.py": "import a\n\n\ndef f():\n    return a.x\n"}, True
    ),
    "syntax_error": Case({"main.py": "import a\n", "a.py": "def f(:\n"}, False),
    "latin_comment": Case({"main.py": "import a\n", "a.py": b"# caf\xe9\n"}, True, pythons=("3.12", "3.13")),
    "latin_comment_on_3_14": Case({"main.py": "import a\n", "a.py": b"# caf\xe9\n"}, False, pythons=("3.14",)),
    "stand_ins": Case(
        {
            "main.py": "from js import Response, HTMLRewriter\nfrom workers import WorkerEntrypoint\n"
            "class Default(WorkerEntrypoint): ...\n"
        },
        True,
    ),
    "others_do_not_matter": Case({"main.py": HANDLER, "scripts/seed.py": "import nothing\n", "good.py": ""}, True),
    "case_counts": Case({"main.py": "import Core\n", "core.py": ""}, False),
}
