// Proves uploads in one Pyodide: reads a job from stdin, writes one JSON event a line to stdout.
import { readFileSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const job = JSON.parse(readFileSync(0, "utf8"));
const say = (event) => {
  const line = Buffer.from("\n@edgewheel " + JSON.stringify(event) + "\n");
  for (let at = 0; at < line.length; ) {
    try {
      at += writeSync(1, line, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
};

const { loadPyodide } = await import(pathToFileURL(job.pyodide + "/pyodide.mjs").href);
const quiet = () => {};
const python = await loadPyodide({ indexURL: job.pyodide + "/", stdout: quiet, stderr: quiet });

// What Workers have on `js` and Node lacks. An upload that takes one of them gets a class that does nothing.
const used = new Set();
for (const name of job.javascript) {
  if (!(name in globalThis)) {
    const Missing = class {};
    Object.defineProperty(globalThis, name, { configurable: true, get: () => (used.add("js." + name), Missing) });
  }
}

const { FS } = python;
FS.mkdirTree("/session/metadata");
FS.mkdirTree("/edgewheel");
FS.writeFile("/edgewheel/edgewheel_probe.py", job.probe);
python.runPython("import sys; sys.path.insert(0, '/edgewheel'); import edgewheel_probe; sys.path.pop(0)");
const probe = python.pyimport("edgewheel_probe");
say({ event: "ready" });

for (const upload of job.uploads) {
  FS.mount(FS.filesystems.NODEFS, { root: upload.root }, "/session/metadata");
  used.clear();
  const told = (name) => say({ event: "importing", module: name });
  const started = performance.now();
  const argument = python.toPy(upload);
  const result = probe.prove(argument, told);
  const outcome = result.toJs({ dict_converter: Object.fromEntries });
  outcome.seconds = (performance.now() - started) / 1000;
  outcome.memory = python._module?.HEAPU8?.length ?? null;
  outcome.stand_ins = [...outcome.stand_ins, ...used].sort();
  say({ event: "proved", outcome });
  result.destroy();
  argument.destroy();
  FS.unmount("/session/metadata");
}
process.exit(0);
