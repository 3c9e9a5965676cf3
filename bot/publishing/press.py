"""How a change of the policies comes into force: draft, review by another person, publish; roll back; take down.

Who may do what: editors write, reviewers agree, and nobody agrees to what they wrote themselves. Taking a text
down (撤下) needs one person and no check; putting it back is a draft like any other and needs two.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.casework.roles import Permission, may
from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.knowledge.documents import read_yaml
from bot.knowledge.snapshot import canonical, version_of
from bot.publishing.files import canonical_text
from bot.publishing.impact import MESSAGES, Verdict, judge
from bot.publishing.merging import Row, carry_over, compare
from bot.store import audit, changes, drafts, revisions, snapshots
from bot.store.database import Database
from bot.store.drafts import DraftRow

STILL_THERE = timedelta(minutes=2)
"""Whoever had a file open so lately is shown as editing it."""
LONGEST_FILE = 100_000
WITHDRAWN = "withdrawn.yaml"


class Conflict(InputError):
    """Somebody else changed the same text meanwhile; carries both, so that nothing is overwritten."""

    def __init__(self, path: str, theirs: str | None, mine: str) -> None:
        super().__init__("这段文字刚被同事改过，没有覆盖。请对照下面两份，改好再存")
        self.path = path
        self.theirs = theirs
        self.mine = mine

    @property
    def rows(self) -> list[Row]:
        """What differs, theirs first."""
        return compare(self.theirs, self.mine)


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts."""

    staff_id: int
    roles: frozenset[str]


def fingerprint(text: str | None) -> str:
    """What a form carries along, so that the text it was made from is recognised."""
    return hashlib.sha256((text or "").encode()).hexdigest()[:16]


class Press:
    """Every change of the policies by the desk. Methods raise `InputError` with a sentence for staff."""

    def __init__(self, database: Database, knowledge: Callable[[], Knowledge], clock: Callable[[], datetime], *, files_rule: bool = False) -> None:
        """
        Args:
            knowledge: what is in force in this process.
            files_rule: the files are the truth whatever the desk does; nothing can be published from here.
        """
        self._database = database
        self._knowledge = knowledge
        self._clock = clock
        self._files_rule = files_rule

    def in_force(self, connection: Connection) -> dict[str, str]:
        """Path → text of what is in force: the newest revision, or the files while there is none."""
        newest = revisions.newest(connection)
        return dict(self._knowledge().files) if newest is None else content_of(connection, newest.version)

    def start(self, who: Who, title: str, document_number: str = "") -> int:
        """Begin a draft; one document (文号) is one draft with all its figures. Returns its id."""
        self._must(who, "edit_policies", "写草稿要政策编辑来做")
        if not title.strip():
            raise InputError("请给这次改动起个名字，例如文件的标题")
        now = self._clock()
        with self._database.write() as connection:
            made = drafts.start(connection, title.strip()[:120], who.staff_id, now, document_number.strip()[:80])
            self._noted(connection, who, "draft_started", made, now)
        return made

    def text(self, draft_id: int, path: str) -> str | None:
        """What a file is in a draft: as changed there, or as in force; None where it does not exist.

        Raises:
            InputError: there is no such draft.
        """
        with self._database.read() as connection:
            self._known(connection, draft_id)
            changed = drafts.files(connection, draft_id).get(path)
            return changed.text if changed else self.in_force(connection).get(path)

    def save(self, who: Who, draft_id: int, path: str, text: str, seen: str) -> None:
        """Set what a file shall be; `seen` is the fingerprint of the text the form was made from.

        Raises:
            Conflict: somebody else changed it in this draft meanwhile.
        """
        self._must(who, "edit_policies", "改草稿要政策编辑来做")
        mine = canonical_text(text)
        if len(mine) > LONGEST_FILE:
            raise InputError(f"这段文字太长，最多 {LONGEST_FILE} 字。请分成几个文件")
        now = self._clock()
        with self._database.write() as connection:
            draft = self._open(connection, draft_id)
            changed = drafts.files(connection, draft_id).get(path)
            in_force = self.in_force(connection).get(path)
            present = changed.text if changed else in_force
            if fingerprint(present) != seen and present != mine:
                raise Conflict(path, present, mine)
            base = changed.base if changed else in_force
            if mine == base:
                drafts.drop_file(connection, draft_id, path)
            else:
                drafts.put_file(connection, draft_id, path, base=base, text=mine, staff_id=who.staff_id, now=now)
            drafts.change(connection, draft.id, now, state="editing", reviewer_id=None, checker_id=None)
            self._noted(connection, who, "draft_saved", draft_id, now)

    def put_files(self, who: Who, draft_id: int, texts: Mapping[str, str | None]) -> None:
        """Set many files of a draft at once, as they lie in a folder; None takes a file away."""
        self._must(who, "edit_policies", "改草稿要政策编辑来做")
        now = self._clock()
        with self._database.write() as connection:
            self._open(connection, draft_id)
            in_force = self.in_force(connection)
            for path, text in texts.items():
                if text is not None and len(text) > LONGEST_FILE:
                    raise InputError(f"「{path}」太长，最多 {LONGEST_FILE} 字。请分成几个文件")
                drafts.put_file(connection, draft_id, path, base=in_force.get(path), text=text, staff_id=who.staff_id, now=now)
            self._noted(connection, who, "draft_saved", draft_id, now)

    def forget(self, who: Who, draft_id: int, path: str) -> None:
        """Leave a file as it is in force."""
        self._must(who, "edit_policies", "改草稿要政策编辑来做")
        now = self._clock()
        with self._database.write() as connection:
            draft = self._open(connection, draft_id)
            drafts.drop_file(connection, draft_id, path)
            drafts.change(connection, draft.id, now, state="editing", reviewer_id=None, checker_id=None)

    def present(self, who: Who, path: str) -> list[int]:
        """Say that this person has a file open, and learn who else has."""
        now = self._clock()
        with self._database.write() as connection:
            others = [person for person in drafts.editors(connection, path, now - STILL_THERE) if person != who.staff_id]
            drafts.seen_editing(connection, path, who.staff_id, now)
        return others

    def files(self, draft_id: int) -> dict[str, str]:
        """All files as they would be with this draft on top of what is in force now.

        Raises:
            Conflict: what is in force changed on the same lines since the draft was begun.
        """
        with self._database.read() as connection:
            return self._merged(connection, draft_id)

    def check(self, draft_id: int) -> Verdict:
        """Every check of `jinnuan policies check`, run on the draft as of the day it would come into force."""
        with self._database.read() as connection:
            draft = self._known(connection, draft_id)
            merged = self._merged(connection, draft_id)
            first = self._first_messages(connection)
        return judge(merged, max(self._clock(), draft.publish_at or self._clock()).date(), self._knowledge(), first)

    def submit(
        self, who: Who, draft_id: int, reason: str, *, needs_check: bool = False, publish_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> None:
        """Hand a draft to review; it must pass every check."""
        self._must(who, "edit_policies", "提交草稿要政策编辑来做")
        if not reason.strip():
            raise InputError("请写为什么改，例如依据哪个文件。审核的人和以后查的人都要看")
        now = self._clock()
        if publish_at is not None and publish_at <= now:
            raise InputError("定时发布的时间要在现在以后")
        if expires_at is not None and expires_at <= (publish_at or now):
            raise InputError("失效的时间要晚于发布的时间")
        self._passes(draft_id)
        with self._database.write() as connection:
            draft = self._open(connection, draft_id)
            if draft.state != "editing":
                raise InputError("这份草稿已经提交过了")
            if not drafts.files(connection, draft_id):
                raise InputError("这份草稿什么也没改。改好再提交")
            drafts.change(
                connection, draft_id, now, state="review", reason=reason.strip()[:2_000], needs_check=needs_check,
                publish_at=publish_at, expires_at=expires_at,
            )
            self._noted(connection, who, "draft_submitted", draft_id, now)

    def send_back(self, who: Who, draft_id: int, comment: str) -> None:
        """Give a draft back to its author, with what to mend."""
        self._must(who, "review_policies", "退回要政策审核来做")
        if not comment.strip():
            raise InputError("退回要写清哪里要改")
        now = self._clock()
        with self._database.write() as connection:
            self._open(connection, draft_id)
            drafts.comment(connection, draft_id, who.staff_id, comment.strip()[:2_000], now)
            drafts.change(connection, draft_id, now, state="editing", reviewer_id=None, checker_id=None)
            self._noted(connection, who, "draft_sent_back", draft_id, now)

    def comment(self, who: Who, draft_id: int, text: str) -> None:
        """Say something about a draft."""
        if not text.strip():
            raise InputError("意见还是空的。写好再发")
        now = self._clock()
        with self._database.write() as connection:
            self._known(connection, draft_id)
            drafts.comment(connection, draft_id, who.staff_id, text.strip()[:2_000], now)
            self._noted(connection, who, "draft_commented", draft_id, now)

    def confirm_facts(self, who: Who, draft_id: int) -> None:
        """An expert who neither wrote nor reviews it confirms the facts of a draft."""
        now = self._clock()
        with self._database.write() as connection:
            draft = self._open(connection, draft_id)
            if who.staff_id in self._authors(connection, draft) or who.staff_id == draft.reviewer_id:
                raise InputError("核对事实要另一个人来做，不能是写的人或审核的人")
            if draft.state not in {"review", "approved"} or not draft.needs_check:
                raise InputError("这份草稿现在不等核对事实")
            drafts.change(connection, draft_id, now, checker_id=who.staff_id)
            self._noted(connection, who, "draft_facts_confirmed", draft_id, now)

    def approve(self, who: Who, draft_id: int, override: str = "") -> None:
        """Another person agrees; warnings need a reason to be passed over, faults never pass."""
        self._must(who, "review_policies", "审核要政策审核来做")
        verdict = self._passes(draft_id)
        if verdict.warnings and not override.strip():
            raise InputError("检查有提醒。要照样通过，请写理由；或先退回修改")
        now = self._clock()
        with self._database.write() as connection:
            draft = self._open(connection, draft_id)
            if draft.state != "review":
                raise InputError("这份草稿现在不等审核。请刷新页面")
            if who.staff_id in self._authors(connection, draft):
                raise InputError("自己写的不能自己审。请另一位审核")
            drafts.change(connection, draft_id, now, state="approved", reviewer_id=who.staff_id, override=override.strip()[:1_000])
            self._noted(connection, who, "draft_approved", draft_id, now)

    def publish(self, who: Who, draft_id: int) -> int | None:
        """Bring an approved draft into force now, or let it wait for its hour; returns the revision, None while it waits."""
        self._must(who, "edit_policies", "发布要政策编辑或审核来做")
        now = self._clock()
        with self._database.write() as connection:
            draft = self._open(connection, draft_id)
            if draft.state != "approved":
                raise InputError("还没有通过审核，不能发布")
            if draft.needs_check and draft.checker_id is None:
                raise InputError("还等着核对事实，不能发布")
            if draft.publish_at is not None and draft.publish_at > now:
                drafts.change(connection, draft_id, now, state="scheduled")
                self._noted(connection, who, "draft_scheduled", draft_id, now)
                return None
            return self._bring_into_force(connection, draft, now)

    def drop(self, who: Who, draft_id: int) -> None:
        """Give a draft up. It stays readable."""
        self._must(who, "edit_policies", "作废草稿要政策编辑来做")
        now = self._clock()
        with self._database.write() as connection:
            self._open(connection, draft_id)
            drafts.change(connection, draft_id, now, state="dropped")
            self._noted(connection, who, "draft_dropped", draft_id, now)

    def by_the_clock(self) -> list[str]:
        """Publish what is scheduled for now and end what has expired; returns sentences on what could not be done."""
        now = self._clock()
        problems = []
        with self._database.read() as connection:
            waiting = [draft.id for draft in drafts.in_state(connection, ("scheduled",)) if draft.publish_at and draft.publish_at <= now]
            over = [draft.id for draft in drafts.in_state(connection, ("published",)) if draft.expires_at and draft.expires_at <= now]
        for draft_id, deed in [*((one, self._bring_into_force) for one in waiting), *((one, self._expire) for one in over)]:
            try:
                with self._database.write() as connection:
                    deed(connection, self._known(connection, draft_id), now)
            except InputError as problem:
                problems.append(str(problem))
        return problems

    def roll_back(self, who: Who, revision_id: int, reason: str) -> int:
        """Bring an earlier revision back as the newest one; the same checks as for publishing. Returns the new revision."""
        self._must(who, "edit_policies", "回退要政策编辑或审核来做")
        if not reason.strip():
            raise InputError("回退要写理由")
        now = self._clock()
        with self._database.write() as connection:
            wanted = revisions.get(connection, revision_id)
            if wanted is None:
                raise InputError("没有这个版本。请刷新页面")
            files = content_of(connection, wanted.version)
            self._refuse_faults(judge(files, now.date()))
            return self._swap(
                connection, files, way="rolled_back", title=wanted.title, reason=reason.strip()[:2_000], author_id=who.staff_id, now=now
            )

    def withdraw(self, who: Who, *, label: str = "", programme: str = "", reason: str) -> int:
        """撤下: take an answer or a programme's rules down at once, alone; no check can stop it. Returns the revision."""
        self._must(who, "withdraw_policies", "撤下要政策编辑、审核或值班主管来做")
        if not reason.strip():
            raise InputError("请写一句为什么撤下")
        knowledge = self._knowledge()
        if label not in knowledge.answers and programme not in knowledge.rules:
            raise InputError("没有这个答案或规则。请刷新页面")
        now = self._clock()
        with self._database.write() as connection:
            revisions.lock_newest(connection)
            files = self.in_force(connection)
            files[WITHDRAWN] = _with(files.get(WITHDRAWN, ""), label, programme)
            return self._swap(
                connection, files, way="withdrawn", title=label or programme, reason=reason.strip()[:2_000], author_id=who.staff_id, now=now
            )

    def put_back(self, who: Who, *, label: str = "", programme: str = "") -> int:
        """Begin the draft that puts a withdrawn text back; another person has to agree to it. Returns the draft."""
        name = self._knowledge().answers[label].title if label in self._knowledge().answers else self._knowledge().term(programme)
        draft_id = self.start(who, f"放回：{name}")
        present = self.text(draft_id, WITHDRAWN) or ""
        self.save(who, draft_id, WITHDRAWN, _with(present, label, programme, out=True), fingerprint(present))
        return draft_id

    def adopt(self, who_id: int | None, reason: str) -> int:
        """Make the database the truth, with the files as they are. Returns the revision."""
        now = self._clock()
        with self._database.write() as connection:
            newest = revisions.newest(connection)
            if newest is not None:
                raise InputError(f"已经以工作台为准（第 {newest.id} 版），不用再转")
            files = dict(self._knowledge().files)
            return self._swap(connection, files, way="adopted", title="文件转入工作台", reason=reason, author_id=who_id, now=now)

    def _bring_into_force(self, connection: Connection, draft: DraftRow, now: datetime) -> int:
        files = self._merged(connection, draft.id)
        self._refuse_faults(judge(files, now.date(), self._knowledge(), self._first_messages(connection)))
        made = self._swap(
            connection, files, way="published", title=draft.title, reason=draft.reason, author_id=draft.author_id,
            reviewer_id=draft.reviewer_id, draft_id=draft.id, now=now,
        )
        drafts.change(connection, draft.id, now, state="published")
        return made

    def _expire(self, connection: Connection, draft: DraftRow, now: datetime) -> int:
        """Undo what a draft did, where nobody changed it since."""
        files = self.in_force(connection)
        for changed in drafts.files(connection, draft.id).values():
            present = files.get(changed.path)
            undone = changed.base if present == changed.text else carry_over(changed.text or "", changed.base or "", present or "")
            if undone is None:
                drafts.change(connection, draft.id, now, expires_at=None)
                raise InputError(f"「{draft.title}」到期了，但它的文字后来又改过，不能自动还原。请人看一看")
            if changed.base is None:
                files.pop(changed.path, None)
            else:
                files[changed.path] = undone
        self._refuse_faults(judge(files, now.date()))
        drafts.change(connection, draft.id, now, expires_at=None)
        return self._swap(
            connection, files, way="expired", title=draft.title, reason=draft.reason, author_id=draft.author_id, draft_id=draft.id, now=now
        )

    def _swap(self, connection: Connection, files: Mapping[str, str], *, way: revisions.Way, now: datetime, **values: Any) -> int:
        if self._files_rule:
            raise InputError("这里由文件作准（JINNUAN_POLICIES=files），工作台不能发布。请改文件，或请管理员换设置")
        if way != "adopted" and revisions.newest(connection) is None:
            before = self._knowledge()
            revisions.add(
                connection, before.version, canonical(before.files), way="adopted", title="文件转入工作台", reason="第一次从工作台发布",
                author_id=None, now=now,
            )
        made = revisions.add(connection, version_of(files), canonical(files), way=way, now=now, **values)
        audit.append(connection, actor=f"staff:{values.get('author_id') or 0}", action=f"policy_{way}", thing=f"revision:{made}", now=now)
        changes.note(connection, "knowledge", made, now)
        return made

    def _merged(self, connection: Connection, draft_id: int) -> dict[str, str]:
        files = self.in_force(connection)
        for changed in drafts.files(connection, draft_id).values():
            present = files.get(changed.path)
            if present == changed.base:
                merged = changed.text
            elif changed.text is None or changed.base is None or present is None:
                raise Conflict(changed.path, present, changed.text or "")
            else:
                merged = carry_over(changed.base, changed.text, present)
                if merged is None:
                    raise Conflict(changed.path, present, changed.text)
            if merged is None:
                files.pop(changed.path, None)
            else:
                files[changed.path] = merged
        return files

    @staticmethod
    def _first_messages(connection: Connection) -> str:
        first = revisions.first(connection)
        return "" if first is None else content_of(connection, first.version).get(MESSAGES, "")

    def _passes(self, draft_id: int) -> Verdict:
        verdict = self.check(draft_id)
        self._refuse_faults(verdict)
        return verdict

    @staticmethod
    def _refuse_faults(verdict: Verdict) -> None:
        if verdict.faults:
            more = f"（共 {len(verdict.faults)} 处）" if len(verdict.faults) > 1 else ""
            raise InputError(f"检查没有通过{more}：{verdict.faults[0]}")

    def _authors(self, connection: Connection, draft: DraftRow) -> set[int]:
        return {draft.author_id, *(changed.changed_by for changed in drafts.files(connection, draft.id).values())}

    def _known(self, connection: Connection, draft_id: int) -> DraftRow:
        draft = drafts.lock(connection, draft_id)
        if draft is None:
            raise InputError("没有这份草稿。请刷新页面")
        return draft

    def _open(self, connection: Connection, draft_id: int) -> DraftRow:
        draft = self._known(connection, draft_id)
        if draft.state not in drafts.OPEN:
            raise InputError("这份草稿已经发布或作废，不能再改。请新开一份")
        return draft

    @staticmethod
    def _must(who: Who, permission: Permission, sentence: str) -> None:
        if not may(who.roles, permission):
            raise InputError(sentence)

    def _noted(self, connection: Connection, who: Who, action: str, draft_id: int, now: datetime) -> None:
        audit.append(connection, actor=f"staff:{who.staff_id}", action=action, thing=f"draft:{draft_id}", now=now)
        changes.note(connection, "draft", draft_id, now)


def content_of(connection: Connection, version: str) -> dict[str, str]:
    """Path → text of a stored snapshot (it must exist)."""
    content = snapshots.content(connection, version)
    assert content is not None  # a revision names a snapshot by foreign key
    files: dict[str, str] = json.loads(content)
    return files


def _with(text: str, label: str, programme: str, *, out: bool = False) -> str:
    """withdrawn.yaml with one entry more, or one less."""
    data = read_yaml(WITHDRAWN, text).data if text.strip() else {}
    lines = [f"note: {data['note']}"] if data.get("note") else []
    for key, name in (("answers", label), ("rules", programme)):
        entries = [entry for entry in data.get(key) or [] if entry != name]
        entries += [name] if name and not out else []
        lines.append(f"{key}: [{', '.join(sorted(entries))}]")
    return "\n".join(lines) + "\n"
