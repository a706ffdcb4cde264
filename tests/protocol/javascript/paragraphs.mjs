// The text of every <p>: an extractor in JavaScript, without a library.

import { createInterface } from "node:readline";

const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

function decoded(text) {
  return text.replace(/&(?:#(\d{1,7})|([a-z]+));/g, (whole, number, name) =>
    number ? character(Number(number)) : (NAMED[name] ?? whole),
  );
}

function character(code) {
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0x10ffff || surrogate ? "\ufffd" : String.fromCodePoint(code);
}

function extract(html) {
  const blocks = [];
  for (const [, inner] of html.matchAll(/<p(?:\s[^>]*)?>(.*?)(?=<\/p|<p[\s>]|$)/gis)) {
    blocks.push(decoded(inner.replace(/<[^>]*>/g, "")).replace(/\s+/g, " ").trim());
  }
  return blocks.filter((block) => block).join("\n");
}

function answer(line) {
  const page = JSON.parse(line);
  try {
    return { id: page.id, text: extract(page.html) };
  } catch (error) { // a page that fails is no reason to end
    return { id: page.id, error: String(error) };
  }
}

async function main() {
  if (process.argv.includes("--version")) return console.log("1.0.0");
  const say = (fields) => process.stdout.write(JSON.stringify(fields) + "\n");
  console.log = console.error; // whatever is printed from now on is no answer
  say({ lubb: 1 });
  for await (const line of createInterface({ input: process.stdin })) { // until Lubb closes it
    say(answer(line));
  }
}

await main();
