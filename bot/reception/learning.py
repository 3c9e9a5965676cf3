"""What policy staff do about questions asked in vain: sort them, teach wordings of their own, train, swap, go back."""

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
import yaml

from bot.classifier.training import Models, Trainer
from bot.conversation import Reading
from bot.errors import InputError, JinnuanError
from bot.knowledge import Knowledge
from bot.reception.vain import masked
from bot.store import audit, learned, unanswered
from bot.store.database import Database
from bot.understanding import clean
from bot.understanding.alike import groups
from bot.understanding.text import heard

log = structlog.get_logger()
SHORTEST, LONGEST = 2, 60
MOST_AT_ONCE = 20
FILE = "learned.yml"
_HEAD = "# 政策人员在工作台教的句子。每次训练前重写，不要在这里改。\n"
Read = Callable[[Knowledge, str], Awaitable[Reading]]


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences alike that nobody has decided about; masked."""

    id: int
    """Id of the newest of them."""
    ids: tuple[int, ...]
    texts: tuple[str, ...]
    """Each once, the most frequent first."""
    whys: dict[str, int]
    label: str | None
    """What they were taken for most often."""
    last: datetime

    @property
    def count(self) -> int:
        """How many sentences."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the bot says to a sentence right now."""

    label: str | None
    title: str
    certainty: str
    """`sure`: answered; `near`: offered as buttons; `none`: not understood; `crisis`: fixed words."""
    confidence: float
    others: tuple[str, ...]
    """Titles offered beside it."""


class Learning:
    """The learning desk. Methods are short transactions and run in a thread, but for those that wait for the model."""

    def __init__(
        self, database: Database, knowledge: Callable[[], Knowledge], clock: Callable[[], datetime], *, trainer: Trainer, models: Models,
        read: Read,
    ) -> None:
        """`read` gives the reading of one cleaned text, as residents' messages are read."""
        self._database = database
        self._knowledge = knowledge
        self._clock = clock
        self._trainer = trainer
        self._models = models
        self._read = read

    # What was asked in vain ----------------------------------------------------------------------------------------

    def groups(self) -> list[Group]:
        """Undecided sentences by likeness, the largest group first."""
        with self._database.read() as connection:
            rows = unanswered.undecided(connection)
        return [_group([rows[index] for index in members]) for members in groups([row.text for row in rows])]

    def group(self, group_id: int) -> Group | None:
        """The group that now holds that sentence."""
        return next((group for group in self.groups() if group_id in group.ids), None)

    def taken_as(self, staff_id: int, ids: Collection[int], label: str, wordings: Sequence[str]) -> int:
        """The sentences mean `label`; `wordings` are the officer's own, for the model to learn. Returns how many were open.

        Raises:
            InputError: the label cannot be taught or a wording cannot be used; nothing was kept.
        """
        now = self._clock()
        texts = [text for text in map(clean, wordings) if text]
        if not texts:
            raise InputError("请用您自己的话至少写一句，模型才学得会")
        if len(texts) > MOST_AT_ONCE:
            raise InputError(f"一次最多写 {MOST_AT_ONCE} 句")
        self._check_label(label)
        self._check(texts)
        with self._database.write() as connection:
            for text in texts:
                learned.teach(connection, text, label, staff_id, now)
            done = unanswered.decide(connection, ids, "taught", staff_id, now) if ids else 0
            audit.append(connection, actor=f"staff:{staff_id}", action="taught", thing=f"label:{label}"[:64], now=now)
        return done

    def new_question(self, staff_id: int, ids: Collection[int], title: str) -> int:
        """The sentences ask something that has no answer yet: it is put on the list of questions to be answered.

        Raises:
            InputError: the title is missing, too long or personal.
        """
        now, words = self._clock(), clean(title)
        if not SHORTEST <= len(words) <= LONGEST or masked(self._knowledge(), words) != words:
            raise InputError(f"请给这个问题起个名字，{SHORTEST} 到 {LONGEST} 个字，不写姓名、电话、住处")
        with self._database.write() as connection:
            question_id = unanswered.add_question(connection, words, staff_id, now)
            done = unanswered.decide(connection, ids, "new_question", staff_id, now, question_id)
            audit.append(connection, actor=f"staff:{staff_id}", action="question_noted", thing=f"question:{question_id}", now=now)
        return done

    def leave(self, staff_id: int, ids: Collection[int], decision: unanswered.Decision) -> int:
        """The sentences are not ours, or need nothing; returns how many were open."""
        now = self._clock()
        with self._database.write() as connection:
            done = unanswered.decide(connection, ids, decision, staff_id, now)
            audit.append(connection, actor=f"staff:{staff_id}", action=decision, thing=f"sentences:{done}", now=now)
        return done

    def question_done(self, staff_id: int, question_id: int) -> None:
        """A new question has its answer, or is not wanted any more."""
        now = self._clock()
        with self._database.write() as connection:
            unanswered.question_done(connection, question_id, now)
            audit.append(connection, actor=f"staff:{staff_id}", action="question_done", thing=f"question:{question_id}", now=now)

    async def verdict(self, text: str) -> Verdict:
        """「这句话现在答什么」."""
        knowledge = self._knowledge()
        reading = await self._read(knowledge, clean(text)[:LONGEST])
        offered = [label for label, _ in reading.ranking if label != reading.label and label in knowledge.answers]
        titles = tuple(knowledge.answers[label].title for label in offered[:3])
        certainty = "crisis" if reading.crisis else reading.certainty
        return Verdict(reading.label, label_title(knowledge, reading.label), certainty, reading.confidence, titles)

    # Sentences of officers -----------------------------------------------------------------------------------------

    def withdraw(self, staff_id: int, learned_id: int) -> None:
        """Take a sentence out of the next training."""
        now = self._clock()
        with self._database.write() as connection:
            if learned.withdraw(connection, learned_id, now):
                audit.append(connection, actor=f"staff:{staff_id}", action="untaught", thing=f"sentence:{learned_id}", now=now)

    def _check_label(self, label: str) -> None:
        if label not in self._knowledge().labels.known or label.startswith("crisis."):
            raise InputError("请从列表里选一个问题。危急的话不在这里教")

    def _check(self, texts: Sequence[str]) -> None:
        """Whether wordings may be learned.

        Raises:
            InputError: with the wording and what is wrong with it.
        """
        with self._database.read() as connection:
            said = {heard(text).text for text in unanswered.texts(connection)}
            known = {item.text for item in learned.in_use(connection)}
        stored = self._trainer.sentences()
        for text in texts:
            problem = self._problem(text, said, known, stored)
            if problem:
                raise InputError(f"「{text}」{problem}")
        if len(set(texts)) < len(texts):
            raise InputError("有一句写了两遍。请只留一句")

    def _problem(self, text: str, said: Collection[str], known: Collection[str], stored: Collection[str]) -> str:
        if not SHORTEST <= len(text) <= LONGEST:
            return f"要 {SHORTEST} 到 {LONGEST} 个字"
        if any(sign in text for sign in "[]{}\n#") or not any("\u4e00" <= sign <= "\u9fff" for sign in text):
            return "要用汉字写，不能有方括号、花括号和井号"
        if masked(self._knowledge(), text) != text:
            return "像是写了姓名、电话、证件号或住处。请换成不认得出人的说法"
        if heard(text).text in said:
            return "是居民的原话。居民的话不能拿去训练，请用您自己的话说"
        if text in known or text in stored:
            return "已经有了"
        return ""

    # Training ------------------------------------------------------------------------------------------------------

    def start_training(self, staff_id: int) -> int:
        """Begin a training in the background; returns its id.

        Raises:
            InputError: one is under way.
        """
        now = self._clock()
        with self._database.write() as connection:
            learned.give_up_silent(connection, now)
            newest = learned.newest(connection)
            if newest is not None and newest.state == "running":
                raise InputError("已经在训练了，请等它结束")
            sentences = learned.in_use(connection)
            training_id = learned.begin(connection, len(sentences), staff_id, now)
            audit.append(connection, actor=f"staff:{staff_id}", action="training_started", thing=f"training:{training_id}", now=now)
        self.export(self._trainer.data / "learned", sentences)
        threading.Thread(target=self._train, args=(training_id,), name="training", daemon=True).start()
        return training_id

    @staticmethod
    def export(folder: Path, sentences: Sequence[learned.Learned]) -> Path:
        """Write the sentences where training reads them, byte-stable; returns the file (not there when there is none)."""
        file = folder / FILE
        if not sentences:
            file.unlink(missing_ok=True)
            return file
        by_label: dict[str, list[str]] = {}
        for item in sorted(sentences, key=lambda item: (item.label, item.text)):
            by_label.setdefault(item.label, []).append(item.text)
        blocks = [{"intent": label, "examples": "".join(f"- {text}\n" for text in texts)} for label, texts in by_label.items()]
        folder.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(_HEAD + yaml.dump({"version": "3.1", "nlu": blocks}, Dumper=_Blocks, allow_unicode=True, sort_keys=False), encoding="utf-8")
        fresh.replace(file)
        return file

    def _train(self, training_id: int) -> None:
        """The background of a training; whatever happens, how it ended is written down."""
        try:
            report = self._trainer.train(lambda said: self._said(training_id, said))
        except (JinnuanError, OSError, ValueError) as error:
            log.error("training_failed", problem=type(error).__name__)
            with self._database.write() as connection:
                learned.end(connection, training_id, "failed", self._clock())
            return
        with self._database.write() as connection:
            state: learned.TrainingState = "refused" if report["reasons"] else "ready"
            learned.end(connection, training_id, state, self._clock(), model=report["model"], report=report)
        log.info("trained", state=state, model=report["model"])

    def _said(self, training_id: int, said: str) -> None:
        with self._database.write() as connection:
            learned.say(connection, training_id, said, self._clock())

    def training(self) -> learned.Training | None:
        """The last training."""
        with self._database.write() as connection:
            learned.give_up_silent(connection, self._clock())
            return learned.newest(connection)

    def give_up(self, staff_id: int) -> None:
        """Forget a trained model, or a training that no longer says anything."""
        now = self._clock()
        with self._database.write() as connection:
            newest = learned.newest(connection)
            if newest is not None and newest.state in {"ready", "refused", "failed"}:
                learned.set_state(connection, newest.id, "dropped")
                audit.append(connection, actor=f"staff:{staff_id}", action="training_dropped", thing=f"training:{newest.id}", now=now)

    @property
    def models(self) -> Models:
        """The models on disk."""
        return self._models

    async def put_in_service(self, staff_id: int) -> str:
        """Swap in what the last training made; returns the model's name.

        Raises:
            InputError: it may not, or what it was compared with is no longer in service.
            ClassifierError: the service does not take it; the old one goes on answering.
        """
        training = await asyncio.to_thread(self.training)
        if training is None or training.state != "ready" or training.report is None:
            raise InputError("没有可以换上的新模型。请先训练")
        if training.report["before"] != self._models.current:
            raise InputError("训练时比较的不是现在用的模型。请重新训练")
        before = await self._models.put_in_service(training.model)
        await asyncio.to_thread(self._note, staff_id, training.model, before, training.id)
        return training.model

    async def back(self, staff_id: int) -> str:
        """Swap the model before back in; returns its name.

        Raises:
            InputError: there is none any more.
            ClassifierError: the service does not take it.
        """
        name = self._models.previous
        if not name:
            raise InputError("前一个模型的文件已经不在了。请重新训练")
        before = await self._models.put_in_service(name)
        await asyncio.to_thread(self._note, staff_id, name, before, None)
        return name

    def _note(self, staff_id: int, model: str, before: str, training_id: int | None) -> None:
        now = self._clock()
        with self._database.write() as connection:
            learned.note_change(connection, model, before, staff_id, now)
            if training_id is not None:
                learned.set_state(connection, training_id, "in_service")
            audit.append(connection, actor=f"staff:{staff_id}", action="model_changed", thing=f"model:{model}"[:64], now=now)


def label_title(knowledge: Knowledge, label: str | None) -> str:
    """What staff call a label."""
    if label is None:
        return "没听懂"
    answer = knowledge.answers.get(label)
    return answer.title if answer is not None else "不归这里管的事" if label == "oos" else label


def _group(rows: Sequence[unanswered.Unanswered]) -> Group:
    texts = [text for text, _ in Counter(row.text for row in rows).most_common()]
    guesses = Counter(row.label for row in rows if row.label is not None).most_common(1)
    whys = dict(Counter(str(row.why) for row in rows).most_common())
    return Group(rows[0].id, tuple(row.id for row in rows), tuple(texts), whys, guesses[0][0] if guesses else None, rows[0].at)


class _Blocks(yaml.SafeDumper):
    """Writes texts of several lines as blocks, as Rasa's files have them."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Blocks.add_representer(str, _text)
