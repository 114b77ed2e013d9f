"""A GGUF model in this process as a LangChain chat model, so that it serves like any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel, generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.llm_engine import Engine, shared_engine
from assistant.llm_server import ServerOptions


class ChatLlamaCpp(BaseChatModel):
    """A GGUF model run by llama.cpp in this process, with the chat template that the file carries.

    All instances share one loaded model; requests wait for each other in order of arrival. While a
    request waits, `stream` yields empty chunks now and then: closing the stream there, or at any
    word, stops the model. What llama.cpp's chat endpoint knows can be given by call or by `bind`:
    `response_format`, `json_schema`, `grammar`, `max_tokens`, `temperature`, `seed`, `top_p`…

    Attributes:
        model_path: The GGUF file.
        threads: Processor threads that the model may use.
        context: Context window in tokens: prompt and answer together.
        max_tokens: Most tokens that the model may write.
        temperature: 0 always takes the likeliest token.
        seed: Seed of the draw where the temperature isn't 0.
        timeout: Longest silence of the model in seconds.
    """

    model_path: Path
    threads: int = 2
    context: int = 4096
    max_tokens: int = 320
    temperature: float = 0.0
    seed: int = 0
    timeout: float = 120.0

    @property
    def _llm_type(self) -> str:
        return "llamacpp"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model_path.name, "temperature": self.temperature, "seed": self.seed}

    def load(self) -> Engine:
        """Load the model if it isn't loaded; this takes seconds.

        Raises:
            ModelUnavailable: The file is missing, damaged, or nothing that llama.cpp can load.
        """
        return shared_engine(ServerOptions(self.model_path, self.threads, self.context))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = {
            "messages": convert_to_openai_messages(messages),
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "seed": self.seed,
            "stream": True,
            "stream_options": {"include_usage": True},
            "return_progress": True,  # chunks while the prompt is read, so that it can be stopped there
            "cache_prompt": True,
            **({"stop": stop} if stop else {}),
            **kwargs,
        }
        chunks = self.load().stream(request, self.timeout)
        try:
            for data in chunks:
                chunk = ChatGenerationChunk(message=_message(data, self.model_path.stem))
                if run_manager and chunk.text:
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        finally:
            chunks.close()


def _message(data: dict[str, Any], model: str) -> AIMessageChunk:
    """Turn one chunk of llama.cpp's into LangChain's; a heartbeat or a report of progress has no text."""
    choice: dict[str, Any] = next(iter(data.get("choices", ())), {})
    reason = choice.get("finish_reason")
    counts = data.get("usage")
    return AIMessageChunk(
        content=choice.get("delta", {}).get("content") or "",
        response_metadata={"finish_reason": reason, "model_name": model} if reason else {},
        usage_metadata=_usage(counts) if counts else None,
    )


def _usage(counts: dict[str, Any]) -> UsageMetadata:
    cached = counts.get("prompt_tokens_details", {}).get("cached_tokens", 0)
    return UsageMetadata(
        input_tokens=counts["prompt_tokens"],
        output_tokens=counts["completion_tokens"],
        total_tokens=counts["total_tokens"],
        input_token_details=InputTokenDetails(cache_read=cached),
    )
