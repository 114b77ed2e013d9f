"""The page's theme: colours and type from the reader's own system, nothing fetched from elsewhere."""

from __future__ import annotations

import gradio as gr

_INK = gr.themes.Color(
    name="ink",
    c50="#eef5f6", c100="#d8e8ea", c200="#b3d2d6", c300="#84b5bc", c400="#54939c", c500="#327680",
    c600="#1f5f69", c700="#194d56", c800="#163f47", c900="#12343b", c950="#0a2025",
)  # fmt: skip
_PAPER = gr.themes.Color(
    name="paper",
    c50="#faf9f7", c100="#f3f1ed", c200="#e6e3dd", c300="#d2cec6", c400="#a29d94", c500="#76716a",
    c600="#5a564f", c700="#413e39", c800="#2a2825", c900="#1c1b19", c950="#131211",
)  # fmt: skip


def theme() -> gr.themes.Base:
    """Return the theme: dark ink on paper, with system fonts and a primary that carries white text."""
    return gr.themes.Base(
        primary_hue=_INK,
        neutral_hue=_PAPER,
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
        radius_size="md",
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="*neutral_900",
        background_fill_secondary="*neutral_100",
        background_fill_secondary_dark="*neutral_800",
        body_text_color="*neutral_900",
        body_text_color_dark="*neutral_100",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        border_color_primary="*neutral_200",
        border_color_primary_dark="*neutral_700",
        link_text_color="*primary_600",
        link_text_color_dark="*primary_300",
        link_text_color_hover="*primary_800",
        link_text_color_hover_dark="*primary_200",
        link_text_color_visited="*primary_600",
        link_text_color_visited_dark="*primary_300",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_text_color="#ffffff",
    )
