#!/bin/sh
# Prints the path of a Chromium for the browser tests: the system's, else Debian's (as root), else Playwright's.
set -u
cd "$(dirname "$0")/.."
look() {
    for name in "${JINNUAN_CHROMIUM:-}" chromium chromium-browser google-chrome; do
        [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && { command -v "$name"; return 0; }
    done
    return 1
}
fonts() { command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh-cn | grep -q .; }
if look >/dev/null && fonts; then look; exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium and fonts-noto-cjk ..." >&2
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y chromium fonts-noto-cjk fontconfig; } >/dev/null 2>&1
fi
if look; then exit 0; fi
if .venv/bin/python -m playwright install chromium >/dev/null 2>&1; then
    .venv/bin/python -c "from playwright.sync_api import sync_playwright as p
with p() as play: print(play.chromium.executable_path)"
    exit 0
fi
echo "The browser tests need Chromium and none could be found or installed. Please install it (Debian: apt-get install chromium fonts-noto-cjk) and run this again." >&2
exit 1
