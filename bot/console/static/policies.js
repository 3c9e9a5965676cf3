// The editor of the policy desk: shows while typing how a text reads and what is wrong with it. Pages work without it.
(() => {
  "use strict";
  const form = document.querySelector("[data-preview]");
  if (!form) return;
  const text = form.querySelector("textarea");
  const look = form.querySelector("[data-look]");
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok && mine === asked) look.innerHTML = await answer.text();
    } catch { /* offline: the notice of the console says so; the text stays in its field */ }
  };
  text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 600); });
  look.addEventListener("click", (event) => { // to the line of a fault
    const line = Number(event.target.closest("[data-line]")?.dataset.line);
    if (!line) return;
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[line - 1] || "").length);
  });
  for (const button of document.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", () => {
      text.focus();
      text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input"));
    });
  }
  let sent = false;
  const first = text.value;
  form.addEventListener("submit", () => { sent = true; });
  window.addEventListener("beforeunload", (event) => { if (!sent && text.value !== first) event.preventDefault(); });
})();
