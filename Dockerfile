# paperchat in a container; docs/docker.md tells how to build and run it. Needs BuildKit (Docker 23 or newer).

# One base for both stages: the environment is built for exactly this Python.
FROM python:3.11-slim-bookworm AS base
# llama.cpp's package is linked against libgomp, which the slim image leaves out.
RUN apt-get update \
    && apt-get install -y --no-install-recommends "libgomp1=12.2.0-*" \
    && rm -rf /var/lib/apt/lists/*


FROM base AS build
WORKDIR /app
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy
COPY constraints.txt ./
# venv rather than uv makes the environment: it brings pip, with which `paperchat models pull` downloads.
RUN python -m venv .venv \
    && pip install --no-cache-dir --constraint constraints.txt uv
# Dependencies before sources: this layer is by far the largest and changes with these two files alone.
COPY pyproject.toml ./
RUN --mount=type=cache,target=/root/.cache/uv \
    uv pip install --python .venv/bin/python --constraints constraints.txt --torch-backend=cpu \
        --requirements pyproject.toml --extra local --extra anthropic
# The default embedder's weights came with its package. Without a network: assistant.weights checks their
# pinned sha256 when they are loaded; a question's vector and llama.cpp's library show that both work.
COPY assistant assistant
RUN --network=none .venv/bin/python -c "import xllamacpp; \
from assistant.embedding import SentenceEmbeddings; from assistant.weights import embedder_folder; \
name = 'all-MiniLM-L6-v2'; folder = embedder_folder(name); \
assert folder, f'no installed package carries {name}'; \
assert SentenceEmbeddings(name).query_vector('a question').shape == (384,); print(f'{folder}: checked')"
COPY LICENSE README.md ./
COPY ingest ingest
COPY ui ui
RUN --mount=type=cache,target=/root/.cache/uv \
    uv pip install --python .venv/bin/python --no-deps --build-constraints constraints.txt .


FROM base
RUN useradd --uid 10001 --user-group --create-home --no-log-init --shell /usr/sbin/nologin paperchat \
    && install --directory --owner=paperchat --group=paperchat /data /data/store /data/models
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PAPERCHAT_HOST=0.0.0.0 \
    PAPERCHAT_STORE=/data/store \
    PAPERCHAT_MODELS_DIR=/data/models
USER 10001:10001
# A paperchat.toml in the volume is the settings file.
WORKDIR /data
VOLUME ["/data"]
EXPOSE 7860
# http.client, unlike urllib, never sends the question to a proxy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; page = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('PAPERCHAT_PORT') or 7860), timeout=4); page.request('GET', '/healthz'); sys.exit(page.getresponse().status != 200)"]
ENTRYPOINT ["paperchat"]
CMD ["serve", "--demo"]
