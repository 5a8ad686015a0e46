// Runs a PEP 517 backend inside Pyodide: node build.mjs PYODIDE_FOLDER PROJECT OUT PATH...; prints the wheel's name.
const [folder, project, out, ...paths] = process.argv.slice(2);
const { loadPyodide } = await import(`file://${folder}/pyodide.mjs`);
const python = await loadPyodide();
const mounts = [[project, "/project"], [out, "/out"], ...paths.map((path, n) => [path, `/path${n}`])];
for (const [root, place] of mounts) {
  python.FS.mkdirTree(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
const code = `
import os, sys
sys.path[:0] = ${JSON.stringify(paths.map((_, n) => `/path${n}`))}
os.chdir("/project")
import edgewheel_build
requires = edgewheel_build.get_requires_for_build_wheel()
f"{edgewheel_build.build_wheel('/out')} {edgewheel_build.build_sdist('/out')} {requires}"
`;
try {
  console.log(python.runPython(code));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
