"""Which browser asks, in a few words, so that people recognise their own in the list of sessions."""

from starlette.requests import Request

_BROWSERS = (("Edg", "Edge"), ("MicroMessenger", "微信"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("HarmonyOS", "鸿蒙"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def described(request: Request) -> str:
    """For example 「Chrome，Windows」; empty where the browser does not say."""
    said = request.headers.get("user-agent", "")
    found = (next((word for mark, word in table if mark in said), "") for table in (_BROWSERS, _SYSTEMS))
    return "，".join(word for word in found if word)
