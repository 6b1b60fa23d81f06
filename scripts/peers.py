#!/usr/bin/env python3
"""Other cleaners and unchaff on the same texts, in turn, in one run.

    pip install trafilatura justext lxml_html_clean resiliparse datatrove spacy dolma
    cargo build --release --example make_texts --bin unchaff
    scripts/peers.py [BYTES] [ROUNDS]

Each tool gets the same generated documents. Those that want HTML get each line as a paragraph, which
is less than they would know of a page: this measures speed, not quality. A tool that is not installed is
left out. All run in one thread; seconds are of processor time, medians over the rounds. unchaff is a
process of its own, so that reading, writing, the report and its start are in its time.
"""

import hashlib
import html
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).parent.parent / "target")) / "release"


def peers():
    """Names and functions from a text (and its lines as HTML) to anything."""
    yield "lines hashed, repeated ones dropped", lambda text, page: unique_lines(text)
    try:
        from datatrove.data import Document
        from datatrove.pipeline.filters import C4QualityFilter, GopherRepetitionFilter

        c4, gopher = C4QualityFilter(), GopherRepetitionFilter()
        yield "C4 rules (datatrove)", lambda text, page: c4.filter(Document(text=text, id="0"))
        yield "Gopher repetition (datatrove)", lambda text, page: gopher.filter(Document(text=text, id="0"))
    except ImportError as error:
        print("left out:", error, file=sys.stderr)
    try:
        from dolma.core.data_types import Document as Tagged
        from dolma.core.registry import TaggerRegistry

        for name, tagger in [("C4", "c4_v2"), ("Gopher", "gopher_v2")]:
            tag = TaggerRegistry.get(tagger)().predict
            yield f"{name} tagger (dolma)", lambda text, page, tag=tag: tag(Tagged(source="", id="0", text=text))
    except ImportError as error:
        print("left out:", error, file=sys.stderr)
    try:
        import justext

        words = justext.get_stoplist("English")
        yield "jusText", lambda text, page: justext.justext(page, words)
    except ImportError as error:
        print("left out:", error, file=sys.stderr)
    try:
        import trafilatura

        yield "trafilatura", lambda text, page: trafilatura.extract(page)
    except ImportError as error:
        print("left out:", error, file=sys.stderr)
    try:
        from resiliparse.extract.html2text import extract_plain_text

        yield "resiliparse", lambda text, page: extract_plain_text(page, main_content=True)
    except ImportError as error:
        print("left out:", error, file=sys.stderr)


def unique_lines(text):
    seen, kept = set(), []
    for line in text.split("\n"):
        key = hashlib.md5(line.strip().lower().encode()).digest()
        if key not in seen:
            seen.add(key)
            kept.append(line)
    return "\n".join(kept)


def as_html(text):
    lines = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n") if line.strip())
    return f"<html><body>{lines}</body></html>"


def seconds_of_unchaff(dump, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    report, output = folder / "report.jsonl", folder / "out.jsonl"
    command = [TARGET / "unchaff", "clean", dump, "-o", output, "--report", report, "-j1", "-q", "--force", "--no-config"]
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def seconds_of(clean, texts, pages):
    start = time.process_time()
    for text, page in zip(texts, pages):
        clean(text, page)
    return time.process_time() - start


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("pages", "articles"):
            dump = Path(folder) / f"{kind}.jsonl"
            with dump.open("wb") as out:
                subprocess.run([TARGET / "examples" / "make_texts", kind, str(size)], stdout=out, check=True)
            texts = [json.loads(line)["text"] for line in dump.open(encoding="utf-8")]
            pages = [as_html(text) for text in texts]
            tools = list(peers())
            for _, clean in tools:
                clean(texts[0], pages[0])
            times = {name: [] for name, _ in tools}
            own = []
            for _ in range(rounds):
                own.append(seconds_of_unchaff(dump, Path(folder)))
                for name, clean in tools:
                    times[name].append(seconds_of(clean, texts, pages))
            total, least = sum(len(text.encode()) for text in texts), statistics.median(own)
            print(f"{kind}: {len(texts)} documents, {total} bytes, {rounds} rounds")
            print(f"  {'unchaff, with report':36} {total / least / 1e6:8.2f} MB/s")
            for name, all_seconds in times.items():
                median = statistics.median(all_seconds)
                print(f"  {name:36} {total / median / 1e6:8.2f} MB/s   unchaff is {median / least:.1f} times as fast")


if __name__ == "__main__":
    main()
