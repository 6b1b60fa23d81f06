#!/usr/bin/env python3
"""Other finders of repeats and unchaff on the same dump, in turn, in one run.

    pip install dolma
    npm install --global jscpd jscpd-linux-x64-gnu
    cargo build --release --bin unchaff
    scripts/repeats.py make OUT --bytes 200000000
    scripts/peers_repeats.py OUT [--slow]

Speed alone: `scripts/repeats.py score` is for what is found. Seconds are of processor time, memory is the most that
was held. A tool that is not installed is left out. All run in one thread.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).parent.parent / "target")) / "release"

# A paragraph is known by its hash; the first one stays.
HASHER = """
import hashlib, json, sys
seen, dropped = set(), 0
for name in sys.argv[1:]:
    for line in open(name, encoding="utf-8"):
        for paragraph in json.loads(line)["text"].split("\\n"):
            if not paragraph.strip():
                continue
            key = hashlib.blake2b(paragraph.strip().lower().encode(), digest_size=16).digest()
            if key in seen:
                dropped += len(paragraph.encode())
            seen.add(key)
print(dropped)
"""


def measured(name, size, command):
    """Runs a command; processor seconds and memory from `wait4`."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = usage.ru_utime + usage.ru_stime
    failed = f"   (ended with {status})" if status else ""
    print(f"{name:44} {seconds:8.1f} s {size / seconds / 1e6:8.2f} MB/s {usage.ru_maxrss / 1024:8.0f} MB{failed}", flush=True)


def dolma(shards, folder, ngram):
    """Paragraphs that were seen, by a Bloom filter; with n-grams a share of them."""
    documents = folder / "dolma" / "documents"
    if not documents.exists():
        documents.mkdir(parents=True)
        for shard in shards:
            with gzip.open(documents / f"{shard.name}.gz", "wb", 1) as out:
                for line in shard.open("rb"):
                    record = json.loads(line)
                    out.write(json.dumps({**record, "source": "test"}, ensure_ascii=False).encode() + b"\n")
    config = {
        "documents": [str(documents / "*.gz")],
        "dedupe": {"name": f"d{ngram}", "paragraphs": {"attribute_name": f"d{ngram}"}, "skip_empty": True},
        "bloom_filter": {
            "file": str(folder / f"filter{ngram}"), "size_in_bytes": 1 << 27, "read_only": False,
            "estimated_doc_count": 5_000_000, "desired_false_positive_rate": 1e-6,
        },
        "processes": 1,
    }
    if ngram:
        by = {"ngram_length": ngram, "overlap_threshold": 0.7, "stride": 0}
        config["dedupe"]["paragraphs"]["by_ngram"] = by
    path = folder / f"dolma{ngram}.json"
    path.write_text(json.dumps(config))
    return ["dolma", "-c", str(path), "dedupe"]


def main():
    out = Path(sys.argv[1])
    shards = sorted((out / "shards").glob("*.jsonl"))
    size = sum(len(json.loads(line)["text"].encode()) for shard in shards for line in shard.open(encoding="utf-8"))
    print(f"{size} bytes of text in {len(shards)} files")
    unchaff = [TARGET / "unchaff", "clean", out / "shards", "-n", "-j1", "-q", "--no-config"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = ["--report", folder / "report.jsonl", "--force"]
        measured("unchaff clean, all stages", size, unchaff + report)
        alone = ["--kinds", "repeat,template"]
        measured("unchaff clean --kinds repeat,template", size, unchaff + report + alone)
        across = unchaff + report + ["--scope", "corpus"]
        measured("unchaff clean --scope corpus, all stages", size, across)
        measured("the same, --memory 128MiB", size, [*across, "--memory", "128MiB"])
        measured("unchaff clean --scope corpus --kinds repeat,template", size, across + alone)
        measured("paragraphs hashed (Python)", size, [sys.executable, "-c", HASHER, *shards])
        if shutil.which("dolma"):
            measured("dolma, equal paragraphs", size, dolma(shards, folder, 0))
            if "--slow" in sys.argv:
                measured("dolma, 13-grams", size, dolma(shards, folder, 13))
        if shutil.which("jscpd"):
            texts = folder / "texts"
            texts.mkdir()
            for shard in shards:
                for line in shard.open(encoding="utf-8"):
                    record = json.loads(line)
                    (texts / f"{record['id']}.txt").write_text(record["text"], encoding="utf-8")
            command = ["jscpd", "--format", "txt", "--min-tokens", "50", "--min-lines", "1", "--max-lines", "1000000"]
            command += ["--max-size", "100mb", "--workers", "1", "--silent", "--reporters", "json"]
            measured("jscpd", size, [*command, "--output", folder / "jscpd", texts])


if __name__ == "__main__":
    main()
