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

// What Workers have on `js` and Node lacks. An upload that takes one of them gets a class that does nothing.
const used = new Set();
for (const name of job.javascript) {
  if (!(name in globalThis)) {
    const Missing = class {};
    Object.defineProperty(globalThis, name, { configurable: true, get: () => (used.add("js." + name), Missing) });
  }
}

// A global keeps its path, so that a snapshot can bring it back: the runtime refuses every other object.
const PATH = Symbol("path");
const OWN = Symbol("own");
const pathed = (value, path) => {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return value;
  const made = new Proxy(value, {
    get(target, key, self) {
      if (key === PATH) return path;
      if (key === OWN) return target;
      // `crypto`, `crypto.subtle` and their kin answer the object itself alone
      const found = Reflect.get(target, key, self === made ? target : self);
      const how = Reflect.getOwnPropertyDescriptor(target, key);
      if (how && ((how.writable === false && !how.configurable) || (how.set && !how.get))) return found;
      const refused = starting && REFUSED.get([...path, key].join("."));
      return pathed(refused || found, [...path, key]);
    },
    apply: (target, self, list) => Reflect.apply(target, self?.[OWN] ?? self, list),
    getPrototypeOf: (target) => pathed(Reflect.getPrototypeOf(target), [...path, "prototype of"]),
  });
  return made;
};

// What real workerd refuses in the global scope.
let starting = false;
const refuse = function () {
  throw new Error(
    "Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, " +
      "and generating random values are not allowed within global scope.",
  );
};
const REFUSED = new Map(["fetch", "crypto.randomUUID", "crypto.getRandomValues"].map((name) => [name, refuse]));

const { loadPyodide } = await import(pathToFileURL(job.pyodide + "/pyodide.mjs").href);
const quiet = () => {};
const python = await loadPyodide({
  indexURL: job.pyodide + "/",
  stdout: quiet,
  stderr: quiet,
  env: { HOME: "/session", PYTHONHASHSEED: "111", _: "./this.program" },
  ...(job.snapshot ? { jsglobals: pathed(globalThis, []) } : {}),
});
python.loadPackage = () => {
  throw new Error("pyodide.loadPackage is disabled");
};

// Milliseconds of CPU of this process so far: in Pyodide `time.process_time()` is the wall clock.
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const { FS, _module: module } = python;
FS.mkdirTree("/session/metadata");
FS.mkdirTree("/edgewheel");
for (const [name, text] of Object.entries(job.inside)) FS.writeFile("/edgewheel/" + name, text);
python.runPython(
  "import os, sys; os.environ.pop('PYTHONINSPECT', None); sys.path.insert(0, '/edgewheel'); " +
    "import edgewheel_probe, edgewheel_entropy, edgewheel_watching; sys.path.pop(0)",
);
const probe = python.pyimport("edgewheel_probe");
const watching = python.pyimport("edgewheel_watching");
const entropy = python.pyimport("edgewheel_entropy");
const { NODEFS } = FS.filesystems;
const mode = NODEFS.getMode;
NODEFS.getMode = (path) => mode(path) & ~0o222; // the upload is read-only
FS.chdir("/");
const promising = job.jspi && module.jspiSupported === true;

// The objects that Python holds now, without the runtime's own.
const held = () => {
  const found = [];
  for (let at = module.API.getExpectedKeys().length; ; at++) {
    try {
      const value = module.__hiwire_get(at);
      if (value !== null && ["object", "function"].includes(typeof value)) found.push(value);
    } catch {
      return found;
    }
  }
};
const kind = (value) => {
  try {
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    return tag === "Object" ? (value.constructor?.name ?? tag) : tag;
  } catch {
    return "object";
  }
};
const isPathed = (value) => {
  try {
    return value[PATH] !== undefined;
  } catch {
    return false;
  }
};

const modules = (upload) => {
  const flags = new Set(upload.flags);
  const env = pathed(
    new Proxy(Object.create(null), {
      has: (_, name) => typeof name === "string" && (Object.hasOwn(upload.env, name) || /^[A-Z][A-Z0-9_]*$/.test(name)),
      get(_, name) {
        if (typeof name !== "string") return undefined;
        if (!Object.hasOwn(upload.env, name)) {
          if (!/^[A-Z][A-Z0-9_]*$/.test(name)) return undefined; // Pyodide itself asks for `get`, `then` and the like
          used.add("env." + name);
          return "edgewheel";
        }
        return upload.env[name] ?? function () {};
      },
    }),
    ["env"],
  );
  class WorkerEntrypoint {}
  const workers = pathed(
    { env, waitUntil() {}, WorkerEntrypoint, DurableObject: class {}, WorkflowEntrypoint: class {}, RpcTarget: class {} },
    ["cloudflare:workers"],
  );
  const helper = {
    doAnImport: async (name) => (name === "cloudflare:workers" ? workers : pathed({}, [name])),
    cloudflareWorkersModule: workers,
    cloudflareSocketsModule: pathed({ connect: refuse }, ["cloudflare:sockets"]),
    workerEntrypoint: WorkerEntrypoint,
    patchWaitUntil() {},
  };
  const compat = new Proxy({}, { has: () => true, get: (_, name) => typeof name === "string" && flags.has(name) });
  return { _pyodide_entrypoint_helper: helper, _cloudflare_compat_flags: compat };
};

say({ event: "ready" });

for (const upload of job.uploads) {
  FS.mount(NODEFS, { root: upload.root }, "/session/metadata");
  used.clear();
  const registered = modules(upload);
  for (const [name, value] of Object.entries(registered)) python.registerJsModule(name, value);
  const told = (name) => {
    starting = name === upload.main[0];
    say({ event: "importing", module: name });
  };
  let refused = [];
  const host = {
    scan() {
      const now = new Set(held());
      refused = [...now].filter((value) => !before.has(value) && !isPathed(value));
      return python.toPy(refused.map(kind));
    },
    index: (value) => refused.indexOf(value),
  };
  const start = entropy.TopLevel();
  const argument = python.toPy(upload);
  const mine = [told, host, host.scan, host.index, ...Object.values(registered)];
  const before = new Set([...(job.snapshot ? held() : []), ...mine, python, module.API, module.API.abortSignalAny]);
  const started = performance.now();
  const watch = { costs: watching.Costs, edges: watching.Edges }[job.watch]?.(cpu);
  const call = [argument, told, job.snapshot && !job.watch ? host : undefined, start, watch];
  const from = cpu();
  const result = promising ? await probe.prove.callPromising(...call) : probe.prove(...call);
  const spent = cpu() - from;
  const outcome = result.toJs({ dict_converter: Object.fromEntries });
  if (watch) {
    Object.assign(outcome, { cpu: spent, python_cpu: from, rows: watch.rows.toJs(), held: {} });
    outcome.held = watch.memory.toJs({ dict_converter: Object.fromEntries });
    outcome.rows = outcome.rows.map((row) => [...row]);
    outcome.cpu = job.watch === "costs" ? outcome.rows.filter((row) => row[1] < 0).reduce((all, row) => all + row[2], 0) : 0;
  }
  outcome.seconds = (performance.now() - started) / 1000;
  outcome.waits = promising;
  outcome.memory = python._module?.HEAPU8?.length ?? null;
  outcome.stand_ins = [...outcome.stand_ins, ...used].sort();
  say({ event: "proved", outcome });
  for (const each of [result, argument, start]) each.destroy();
  for (const name of Object.keys(registered)) python.unregisterJsModule(name);
  FS.unmount("/session/metadata");
}
process.exit(0);
