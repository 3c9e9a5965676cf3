// Makes the residents' page live. Everything here also works without it: forms are sent, the page is shown again.
"use strict";

(() => {
  const leave = document.querySelector(".tool.leave");
  if (leave) {
    leave.addEventListener("click", (event) => {
      event.preventDefault();
      document.documentElement.hidden = true;
      document.title = "";
      location.replace(leave.href); // «back» does not lead here again
    });
  }

  const main = document.querySelector("main.chat");
  const say = document.getElementById("say");
  if (!main || !say) return;

  const DOTS_AFTER = 300;
  const SENTENCE_AFTER = 3000;
  const POLL_EVERY = 4000;
  const NEAR_END = 160;

  const list = document.getElementById("lines");
  const now = document.getElementById("now");
  const choices = document.getElementById("choices");
  const busy = document.getElementById("busy");
  const wait = document.getElementById("wait");
  const note = document.getElementById("note");
  const fresh = document.getElementById("fresh");
  const text = document.getElementById("text");
  const top = document.querySelector(".top");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("jinnuan") : null;

  let last = Number(main.dataset.last);
  let started = "started" in main.dataset;
  let sending = 0;
  let stream = null;
  let poller = 0;
  let unsent = null; // what failed to go out, with its nonce: sent again it is still the same message

  const nonce = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

  // Where the reader is -------------------------------------------------------------------------------------------

  const bottom = document.querySelector(".bottom"); // lies below the input; nobody is led there unasked
  const end = () => Math.max(0, document.documentElement.scrollHeight - innerHeight - bottom.offsetHeight);
  const nearEnd = () => end() - scrollY < NEAR_END;

  const reveal = (element, smooth) => {
    const covered = getComputedStyle(top).position === "sticky" ? top.offsetHeight : 0;
    const start = element.getBoundingClientRect().top + scrollY - covered - 12;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scrollTo({ top: Math.min(start, end()), behavior: smooth && !calm ? "smooth" : "auto" });
  };

  // What comes in -------------------------------------------------------------------------------------------------

  const pending = () => list.querySelector(".pending");

  const apply = (update, mine) => {
    if (update.erased) {
      location.reload(); // what this page still shows was erased
      return;
    }
    if (update.last < last) return;
    const follow = mine || nearEnd();
    const parsed = document.createElement("template");
    parsed.innerHTML = update.lines;
    const added = [...parsed.content.querySelectorAll("li")].filter((item) => Number(item.dataset.line) > last);
    if (!added.length) return;
    const focused = now.contains(document.activeElement);
    list.querySelectorAll('li[data-line="0"]').forEach((item) => item.remove());
    list.querySelectorAll("#latest").forEach((item) => item.removeAttribute("id"));
    for (const item of added) {
      if (item.classList.contains("resident") && pending()) pending().replaceWith(item);
      else list.insertBefore(item, pending());
    }
    choices.innerHTML = update.choices;
    last = update.last;
    settleTicks();
    if (focused) now.focus({ preventScroll: true });
    const own = mine && added.filter((item) => item.classList.contains("resident")).pop();
    if (follow) reveal(own || added[0], true);
    else fresh.hidden = false;
    if (!started) {
      started = true;
      if (tabs) tabs.postMessage("started");
      connect();
    }
  };

  const look = async () => {
    try {
      const response = await fetch(`/lines?after=${last}`, { headers: { Accept: "application/json" } });
      if (response.ok) apply(await response.json(), false);
    } catch {
      // offline: the next look finds what was missed
    }
  };

  const disconnect = () => {
    if (stream) stream.close();
    stream = null;
    clearInterval(poller);
    poller = 0;
  };

  const connect = () => {
    if (!started || stream || poller || document.hidden) return;
    if (!("EventSource" in window)) {
      poller = setInterval(look, POLL_EVERY);
      return;
    }
    stream = new EventSource(`/events?after=${last}`);
    stream.onmessage = (message) => apply(JSON.parse(message.data), false);
    stream.onerror = () => {
      if (stream && stream.readyState === EventSource.CLOSED) {
        stream = null;
        poller = setInterval(look, POLL_EVERY);
      }
    };
  };

  // What goes out -------------------------------------------------------------------------------------------------

  const showNote = (id) => {
    note.hidden = !id;
    for (const item of note.children) item.hidden = item.id !== id;
  };

  const working = () => {
    sending += 1;
    for (const button of choices.querySelectorAll("button, input")) button.disabled = true;
    const timers = [
      setTimeout(() => {
        wait.hidden = true;
        busy.hidden = false;
        now.classList.add("waiting");
        if (nearEnd()) scrollTo({ top: end() });
      }, DOTS_AFTER),
      setTimeout(() => { wait.hidden = false; }, SENTENCE_AFTER),
    ];
    return () => {
      timers.forEach(clearTimeout);
      sending -= 1;
      if (sending) return;
      busy.hidden = true;
      now.classList.remove("waiting");
      for (const button of choices.querySelectorAll("button, input")) button.disabled = false;
      settleTicks();
    };
  };

  const echo = (words) => {
    const item = document.createElement("li");
    item.className = "line resident pending";
    item.setAttribute("aria-hidden", "true"); // read out once, when it has been taken in
    const bubble = item.appendChild(document.createElement("div"));
    bubble.className = "bubble";
    const paragraph = bubble.appendChild(document.createElement("p"));
    paragraph.className = "words";
    paragraph.dir = "auto";
    paragraph.textContent = words;
    list.append(item);
    reveal(item, false); // two gliding scrolls at once would end in the wrong place
    return item;
  };

  const post = (fields) => fetch("/say", {
    method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams([...fields, ["after", String(last)]]),
  });

  const deliver = async (fields) => {
    let response = await post(fields);
    if (response.status === 403) { // the cookie is another one by now: what is shown here is no longer this conversation
      const { csrf } = await response.json();
      for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = csrf;
      for (const item of list.querySelectorAll("li:not(.pending)")) item.remove();
      last = 0;
      disconnect();
      response = await post(fields.map(([name, value]) => [name, name === "csrf" ? csrf : value]));
      connect();
    }
    return response;
  };

  const send = async (form, fields, words) => {
    const content = JSON.stringify(fields);
    const used = unsent && unsent.content === content ? unsent.nonce : nonce();
    const item = echo(words);
    const done = working();
    const csrf = form.elements.csrf.value;
    showNote("");
    let problem = "";
    let held = false; // taken in, and answered when there is room
    try {
      const response = await deliver([["csrf", csrf], ["nonce", used], ...fields]);
      if (response.ok) {
        const update = await response.json();
        apply(update, true);
        held = update.held;
      } else problem = { 413: "long", 429: "toofast" }[response.status] || "trouble";
    } catch {
      problem = "offline";
    }
    done();
    unsent = problem ? { content, nonce: used } : null;
    item.remove();
    showNote(problem || (held ? "held" : ""));
    return !problem;
  };

  say.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words) {
      text.focus();
      return;
    }
    text.value = "";
    if (!await send(say, [["text", words]], words) && !text.value) text.value = words;
  });

  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    say.requestSubmit();
  });

  choices.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (!button || sending) return;
    const ticked = [...choices.querySelectorAll("input[name=tick]:checked")];
    const titles = ticked.map((box) => box.parentElement.textContent.trim());
    const fields = [...ticked.map((box) => ["tick", box.value]), ["button", button.value]];
    send(event.target, fields, titles.join("、") || button.textContent.trim());
  });

  // A tick-list: «done» needs a tick, «none of these» needs none.
  const settleTicks = () => {
    if (!choices.querySelector("input[name=tick]")) return;
    const some = Boolean(choices.querySelector("input[name=tick]:checked"));
    for (const button of choices.querySelectorAll(".answers button")) {
      button.disabled = /^\d+:ticks$/.test(button.value) ? !some : /^\d+:none$/.test(button.value) && some;
    }
  };
  choices.addEventListener("change", settleTicks);

  // The page itself -----------------------------------------------------------------------------------------------

  fresh.addEventListener("click", (event) => {
    event.preventDefault();
    scrollTo({ top: end() });
  });
  addEventListener("scroll", () => { if (nearEnd()) fresh.hidden = true; }, { passive: true });

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) disconnect();
    else look().then(connect);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) look().then(connect); });
  if (tabs) tabs.onmessage = () => look().then(connect);

  // A draft survives the switch to large print.
  const size = document.querySelector(".tool.size");
  size.addEventListener("click", () => sessionStorage.setItem("draft", text.value));
  if (!text.value) text.value = sessionStorage.getItem("draft") || "";
  sessionStorage.removeItem("draft");

  settleTicks();
  const latest = document.getElementById("latest");
  if (latest) reveal(latest, false);
  connect();
})();
