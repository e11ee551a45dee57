"""The kinds that the library knows, in the order in which they were added."""

from __future__ import annotations

from typing import TypeVar

from resources.library.models.resource import Kind, Resource

KINDS: dict[str, type[Resource]] = {}
Model = TypeVar("Model", bound=type[Resource])


def register_kind(model: Model) -> Model:
    """Add a kind to the library; use it as a decorator of the model."""
    assert model.KIND is not None  # noqa: S101 - a slip of the programmer
    KINDS[model.KIND.code] = model
    return model


def unregister_kind(code: str) -> None:
    """Forget a kind."""
    KINDS.pop(code, None)


def kinds() -> list[Kind]:
    """All kinds, in the order in which they were added."""
    return [model.KIND for model in KINDS.values() if model.KIND is not None]
