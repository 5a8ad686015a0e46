import uuid

ID = uuid.uuid4()
