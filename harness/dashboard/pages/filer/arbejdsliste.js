// Keeps the list as it is on the server, without taking the reader away from it.
"use strict";

const EVERY = 2000;
const list = document.getElementById("punkter");
const news = document.getElementById("nyt");
let tag = "";

function tell(text) {
  if (news.textContent !== text) news.textContent = text;
}

async function look() {
  try {
    const answer = await fetch(location.href, { headers: tag ? { "If-None-Match": tag, Accept: "text/html" } : { Accept: "text/html" } });
    if (answer.status === 401 || answer.status === 403) {
      tell("Du er logget ud. Log ind igen for at se listen.");
      return;
    }
    if (answer.status === 200) {
      const first = tag === "";
      tag = answer.headers.get("ETag") || "";
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("punkter");
      if (fresh.innerHTML !== list.innerHTML) {
        const here = document.activeElement;
        const place = list.contains(here) ? here.getAttribute("aria-label") || here.getAttribute("href") : "";
        list.replaceChildren(...document.adoptNode(fresh).childNodes);
        const again = place && [...list.querySelectorAll("a, button")].find((each) => [each.getAttribute("aria-label"), each.getAttribute("href")].includes(place));
        if (again) again.focus();
        if (!first) tell("Listen er ændret.");
      }
    } else if (answer.status !== 304) {
      throw new Error(String(answer.status));
    }
    if (news.textContent.startsWith("Tavlen svarer")) tell("");
  } catch {
    tell("Tavlen svarer ikke lige nu. Siden prøver igen.");
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
