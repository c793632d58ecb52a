// Bundles src/main.ts and src/style.css, with uPlot, into a C++ source with both as texts.
//   node bundle.mjs NODE_MODULES OUTPUT.cpp
// An empty bundle is an error: a page without its program would be blank.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [modules, output] = process.argv.slice(2).map((path) => resolve(path));
const here = dirname(fileURLToPath(import.meta.url));
const esbuild = createRequire(join(modules, "x.js"))("esbuild");

const common = { bundle: true, minify: true, charset: "ascii", legalComments: "none", nodePaths: [modules], write: false, logLevel: "warning" };
const built = (entry, more) => esbuild.buildSync({ ...common, entryPoints: [join(here, "src", entry)], ...more }).outputFiles[0].text;
const licence = readFileSync(join(modules, "uplot", "LICENSE"), "ascii");

const script = `/*! Charts by uPlot:\n${licence.trim()} */\n` + built("main.ts", { format: "iife", target: "es2020" });
const style = built("style.css", {});
for (const [what, text] of Object.entries({ script, style })) {
    if (text.length < 1000) throw new Error(`the page's ${what} is empty`);
    if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`the page's ${what} would end its own element`);
}

/** A C++ literal in pieces, which the compiler puts together again. */
const literal = (text) => {
    const pieces = [];
    for (let at = 0; at < text.length; at += 4000) pieces.push(`R"~page~(${text.slice(at, at + 4000)})~page~"`);
    return pieces.join("\n");
};
writeFileSync(output, `#include "models/report/page_bundle.hpp"
std::optional<mailquake::PageBundle> mailquake::page_bundle() {
    return PageBundle{
${literal(script)},
${literal(style)}};
}
`);
