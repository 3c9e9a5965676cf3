"""Training the language model, comparing it with the one in service, swapping, going back."""

from anyio import from_thread
from starlette.responses import Response

from bot.console.visit import Visit, go
from bot.errors import ClassifierError, InputError
from bot.reception.learning import label_title
from bot.store import learned, staff

HERE = "/console/learning/training"
SHOWN = 60
"""Sentences gained or lost on one page."""


def show(visit: Visit) -> Response:
    """How the last training goes or ended, and which model is in service."""
    training = visit.parts.learning.training()
    with visit.parts.database.read() as connection:
        changes, names, taught = learned.changes(connection), staff.names(connection), len(learned.in_use(connection))
    models = visit.parts.learning.models
    return visit.page(
        "console/learning/training.html", training=training, changes=changes, workers=names, taught=taught, current=models.current,
        previous=models.previous, shown=SHOWN, title=lambda name: label_title(visit.knowledge, name),
        may_put=training is not None and training.state == "ready" and bool(training.report) and training.model != models.current,
    )


def start(visit: Visit) -> Response:
    """Begin a training."""
    visit.parts.learning.start_training(visit.who.id)
    return go(HERE, said="training_started")


def put(visit: Visit) -> Response:
    """Put the new model in service."""
    try:
        from_thread.run(visit.parts.learning.put_in_service, visit.who.id)
    except ClassifierError as error:
        raise InputError(str(error)) from error
    return go(HERE, said="model_changed")


def back(visit: Visit) -> Response:
    """Put the model before back in service."""
    try:
        from_thread.run(visit.parts.learning.back, visit.who.id)
    except ClassifierError as error:
        raise InputError(str(error)) from error
    return go(HERE, said="model_back")


def drop(visit: Visit) -> Response:
    """Forget what the last training made."""
    visit.parts.learning.give_up(visit.who.id)
    return go(HERE, said="sorted")
