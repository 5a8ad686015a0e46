// Runs many deploys of one wrangler in one process: `node wrangler_batch.js CLI.JS`, then a line of JSON
// {"cwd", "argv", "env"} on stdin for each, answered by a line {"exit", "said"}. Most of wrangler's time is its start.
"use strict";

const { readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const readline = require("node:readline");

const file = path.resolve(process.argv[2]);
const program = new Module(file, null);
program.filename = file;
program.paths = Module._nodeModulePaths(path.dirname(file));
program._compile(`${readFileSync(file, "utf8")}\n;module.exports.runMain = main;`, file);

const write = process.stdout.write.bind(process.stdout);
let said = "";
const capture = (chunk, encoding, done) => {
	said += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
	const after = typeof encoding === "function" ? encoding : done;
	if (after) after();
	return true;
};
process.stdout.write = capture;
process.stderr.write = capture;
class Exit extends Error {}
process.exit = (code) => {
	process.exitCode = code ?? process.exitCode;
	throw new Exit();
};

async function run({ cwd, argv, env }) {
	said = "";
	process.exitCode = undefined;
	for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
	Object.assign(process.env, env);
	process.chdir(cwd);
	let exit = 0;
	try {
		await program.exports.runMain(argv);
		exit = process.exitCode ?? 0;
	} catch (error) {
		exit = (error instanceof Exit ? process.exitCode : error?.code) || 1;
		exit = typeof exit === "number" ? exit : 1;
	}
	await new Promise((resolve) => setImmediate(resolve));
	return { exit, said };
}

(async () => {
	for await (const line of readline.createInterface({ input: process.stdin })) {
		write(`${JSON.stringify(await run(JSON.parse(line)))}\n`);
	}
	process.reallyExit(0);
})();
