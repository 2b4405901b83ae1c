// Keeps the board fresh: every two and a half seconds it asks whether anybody has answered since.
(() => {
  const board = document.getElementById("board");
  if (!board) return;
  async function look() {
    if (document.hidden) return;
    const address = new URL(location.href);
    address.searchParams.set("newest", board.firstElementChild.dataset.newest);
    const answer = await fetch(address).catch(() => null);
    if (answer?.status === 200 && !answer.redirected) board.innerHTML = await answer.text();
  }
  setInterval(look, 2500);
})();
