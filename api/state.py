"""What the handlers share: the repository, its projections and the query workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from fastapi import Request

from practicegraph.graph import Graph
from practicegraph.iris import Iris
from practicegraph.projection import Projector
from practicegraph.repository import Repository


@dataclass(frozen=True, slots=True)
class State:
    """The open repository behind the running application."""

    repository: Repository
    projector: Projector

    @property
    def graph(self) -> Graph:
        """The graph as it is now."""
        return self.projector.graph

    @property
    def iris(self) -> Iris:
        """How things are named here."""
        return self.repository.iris


def state_of(request: Request) -> State:
    """The state of the application that serves this request."""
    return cast(State, request.app.state.practicegraph)
