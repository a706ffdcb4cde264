// Mozilla's Readability over JSON Lines: docs/plugin-protocol.md. What it is and how it is called: extractor.toml.
import { readFileSync } from "node:fs";
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";

function extract(page) {
  const { document } = parseHTML(page.html);
  return new Readability(document).parse()?.content ?? "";
}

function answer(line) {
  const page = JSON.parse(line);
  try {
    return { id: page.id, text: extract(page) };
  } catch (error) {
    return { id: page.id, error: String(error).split("\n")[0] };
  }
}

function say(fields) {
  process.stdout.write(JSON.stringify(fields) + "\n");
}

async function serve() {
  console.log = console.info = console.debug = console.error; // standard output is for answers only
  say({ lubb: 1 });
  let parts = [];
  for await (const chunk of process.stdin) {
    // By hand: readline ends a line at U+2028 too, which may stand in a page.
    let rest = chunk;
    for (let end; (end = rest.indexOf(10)) >= 0; rest = rest.subarray(end + 1)) {
      parts.push(rest.subarray(0, end));
      const line = Buffer.concat(parts).toString("utf8");
      parts = [];
      say(answer(line));
    }
    parts.push(rest);
  }
}

if (process.argv.includes("--version")) {
  const file = new URL("node_modules/@mozilla/readability/package.json", import.meta.url);
  console.log(JSON.parse(readFileSync(file, "utf8")).version);
} else {
  await serve();
}
