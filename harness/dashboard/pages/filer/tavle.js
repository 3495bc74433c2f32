// Follows the wall: cells change where they stand, and a broken line is told. Without it the page is what it was when it was fetched.
"use strict";
(() => {
  const QUIET = 25000, ANNOUNCE = 10000, DETAILS = 1000;
  const byId = (id) => document.getElementById(id);
  const live = byId("levende");
  if (!live) return;
  const line = byId("linje"), latest = byId("sidst"), said = byId("nyt");
  const campaign = live.dataset.kampagne;
  let last = live.dataset.fra, source, heard = Date.now(), retry = 0, lost = false;
  let changed = 0, announced = 0, telling = 0, fetching = 0, again = 0;
  const stale = new Set();

  const hour = (at) => new Intl.DateTimeFormat("da-DK", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen" }).format(at).replace(":", ".");

  function show(broken) {
    if (broken === lost && line.textContent) return;
    lost = broken;
    line.className = broken ? "linje tabt" : "linje fast";
    line.textContent = broken ? line.dataset.tabt + hour(heard) : line.dataset["følger"];
    live.classList.toggle("gammelt", broken);
  }

  function connect() {
    clearTimeout(retry);
    source = new EventSource(`/haendelser?kampagne=${encodeURIComponent(campaign)}&fra=${encodeURIComponent(last)}`);
    const on = (name, act) => source.addEventListener(name, (event) => {
      heard = Date.now();
      last = event.lastEventId || last;
      show(false);
      act(event);
    });
    on("felter", (event) => news(JSON.parse(event.data)));
    on("alt", () => renewSoon(0));
    on("puls", () => {});
    source.onerror = () => {
      show(true);
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, 500 + Math.random() * 1000);
    };
  }

  function news(told) {
    const system = live.dataset.system;
    if (system) {
      if (told.felter.some((each) => each.n.split("/").slice(1).map(decodeURIComponent).includes(system))) renewSoon(1500);
      return;
    }
    for (const each of told.felter) {
      const cell = document.querySelector(`[data-celle="${CSS.escape(each.n)}"]`);
      if (!cell) continue;
      const faint = cell.classList.contains("svagt");
      cell.className = `celle ${each.k}${faint ? " svagt" : ""}`;
      cell.querySelector(".offentligt").innerHTML = each.h;
      stale.add(each.n);
    }
    if (latest) {
      const at = document.createElement("b");
      at.textContent = told.kl;
      latest.replaceChildren(at, " " + told.felter[told.felter.length - 1].s);
    }
    if (said) tell(told.felter);
    if (live.dataset.ser === "mere" && !fetching) fetching = setTimeout(details, DETAILS + Math.random() * DETAILS);
  }

  // Read aloud at most every tenth second: a hall full of changes is not to be heard one by one.
  function tell(cells) {
    changed += cells.length;
    const newest = cells[cells.length - 1].s;
    tell.newest = newest;
    if (telling) return;
    telling = setTimeout(() => {
      telling = 0;
      announced = Date.now();
      said.textContent = changed === 1 ? tell.newest : `${changed} felter er ændret. Senest ${tell.newest}`;
      changed = 0;
    }, Math.max(300, ANNOUNCE - (Date.now() - announced)));
  }

  // What only this reader may see of the cells that changed: how many, and the way to them.
  async function details() {
    const names = [...stale].slice(0, 100);
    names.forEach((each) => stale.delete(each));
    try {
      const query = names.map((each) => `c=${encodeURIComponent(each)}`).join("&");
      const answer = await fetch(`/celler?kampagne=${encodeURIComponent(campaign)}&${query}`);
      if (answer.ok) for (const [name, [, html]] of Object.entries(await answer.json())) {
        const cell = document.querySelector(`[data-celle="${CSS.escape(name)}"]`);
        if (cell) keepingFocus(() => { cell.innerHTML = html; });
      }
    } catch {
      show(true);
    }
    fetching = stale.size ? setTimeout(details, DETAILS) : 0;
  }

  function keepingFocus(act) {
    const here = document.activeElement, cell = here && here.closest && here.closest("[data-celle]");
    const found = cell ? `[data-celle="${CSS.escape(cell.dataset.celle)}"] a` : here && live.contains(here) ? here.id ? `#${CSS.escape(here.id)}` : here.getAttribute("href") && `a[href="${CSS.escape(here.getAttribute("href"))}"]` : "";
    act();
    const there = found && !document.contains(here) ? document.querySelector(found) : null;
    if (there) there.focus({ preventScroll: true });
  }

  function renewSoon(wait) {
    if (!again) again = setTimeout(() => { again = 0; renew(location.href); }, wait + Math.random() * 500);
  }

  async function renew(address) {
    try {
      const answer = await fetch(address, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("levende");
      if (!answer.ok || !page) return location.assign(address);
      const open = [...live.querySelectorAll("details")].map((each) => each.open);
      keepingFocus(() => live.replaceChildren(...page.childNodes));
      live.querySelectorAll("details").forEach((each, number) => { each.open = open[number] || false; });
      for (const name of ["skift", "næste"]) if (page.dataset[name]) live.dataset[name] = page.dataset[name];
      tick();
    } catch {
      show(true);
    }
  }

  // Arrow keys go from cell to cell; Tab still goes through them all.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const cell = step && document.activeElement.closest && document.activeElement.closest(".celle");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    let row = cell.parentElement, column = cell.cellIndex;
    for (;;) {
      row = step[0] < 0 ? row.previousElementSibling : step[0] > 0 ? row.nextElementSibling : row;
      column += step[1];
      const next = row && column > 0 && row.cells[column];
      if (!next) return;
      const link = next.querySelector("a");
      if (link) { event.preventDefault(); link.focus(); return; }
    }
  });

  const tick = () => { const clock = byId("ur"); if (clock) clock.textContent = hour(Date.now()); };
  tick();
  setInterval(tick, 1000);
  setInterval(() => {
    if (Date.now() - heard > QUIET) {
      show(true);
      source.close();
      connect();
    }
  }, QUIET / 5);
  if (live.dataset.skift) setInterval(() => renew(live.dataset["næste"]), live.dataset.skift * 1000);
  addEventListener("offline", () => show(true));
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { renew(location.href); connect(); } });
  connect();
})();
