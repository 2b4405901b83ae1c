/* The lookup page: copying what to say, and keys. */
(() => {
  "use strict";

  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copies).textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Browsers keep the clipboard from pages without HTTPS; the older way still works there.
      const box = document.body.appendChild(document.createElement("textarea"));
      box.value = text;
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    const label = button.innerHTML;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.innerHTML = label), 1500);
  };

  const beginWithCopying = () => document.querySelector(".lookup-copy")?.focus({ preventScroll: true });

  // Without loading the page anew: what is typed at once is not lost. The next lookup begins a
  // conversation of its own, as it names none.
  const nextCaller = () => {
    for (const name of ["asked", "call", "customer", "phone"]) {
      document.getElementById(`id_${name}`).value = "";
    }
    htmx.swap("#answer", "", { swapStyle: "innerHTML" });
    document.getElementById("id_asked").focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".lookup-copy");
    if (button) copy(button);
    if (event.target.closest(".lookup-next") && document.getElementById("id_asked")) {
      event.preventDefault();
      nextCaller();
    }
  });

  // What did not get through takes nothing away that was typed. Whoever is signed out gets another
  // page than the one awaited; of an expired panel, or without a connection, there is none.
  const placeOf = (target) => {
    const act = target.closest(".lookup-act");
    if (act) return { id: "done", place: act.querySelector("#refused") };
    if (target.id === "answer" || target.matches(".lookup-form")) {
      return { id: "answer", place: document.getElementById("answer") };
    }
    return null;
  };
  const tell = (place) => place.replaceChildren(document.getElementById("failed").content.cloneNode(true));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const awaited = placeOf(event.target);
    if (!awaited || event.detail.serverResponse.includes(`id="${awaited.id}"`)) return;
    event.detail.shouldSwap = false;
    tell(awaited.place);
  });
  document.addEventListener("htmx:sendError", (event) => {
    const awaited = placeOf(event.target);
    if (awaited) tell(awaited.place);
  });

  // By the key's place, so that they are the same with Russian letters on.
  const KEYS = {
    KeyC: ".lookup-copy",
    KeyS: "button[value=attached]",
    KeyA: "button[value=answered]",
    KeyN: ".lookup-next",
  };
  const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select");
  document.addEventListener("keydown", (event) => {
    const field = document.getElementById("id_asked");
    if (event.altKey && !event.ctrlKey && event.code in KEYS) {
      const button = document.querySelector(KEYS[event.code]);
      if (!button) return;
      event.preventDefault();
      button.click();
    } else if (event.key === "/" && !typing(event.target)) {
      event.preventDefault();
      field.select();
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "answer") beginWithCopying();
  });
  beginWithCopying();
})();
