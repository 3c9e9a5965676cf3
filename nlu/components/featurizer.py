"""Rasa featurizer: character and sound n-grams of a resident's message."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.ngrams import Vectorizer

ORIGIN = "ResidentFeaturizer"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ResidentFeaturizer(GraphComponent):
    """Adds one sparse sentence feature per message."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        vectorizer: Vectorizer | None = None,
    ) -> None:
        """Keep what training or loading hands over."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._vectorizer = vectorizer

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Views with longest n-gram, weight, and the fewest texts an n-gram of theirs needs."""
        return {
            "views": {
                "char": {"longest": 2, "weight": 1.0, "fewest": 1},
                "sound": {"longest": 3, "weight": 0.7, "fewest": 2},
                "opening": {"longest": 2, "weight": 0.4, "fewest": 2},
            },
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ResidentFeaturizer:
        """An untrained featurizer."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ResidentFeaturizer:
        """Read the n-gram table back from the model."""
        with model_storage.read_from(resource) as folder:
            stored = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, Vectorizer.from_dict(stored))

    def train(self, training_data: TrainingData) -> Resource:
        """Count n-grams over all training sentences."""
        texts = [message.get(TEXT) for message in training_data.training_examples]
        self._vectorizer = Vectorizer.fit([text for text in texts if text], self._config["views"])
        with self._model_storage.write_to(self._resource) as folder:
            table = json.dumps(self._vectorizer.to_dict(), ensure_ascii=False)
            (folder / "ngrams.json").write_text(table, encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to every training sentence."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to every message that has a text."""
        if self._vectorizer is None:
            return messages
        for message in messages:
            text = message.get(TEXT)
            if text:
                row = self._vectorizer.vector(text)
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, ORIGIN))
        return messages

    @classmethod
    def required_components(cls) -> list[type]:
        """No tokenizer: the n-grams are cut from the text itself."""
        return []
