// Makes staff pages live: what changed is fetched and put in, drafts are kept, keys work. Pages work without it.
(() => {
  "use strict";
  const page = document.documentElement;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const store = { // storage can be switched off; then drafts and choices last as long as the page
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* kept in the field only */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };

  // --- after a refused form the address is that of the form; reloading and refreshing need that of the page
  const own = one("[data-address]")?.dataset.address;
  if (own && location.pathname !== own) history.replaceState(null, "", own);

  // --- a message after a form is shown once, not again on reload
  const address = new URL(location.href);
  if (address.searchParams.has("said")) {
    address.searchParams.delete("said");
    history.replaceState(null, "", address);
  }

  // --- the way back to the queue keeps its filters
  const back = one("[data-back]");
  if (one("[data-filters]")) { try { sessionStorage.setItem("jinnuan.queue", location.pathname + location.search); } catch { /* plain link then */ } }
  const setBack = () => {
    let kept = null;
    try { kept = sessionStorage.getItem("jinnuan.queue"); } catch { /* plain link then */ }
    const link = one("[data-back]");
    if (link && kept && kept.startsWith("/console")) link.href = kept;
  };
  if (back) setBack();

  // --- filters apply as soon as they are chosen
  const filters = one("[data-filters]");
  if (filters) {
    filters.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") filters.requestSubmit(); });
    filters.addEventListener("submit", () => { for (const field of filters.elements) if (field.name && !field.value) field.disabled = true; });
  }

  // --- drafts are kept by the server; what does not get through stays in this browser until it does
  for (const field of all("[data-draft]")) {
    const key = "jinnuan.draft." + field.dataset.draft;
    const note = one("[data-draft-note]", field.form);
    const left = store.get(key);
    if (left && !field.value) {
      field.value = left;
      if (note) note.textContent = "草稿已恢复";
    }
    let waiting = 0;
    const keep = async (leaving) => {
      clearTimeout(waiting);
      waiting = 0;
      const body = new URLSearchParams({ csrf: field.form.elements.csrf.value, field: field.dataset.field, text: field.value });
      try {
        const answer = await fetch(field.dataset.keep, { method: "POST", body, keepalive: leaving, headers: { "X-Live": "1" } });
        if (!answer.ok) throw new Error("not kept");
        store.drop(key);
        if (note) note.textContent = field.value ? "草稿已存" : "";
      } catch {
        store.set(key, field.value);
        if (note) note.textContent = "没连上，草稿先存在本机";
      }
    };
    field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 700, false); });
    addEventListener("pagehide", () => { if (waiting) keep(true); });
    field.form.addEventListener("submit", () => { clearTimeout(waiting); waiting = 0; store.drop(key); });
  }
  for (const form of all("form[data-leaves]")) {
    form.addEventListener("submit", () => {
      try { for (const key of Object.keys(localStorage)) if (key.startsWith("jinnuan.draft.")) localStorage.removeItem(key); } catch { /* none kept */ }
    });
  }
  // a second tap while a form is on its way sends nothing
  document.addEventListener("submit", (event) => {
    if (event.target.method === "get" || event.target.method === "dialog") return;
    if (event.target.dataset.onItsWay) { event.preventDefault(); return; }
    event.target.dataset.onItsWay = "1";
    setTimeout(() => { delete event.target.dataset.onItsWay; }, 5000);
  });
  for (const field of all("[data-select]")) field.addEventListener("focus", () => field.select());

  // --- live: the page fetches itself and replaces the parts that changed
  const news = one("[data-news]");
  const offline = one("[data-offline]");
  const gone = one("[data-signed-out]");
  const touched = (part) => {
    const active = document.activeElement;
    if (part.contains(active) && active.matches("input, select, textarea")) return true;
    return all("textarea, input:not([type=hidden])", part).some((field) =>
      field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  };
  const showEnd = (part) => { part.scrollTop = part.scrollHeight; };
  const atEnd = (part) => part.scrollHeight - part.scrollTop - part.clientHeight < 60;
  for (const part of all("[data-scroll]")) if (!location.search.includes("before=")) showEnd(part);

  function putIn(fresh) {
    let arrived = [];
    for (const part of all("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (!next || touched(part) || part.innerHTML === next.innerHTML) continue;
      const before = new Set(all("[data-row]", part).map((row) => row.id));
      const active = part.contains(document.activeElement) ? document.activeElement.id : "";
      const open = new Map(all("details[id]", part).map((item) => [item.id, item.open]));
      const chosen = one(".chosen", part)?.id;
      const follow = part.matches("[data-scroll]") && atEnd(part);
      const top = part.scrollTop;
      part.innerHTML = next.innerHTML; // made by our own server, where everything is escaped
      for (const name of ["data-newest"]) if (next.hasAttribute(name)) part.setAttribute(name, next.getAttribute(name));
      for (const [id, was] of open) { const item = document.getElementById(id); if (item) item.open = was; }
      if (chosen) document.getElementById(chosen)?.classList.add("chosen");
      if (active) document.getElementById(active)?.focus({ preventScroll: true });
      part.scrollTop = follow ? part.scrollHeight : top;
      if (part.id === "rows") {
        const rows = all("[data-row]", part).filter((row) => !before.has(row.id));
        rows.forEach((row) => row.classList.add("fresh"));
        arrived = rows;
      }
      if (part.id === "transcript" && next.lastElementChild?.matches(".resident")) news.textContent = "居民说了新的话";
    }
    document.title = fresh.title;
    if (arrived.length) news.textContent = arrived.length === 1
      ? `新个案 ${arrived[0].id.slice(4)}，${one(".urgency", arrived[0])?.textContent.trim() ?? ""}` : `新个案 ${arrived.length} 件`;
    setBack();
  }

  let busy = false, again = false, ended = false;
  async function refresh() {
    if (ended) return;
    if (busy) { again = true; return; }
    busy = true;
    try {
      const response = await fetch(location.href, { headers: { "X-Live": "1" }, cache: "no-store" });
      if (response.status === 401) { end(); return; }
      if (response.ok) { putIn(new DOMParser().parseFromString(await response.text(), "text/html")); offline.hidden = true; }
    } catch { offline.hidden = false; }
    finally { busy = false; }
    if (again) { again = false; refresh(); }
  }
  function end() { // nobody is signed in here any more: what residents said does not stay on the screen
    ended = true;
    gone.hidden = false;
    offline.hidden = true;
    one("main").hidden = true;
    stream?.close();
  }

  const source = one("[data-stream]");
  let stream = null, failures = 0;
  function listen() {
    stream = new EventSource(source.dataset.stream);
    page.dataset.listening = "1"; // alarms.js then opens no stream of its own
    stream.addEventListener("alarm", () => dispatchEvent(new Event("jinnuan-alarm")));
    stream.addEventListener("open", () => { if (failures) refresh(); failures = 0; offline.hidden = true; });
    stream.addEventListener("changed", refresh);
    stream.addEventListener("signed-out", end);
    stream.addEventListener("error", () => {
      failures += 1;
      if (failures >= 3 && stream.readyState !== EventSource.CLOSED) offline.hidden = navigator.onLine;
      if (stream.readyState === EventSource.CLOSED) poll();
    });
  }
  let polling = 0;
  function poll() { // the stream does not come through (an old proxy): ask for the newest number instead
    if (polling || ended) return;
    polling = setInterval(async () => {
      if (document.hidden) return;
      try {
        const response = await fetch("/console/changes", { headers: { "X-Live": "1" }, cache: "no-store" });
        if (response.status === 401) { clearInterval(polling); end(); return; }
        const { newest } = await response.json();
        offline.hidden = true;
        if (String(newest) !== source.dataset.newest) { source.dataset.newest = String(newest); refresh(); }
      } catch { offline.hidden = false; }
    }, 5000);
  }
  if (source && !location.search.includes("before=")) {
    if ("EventSource" in window) listen(); else poll();
    setInterval(() => { if (!document.hidden) refresh(); }, 60000); // keeps «2 小时前» true
    addEventListener("pagehide", () => stream?.close());
    addEventListener("pageshow", (event) => { if (event.persisted && !ended) { if ("EventSource" in window) listen(); refresh(); } });
  }
  const every = one("[data-every]");
  if (every) setInterval(() => { if (!document.hidden) refresh(); }, Number(every.dataset.every) * 1000);

  // --- keys
  const dialog = one("[data-keys-dialog]");
  const switchOn = one("[data-keys-on]");
  const helpButton = one("[data-keys]");
  if (dialog) {
    helpButton.hidden = false;
    helpButton.addEventListener("click", () => dialog.showModal());
    switchOn.checked = store.get("jinnuan.keys") !== "off";
    switchOn.addEventListener("change", () => store.set("jinnuan.keys", switchOn.checked ? "on" : "off"));
  }
  function choose(step) {
    const rows = all("[data-row]");
    if (!rows.length) { scrollBy({ top: step * 120 }); return; }
    const now = rows.findIndex((row) => row.classList.contains("chosen"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, now < 0 ? 0 : now + step))];
    rows.forEach((row) => row.classList.toggle("chosen", row === next));
    one("[data-open]", next).focus();
    next.scrollIntoView({ block: "nearest" });
  }
  function reach(element) { // a field is entered, a fold is opened, anything else is pressed
    if (element.closest("details") && !element.matches("summary")) element.closest("details").open = true;
    if (element.matches("input, textarea, select")) { element.focus(); element.select?.(); return; }
    element.click();
    if (element.matches("summary") && element.parentElement.open) one("input:not([type=hidden]), select, textarea", element.parentElement)?.focus();
  }
  const keys = {
    j: () => choose(1),
    k: () => choose(-1),
    c: () => (one(".chosen [data-claim]") ?? (one("[data-row]") ? null : one("[data-claim]")))?.click(),
    r: () => one("[data-reply]")?.focus(),
    n: () => one("[data-note]")?.focus(),
    u: () => one("[data-back]")?.click(),
    "/": () => { const field = one("[data-search]"); if (field) { field.focus(); field.select(); } else one("[data-back]")?.click(); },
    "?": () => { if (dialog) { if (dialog.open) dialog.close(); else dialog.showModal(); } },
  };
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field?.tagName === "TEXTAREA") {
      event.preventDefault();
      field.form.requestSubmit();
      return;
    }
    if (event.key === "Escape" && field) { field.blur(); return; }
    if (field || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!switchOn?.checked && event.key !== "?") return;
    const named = /^[a-z]$/.test(event.key) ? one(`[data-key="${event.key}"]:not([hidden])`) : null;
    const act = keys[event.key] ?? (named && (() => reach(named)));
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) all("[data-row]").forEach((item) => item.classList.toggle("chosen", item === row));
  });

  // --- answers and figures for a reply: found while typing, put in with Enter
  const finder = one("[data-finder]");
  if (finder) {
    const field = one("[data-search]", finder), part = one("[data-found]", finder), reply = one("[data-reply]");
    let asked = 0, shown = null; // the words whose findings stand there: Enter never puts in those of other words
    const look = async () => {
      const mine = ++asked, words = field.value;
      try {
        const answer = await fetch(`${finder.dataset.finder}?${new URLSearchParams({ find: words })}`, { headers: { "X-Live": "1" } });
        const found = await answer.text();
        if (answer.ok && mine === asked) { part.innerHTML = found; shown = words; } // made by our own server, where everything is escaped
      } catch { offline.hidden = false; }
    };
    let typing = 0;
    field.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(look, 150); });
    field.addEventListener("focus", () => { if (!part.childElementCount) look(); });
    const put = (link) => {
      const gap = reply.value && !reply.value.endsWith("\n") ? "\n" : "";
      reply.value += gap + link.dataset.insert;
      reply.dispatchEvent(new Event("input", { bubbles: true }));
      close();
      reply.focus();
      const open = /〔[^〕]+〕/.exec(reply.value);
      if (open) reply.setSelectionRange(open.index, open.index + open[0].length);
    };
    const close = () => { asked += 1; clearTimeout(typing); part.replaceChildren(); field.value = ""; shown = null; };
    finder.addEventListener("focusout", (event) => { if (event.relatedTarget && !finder.contains(event.relatedTarget)) close(); });
    finder.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (shown !== field.value) { clearTimeout(typing); await look(); }
      const first = one("[data-insert]", part);
      if (first) put(first);
    });
    finder.addEventListener("click", (event) => {
      const link = event.target.closest("[data-insert]");
      if (link) { event.preventDefault(); put(link); }
    });
    finder.addEventListener("keydown", (event) => {
      if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
      const stops = [field, ...all("[data-insert]", part)];
      const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) { event.preventDefault(); next.focus(); }
    });
  }

  // --- a text to the clipboard, with one key
  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = one(button.dataset.copy), said = one("[data-copied]");
      try {
        await navigator.clipboard.writeText(field.value);
        said.textContent = "复制好了";
      } catch { // an old browser, or a page without https: the text stands there selected
        field.closest("details").open = true;
        field.focus();
        field.select();
        said.textContent = "请按 Ctrl+C 复制";
      }
    });
  }
  for (const button of all("[data-print]")) { button.hidden = false; button.addEventListener("click", () => print()); }
  for (const box of all("[data-all]")) {
    box.hidden = false;
    box.addEventListener("change", () => all(box.dataset.all).forEach((one) => { one.checked = box.checked; }));
  }

  // the three columns fill what the head of the case leaves of the window
  const head = one(".case-head");
  if (head && "ResizeObserver" in window) {
    const above = () => head.offsetTop + head.offsetHeight - one(".top").offsetHeight;
    const watch = new ResizeObserver(() => {
      const ends = all("[data-scroll]").filter(atEnd);
      page.style.setProperty("--head", above() + "px");
      ends.forEach(showEnd); // a lower column would otherwise hide the newest words
    });
    for (const part of [head, document.body]) watch.observe(part);
  }
})();
