"use strict";
// Marks the extractor that is shown, and keeps it when one goes on to a neighbouring page. All works without.
const links = [...document.querySelectorAll(".picker a")];
const keep = [...document.querySelectorAll("a.keep")].map((link) => [link, link.getAttribute("href")]);
function mark() {
  const shown = links.find((link) => link.hash === location.hash) || links[0];
  for (const link of links) link.removeAttribute("aria-current");
  if (shown) shown.setAttribute("aria-current", "true");
  for (const [link, address] of keep) link.setAttribute("href", address + location.hash);
}
addEventListener("hashchange", mark);
mark();
