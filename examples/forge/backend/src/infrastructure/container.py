"""Puts the ports together, for one request, from the Worker's bindings."""

from __future__ import annotations

from typing import Any

from src.application.events.bus import EventBus
from src.application.ports.coordinator import Coordinator
from src.application.ports.key_value import KeyValueStore
from src.application.ports.notifier import Notifier
from src.application.services import Services
from src.core.clock import Clock, SystemClock
from src.core.config.loader import load_settings
from src.core.config.settings import Settings
from src.infrastructure.bindings.d1 import D1Database
from src.infrastructure.bindings.kv import KvStore
from src.infrastructure.durable.coordinator import DurableCoordinator
from src.infrastructure.memory.coordinator import MemoryCoordinator
from src.infrastructure.memory.key_value import MemoryStore
from src.infrastructure.migrations.schema import SqlSchema
from src.infrastructure.notifications.log_notifier import LogNotifier
from src.infrastructure.notifications.webhook_notifier import WebhookNotifier
from src.infrastructure.repositories.artifacts import StoredArtifacts
from src.infrastructure.repositories.blueprints import SqlBlueprints
from src.infrastructure.repositories.jobs import SqlJobs
from src.infrastructure.repositories.workspaces import SqlWorkspaces


def build_services(env: Any, clock: Clock | None = None) -> Services:
    """The services over `env`; only the database binding `DB` cannot be done without."""
    settings = load_settings(env)
    clock = clock or SystemClock()
    database = D1Database(env.DB)
    return Services(
        settings=settings,
        clock=clock,
        workspaces=SqlWorkspaces(database, settings.limits),
        blueprints=SqlBlueprints(database),
        jobs=SqlJobs(database),
        artifacts=StoredArtifacts(database, _store(env)),
        coordinator=_coordinator(env, clock),
        schema=SqlSchema(database),
        events=EventBus(_notifiers(settings)),
    )


def _store(env: Any) -> KeyValueStore:
    binding = getattr(env, "ARTIFACTS", None)
    return MemoryStore() if binding is None else KvStore(binding)


def _coordinator(env: Any, clock: Clock) -> Coordinator:
    namespace = getattr(env, "COORDINATOR", None)
    return MemoryCoordinator(clock) if namespace is None else DurableCoordinator(namespace)


def _notifiers(settings: Settings) -> list[Notifier]:
    notifiers: list[Notifier] = [LogNotifier()]
    if settings.webhook_url:
        notifiers.append(WebhookNotifier(settings.webhook_url, settings.webhook_secret))
    return notifiers
