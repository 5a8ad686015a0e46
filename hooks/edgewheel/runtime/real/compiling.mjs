// Compiles modules in Pyodide: reads a job from stdin, writes `.pyc` files into a folder and one JSON event to stdout.
import { readFileSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const job = JSON.parse(readFileSync(0, "utf8"));
const say = (event) => writeSync(1, "\n@edgewheel " + JSON.stringify(event) + "\n");
const { loadPyodide } = await import(pathToFileURL(job.pyodide + "/pyodide.mjs").href);
const quiet = () => {};
const python = await loadPyodide({ indexURL: job.pyodide + "/", stdout: quiet, stderr: quiet });
const { FS } = python;
for (const [path, root] of [["/session/metadata", job.root], ["/compiled", job.out]]) {
  FS.mkdirTree(path);
  FS.mount(FS.filesystems.NODEFS, { root }, path);
}
say({ event: "ready" });
const compile = python.runPython(`
import warnings
from py_compile import PycInvalidationMode, PyCompileError, compile

def compiled(names):
    """The names of what this Python cannot parse; the others are written under their numbers."""
    failed = []
    warnings.simplefilter("ignore")
    for at, name in enumerate(names):
        try:
            compile(f"/session/metadata/{name}", f"/compiled/{at}", doraise=True,
                    invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
        except (PyCompileError, RecursionError, MemoryError, ValueError, SyntaxError):
            failed.append(name)
    return failed
compiled`);
const failed = compile(python.toPy(job.names)).toJs();
say({ event: "proved", outcome: failed });
process.exit(0);
