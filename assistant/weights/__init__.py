"""Model weights: which are known, where they come from, fetching them and checking them before use."""

from assistant.weights.catalogue import CATALOGUE as CATALOGUE
from assistant.weights.registry import ModelInfo as ModelInfo
from assistant.weights.registry import embedder_folder as embedder_folder
from assistant.weights.registry import find_gguf as find_gguf
from assistant.weights.registry import installed_writer as installed_writer
from assistant.weights.registry import list_models as list_models
