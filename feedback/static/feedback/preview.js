// Under the form of a text: what a customer of a real spot would read, as it is being written.
(() => {
  const box = document.getElementById("template-preview");
  const form = box?.closest("form");
  if (!form) return;
  const shown = box.querySelector("[data-part=shown]");
  box.querySelector("button").hidden = true;
  let asked = 0, timer;

  async function show() {
    const mine = ++asked;
    const body = new FormData(form);
    const answer = await fetch(box.dataset.address, {method: "POST", body}).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === asked) shown.replaceChildren(...page.getElementById("shown").childNodes);
  }

  const soon = () => { clearTimeout(timer); timer = setTimeout(show, 300); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  show();
})();
