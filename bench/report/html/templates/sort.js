"use strict";
// Sorts a table by the column whose button is pressed. Each tbody is sorted by itself, so that rows that stand apart
// stay apart; rows without a figure come last, whichever way; equal rows keep their order.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  for (const [column, head] of heads.entries()) {
    const button = head.querySelector("button");
    if (!button) continue;
    button.addEventListener("click", () => {
      const was = head.getAttribute("aria-sort");
      const first = head.dataset.first || "descending";
      const other = first === "descending" ? "ascending" : "descending";
      const now = was === first ? other : first;
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", now);
      const sign = now === "ascending" ? 1 : -1;
      const text = head.dataset.kind === "text";
      const value = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent.trim();
      for (const body of table.tBodies) {
        const rows = [...body.rows].map((row, place) => ({ row, place, value: value(row) }));
        rows.sort((a, b) => {
          if (a.value === "" || b.value === "") return (a.value === "") - (b.value === "") || a.place - b.place;
          const order = text ? a.value.localeCompare(b.value, "en") : a.value - b.value;
          return sign * order || a.place - b.place;
        });
        body.append(...rows.map(({ row }) => row));
      }
    });
  }
}
