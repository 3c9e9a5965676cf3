// Alarms: the banner on top of every page is kept live, and a new one rings. The page shows them without it, too.
(() => {
  "use strict";
  const banner = document.querySelector("[data-alarms]");
  if (!banner) return;
  const news = document.querySelector("[data-alarm-news]");
  const mute = document.querySelector("[data-mute]");
  const tryIt = document.querySelector("[data-try-sound]");
  const RING_AGAIN = 20000, LOOK_AGAIN = 15000, ONE_TAB_RINGS = 4000;

  // --- the sound is made here, nothing is fetched for it
  let player = null;
  const sound = async () => {
    player ??= new AudioContext();
    if (player.state === "suspended") await Promise.race([player.resume(), new Promise((done) => { setTimeout(done, 300); })]);
    mute.hidden = player.state === "running";
    if (player.state !== "running") return false;
    [880, 660, 880].forEach((pitch, index) => {
      const start = player.currentTime + index * 0.28;
      const tone = player.createOscillator(), volume = player.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.4, start + 0.03);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
      tone.connect(volume).connect(player.destination);
      tone.start(start);
      tone.stop(start + 0.26);
    });
    banner.dataset.rang = String(Number(banner.dataset.rang ?? 0) + 1);
    return true;
  };
  const ring = () => { // of several open pages of one browser one rings
    try {
      const last = Number(localStorage.getItem("jinnuan.rang") ?? 0);
      if (Date.now() - last < ONE_TAB_RINGS) return;
      localStorage.setItem("jinnuan.rang", String(Date.now()));
    } catch { /* storage is off: every page rings */ }
    sound();
  };
  if (tryIt && "AudioContext" in window) {
    tryIt.hidden = false;
    tryIt.addEventListener("click", async () => { news.textContent = await sound() ? "提示音响了" : "提示音没有响"; });
    addEventListener("pointerdown", () => { if (!mute.hidden) sound(); });
    addEventListener("keydown", () => { if (!mute.hidden) sound(); });
  }

  // --- what stands in the banner
  const waiting = (root) => [...root.querySelectorAll("[data-alarm]:not([data-answered])")].map((row) => row.dataset.alarm);
  let known = new Set(waiting(banner));
  const announce = (fresh) => {
    news.textContent = fresh.length ? `警报：${fresh.map((number) => `${banner.querySelector(`[data-alarm="${number}"] .urgency`)?.textContent.trim() ?? ""}色 ${number}`).join("，")} 等人应答` : "";
  };
  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const now = new Set(waiting(fresh));
    const pressed = banner.contains(document.activeElement) ? document.activeElement.closest("[data-alarm]")?.dataset.alarm : null;
    const button = document.activeElement?.matches("button");
    banner.replaceChildren(...fresh.body.childNodes); // made by our own server, where everything is escaped
    banner.hidden = !banner.querySelector("[data-alarm]");
    if (pressed) banner.querySelector(`[data-alarm="${pressed}"] ${button ? "button" : "a"}`)?.focus({ preventScroll: true });
    const arrived = [...now].filter((number) => !known.has(number));
    known = now;
    if (arrived.length) { announce(arrived); ring(); }
  };
  let busy = false, again = false;
  const look = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const address = `/console/alerts?${new URLSearchParams({ at: location.pathname })}`;
      const answer = await fetch(address, { headers: { "X-Live": "1" }, cache: "no-store" });
      if (answer.status === 401) { banner.hidden = true; known.clear(); stream?.close(); clearInterval(looking); return; }
      if (answer.ok) show(await answer.text());
    } catch { /* offline: the page says so; the next look finds what was missed */ }
    finally { busy = false; }
    if (again) { again = false; look(); }
  };

  // --- the page's own stream tells of alarms; a page without one listens itself
  let stream = null;
  addEventListener("jinnuan-alarm", look);
  const listen = () => {
    if (document.documentElement.dataset.listening || !("EventSource" in window)) return;
    stream = new EventSource(`/console/alerts/events?after=${banner.dataset.newest ?? 0}`);
    stream.addEventListener("alarm", look);
    stream.addEventListener("open", look);
  };
  listen();
  const looking = setInterval(look, LOOK_AGAIN); // keeps the minutes true, and finds what a broken stream missed
  setInterval(() => { if (known.size) ring(); }, RING_AGAIN);
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { stream = null; listen(); look(); } });
  if (known.size) { announce([...known]); ring(); }
})();
