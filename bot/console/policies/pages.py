"""Every address under /console/policies."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.routing import Route

from bot.console.policies import answers, draft, drafts, edit, figures, form, library, revisions
from bot.console.visit import Handler
from bot.staff import Permission

ROOT = "/console/policies"


@dataclass(frozen=True, slots=True)
class _Page:
    path: str
    handler: Handler
    permission: Permission
    method: str = "GET"


_PAGES = (
    _Page("", library.show, "see_policies"),
    _Page("/files/{path:path}", library.file, "see_policies"),
    _Page("/rules/{programme}", library.rules, "see_policies"),
    _Page("/answers/{label}", answers.show, "see_policies"),
    _Page("/answers/{label}/withdraw", answers.withdraw, "withdraw_policies", "POST"),
    _Page("/answers/{label}/put-back", answers.put_back, "edit_policies", "POST"),
    _Page("/rules/{programme}/withdraw", library.withdraw_rules, "withdraw_policies", "POST"),
    _Page("/rules/{programme}/put-back", library.put_back_rules, "edit_policies", "POST"),
    _Page("/figures", figures.show, "see_policies"),
    _Page("/figures/{name}", figures.one, "see_policies"),
    _Page("/figures/{name}/add", figures.add, "edit_policies", "POST"),
    _Page("/drafts", drafts.show, "see_policies"),
    _Page("/drafts/new", drafts.start, "edit_policies", "POST"),
    _Page("/drafts/{draft:int}", draft.show, "see_policies"),
    _Page("/drafts/{draft:int}/edit", edit.show, "edit_policies"),
    _Page("/drafts/{draft:int}/edit", edit.save, "edit_policies", "POST"),
    _Page("/drafts/{draft:int}/form", form.show, "edit_policies"),
    _Page("/drafts/{draft:int}/form", form.save, "edit_policies", "POST"),
    _Page("/drafts/{draft:int}/preview", edit.preview, "edit_policies", "POST"),
    _Page("/drafts/{draft:int}/forget", draft.forget, "edit_policies", "POST"),
    _Page("/drafts/{draft:int}/submit", draft.submit, "edit_policies", "POST"),
    _Page("/drafts/{draft:int}/drop", draft.drop, "edit_policies", "POST"),
    _Page("/drafts/{draft:int}/comment", draft.comment, "see_policies", "POST"),
    _Page("/drafts/{draft:int}/send-back", draft.send_back, "review_policies", "POST"),
    _Page("/drafts/{draft:int}/approve", draft.approve, "review_policies", "POST"),
    _Page("/drafts/{draft:int}/confirm", draft.confirm, "see_policies", "POST"),
    _Page("/drafts/{draft:int}/publish", draft.publish, "edit_policies", "POST"),
    _Page("/revisions", revisions.show, "see_policies"),
    _Page("/revisions/{revision:int}", revisions.one, "see_policies"),
    _Page("/revisions/{revision:int}/roll-back", revisions.roll_back, "edit_policies", "POST"),
)


def pages(
    get: Callable[[str, Handler, Permission], Route], post: Callable[[str, Handler, Permission], Route]
) -> list[Route]:
    """The routes of the policy desk, made by the console's own makers."""
    return [(get if page.method == "GET" else post)(ROOT + page.path, page.handler, page.permission) for page in _PAGES]
