"""CLOUDFLARE_ENV: the environment that `wrangler deploy` takes in this shell, by itself and beside the real one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests import wrangler_oracle
from tests.projects import HANDLER, write

from edgewheel import cli
from edgewheel.wrangler import dotenv

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = (
    'name = "t"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\ncompatibility_flags = ["python_workers"]\n'
)
ENVIRONMENTS = '[env.a]\nmain = "src/a.py"\n[env.b]\nmain = "src/b.py"\n'


class Shell(NamedTuple):
    """What stands in the shell and the folder; `main` is what is uploaded ("" for a refusal) where the variable counts,
    else it is that of the arguments alone.
    """

    main: str
    variable: str | None = None
    arguments: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    environments: str = ENVIRONMENTS


def by_files(main: str, *texts: str, variable: str | None = None) -> Shell:
    return Shell(main, variable, files=tuple(zip((".env", ".env.local"), texts, strict=False)))


SHELLS = {
    "nothing": Shell("main.py"),
    "variable": Shell("a.py", "a"),
    "argument first": Shell("b.py", "a", ("--env", "b")),
    "empty argument first": Shell("main.py", "a", ("--env", "")),
    "empty variable": Shell("main.py", ""),
    "unknown": Shell("", "zz"),
    "not trimmed": Shell("", " a"),
    "no environments at all": Shell("main.py", "zz", environments=""),
    ".env": by_files("a.py", "CLOUDFLARE_ENV=a\n"),
    ".env.local alone": by_files("b.py", "", "CLOUDFLARE_ENV=b\n"),
    ".env.local first": by_files("b.py", "CLOUDFLARE_ENV=a\n", "CLOUDFLARE_ENV=b\n"),
    "argument before .env": Shell("b.py", None, ("--env", "b"), ((".env", "CLOUDFLARE_ENV=a\n"),)),
    "shell before .env": by_files("b.py", "CLOUDFLARE_ENV=a\n", variable="b"),
    "empty shell behind .env": by_files("a.py", "CLOUDFLARE_ENV=a\n", variable=""),
    "empty in .env": by_files("main.py", "CLOUDFLARE_ENV=\n"),
    "quoted": by_files("a.py", '\ufeffX=1\r\nexport CLOUDFLARE_ENV = "a" # the stage\r\n'),
    "with a colon": by_files("a.py", "CLOUDFLARE_ENV: 'a'"),
    "commented": by_files("main.py", "# CLOUDFLARE_ENV=a\n"),
    "last of two": by_files("b.py", "CLOUDFLARE_ENV=a\nCLOUDFLARE_ENV=b\n"),
    "by another": by_files("a.py", "STAGE=a\nCLOUDFLARE_ENV=${STAGE}\n"),
    "by one of another file": by_files("a.py", "STAGE=a\n", "CLOUDFLARE_ENV=$STAGE\n"),
    "by default": by_files("b.py", "CLOUDFLARE_ENV=${STAGE:-b}\n"),
    "by an alternative": by_files("b.py", "STAGE=x\nCLOUDFLARE_ENV=${STAGE:+b}\n"),
    "escaped": by_files("", "STAGE=a\nCLOUDFLARE_ENV=\\$STAGE\n"),
    ".dev.vars does not count": Shell("main.py", files=((".dev.vars", "CLOUDFLARE_ENV=a\n"),)),
    "a folder is no file": Shell("main.py", files=((".env/x", ""),)),
}


def project(root: Path, shell: Shell, version: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("STAGE", raising=False)
    monkeypatch.delenv("CLOUDFLARE_ENV", raising=False)
    if shell.variable is not None:
        monkeypatch.setenv("CLOUDFLARE_ENV", shell.variable)
    package = json.dumps({"name": "wrangler", "version": version})
    write(root, {f"src/{name}.py": HANDLER for name in ("main", "a", "b")})
    write(root, {"wrangler.toml": CONFIG + shell.environments, "node_modules/wrangler/package.json": package})
    write(root, dict(shell.files))
    monkeypatch.chdir(root)
    return root


def predicted(capsys: pytest.CaptureFixture[str], shell: Shell) -> tuple[str, list[str], str]:
    """Name of main, warnings, and the error's first words."""
    cli.main(["bundle", "--format", "json", *shell.arguments])
    told = json.loads(capsys.readouterr().out)
    return (
        "".join(each["name"] for each in told["modules"][:1]),
        told["warnings"],
        (told["error"] or {}).get("message", ""),
    )


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
@pytest.mark.parametrize("version", ["4.164.0", "4.51.0", "4.50.0"])
def test_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: Shell, version: str
) -> None:
    project(tmp_path, shell, version, monkeypatch)
    main, warnings, error = predicted(capsys, shell)
    if version == "4.50.0":
        named = shell.arguments[1:] == ("b",)
        assert main == ("b.py" if named else "main.py")
        assert bool(warnings) == (not shell.arguments and bool(shell.environments))
        return
    assert main == shell.main
    assert bool(error) == (not shell.main)


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["4.164.0", "4.46.0", "4.42.2"])
def test_as_wrangler_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], version: str
) -> None:
    some = SHELLS if version == "4.164.0" else {name: SHELLS[name] for name in ("variable", "argument first", ".env")}
    for number, (name, shell) in enumerate(some.items()):
        root = project(tmp_path / str(number), shell, version, monkeypatch)
        real = wrangler_oracle.deploy(root, shell.arguments, version)
        main, warnings, error = predicted(capsys, shell)
        assert (main, warnings) == ("".join(each["name"] for each in real["uploaded"][:1]), real["warnings"]), name
        assert ([error] if error else []) == real["errors"], name


def redirected(root: Path, version: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a build tool leaves: a config of its own, for the environment `a`."""
    project(root, SHELLS["nothing"], version, monkeypatch)
    return write(
        root,
        {
            ".wrangler/deploy/config.json": '{"configPath": "../../out/wrangler.toml"}',
            "out/wrangler.toml": CONFIG.replace("src/main.py", "main.py") + 'targetEnvironment = "a"\n',
            "out/main.py": HANDLER,
        },
    )


REFUSED = (
    'You have specified the environment "b" via the {via}.\n'
    'This does not match the target environment "a" that was used when building the application.\n'
    'Perhaps you need to re-run the custom build of the project with "b" as the selected environment?'
)


@pytest.mark.parametrize(
    ("shell", "error"),
    [
        (Shell("main.py", "a"), ""),
        (Shell("", "b"), REFUSED.format(via="CLOUDFLARE_ENV environment variable")),
        (Shell("", "a", ("--env", "b")), REFUSED.format(via="`--env/-e` CLI argument")),
        (Shell("main.py", "b", ("--env", "")), ""),
    ],
)
def test_a_config_that_was_built_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: Shell, error: str
) -> None:
    redirected(tmp_path, "4.164.0", monkeypatch)
    monkeypatch.setenv("CLOUDFLARE_ENV", shell.variable or "")
    assert predicted(capsys, shell) == (shell.main, [], error)


@pytest.mark.oracle
def test_wrangler_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = redirected(tmp_path, "4.164.0", monkeypatch)
    monkeypatch.setenv("CLOUDFLARE_ENV", "b")
    real = wrangler_oracle.deploy(root)
    assert real["errors"] == [REFUSED.format(via="CLOUDFLARE_ENV environment variable")]


def test_prove_takes_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project(tmp_path, SHELLS["variable"], "4.164.0", monkeypatch)
    for arguments, main in (([], "a"), (["--env", "b"], "b")):
        assert cli.main(["prove", "--format", "json", *arguments]) == 0
        assert json.loads(capsys.readouterr().out)["main"] == main
    monkeypatch.setenv("CLOUDFLARE_ENV", "zz")
    assert cli.main(["prove"]) == 2
    assert 'No environment found in configuration with name "zz"' in capsys.readouterr().err


def test_check_judges_all_environments_whatever_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project(tmp_path, SHELLS["variable"], "4.164.0", monkeypatch)
    write(tmp_path, {"src/b.py": "import src.gone\n" + HANDLER})
    assert cli.main(["check", "--select", "EW203"]) == 1
    assert "src/b.py:1: EW203" in capsys.readouterr().out


def test_a_worker_below_has_its_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """wrangler would run in the Worker's folder, and a baseline is kept for the environment that it takes."""
    project(tmp_path / "w", by_files("a.py", "CLOUDFLARE_ENV=a\n"), "4.164.0", monkeypatch)
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {".env": "CLOUDFLARE_ENV=b\n"})
    assert cli.main(["bundle", "--format", "json", "--save-baseline", "kept.json"]) == 0
    assert json.loads(capsys.readouterr().out)["env"] == "a"
    assert cli.main(["bundle", "--env", "a", "--baseline", "kept.json"]) == 0


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1\nB='x # y' # z\n C = `q`\n", {"A": "1", "B": "x # y", "C": "q"}),
        ('A="two\nlines"\nB="a\\nb"\n', {"A": "two\nlines", "B": "a\nb"}),
        ("no value\n=x\n", {}),
        ("A=$B\nB=$A\n", {"A": "", "B": ""}),
        ("A=${A}\n", {"A": ""}),
        ("A=x$Z\n", {"A": "xzz"}),
    ],
)
def test_dotenv(text: str, values: dict[str, str]) -> None:
    assert dotenv.merged([text], {"Z": "zz"}) == {"Z": "zz", **values}
