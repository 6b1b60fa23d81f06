#!/usr/bin/env python3
"""Dumps with known duplicates across the whole of them, and what a run finds of those.

    scripts/repeats.py make OUT --bytes 200000000 [--base FOLDER] [--shards 8] [--seed 1]
    unchaff clean OUT/shards --scope corpus -n --report run.jsonl
    scripts/repeats.py score OUT run.jsonl [--base FOLDER]

`make` writes OUT/shards/sNN.jsonl and OUT/truth.jsonl, the same on every machine. Articles are the texts of
FOLDER, and of invented words when those are used up; a share of them has duplicates of an article somewhere before it.

`score` prints, for each kind of duplicate, the share of its bytes that is cut or marked, and of all that is cut or
marked as a repeat the share that was put there. Texts have repeats of their own, which no one put there: with
--base, what stands twice in FOLDER (half of its runs of eight words do) is not held against the run.
"""

import argparse
import collections
import itertools
import json
import random
import re
from pathlib import Path

KINDS = {
    "fresh": 60, "twice": 4, "copy": 10, "typeset": 6, "wrapped": 4, "edited": 4, "paragraphs": 6, "inside": 6,
    "numbers": 4,
}
MUST_STAY = {"numbers", "negative"}
SHINGLE = 8


class Words:
    """Invented words: frequent ones are short."""

    def __init__(self, seed, count=40_000):
        rng = random.Random(seed)
        parts = "ba ce di fo gu la me ni po ru sa te vi wo zu bra cle dri flo gru".split()
        self.words = []
        for length in (1, 2, 3, 4):
            of_length = ["".join(word) for word in itertools.product(parts, repeat=length)]
            rng.shuffle(of_length)
            self.words += of_length[: count - len(self.words)]
        self.cumulative = []
        total = 0.0
        for rank in range(len(self.words)):
            total += 1 / (rank + 3)
            self.cumulative.append(total)

    def paragraphs(self, rng):
        paragraphs = []
        for _ in range(rng.randrange(8, 24)):
            sentences = []
            for _ in range(rng.randrange(3, 7)):
                words = rng.choices(self.words, cum_weights=self.cumulative, k=rng.randrange(8, 26))
                sentences.append(" ".join(words).capitalize() + ".")
            paragraphs.append(" ".join(sentences))
        return paragraphs


class Articles:
    """Article by number, made anew whenever it is asked for."""

    def __init__(self, seed, base):
        self.seed = seed
        self.words = Words(seed)
        self.texts = [text for text in map(paragraphs_of, sorted(base.rglob("*.txt")))] if base else []

    def kind(self, number):
        if number < 20:
            return "fresh"
        return self.rng(number, "kind").choices(list(KINDS), weights=KINDS.values())[0]

    def rng(self, number, what):
        return random.Random(f"{self.seed}/{what}/{number}")

    def own(self, number):
        return self.texts[number] if number < len(self.texts) else self.words.paragraphs(self.rng(number, "own"))

    def earlier(self, number, rng):
        """The number of an article before this one that is fresh."""
        while True:
            other = rng.randrange(number)
            if self.kind(other) == "fresh":
                return other

    def make(self, number):
        """Pieces of text, each with the kind of duplicate that it is, if it is one."""
        kind, rng = self.kind(number), self.rng(number, "make")
        title = [(" ".join(self.words.words[rng.randrange(400, 4000)] for _ in range(7)).capitalize(), None)]
        own = [(text, None) for text in self.own(number)]
        if kind == "fresh":
            return title + own
        if kind == "twice":
            return title + own + [(text, kind) for text, _ in own]
        source = self.own(self.earlier(number, rng))
        if kind == "copy":
            return title + [(text, kind) for text in source]
        if kind == "typeset":
            change = [str.upper, lambda text: text.replace(" ", "\u00a0", 9), lambda text: text.replace(" ", "  ")]
            return title + [(rng.choice(change)(text), kind) for text in source]
        if kind == "wrapped":
            return title + [("\n".join(re.findall(r".{1,71}(?:\s|$)|\S+", text)), kind) for text in source]
        if kind == "edited":
            return title + [(edited(text, rng, self.words.words), kind) for text in source]
        if kind == "paragraphs":
            count = min(len(source), rng.randrange(1, 6))
            start = rng.randrange(len(source) - count + 1)
            return title + own[:2] + [(text, kind) for text in source[start : start + count]] + own[2:]
        if kind == "inside":
            words = " ".join(source).split()
            count = rng.randrange(30, 80)
            start = rng.randrange(max(1, len(words) - count))
            at = rng.randrange(len(own))
            front, _, back = own[at][0].partition(" ")
            inside = [(front + " ", None), (" ".join(words[start : start + count]), kind), (" " + back, None)]
            return title + own[:at] + [inside] + own[at + 1 :]
        # Two reports that differ in their numbers alone.
        line = "On {} of the month the barrel of herring at the upper market stood at {}.{} crowns, up from {}.{} on the day before, and {} barrels were sold by traders who had come over the pass for it."
        reports = [(line.format(*(rng.randrange(1, 99) for _ in range(6))), kind) for _ in range(2)]
        return title + own[:3] + reports + own[3:]


def paragraphs_of(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()] or ["Nothing."]


def edited(text, rng, words):
    return " ".join(rng.choice(words) if rng.random() < 0.05 else word for word in text.split())


def make(args):
    articles = Articles(args.seed, args.base)
    (args.out / "shards").mkdir(parents=True, exist_ok=True)
    written = number = 0
    with (args.out / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for shard in range(args.shards):
            with (args.out / "shards" / f"s{shard:02}.jsonl").open("w", encoding="utf-8") as out:
                while written < args.bytes * (shard + 1) // args.shards:
                    text, at, doc = [], 0, f"d{number:08}"
                    for paragraph in articles.make(number):
                        for piece, kind in paragraph if isinstance(paragraph, list) else [paragraph]:
                            size = len(piece.encode())
                            if kind:
                                row = {"doc": doc, "start": at, "end": at + size, "kind": kind}
                                truth.write(json.dumps(row) + "\n")
                            text.append(piece)
                            at += size
                        text.append("\n\n")
                        at += 2
                    out.write(json.dumps({"id": doc, "text": "".join(text)}, ensure_ascii=False) + "\n")
                    written += at
                    number += 1
    print(f"{number} articles, {written} bytes")


def texts_of(folder):
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            record = json.loads(line)
            yield record["id"], record["text"].encode()


def found_in(report):
    """The spans of each document that are cut or marked for any reason, and those that are as repeats."""
    spans, repeats = collections.defaultdict(list), collections.defaultdict(list)
    for line in open(report, encoding="utf-8"):
        row = json.loads(line)
        for entry in (row.get("cut") or []) + (row.get("mark") or []) if row["type"] == "doc" else []:
            if entry["rule"] != "repeat/gap":
                doc = row["id"].split("#")[-1]
                spans[doc].append(entry["b"])
                if entry["kind"] == "repeat":
                    repeats[doc].append(entry["b"])
    return spans, repeats


def shingles(text):
    # A letter of a script without spaces is a word.
    words = re.findall("[\u2e80-\uffef]|[^\\W\u2e80-\uffef]+", text.decode(errors="replace").lower())
    return [hash(tuple(words[at : at + SHINGLE])) for at in range(max(1, len(words) - SHINGLE + 1))]


def mask_of(text, spans):
    mask = bytearray(len(text))
    for start, end in spans:
        mask[start:end] = b"\1" * (end - start)
    return mask


def score(args):
    (spans, repeats), seen, known = found_in(args.report), set(), set()
    for path in sorted(args.base.rglob("*.txt")) if args.base else ():
        for one in shingles(path.read_bytes()):
            (known if one in seen else seen).add(one)
    truth = collections.defaultdict(list)
    for line in (args.out / "truth.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        truth[row["doc"]].append((row["start"], row["end"], row["kind"]))
    whole, hit, all_found, wrong, own = collections.Counter(), collections.Counter(), 0, 0, 0
    examples = []
    for doc, text in texts_of(args.out / "shards"):
        mask = mask_of(text, spans.get(doc, ()))
        wrongly = mask_of(text, repeats.get(doc, ()))
        all_found += sum(wrongly)
        for start, end, kind in truth.get(doc, ()):
            whole[kind] += end - start
            hit[kind] += sum(mask[start:end])
            if kind not in MUST_STAY:
                wrongly[start:end] = bytes(end - start)
        for match in re.finditer(b"\1+", wrongly):
            piece = text[match.start() : match.end()]
            if not re.search(rb"\w", piece):
                continue
            found = shingles(piece)
            if sum(one in known for one in found) >= 0.5 * len(found):
                own += len(piece)
            else:
                wrong += len(piece)
                examples.append((len(piece), doc, match.start(), piece[:300].decode(errors="replace")))
    for kind in whole:
        print(f"{kind:16} {hit[kind] / whole[kind]:8.5f} of {whole[kind]} bytes{' (must stay)' if kind in MUST_STAY else ''}")
    print(f"found {all_found} bytes; not put there {wrong}, and {own} that the texts have of their own")
    print(f"precision {1 - (wrong + own) / max(1, all_found):.5f}, without their own {1 - wrong / max(1, all_found - own):.5f}")
    for size, doc, start, piece in sorted(examples, reverse=True)[: args.show]:
        print(f"{size:7} {doc} {start} {piece!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    maker = verbs.add_parser("make")
    maker.add_argument("out", type=Path)
    maker.add_argument("--bytes", type=int, default=20_000_000)
    maker.add_argument("--base", type=Path)
    maker.add_argument("--shards", type=int, default=8)
    maker.add_argument("--seed", type=int, default=1)
    scorer = verbs.add_parser("score")
    scorer.add_argument("out", type=Path)
    scorer.add_argument("report", type=Path)
    scorer.add_argument("--base", type=Path)
    scorer.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    if args.verb == "make":
        make(args)
    else:
        score(args)


if __name__ == "__main__":
    main()
