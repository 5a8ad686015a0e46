from workers import DurableObject, WorkflowEntrypoint


class Counter(DurableObject): ...


class Flow(WorkflowEntrypoint): ...
