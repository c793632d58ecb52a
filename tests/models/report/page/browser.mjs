// The page of `report` in Chromium: browser.mjs FOLDER, with NAME.html and NAME.json (of `run --json`) in it; MODULES is where
// playwright-core and axe-core are, CHROMIUM the browser. Every check says what it holds, and can fail.
import { createRequire } from "node:module";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const require = createRequire(join(process.env.MODULES, "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const folder = resolve(process.argv[2]), root = resolve(import.meta.dirname, "../../../..");

let failed = 0;
const check = (name, holds, more = "") => {
    if (!holds) ++failed;
    console.log(`${holds ? "ok    " : "FAILED"} ${name}${holds || !more ? "" : `: ${more}`}`);
};

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: process.getuid() === 0 ? ["--no-sandbox"] : [] });

/** A page that is open; what it said on the console and what it asked the network for are kept. */
async function open(name, options, drawn = ".plot canvas") {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const said = [], asked = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("request", (request) => /^(file|data|blob):/.test(request.url()) || asked.push(request.url()));
    const began = Date.now();
    await page.goto(`file://${folder}/${name}.html`);
    await page.waitForFunction((what) => document.querySelectorAll(what).length > 0 && document.querySelector("#provenance"), drawn);
    return { page, said, asked, ready: Date.now() - began, context };
}

/** How many tables, rows, heads and cells there are for a screen reader. */
async function spokenTables(page) {
    const session = await page.context().newCDPSession(page), { nodes } = await session.send("Accessibility.getFullAXTree");
    const roles = ["table", "row", "columnheader", "rowheader", "cell"];
    const tables = nodes.filter((n) => n.role?.value === "table");
    return { names: tables.map((n) => n.name?.value), counts: roles.map((role) => `${nodes.filter((n) => !n.ignored && n.role?.value === role).length} ${role}s`).join(", ") };
}

/** Tables that scroll sideways, are within something that does, or reach beyond the page; all of their rows are shown first. */
const sideways = (page) => page.evaluate(() => {
    for (const button of document.querySelectorAll("main button[aria-expanded=false]")) button.click();
    for (const details of document.querySelectorAll("details")) details.open = true;
    return [...document.querySelectorAll("table")].flatMap((table) => {
        const wider = (e) => e.scrollWidth > e.clientWidth + 1, beyond = (e) => { const box = e.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1; };
        let around = table;
        while (around && !wider(around)) around = around.parentElement;
        const cell = [...table.querySelectorAll("tbody th, tbody td")].find((e) => wider(e) || beyond(e));
        const what = table.caption?.textContent ?? table.getAttribute("aria-label");
        return [...(around ? [`${what}: ${around.tagName} ${around.className} has ${around.scrollWidth} px in ${around.clientWidth}`] : []), ...(cell ? [`${what}: ${cell.textContent}`] : [])];
    });
});

/** Everything about tables on a phone, on a page that is open at 1280 pixels. */
async function fitting(page, name) {
    const stacked = () => page.locator(".stacked").count(), before = await spokenTables(page);
    check(`${name}: 1280 pixels are enough for all columns`, (await stacked()) === 0);
    check(`${name}: every table has a name and a head`, before.names.length > 0 && before.names.every((n) => n), JSON.stringify(before.names));
    // Chromium keeps a table whose rows are blocks; other browsers do not, and go by what is written.
    check(`${name}: every part of a table says what it is`, await page.evaluate(() => [...document.querySelectorAll("table, thead, tbody, tr, th, td")].every((part) => part.hasAttribute("role"))));
    for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(200);
        const after = await spokenTables(page);
        check(`${name}: tables stay tables to a screen reader, ${width} px`, after.counts === before.counts, `${after.counts}, not ${before.counts}`);
        check(`${name}: cards name what they hold`, await page.evaluate(() => [...document.querySelectorAll(".stacked tbody tr:not(.more) td")].every((cell) => cell.dataset.label && getComputedStyle(cell, "::before").content.startsWith(JSON.stringify(cell.dataset.label).slice(0, -1)))));
    }
    check(`${name}: some table is wider than a phone`, (await stacked()) > 0);
    for (const width of [320, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(200);
        for (const choice of [null, ...await page.locator("input[name=mail]").all()]) {
            await choice?.check();
            await page.waitForTimeout(50);
            const wide = await sideways(page);
            check(`${name}: no table scrolls sideways, ${width} px`, wide.length === 0, wide.join("; "));
        }
        check(`${name}: the page does not scroll sideways, ${width} px`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }
    await page.emulateMedia({ media: "print" });
    check(`${name}: on paper tables have columns, whatever the screen is`, await page.evaluate(() => [...document.querySelectorAll(".fit table")].every((t) => getComputedStyle(t).display === "table" && getComputedStyle(t.tBodies[0].rows[0]).display === "table-row")));
    await page.emulateMedia({ media: "screen" });
    await page.waitForTimeout(200);
}

async function accessible(name, scheme, width, drawn) {
    const { page, context } = await open(name, { colorScheme: scheme, viewport: { width, height: 900 } }, drawn);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
    check(`${name}: axe-core finds nothing, ${scheme}, ${width} px`, violations.length === 0,
        violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary.slice(0, 300)}`).join("\n  "));
    check(`${name}: nothing is wider than ${width} px`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await context.close();
}

/** Numbers of the page's data against those of `run --json`; `wall` is the one that may differ. */
function differences(page, run, path = "") {
    if (path === ".wall" || path === ".about.file") return [];
    if (typeof run !== "object" || run === null) return Object.is(page, run) ? [] : [`${path}: ${JSON.stringify(page)} is not ${JSON.stringify(run)}`];
    return Object.keys(run).flatMap((key) => differences(page?.[key], run[key], `${path}.${key}`));
}

for (const name of ["markup", "story", "clients"]) {
    const { page, said, asked, ready, context } = await open(name, {});
    const run = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    const data = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent));
    const wrong = differences(data.result, run);
    check(`${name}: figures are those of run --json`, wrong.length === 0, wrong.slice(0, 5).join("; "));
    const text = (await page.innerText("main")).replaceAll(",", "");
    if (run.affected.of > 0) check(`${name}: the answer has the number of affected tenants`, (await page.innerText(".answer")).replaceAll(",", "").includes(`${Math.round(run.affected.tenants)} of ${run.affected.of}`));
    for (const f of [...run.faults, ...run.flaws].filter((f) => f.enabled)) check(`${name}: ${f.name} is told with what it touched`, text.includes(f.name) && text.includes(String(Number.isInteger(f.touched) || f.touched >= 1000 ? Math.round(f.touched) : f.touched.toFixed(1))));
    check(`${name}: the fingerprint is shown`, text.includes(run.fingerprint));
    const columns = await page.evaluate(() => [...document.querySelectorAll("table.matrix")].flatMap((table) => {
        const rows = [...table.tBodies[0].rows].slice(0, -1).map((row) => [...row.cells].slice(1).map((cell) => parseFloat(cell.textContent.replace("<", "")) || 0));
        return rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0));
    }));
    check(`${name}: causes sum to all of each class's delay`, columns.every((sum) => Math.abs(sum - 100) < 1), columns.join(", "));
    await page.mouse.wheel(0, 1500);
    await page.waitForTimeout(200);
    check(`${name}: no error on the console`, said.length === 0, said.join("; "));
    check(`${name}: no network request`, asked.length === 0, asked.join("; "));
    check(`${name}: interactive within a second`, ready < 1000, `${ready} ms`);
    const size = statSync(join(folder, `${name}.html`)).size;
    check(`${name}: under 1.5 MB`, size < 1.5e6, `${size} bytes`);
    check(`${name}: every section has a heading and is linked`, await page.evaluate(() => [...document.querySelectorAll("main > section")].every((s) => s.querySelector("h2")?.textContent && document.querySelector(`nav a[href="#${s.id}"]`))));
    check(`${name}: the bar of sections is seen as a whole`, await page.evaluate(() => document.querySelector("nav ul").scrollWidth <= document.querySelector("nav ul").clientWidth));
    const wide = (data.whatif?.cures ?? []).map((w) => ({ ...w, c: w.metrics[data.whatif.damage]?.change })).filter(({ c }) => c?.low < 0 && c.high > Math.abs(c.value) / 100);
    check(`${name}: an interval of what is saved reaches below nought where chance may`, wide.length === 0 || (await page.locator("#prevented .bars .amount small").allInnerTexts()).filter((t) => t.startsWith("−")).length >= wide.length, JSON.stringify(wide.map((w) => w.c)));
    check(`${name}: files are named without this machine's folders`, (await page.locator("summary").allInnerTexts()).every((text) => !text.includes(root)));
    check(`${name}: no number is minus nought`, !/[−-]0(?![.,\d])/.test(await page.innerText("main")));
    check(`${name}: no line ends between a number and its unit`, await page.evaluate(() => {
        const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) if (!texts.currentNode.parentElement.closest("code, pre, svg, output, .doing") && /\d (%|ms|s|h)(?![a-z])|\d[dhm] \d\d[hms]/.test(texts.currentNode.data)) return false;
        return true;
    }));
    check(`${name}: what may be copied into a shell has plain blanks`, await page.evaluate(() => [...document.querySelectorAll("code, pre")].every((e) => !e.textContent.includes("\u00a0"))));
    await fitting(page, name);
    check(`${name}: no error on the console as it became a phone`, said.length === 0, said.join("; "));
    await context.close();
}

{   // The replay.
    const { page, said, context } = await open("story", {});
    const slider = page.locator(".topology input[type=range]"), chips = () => page.locator(".tier").allTextContents();
    await slider.focus();
    await page.keyboard.press("Home");
    const quiet = await chips();
    check("the slider goes to the start by key", (await slider.getAttribute("aria-valuetext")).startsWith("10:00"));
    await slider.evaluate((input) => { input.value = 10 * 3600; input.dispatchEvent(new Event("input")); });
    const worst = await chips();
    check("the slider shows what waits at 20:00", quiet.join() !== worst.join() && worst.some((chip) => /transport.*\d{2,3},\d{3}/.test(chip)), worst.join("; "));
    check("what acts is told", (await page.innerText(".doing")).includes("p3-silent"));
    const hit = await page.locator(".tier rect.hit").count();
    check("tiers that a fault hits are marked", hit === 3, String(hit));
    await page.getByRole("radio", { name: "age of the oldest" }).check();
    check("colours can show ages", (await chips()).some((chip) => /transport.*\dh \d\dm/.test(chip)));
    await page.keyboard.press("Tab");
    const before = Number(await slider.inputValue());
    await page.getByRole("button", { name: /Play/ }).click();
    await page.waitForTimeout(700);
    await page.getByRole("button", { name: /Pause/ }).click();
    const after = Number(await slider.inputValue());
    check("play moves the slider on", after > before, `${before} to ${after}`);
    await page.waitForTimeout(300);
    check("pause keeps it", Number(await slider.inputValue()) === after);

    // Tooltips, by mouse and by key; one cursor in all charts.
    const frame = page.locator("#recovery .frame").first();
    await frame.scrollIntoViewIfNeeded();
    const box = await frame.boundingBox();
    await page.mouse.move(box.x + box.width * 0.55, box.y + 80);
    await page.waitForTimeout(100);
    const tip = await frame.locator(".tip").innerText();
    check("a tooltip tells the value under the mouse", /\d\d:\d\d/.test(tip) && /waiting/.test(tip) && /\d{2,3},\d{3}/.test(tip), tip);
    check("the cursor stands in the other charts too", await page.locator("#recovery .tip:not([hidden])").count() >= 3);
    await page.mouse.move(5, 5);
    await frame.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    const spoken = await frame.getAttribute("aria-valuetext");
    check("arrow keys move the cursor and say the value", /\d\d:\d\d.*waiting [\d,]+/.test(spoken), spoken);
    check("the chart at its end says what the data say", await page.evaluate((text) => {
        const series = JSON.parse(document.getElementById("data").textContent).outcome.totals.waiting.high;
        return text.includes(series[series.length - 2].toLocaleString("en-US"));
    }, spoken), spoken);
    check("still no error on the console", said.length === 0, said.join("; "));
    await context.close();
}

{   // Texts of the scenario stay texts.
    const { page, context } = await open("markup", {});
    await page.waitForTimeout(200);
    check("markup in a description is shown as text", (await page.innerText("header")).includes("</script><script>document.title='broken'</script><img src=x"));
    check("markup of a fault, a flaw and a cure is shown as text", await page.evaluate(() => ["<svg onload=", "</title><h1>flaw</h1>", "<b>half a second</b>"].every((t) => document.body.innerText.includes(t))));
    check("no markup has become an element", await page.evaluate(() => document.querySelectorAll("main img, main iframe, main script, main b > b, main svg[onload]").length === 0 && document.querySelectorAll("h1").length === 1));
    check("no script of a name has run", (await page.title()) === "markup: post-incident report");
    check("verdicts are shown", (await page.innerText(".verdicts")).includes("collateral() < 1%"));
    await context.close();
}

{   // Print: light, with all rows, without what only works on a screen.
    const { page, context } = await open("story", { colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    check("print is light, whatever the screen is", await page.evaluate(() => getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)"));
    check("print leaves out what only works on a screen", !(await page.locator("nav").isVisible()) && !(await page.locator(".play").isVisible()) && !(await page.getByText("drag the slider").isVisible()));
    check("print says of which moment the picture of the estate is", /^At \d\d:\d\d: /.test(await page.innerText(".doing")));
    check("print takes no heading, caption or paragraph apart from what it is of", await page.evaluate(() => ["h2", ".lead", "caption", "figcaption"].every((what) => [...document.querySelectorAll(what)].every((e) => getComputedStyle(e).breakAfter === "avoid"))));
    await context.close();
}

for (const name of ["sweep", "margin"]) {   // Experiments: the same data as --json, drawn without an error.
    const { page, said, asked, context } = await open(name, {}, "svg .curve");
    const data = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent));
    const wrong = differences(data.data, JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")));
    check(`${name}: figures are those of --json`, wrong.length === 0, wrong.slice(0, 5).join("; "));
    const cells = await page.locator(".map td").count(), wanted = name === "sweep" ? 2 * 2 * 2 : 2 * 3;
    check(`${name}: the map has a cell for each point`, cells === wanted, `${cells} of ${wanted}`);
    check(`${name}: every mark of a curve tells its value`, await page.evaluate(() => [...document.querySelectorAll("svg[role=img] .curve > :not(.line, .band)")].every((mark) => mark.querySelector("title")?.textContent)));
    check(`${name}: markup in the description is shown as text`, (await page.innerText("header")).includes("</script><script>") && (await page.title()).startsWith("markup: "));
    check(`${name}: metrics are told in words`, (await page.innerText("main")).match(name === "sweep" ? /Share of tenants with an hour in which/ : /late\(\): share of measured copies/) !== null);
    check(`${name}: no share is over 100 %`, !/(10[1-9]|1[1-9]\d|100\.[1-9])[\d.]*\s%/.test(await page.innerText("main")));
    const looks = await page.evaluate(() => [...document.querySelectorAll(".curves")].map((c) => [...c.querySelectorAll(".legend svg")].map((sample) => `${sample.querySelector(".line").getAttribute("stroke-dasharray")} ${sample.children[1].tagName} ${sample.children[1].getAttribute("d")} ${sample.style.cssText}`)));
    check(`${name}: the legend tells curves apart by more than their colour`, looks.length > 0 && looks.every((all) => new Set(all.map((look) => look.replace(/--c.*/, ""))).size === all.length), JSON.stringify(looks));
    await fitting(page, name);
    check(`${name}: a phone has the whole axis, at a size that can be read`, await page.evaluate(() => [...document.querySelectorAll(".curves svg[role=img]")].every((svg) => {
        const box = svg.getBoundingClientRect();
        return box.right <= innerWidth && Math.abs(box.width - svg.viewBox.baseVal.width) < 2 && [...svg.querySelectorAll("text")].every((t) => t.getBoundingClientRect().right <= innerWidth);
    })));
    check(`${name}: no error on the console, no network request`, said.length + asked.length === 0, [...said, ...asked].join("; "));
    await context.close();
    for (const scheme of ["light", "dark"]) for (const width of [1280, 390]) await accessible(name, scheme, width, "svg .curve");
}

for (const name of ["story", "markup", "clients"])
    for (const scheme of ["light", "dark"]) for (const width of [1280, 390]) await accessible(name, scheme, width);

await browser.close();
console.log(failed === 0 ? "all of it holds" : `${failed} FAILED`);
process.exit(failed === 0 ? 0 : 1);
