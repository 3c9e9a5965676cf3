"""Every address under /console/learning."""

from collections.abc import Callable

from starlette.routing import Route

from bot.console.learning import sentences, training, vain
from bot.console.visit import Handler
from bot.staff import Permission

ROOT = "/console/learning"
_READ: dict[str, Handler] = {
    "": vain.show, "/groups/{group:int}": vain.one, "/sentences": sentences.show, "/training": training.show,
}
_WRITE: dict[str, Handler] = {
    "/groups/{group:int}/taken-as": vain.taken_as, "/groups/{group:int}/new-question": vain.new_question,
    "/groups/{group:int}/leave": vain.leave, "/questions/{question:int}/done": vain.question_done,
    "/try": vain.try_sentence, "/sentences": sentences.add, "/sentences/{sentence:int}/withdraw": sentences.withdraw,
    "/training/start": training.start, "/training/put": training.put, "/training/back": training.back, "/training/drop": training.drop,
}


def pages(get: Callable[[str, Handler, Permission], Route], post: Callable[[str, Handler, Permission], Route]) -> list[Route]:
    """The routes of the learning desk, made by the console's own makers; all for whoever writes policies."""
    read = [get(ROOT + path, handler, "edit_policies") for path, handler in _READ.items()]
    return [*read, *(post(ROOT + path, handler, "edit_policies") for path, handler in _WRITE.items())]
