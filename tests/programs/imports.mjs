// Imports main from an upload as the runtime would: node imports.mjs PYODIDE_FOLDER UPLOAD STAND_INS MAIN; prints JSON.
const [folder, upload, standIns, main] = process.argv.slice(2);
const { loadPyodide } = await import(`file://${folder}/pyodide.mjs`);
const python = await loadPyodide();
for (const [root, place] of [[upload, "/session/metadata"], [standIns, "/stand-ins"]]) {
  python.FS.mkdirTree(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
const code = `
import importlib, json, site, sys
vendored = "/session/metadata/python_modules"
at = next((n for n, path in enumerate(sys.path) if path.endswith("site-packages")), len(sys.path))
sys.path.insert(at, vendored)
sys.path += ["/session/metadata", "/stand-ins"]
site.addsitedir(vendored)
importlib.invalidate_caches()
try:
    importlib.import_module(${JSON.stringify(main)})
    answer = {"imports": True}
except BaseException as error:
    frame = error.__traceback__
    places = []
    while frame:
        places.append((frame.tb_frame.f_code.co_filename, frame.tb_lineno))
        frame = frame.tb_next
    own = [place for place in places if place[0].startswith("/session/metadata")]
    answer = {"imports": False, "error": str(error), "file": own[-1][0] if own else "", "line": own[-1][1] if own else 0}
json.dumps(answer)
`;
console.log(python.runPython(code));
