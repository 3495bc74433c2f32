// What the page does beside plain forms: it follows the run, copies values, obeys keys, and never loses what is being written.
"use strict";

const MESSAGES = {
  large: "Filerne fylder tilsammen for meget. De må højst fylde 100 MB. Svaret er ikke gemt.",
  lost: "Forbindelsen til hubben er væk. Siden prøver igen; det, du har skrevet, står her stadig.",
  back: "Forbindelsen til hubben er tilbage.",
  unsent: "Hubben svarer ikke, så det vides ikke, om svaret er gemt. Det, du har skrevet, står her stadig. Send det igen om lidt: det tæller kun én gang.",
  other: "Der bliver ikke spurgt om det mere: en anden har svaret, eller scenariet er gået videre. Det, du har skrevet her, er ikke sendt, men det står her stadig.",
  out: "Denne browser er ikke lukket ind mere. Bed om en ny adgang (lps link).",
  arrived: "Der er kommet en besked fra systemet.",
  copied: "Kopieret",
};
const RETRY = 2000;
const MOST_BYTES = 99_000_000;
let waiting = null; // a newer page that is not shown, since the tester is writing an answer to the one before

const by = (id) => document.getElementById(id);
const say = (text) => { by("nyt").textContent = text; };
const prompt = (root) => root.querySelector("[data-prompt]").dataset.prompt;
const form = () => by("svar");
const isWriting = () => {
  const own = form();
  if (!own) return false;
  return [...own.elements].some((each) =>
    each.type === "hidden" ? false
      : each.type === "radio" || each.type === "checkbox" ? each.checked !== each.defaultChecked
        : each.type === "file" ? each.files.length > 0
          : each.tagName === "SELECT" ? [...each.options].some((one) => one.selected !== one.defaultSelected) && each.value !== ""
            : "defaultValue" in each && each.value !== each.defaultValue);
};

function replacePart(fresh) {
  const old = by(fresh.id);
  const open = new Map([...old.querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const button = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.dataset.tast ? `[data-tast="${focused.dataset.tast}"]` : focused.tagName);
  old.replaceWith(fresh);
  open.forEach((was, id) => { const each = by(id); if (each) each.open = was; });
  if (button) (fresh.querySelector(button) || by("spurgt")).focus({ preventScroll: true });
  prepare(fresh);
}

function show(next, force) {
  const before = prompt(document), after = prompt(next);
  const came = Number(by("kommet")?.dataset.antal || 0);
  document.body.dataset.version = next.body.dataset.version;
  if (before !== after && !force && isWriting()) {
    waiting = next;
    const said = next.querySelector(`[data-om="${CSS.escape(before)}"]`);
    notice(said ? said.dataset.sagt : MESSAGES.other, "Vis, hvad der sker nu", () => show(waiting, true));
    for (const part of ["del-historie", "del-venter", "del-filer", "del-hoved"]) replacePart(next.getElementById(part));
    return;
  }
  waiting = null;
  document.title = next.title;
  document.body.dataset.tilstand = next.body.dataset.tilstand;
  const same = before === after && after !== "" && !force;
  for (const part of [...next.querySelectorAll("[data-del]")]) {
    if (same && (part.id === "del-opgave" || part.id === "del-besked")) continue;
    if (part.id === "del-hoved" && by("del-hoved").contains(document.activeElement)) continue; // the name is being typed
    replacePart(part);
  }
  const told = document.querySelector("[data-fokus]");
  if (told && (force || !same)) { told.focus(); return; }
  if (before !== after || force) {
    by("spurgt").focus({ preventScroll: false });
    say(by("spurgt").textContent);
  } else if (Number(by("kommet")?.dataset.antal || 0) > came) {
    say(MESSAGES.arrived);
  }
}

function notice(text, button, act) {
  const box = document.createElement("div");
  box.className = "besked advarsel";
  box.append(Object.assign(document.createElement("p"), { textContent: text }));
  const go = Object.assign(document.createElement("button"), { type: "button", textContent: button });
  go.addEventListener("click", act);
  box.append(go);
  by("del-besked").replaceChildren(box);
  say(text);
}

const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function follow() {
  let lost = false;
  for (;;) {
    try {
      const seen = document.body.dataset.version;
      const answer = await fetch(`nyt?efter=${encodeURIComponent(seen)}`);
      if (answer.status === 403) { say(MESSAGES.out); notice(MESSAGES.out, "Hent siden igen", () => location.reload()); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      if (lost) { say(MESSAGES.back); by("del-besked").replaceChildren(); lost = false; }
      if ((await answer.json()).version !== seen) {
        const whole = await fetch(location.pathname);
        if (!whole.ok) throw new Error(String(whole.status));
        const next = await parsed(whole);
        if (document.body.dataset.version === seen) show(next, false); // else an answer has brought a newer page meanwhile
        await pause(200); // a busy run writes many lines at a time
      }
    } catch {
      if (!lost) { lost = true; notice(MESSAGES.lost, "Prøv nu", () => location.reload()); }
      await pause(RETRY);
    }
  }
}

async function send(own, submitter) {
  const body = new FormData(own, submitter);
  const bytes = [...body.values()].reduce((sum, each) => sum + (each.size || 0), 0);
  if (bytes > MOST_BYTES) { refuse(own, null, MESSAGES.large); return; }
  const button = by("send") || submitter;
  if (own.dataset.sender) return;
  own.dataset.sender = "ja";
  button?.setAttribute("aria-disabled", "true");
  try {
    const plain = own.enctype === "multipart/form-data" ? body : new URLSearchParams(body);
    const answer = await fetch(own.action, { method: "POST", body: plain });
    const next = await parsed(answer);
    if (answer.status === 422 && own.id === "svar" && next.getElementById("fejl")) refuse(own, next);
    else if (next.querySelector("[data-prompt]")) show(next, own.id === "svar" || answer.status === 422);
    else refuse(own, null, next.querySelector("main")?.innerText || MESSAGES.unsent);
  } catch {
    refuse(own, null, MESSAGES.unsent);
  } finally {
    delete own.dataset.sender;
    button?.removeAttribute("aria-disabled");
  }
}

// The form stays as it is, files and all; only what is wrong is written into it.
function refuse(own, next, text) {
  if (!next) { notice(text, "Hent siden igen", () => location.reload()); by("del-besked").querySelector("button").focus(); return; }
  own.querySelectorAll("p.fejltekst").forEach((each) => each.remove());
  own.querySelectorAll("[aria-invalid]").forEach((each) => each.removeAttribute("aria-invalid"));
  by("fejl").replaceWith(next.getElementById("fejl"));
  for (const link of by("fejl").querySelectorAll("a")) {
    const id = link.hash.slice(1), input = by(decodeURIComponent(id));
    if (!input) continue;
    const note = Object.assign(document.createElement("p"), { className: "fejltekst", textContent: link.textContent, id: `fejl-${input.id.slice(2)}` });
    if (input.tagName === "FIELDSET") input.querySelector("legend").after(note);
    else input.before(note);
    input.setAttribute("aria-invalid", "true");
    const described = new Set((input.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
    input.setAttribute("aria-describedby", [...described.add(note.id)].join(" "));
  }
  by("fejl").querySelector("[data-fokus]").focus();
}

function addRow(button) {
  const list = button.parentElement, template = list.querySelector(":scope > template"), path = template.dataset.ny;
  const rows = list.querySelector(":scope > .rækker");
  const number = 1 + Math.max(-1, ...[...rows.children].map((row) => Number(row.dataset.række.slice(path.length + 1))));
  rows.insertAdjacentHTML("beforeend", template.innerHTML.replaceAll(`${path}.*`, `${path}.${number}`));
  numberRows(rows);
  prepare(rows.lastElementChild);
  rows.lastElementChild.querySelector("select, textarea, input")?.focus();
}

function removeRow(button) {
  const row = button.closest("[data-række]"), rows = row.parentElement;
  row.remove();
  numberRows(rows);
  rows.parentElement.querySelector(":scope > [data-tilføj]").focus();
}

function numberRows(rows) {
  [...rows.children].forEach((row, place) => row.querySelectorAll(":scope > * > .nr").forEach((each) => { each.textContent = place + 1; }));
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.kopi);
  } catch { // without https a browser has no clipboard of that kind
    const field = Object.assign(document.createElement("textarea"), { value: button.dataset.kopi, className: "skjult" });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  const shown = button.firstElementChild;
  const before = "Kopiér";
  shown.textContent = MESSAGES.copied;
  button.classList.add("gjort");
  say(`${MESSAGES.copied}: ${button.dataset.kopi}`);
  setTimeout(() => { shown.textContent = before; button.classList.remove("gjort"); }, 1500);
}

function countDown() {
  for (const each of document.querySelectorAll("[data-rest]")) {
    each.ends ??= performance.now() + Number(each.dataset.rest) * 1000;
    const left = Math.max(0, Math.round((each.ends - performance.now()) / 1000));
    each.textContent = `${Math.floor(left / 60)}.${String(left % 60).padStart(2, "0")}`;
  }
}

function prepare(root) {
  root.querySelectorAll(".kopi").forEach((each) => { each.hidden = false; });
  countDown();
}

const usesKeys = () => { try { return localStorage.getItem("genveje") !== "nej"; } catch { return true; } };
const typing = (where) => where.matches("textarea, select, input:not([type=radio], [type=checkbox])") || where.isContentEditable;

function keyDown(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form()) { event.preventDefault(); form().requestSubmit(by("send")); return; }
  if (event.key === "Enter" && event.target.matches("#svar [type=radio]")) { event.preventDefault(); form().requestSubmit(by("send")); return; }
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(event.target) || !usesKeys()) return;
  const key = event.key === "0" ? "o" : event.key.toLowerCase();
  const graded = document.querySelector("#svar [value=fejl]:checked") && document.querySelector(`[data-karakter="${CSS.escape(key)}"]`);
  const found = graded || document.querySelector(`[data-tast="${CSS.escape(key)}"]`);
  if (!found) return;
  event.preventDefault();
  if (found.type !== "radio") { found.matches("textarea") ? found.focus() : found.click(); return; }
  found.click();
  const needs = found.dataset.bemærkning === "ja" || found.dataset.karakter;
  if (found.value === "fejl") found.focus();
  else (needs ? by("f-_bemærkning") : by("send")).focus();
}

document.addEventListener("DOMContentLoaded", () => {
  prepare(document);
  by("d-genveje").hidden = false;
  by("genveje").checked = usesKeys();
  by("genveje").addEventListener("change", (event) => localStorage.setItem("genveje", event.target.checked ? "ja" : "nej"));
  setInterval(countDown, 1000);
  document.addEventListener("keydown", keyDown);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".kopi")) copy(button);
    else if (button.matches("[data-tilføj]")) { event.preventDefault(); addRow(button); }
    else if (button.matches("[data-fjern]")) { event.preventDefault(); removeRow(button); }
  });
  document.addEventListener("submit", (event) => { event.preventDefault(); send(event.target, event.submitter); });
  (document.querySelector("[data-fokus]") || (prompt(document) ? by("spurgt") : document.body)).focus();
  follow();
});
