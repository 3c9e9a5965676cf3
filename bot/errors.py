"""The errors of the house, as one tree.

JinnuanError
├── InputError          what came in from outside cannot be used; the caller reads why, nothing was changed
├── PolicyFaults        files under policies/ (or a draft) are wrong; staff read file, line and how to mend it
├── SettingsError       the environment is wrong; the operator reads every fault at once, the program ends
├── StoreError          the database is missing, too new or unreachable; the operator reads what to do
└── ClassifierError     the language model does not answer; never shown to a resident, who gets menus instead
"""


class JinnuanError(Exception):
    """Base of everything this program raises on purpose; its text is fit to be shown to staff."""


class InputError(JinnuanError):
    """Something given from outside cannot be used; the text says what and how to mend it."""


class SettingsError(JinnuanError):
    """One or more environment variables are wrong; the text names all of them."""


class StoreError(JinnuanError):
    """The database cannot be used as it is; the text says what the operator can do."""


class ClassifierError(JinnuanError):
    """The language model did not give a usable reading; callers go on without it."""
