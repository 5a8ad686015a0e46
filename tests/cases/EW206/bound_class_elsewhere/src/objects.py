from workers import DurableObject


class Counter(DurableObject): ...
