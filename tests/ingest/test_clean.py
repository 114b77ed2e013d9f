"""Text as scraped becomes text as meant: no word or number lost, nothing changed twice."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest import clean as cleaning
from ingest.clean import clean, clean_name
from ingest.spacing import join_hyphenated

CASES = {
    # what pages leave of LaTeX
    r"only 12.5\% of labelled data": "only 12.5% of labelled data",
    r"Q\&A on C\_1": "Q&A on C_1",
    "descent on the ell_0 ball": "descent on the ell_0 ball",
    "provides mathcal{O}(T^{2/3}) regret": "provides O(T^{2/3}) regret",
    "N_E sum_{i=1}^{N_E} f_i p_i": "N_E sum_{i=1}^{N_E} f_i p_i",
    "attains 10times the gains, 1.5-5times more": "attains 10 times the gains, 1.5-5 times more",
    "1024times1024 pixels": "1024×1024 pixels",
    "w.r.t.~the likelihood": "w.r.t. the likelihood",
    "suite (https://github.com/a/child-play{ChildPlay Repository}) warns": (
        "suite (https://github.com/a/child-play (ChildPlay Repository)) warns"
    ),
    # LaTeX that kept its backslashes
    r"\textbf{bold} and \emph{nested \textit{words}}": "bold and nested words",
    r"$\mathcal{O}(n^2)$ time, $\pm$1, $\beta$-VAE": "O(n^2) time, ±1, beta-VAE",
    r"a factor of $2\times$ or $\frac{1}{2}$": "a factor of 2× or 1/2",
    r"C. Bal\'azs, Schr{\"o}dinger, \v{S}koda, Erd\H{o}s": "C. Balázs, Schrödinger, Škoda, Erdős",
    r"gar\c{c}on, na\"{\i}ve, Stra\ss e": "garçon, naïve, Straße",
    r"it\'s and don\'t": "it's and don't",
    r"M{\"u}ller, {\'E}cole, \v{S}kvor, {\L}ukasz, Pr{\"{o}}ll": "Müller, École, Škvor, Łukasz, Pröll",
    r"H{\aa}kan, Prei{\ss}inger, S{\o}ren, \OE uvre, {\'{\i}}": "Håkan, Preißinger, Søren, Œuvre, í",
    r"Erd\H os, Dvo\v r\'ak, Fran\c cois, {\v S}koda": "Erdős, Dvořák, François, Škoda",
    r"Nguy{\~{\^e}}n, \d{u}, \k{a}, \.{Z}, \DH{} and {\th}": "Nguyễn, ụ, ą, Ż, Ð and þ",
    r"the $\alpha$-helix at 37$^\circ$C, $20^{\circ}$ and CO$_2$": "the alpha-helix at 37°C, 20° and CO2",
    r"5$\mu$m, 5~$\mu$g, 5 {\mu}L, $5\,\mu\mathrm{m}$, \textit{\mu}m": "5μm, 5 μg, 5 μL, 5 μm, μm",
    r"$\alpha$helix, {\beta}sheet, \textbf{\gamma}ray, $\mu$model": "alpha helix, beta sheet, gamma ray, mu model",
    r"x$\times$y, A$\subseteq$B, Gro{\ss}e, \textbf{\pm}x": "x×y, A⊆B, Große, ±x",
    r"10\textsuperscript{5} cells, CO\textsubscript{2}, the 4\textsuperscript{th}": "10^5 cells, CO2, the 4th",
    r"$A \subseteq B$ \textregistered{} {\textless}b{\textgreater}": "A ⊆ B ®",
    r"as in~\cite{a,b}, \citep[p.~3]{c} and \ref{fig:1}": "as in [a,b], [c] and [fig:1]",
    r"10\% of Q\&A, \~{}50, {\em all} by \LaTeX{}": "10% of Q&A, ~50, all by LaTeX",
    r"see \url{https://a.b/c}": "see https://a.b/c",
    "{BERT}: Pre-training over {0, 1}": "BERT: Pre-training over {0, 1}",
    "the ``best'' model": 'the "best" model',
    # what isn't LaTeX
    "costs $5 to $10, $5k-$10k": "costs $5 to $10, $5k-$10k",
    "about ~50, range 5~10, x~N(0,1)": "about ~50, range 5~10, x~N(0,1)",
    r"C:\Users\me": r"C:\Users\me",
    # HTML
    "R&amp;D &lt;b&gt;bold&lt;/b&gt; &#8805;60": "R&D bold ≥60",
    "<p>One.</p><p>Two.</p>": "One. Two.",
    "<jats:p>Text</jats:p>": "Text",
    "<jats:p>The <jats:italic>x</jats:italic>.</jats:p><jats:p>Two</jats:p>": "The x. Two",
    "(<jats:bold>a</jats:bold>), <jats:ext-link href='u'>b</jats:ext-link>;": "(a), b;",
    "a<jats:disp-formula>b</jats:disp-formula>c": "a b c",
    "p<sub>trend</sub> T<jats:sub>max</jats:sub> C<sub><i>min</i></sub>": "p_trend T_max C_min",
    "NO<sub>x</sub> IC<sub>50</sub> VO<sub>2max</sub>": "NOx IC50 VO2max",
    "10<sup>5</sup> H<sub>2</sub>O log<sub>2</sub>8": "10^5 H2O log2 8",
    "the <unk> token, a < b and c > d": "the <unk> token, a < b and c > d",
    "https://a.b/?x=1&copy=2": "https://a.b/?x=1&copy=2",
    # characters
    "schÃ¶n â€œquotedâ€\x9d": "schön “quoted”",
    "ﬁne eﬀort": "fine effort",
    "zero\u200bwidth soft\u00adhyphen": "zerowidth softhyphen",
    "two\u00a0 blanks\tand\r\nlines ": "two blanks and lines",
    "lone \ud800 surrogate": "lone \ufffd surrogate",
    "nul\x00byte": "nulbyte",
    # words cut at line ends
    "a convolu-\ntional network": "a convolutional network",
    "a pre-\ntrained, state-of-the-\nart, Zero-\nShot model": "a pre-trained, state-of-the-art, Zero-Shot model",
    "fine-tuned models; we fine-\r\ntuned": "fine-tuned models; we fine-tuned",
    # sentences and URLs run together
    "step-by-step rationales.Some methods": "step-by-step rationales. Some methods",
    "(82.86% to 83.25%).Additionally, our": "(82.86% to 83.25%). Additionally, our",
    "a RTS game.To take": "a RTS game. To take",
    "why?We ask": "why? We ask",
    "with GPT-3.5.We try": "with GPT-3.5. We try",
    "results.BERT is": "results. BERT is",
    "our results.ML is": "our results. ML is",
    "over-\nfit, pre-\ntrains; overfitting": "overfit, pre-trains; overfitting",
    "our dataset.Code:https://x.y/z": "our dataset. Code: https://x.y/z",
    "available athttps://x.y/z.": "available at https://x.y/z.",
    "https://github.com/a/b.We propose": "https://github.com/a/b. We propose",
    "https://a.github.io/ArenaCode:https://github.com/a/b": "https://a.github.io/Arena Code: https://github.com/a/b",
    "https://a.b/chttps://d.e/f": "https://a.b/c https://d.e/f",
}
UNCHANGED = [
    "GPT-3.5 and Node.js, e.g. in the U.S. or i.i.d. samples (Fig. 2, p. 3).",
    "torch.Tensor objects, ASP.NET, Socket.IO, Ph.D students, J.Smith, Booking.Com",
    "in stat.ML, astro-ph.GA and q-bio.BM; eess.AS, econ.EM (q-fin.ST)",
    "doi:10.1000/Ab.Cd/x and 10.1103/PhysRevD.76.013009",
    "https://web.archive.org/web/2020/https://a.b/c and https://a.b/c.Rmd too",
    "0.31, 1,024, 83.25%, 1e-5, -3.2 ± 0.4, v2.1.0, 2x2, 17B",
    "github.com/AgentTorch/AgentTorch.",
    "real-time bidding (RTB) --- each ad; self-improvement -- where",
    "C++ and C#, WebArena and MiniWoB++",
]


@pytest.mark.parametrize(("raw", "cleaned"), CASES.items(), ids=range(len(CASES)))
def test_mends(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize("text", UNCHANGED)
def test_leaves_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("name", ["stat.ML", "Torch.Geometric nets", "Anna.Maria Li", "Proc.Natl.Acad.Sci."])
def test_a_name_is_not_parted_at_its_full_stop(name: str) -> None:
    assert clean_name(name) == name


def test_a_name_is_mended_like_any_text() -> None:
    assert clean_name("Cs.\n Bal\\'azs &amp; <b>SchÃ¶n</b>") == "Cs. Balázs & Schön"


MARKUP = st.sampled_from(
    [
        "{", "}", "$", "\\", "\\%", "\\textbf{", "mathcal{", "\\'e", "\\\"{o}", "~", "times", "^{", "_{", "&amp;",
        "&lt;", "&gt;", "&#8805;", "<p>", "</p>", "<sup>", "</sup>", "<b", "https://a.b/c", "http://", "Code:", ".",
        "word", "We", "However", "-\n", "\n", "\r\n", " ", "\u00ad", "\u200b", "Ã¶", "ﬁ", "3.5", "10", "``", "''",
        "\\frac{1}{2}", "\\url{", "\\alpha", "{BERT}", "{\\ss}", "\\v S", "{\\'{\\i}}",
        "$^\\circ$", "CO$_2$", "$\\mu$", "{\\mu}", "\\mathrm{m}", "<sub>", "<jats:italic>", "m",
        "\\cite{a}", "\\subseteq",
        "{\\textless}", "\\textsuperscript{2}", "\\H", "\\~{}", "e\u0301", "\ud83d\ude00",
    ]
)  # fmt: skip


@given(st.lists(MARKUP | st.text(max_size=6), max_size=25).map("".join))
@example("&amp;amp;amp;lt;p&amp;gt;")
@example("\\emph{\\emph{\\emph{x}}}")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(st.text())
def test_any_text_comes_out_as_one_storable_line(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert not re.search(r"[\n\r\t\x00]|  ", cleaned)
    cleaned.encode("utf-8")


NUMBER = st.one_of(
    st.integers(0, 10**9).map(str),
    st.decimals(0, 10_000, places=2).map(str),
    st.integers(1000, 999_999).map("{:,}".format),
    st.integers(0, 100).map("{}%".format),
)


@given(st.lists(st.tuples(st.sampled_from(["costs", "GPT-", "at", "(", "n=", "about"]), NUMBER), min_size=1))
def test_numbers_survive_exactly(pairs: list[tuple[str, str]]) -> None:
    text = " ".join(f"{word} {number} in" for word, number in pairs)
    kept = re.findall(r"\d[\d.,]*%?", clean(text))
    assert kept == [number for _, number in pairs]


@pytest.mark.parametrize(
    "attack",
    [
        "\\",
        "{",
        "a",
        "&amp;",
        "<!--",
        "1.",
        "$x",
        "\\emph{",
        "http://",
        "-\n",
        "\\cite{",
        "$_",
        "\\v ",
        "^{\\circ",
    ],
)
def test_long_hostile_text_is_cleaned_in_seconds(attack: str) -> None:
    started = time.monotonic()
    clean(attack * (60_000 // len(attack)))
    assert time.monotonic() - started < 20  # patterns that backtrack would take hours


def test_the_text_is_not_searched_anew_for_each_word_cut_in_two() -> None:
    class Watched(str):
        searches = 0

        def __contains__(self, part: object) -> bool:
            Watched.searches += 1
            return str(part) in str(self)

        def __getitem__(self, place: object) -> str:
            piece = super().__getitem__(place)  # type: ignore[index]
            assert len(piece) < 10, "the text is copied for each word"
            return piece

    assert join_hyphenated(Watched("foo-\nbar " * 1000)) == "foobar " * 1000
    assert Watched.searches == 0


@pytest.mark.parametrize(("length", "most"), [(40_000, 50), (60_000, 5)])
def test_the_longer_a_text_the_fewer_rounds(length: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = 0
    once = cleaning._clean_once

    def counted(text: str) -> str:
        nonlocal rounds
        rounds += 1
        return once(text)

    monkeypatch.setattr(cleaning, "_clean_once", counted)
    depth = length // 7
    clean("\\emph{" * depth + "x" + "}" * depth)
    assert rounds == most
