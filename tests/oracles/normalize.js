// What wrangler's own validator says of many configs: `node normalize.js CLI.JS FOLDER`, then a line of JSON
// {"config", "env", "redirected", "toml"} on stdin for each, answered by a line {"errors", "warnings", "crash"}.
// FOLDER is where the configs are said to be: `main` and images are looked for there.
"use strict";

const { readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const readline = require("node:readline");

const file = path.resolve(process.argv[2]);
const program = new Module(file, null);
program.filename = file;
program.paths = Module._nodeModulePaths(path.dirname(file));
program._compile(`${readFileSync(file, "utf8")}\n;module.exports.normalize = normalizeAndValidateConfig;`, file);
process.chdir(process.argv[3]);

// what smol-toml makes of tables
const bare = (value) =>
	Array.isArray(value)
		? value.map(bare)
		: value && typeof value === "object"
			? Object.assign(Object.create(null), Object.fromEntries(Object.entries(value).map(([key, each]) => [key, bare(each)])))
			: value;

function judge({ config, env, redirected, toml }) {
	const user = path.resolve(toml ? "wrangler.toml" : "wrangler.json");
	config = toml ? bare(config) : config;
	try {
		const where = redirected ? path.resolve("build/wrangler.json") : user;
		const { diagnostics } = program.exports.normalize(config, where, user, { env: env ?? undefined });
		return {
			errors: diagnostics.hasErrors() ? diagnostics.renderErrors() : "",
			warnings: diagnostics.hasWarnings() ? diagnostics.renderWarnings() : "",
			crash: "",
		};
	} catch (error) {
		return { errors: "", warnings: "", crash: String(error.message || error) };
	}
}

(async () => {
	const answers = [];
	for await (const line of readline.createInterface({ input: process.stdin })) {
		answers.push(JSON.stringify(judge(JSON.parse(line))));
	}
	process.stdout.write(`${answers.join("\n")}\n`, () => process.reallyExit(0));
})();
