"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const body = one("#case-table tbody");
  const rows = [...body.rows];
  const cards = new Map(all(".card").map((card) => [card.dataset.number, card]));
  const words = new Map();  // made when they are first searched: a page may hold many papers
  const wordsOf = (row) => {
    const number = row.dataset.number;
    if (!words.has(number)) words.set(number, plain(`${row.textContent} ${cards.get(number).textContent}`));
    return words.get(number);
  };

  const [text, type, outcome] = ["#filter-text", "#filter-type", "#filter-outcome"].map(one);
  const filter = () => {
    const wanted = plain(text.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = (!type.value || row.dataset.type === type.value)
        && (!outcome.value || row.dataset.outcome === outcome.value)
        && wanted.every((word) => wordsOf(row).includes(word));
      row.hidden = !fits;
      cards.get(row.dataset.number).hidden = !fits;
      shown += fits;
    }
    one("#count").value = `${shown} of ${rows.length}`;
  };
  const form = one(".filter");
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));

  const byText = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const sort = (button) => {
    const head = button.closest("th");
    const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    all("#case-table th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
    const value = (row) => row.cells[head.cellIndex].dataset.value;
    const compare = button.dataset.kind === "number" ? (a, b) => a - b : byText.compare;
    const sorted = [...rows].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === "" || y === "") return (x === "") - (y === "");  // cases without a value come last either way
      return way * compare(x, y);
    });
    body.append(...sorted);
  };
  all("#case-table th button").forEach((button) => button.addEventListener("click", () => sort(button)));

  const reveal = () => {
    const card = location.hash.startsWith("#case-") && document.getElementById(location.hash.slice(1));
    if (!card) return;
    card.hidden = false;
    card.open = true;
    card.scrollIntoView();
    card.querySelector("summary").focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  reveal();

  const failed = () => all("#failures .card");
  one("#open-all").addEventListener("click", () => failed().forEach((card) => { card.open = true; }));
  one("#close-all").addEventListener("click", () => failed().forEach((card) => { card.open = false; }));

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("#failures details:not([open]), #types details:not([open])");
    opened.forEach((item) => { item.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((item) => { item.open = false; }));
})();
