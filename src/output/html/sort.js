// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const order = new Intl.Collator("en", { numeric: true }).compare;
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      const keyed = Array.from(body.rows, (row) => [row.cells[head.cellIndex].textContent, row]);
      keyed.sort((one, other) => (down ? order(other[0], one[0]) : order(one[0], other[0])));
      for (const [, row] of keyed) body.append(row);
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  }
}
