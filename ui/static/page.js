// Leads from a citation to the marked words of its source, and unfolds abstracts.
"use strict";

(() => {
  const opened = new Set(); // ids of the cards whose whole abstract is shown
  let wanted = null; // id of the source that a citation led to, until the reader does something else
  let reached = false; // whether it has been shown; the sources of an older answer take a moment to come

  const setOpen = (card, open) => {
    card.classList.toggle("open", open);
    opened[open ? "add" : "delete"](card.id);
    const button = card.querySelector(".more");
    if (!button) return;
    button.textContent = open ? "Less" : "Whole abstract";
    button.setAttribute("aria-expanded", String(open));
  };

  // Scroll inside the panel where the panel scrolls, and the page where the page does (on a phone).
  const reveal = (element, block, again) => {
    const calm = again || matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block, inline: "nearest" });
  };

  const show = (id, again) => {
    const exact = document.getElementById(id);
    const target = exact ?? document.getElementById(id.replace(/(-\w+)?-at-\d+$/, ""));
    const card = target?.closest(".card");
    if (!card) return false;
    setOpen(card, true);
    card.focus({ preventScroll: true });
    const inView = card.offsetHeight < innerHeight * 0.7;
    reveal(inView ? card : target, inView ? "nearest" : "center", again);
    if (again) return true;
    const mark = target.closest("mark") ?? card;
    mark.classList.remove("flash");
    void mark.offsetWidth; // restarts the animation
    mark.classList.add("flash");
    return true;
  };

  document.addEventListener("click", (event) => {
    const element = event.target instanceof Element ? event.target : null;
    const link = element?.closest('a[href^="#src-"], a[href^="#near-"]');
    if (link) {
      event.preventDefault();
      wanted = link.getAttribute("href").slice(1);
      reached = show(wanted, false);
      return;
    }
    const more = element?.closest(".card .more");
    if (more) {
      const card = more.closest(".card");
      setOpen(card, !card.classList.contains("open"));
    }
    for (const pop of document.querySelectorAll("details.more[open]")) {
      if (!pop.contains(element)) pop.open = false;
    }
  });

  for (const deed of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    document.addEventListener(deed, () => (wanted = null), { capture: true, passive: true });
  }

  // Only where it changes: setting an attribute wakes the observer below, even to the same value.
  const label = (element, text) => {
    if (element && element.getAttribute("aria-label") !== text) element.setAttribute("aria-label", text);
  };

  // Gradio's own labels spell out a message's HTML, and its sanitiser takes ARIA attributes away.
  const settle = () => {
    for (const message of document.querySelectorAll('#chat [aria-label*="\'s message:"]')) {
      label(message, message.dataset.testid === "user" ? "Question" : "Answer");
    }
    label(document.querySelector("#question .submit-button"), "Send");
    label(document.querySelector("#question .stop-button"), "Stop");
    document.querySelector("#chat .examples[role]")?.removeAttribute("role"); // a list of buttons is none
    for (const draft of document.querySelectorAll("#chat .draft:not([aria-hidden])")) {
      draft.setAttribute("aria-hidden", "true"); // unchecked words aren't read out
    }
    const fresh = document.querySelectorAll("#sources .card:not([data-settled])");
    for (const card of fresh) {
      card.dataset.settled = "";
      setOpen(card, opened.has(card.id));
    }
    // While an answer is being written the panel is made anew, and what was scrolled to is gone.
    if (fresh.length && wanted) reached = show(wanted, reached) || reached;
  };

  new MutationObserver(settle).observe(document.documentElement, {
    attributeFilter: ["aria-label"],
    childList: true,
    subtree: true,
  });
})();
