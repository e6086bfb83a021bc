// Enhancement only: every page does its work without this file.
"use strict";

// One key presses the button, follows the link or enters the field that names it.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    document.querySelectorAll("details.fold[open]").forEach((fold) => fold.removeAttribute("open"));
  }
  if (event.target.closest("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]")) return;
  const wanted = [...document.querySelectorAll("[data-key]")].find(
    (each) => each.dataset.key.toLowerCase() === event.key.toLowerCase() && each.offsetParent !== null,
  );
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input, select, textarea")) {
    wanted.focus();
    wanted.select?.();
  } else {
    wanted.click();
  }
});

// Asks before what is hard to take back.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A button where a phone has no Ctrl+P.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// A second click on a slow line must not send a form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  setTimeout(() => {
    form.querySelectorAll("button").forEach((button) => (button.disabled = true));
  });
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form button").forEach((button) => (button.disabled = false));
});

// Filters apply when chosen, and addresses hold only what was asked.
document.querySelectorAll("form[data-auto-submit]").forEach((form) => {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) form.requestSubmit();
  });
});

// A menu closes when the eye has moved on.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.fold[open]").forEach((fold) => {
    if (!fold.contains(event.target)) fold.removeAttribute("open");
  });
});

// A list wider than its frame slides in it; one that fits keeps its headings in sight.
function fit(list) {
  const frame = list.parentElement;
  frame.classList.remove("slides");
  frame.classList.toggle("slides", list.offsetWidth > frame.clientWidth);
}
const lists = new ResizeObserver((changed) => requestAnimationFrame(() => changed.forEach(({ target }) => fit(target))));
document.querySelectorAll(".listing-frame > .listing").forEach((list) => {
  fit(list);
  lists.observe(list);
});

// What is under way is looked at again by itself; without this, a link does it.
async function lookAgain(place) {
  try {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(place.id);
    if (!fresh) return;
    place.replaceWith(fresh);
    watch(fresh);
  } catch {
    setTimeout(() => lookAgain(place), 5000);
  }
}
function watch(place) {
  if (place.dataset.refresh) setTimeout(() => lookAgain(place), 1000 * place.dataset.refresh);
}
document.querySelectorAll("[data-refresh]").forEach(watch);

// What follows from a choice is shown while it is made; without this, a button does it.
document.querySelectorAll("[data-follows]").forEach((place) => {
  const form = document.getElementById(place.dataset.follows);
  let latest = 0;
  async function follow() {
    const number = (latest += 1);
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(place.dataset.address, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(place.id);
      if (answer.ok && fresh && number === latest) place.replaceChildren(...fresh.childNodes);
    } finally {
      if (number === latest) place.removeAttribute("aria-busy");
    }
  }
  let waiting;
  document.addEventListener("change", (event) => {
    if (event.target.form !== form || !event.target.name.match(/^(choose|typed|person):/)) return;
    clearTimeout(waiting);
    waiting = setTimeout(follow, 200);
  });
});
