// The phone beside the builder of surveys: the customer's page of the form as it stands.
(() => {
  const box = document.getElementById("survey-preview");
  const form = box?.closest("form");
  if (!form) return;
  const frame = box.querySelector("iframe");
  const faults = box.querySelector(".phone-faults");
  let step = 1, language = document.documentElement.lang.startsWith("en") ? "en" : "ru";
  let asked = 0, timer;

  async function show() {
    const mine = ++asked;
    const body = new FormData(form);
    body.set("step", step);
    body.set("language", language);
    const answer = await fetch(box.dataset.address, {method: "POST", body}).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const html = await answer.text();
    if (mine !== asked) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    step = Number((page.querySelector("meta[name=steps]")?.content || "1").split("/")[0]) || 1;
    frame.srcdoc = html;
    faults.replaceChildren(...[...page.querySelectorAll("meta[name=fault]")].map(meta => {
      const line = document.createElement("li");
      line.textContent = meta.content;
      return line;
    }));
  }

  // What the occasion and the kinds of answer have no use for is not shown (builder.css).
  function fit() {
    form.dataset.trigger = form.querySelector("[name=trigger]")?.value ?? "";
    const kinds = [...form.querySelectorAll("select[name^=questions-][name$=-kind]")];
    kinds.filter(kind => !kind.name.includes("__prefix__")).forEach((kind, place) => {
      const question = kind.closest("fieldset");
      if (!question) return;
      question.dataset.kind = kind.value;
      question.toggleAttribute("data-first", place === 0);
    });
  }

  const soon = () => { clearTimeout(timer); timer = setTimeout(show, 300); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("change", fit);
  document.addEventListener("formset:added", fit);
  box.addEventListener("click", event => {
    const key = event.target.closest("button");
    if (!key) return;
    if (key.dataset.step) step = Math.max(1, step + Number(key.dataset.step));
    if (key.dataset.language) language = key.dataset.language;
    show();
  });
  fit();
  show();
})();
