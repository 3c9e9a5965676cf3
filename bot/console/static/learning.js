// The learning desk: while a wording is typed, what the bot says to it now. Pages work without it.
(() => {
  "use strict";
  const field = document.querySelector("[data-try]");
  if (!field) return;
  const form = field.form;
  const shown = form.querySelector("[data-verdict]");
  let timer = 0;
  let asked = 0;
  const line = () => { // the line in which the cursor stands
    const before = field.value.slice(0, field.selectionStart);
    const start = before.lastIndexOf("\n") + 1;
    const rest = field.value.indexOf("\n", start);
    return field.value.slice(start, rest < 0 ? undefined : rest).trim();
  };
  const ask = async () => {
    const mine = ++asked;
    const text = line();
    if (!text) { shown.textContent = ""; return; }
    try {
      const body = new URLSearchParams({ csrf: form.elements.csrf.value, text });
      const answer = await fetch(field.dataset.try, { method: "POST", body });
      if (mine !== asked) return;
      if (answer.ok) shown.innerHTML = await answer.text(); // made by our own server, where everything is escaped
      else shown.textContent = "";
    } catch { /* offline: the notice of the console says so; the text stays in its field */ }
  };
  for (const kind of ["input", "click", "keyup"]) field.addEventListener(kind, () => { clearTimeout(timer); timer = setTimeout(ask, 400); });
})();
