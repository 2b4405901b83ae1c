// Gives each chart of a page a button that saves it as a picture, on the page's own ground.
(() => {
  const word = document.getElementById("charts-as-files");
  if (!word) return;
  function picture(chart) {
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [chart.width, chart.height];
    const paper = copy.getContext("2d");
    paper.fillStyle = document.documentElement.classList.contains("dark") ? "#111827" : "#ffffff";
    paper.fillRect(0, 0, copy.width, copy.height);
    paper.drawImage(chart, 0, 0);
    return copy.toDataURL("image/png");
  }
  document.querySelectorAll("canvas").forEach((chart, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${word.textContent} ${number + 1}: PNG`;
    button.addEventListener("click", () => {
      const save = document.createElement("a");
      save.href = picture(chart);
      save.download = `${location.pathname.replace(/\W+/g, "-").replace(/^-|-$/g, "")}-${number + 1}.png`;
      save.click();
    });
    word.parentElement.append(" ", button);
  });
})();
