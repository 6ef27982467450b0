#!/usr/bin/env python3
"""Makes the files of this folder from a copy of hpack-test-case: ./convert.py FOLDER

The fields of a story are the same for all encoders, so they are written once (fields/NN.txt), and each encoder's blocks beside them.
"""
import json
import pathlib
import sys

ENCODERS = ("go-hpack", "haskell-http2-linear", "haskell-http2-linear-huffman", "haskell-http2-naive", "nghttp2", "nghttp2-16384-4096",
            "nghttp2-change-table-size", "node-http2-hpack")
STORIES = ("00", "05", "08", "12", "16", "20", "24", "25", "26", "28")


def main():
    source, target = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent
    fields = {}
    for encoder in ENCODERS:
        (target / encoder).mkdir(exist_ok=True)
        for story in STORIES:
            cases = json.loads((source / encoder / f"story_{story}.json").read_text())["cases"]
            blocks = [[pair for field in case["headers"] for pair in field.items()] for case in cases]
            if fields.setdefault(story, blocks) != blocks:
                sys.exit(f"story {story} of {encoder} has other fields than before")
            size = 4096
            with (target / encoder / f"{story}.txt").open("w") as out:
                for case in cases:
                    wanted = case.get("header_table_size", size)
                    out.write((f"{wanted} " if wanted != size else "") + case["wire"] + "\n")
                    size = wanted
    (target / "fields").mkdir(exist_ok=True)
    for story, blocks in fields.items():
        text = "\n".join("".join(f"{name}\t{value}\n" for name, value in block) for block in blocks)
        (target / "fields" / f"{story}.txt").write_text(text)


main()
