"""Rasa intent classifier: one model per factor of the label, joined by a calibrated softmax."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from components.crisis import Bar, rank
from components.factored_model import FactoredModel
from components.featurizer import ORIGIN, ResidentFeaturizer


def row_of(message: Message) -> csr_matrix | None:
    """The sparse row that our featurizer left in the message."""
    for feature in message.features:
        if feature.origin == ORIGIN and feature.attribute == TEXT:
            return feature.features
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FactoredClassifier(GraphComponent):
    """Sets the intent and the ranking of a message; both carry calibrated probabilities.

    When the kinds of crisis together reach `crisis_from`, the likeliest of them comes first; in a text of
    up to `short` characters they must reach `crisis_from_short`.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: FactoredModel | None = None,
    ) -> None:
        """Keep what training or loading hands over."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model
        self._bar = Bar(config["crisis_from"], config["crisis_from_short"], config["short"])

    @classmethod
    def required_components(cls) -> list[type]:
        """Reads the rows of our own featurizer."""
        return [ResidentFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Penalties and the crisis level (README: how they were chosen); the ranking's length."""
        return {
            "row_penalty": 0.5,
            "decision_penalty": 0.004,
            "crisis_from": 0.5,
            "crisis_from_short": 0.7,
            "short": 7,
            "ranking_length": 10,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactoredClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FactoredClassifier:
        """Read weights and labels back from the model."""
        with model_storage.read_from(resource) as folder:
            model = FactoredModel.read(folder)
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the factors, then the decision on what each factor says of sentences it left out."""
        examples = [m for m in training_data.intent_examples if row_of(m) is not None]
        labels = sorted({message.get(INTENT) for message in examples})
        number = {label: position for position, label in enumerate(labels)}
        wanted = np.array([number[message.get(INTENT)] for message in examples])
        rows = vstack([row_of(message) for message in examples], format="csr")
        self._model = FactoredModel.fit(
            rows,
            wanted,
            labels,
            row_penalty=self._config["row_penalty"],
            decision_penalty=self._config["decision_penalty"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.write(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking; a message without any known n-gram gets no intent."""
        for message in messages:
            row = row_of(message)
            ranking = self._ranking(row, message.get(TEXT) or "") if row is not None and row.nnz else []
            top = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, top, add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _ranking(self, row: csr_matrix, text: str) -> list[dict[str, Any]]:
        if self._model is None:
            return []
        odds = self._model.odds(row)
        named = zip(self._model.labels, odds.tolist(), strict=True)
        ranked = rank(dict(named), self._bar.of(text))
        return [{"name": label, "confidence": confidence} for label, confidence in ranked[: self._config["ranking_length"]]]
