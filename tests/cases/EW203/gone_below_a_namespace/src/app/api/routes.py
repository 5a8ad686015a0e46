from app.core.model import Model
