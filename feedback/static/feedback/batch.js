// The page of a batch that is under way, drawn anew every three seconds.
(() => {
  async function look() {
    const old = document.getElementById("batch");
    if (!old?.hasAttribute("data-live")) return;
    const answer = await fetch(location.href, {credentials: "same-origin"}).catch(() => null);
    if (answer?.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("batch");
      // a key that somebody is about to press stays where it is
      if (fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
    }
    setTimeout(look, 3000);
  }
  setTimeout(look, 3000);
})();
