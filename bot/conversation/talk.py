"""The turn while it is being made: collects replies, effects and the new state."""

from typing import Any

from bot.answers import Rendered, fill, render
from bot.conversation.effects import Effect
from bot.conversation.incoming import Circumstances, Message, Reading
from bot.conversation.replies import Button, Reply, encode
from bot.conversation.state import Handover, Interview, Prompt, State
from bot.knowledge import Knowledge
from bot.understanding import is_yes_no, sign

MENU = ("ask", "screen", "help", "person")


class Talk:
    """One turn in the making. Lives only inside `turn`; nothing of it leaves but the finished `Turn`."""

    def __init__(self, state: State, message: Message, reading: Reading, knowledge: Knowledge, around: Circumstances) -> None:
        self.state = state.model_copy(update={"turn": state.turn + 1})
        self.message = message
        self.reading = reading
        self.knowledge = knowledge
        self.around = around
        self.replies: list[Reply] = []
        self.effects: list[Effect] = []
        self.label: str | None = None

    def change(self, **values: Any) -> None:
        """Replace fields of the state."""
        self.state = self.state.model_copy(update=values)

    def change_interview(self, **values: Any) -> None:
        """Replace fields of the interview."""
        self.change(interview=self.state.interview.model_copy(update=values))

    def change_handover(self, **values: Any) -> None:
        """Replace fields of the hand-over under way."""
        assert self.state.handover is not None
        self.change(handover=self.state.handover.model_copy(update=values))

    @property
    def interview(self) -> Interview:
        """The interview as it now stands."""
        return self.state.interview

    @property
    def handover(self) -> Handover:
        """The hand-over under way (there must be one)."""
        assert self.state.handover is not None
        return self.state.handover

    def text(self, text_id: str, **values: Any) -> str:
        """A system text of policies/messages.yaml with its variables filled in."""
        return fill(self.knowledge, self.knowledge.messages.texts[text_id], self.around.now.date(), values)

    def fill(self, text: str) -> str:
        """A text of policies/ that stands outside messages.yaml, with numbers to call filled in."""
        return fill(self.knowledge, text, self.around.now.date(), {})

    def title(self, button_id: str) -> str:
        """A button title of policies/messages.yaml."""
        return self.knowledge.messages.buttons[button_id]

    def button(self, code: str, argument: str = "", title: str = "", ticked: bool | None = None) -> Button:
        """A button that carries the turn of the open prompt, else of this turn."""
        turn = self.state.prompt.turn if self.state.prompt else self.state.turn
        return Button(title or self.title(code), encode(turn, code, argument), ticked)

    def say(self, text_id: str, buttons: tuple[Button, ...] = (), **values: Any) -> None:
        """Add a reply from a system text."""
        self.replies.append(Reply(self.text(text_id, **values), buttons))

    def say_text(self, text: str, buttons: tuple[Button, ...] = (), footnote: str = "", several: bool = False) -> None:
        """Add a reply whose words are already made."""
        self.replies.append(Reply(text, buttons, footnote, several))

    def menu(self) -> tuple[Button, ...]:
        """The main buttons; the progress of a case and going on with a paused form take the place of beginning anew."""
        codes = list(MENU)
        if self.around.case is not None:
            codes[2] = "status"
        if self.interview.paused:
            codes[1] = "resume"
        return tuple(self.button(code) for code in codes)

    def open_prompt(self, key: str) -> None:
        """From now on the bot waits for `key`."""
        self.change(prompt=Prompt(key=key, turn=self.state.turn))

    def close_prompt(self) -> None:
        """The bot waits for nothing in particular."""
        self.change(prompt=None)

    def agreed(self) -> bool | None:
        """Whether the words say yes or no; None when neither.

        The model may hear a no, never a yes: consent has to be plain.
        """
        said = {"act.affirm": True, "act.deny": False}
        titles = {self.title("yes"): True, self.title("right"): True, self.title("no"): False, self.title("wrong"): False}
        text = self.message.text.strip()
        if text in titles:
            return titles[text]
        signed = sign(self.knowledge, text)
        if signed is not None:
            return signed
        if self.reading.act in said:
            return said[str(self.reading.act)]
        answer = is_yes_no(self.knowledge, text)
        if answer is None and self.reading.certainty == "sure" and self.reading.label == "act.deny":
            return False
        return answer

    def answer(self, label: str) -> Rendered | None:
        """The rendered answer of a label, or None when there is none."""
        return render(self.knowledge, label, self.around.now.date(), self.state.district)
