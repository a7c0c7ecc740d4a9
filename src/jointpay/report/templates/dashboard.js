"use strict";
(() => {
  const all = (what, where = document) => Array.from(where.querySelectorAll(what));
  document.documentElement.classList.add("js");

  // Search: rows of payees, payees and items that hold the words.
  const field = document.getElementById("search");
  const told = document.querySelector("output[for=search]");
  const found = all("[data-found], .heat > tbody > tr");
  field.parentElement.hidden = false;
  const words = new Map();
  const wordsOf = (part) => {
    if (!words.has(part)) {
      const heads = all("summary, tr:first-child > th[scope=row], tr:first-child > td.t", part.tagName === "TR" ? part.parentElement : part);
      const own = part.tagName === "TR" ? [part.cells[0]] : heads;
      words.set(part, own.map((head) => head.textContent).join(" ").toLowerCase());
    }
    return words.get(part);
  };
  field.addEventListener("input", () => {
    const asked = field.value.trim().toLowerCase();
    let shown = 0;
    for (const part of found) {
      part.hidden = asked !== "" && !wordsOf(part).includes(asked);
      shown += part.hidden ? 0 : 1;
    }
    told.textContent = asked === "" ? "" : told.dataset.text.replace("%1", shown).replace("%2", found.length);
  });

  // Sorting: a button in the head of every column.
  const number = (text) => {
    const digits = text.replace(/[^0-9.\-]/g, "");
    return digits === "" || digits === "-" ? null : Number.parseFloat(digits);
  };
  const sort = (table, column, head) => {
    const grouped = table.tBodies.length > 1;
    const place = grouped ? table : table.tBodies[0];
    const parts = grouped ? Array.from(table.tBodies) : Array.from(place.rows);
    const falling = head.getAttribute("aria-sort") !== "descending";
    const keyed = parts.map((part) => {
      const cell = (grouped ? part.rows[0] : part).cells[column];
      return { part, text: cell.textContent.trim(), value: column > 0 && !cell.classList.contains("t") ? number(cell.firstChild ? cell.firstChild.textContent : "") : null };
    });
    const numbers = keyed.some((each) => each.value !== null);
    keyed.sort((a, b) => {
      if (!numbers) return a.text.localeCompare(b.text) * (falling ? 1 : -1);
      if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
      return (b.value - a.value) * (falling ? 1 : -1);
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const end = grouped ? table.tFoot : null;
    for (const { part } of keyed) place.insertBefore(part, end);
  };
  for (const table of all("table.sortable")) {
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.append(head.firstChild);
      head.append(button);
      button.addEventListener("click", () => sort(table, column, head));
    });
  }

  // What is built only when somebody opens it. Texts are set as text, never read as HTML.
  let kept = null;
  const data = () => (kept ??= JSON.parse(document.getElementById("data").textContent));
  const fill = (cell, part) => {
    [cell.textContent, cell.className] = Array.isArray(part) ? part : [part, ""];
    return cell;
  };
  const headed = (part, scope) => {
    const cell = fill(document.createElement("th"), part);
    cell.scope = scope;
    return cell;
  };
  const rowOf = ([head, ...cells]) => {
    const row = document.createElement("tr");
    row.append(headed(head, "row"), ...cells.map((part) => fill(document.createElement("td"), part)));
    return row;
  };
  const tableOf = ([caption, own, rows, foot]) => {
    const wide = document.createElement("div");
    wide.className = "wide";
    wide.tabIndex = 0;
    wide.setAttribute("role", "region");
    wide.setAttribute("aria-label", caption);
    const table = wide.appendChild(document.createElement("table"));
    table.createCaption().textContent = caption;
    table.createTHead().insertRow().append(...[...own, ...data().heads].map((part) => headed(part, "col")));
    table.createTBody().append(...rows.map(rowOf));
    table.createTFoot().append(...foot.map(rowOf));
    return wide;
  };
  for (const part of all("details.payee")) {
    part.addEventListener("toggle", () => part.append(...(data().parts[part.id] ?? []).map(tableOf)), { once: true });
  }

  // Items: the rows of their channels open and close.
  for (const body of all("tbody[data-more]")) {
    const head = body.rows[0].cells[0];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "opens";
    button.setAttribute("aria-expanded", "false");
    while (head.firstChild) button.append(head.firstChild);
    head.append(button);
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      if (open) body.append(...data().parts[body.dataset.more].map(rowOf));
      else while (body.rows.length > 1) body.rows[1].remove();
    });
  }

  // A link to a payee opens what is said about them, and does so again after it was closed (the address stays the same).
  const open = (hash) => {
    const part = hash.length > 1 ? document.getElementById(hash.slice(1)) : null;
    if (part instanceof HTMLDetailsElement) {
      part.hidden = false;
      part.open = true;
      part.scrollIntoView();
    }
  };
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) open(link.hash);
  });
  addEventListener("hashchange", () => open(location.hash));
  open(location.hash);
})();
