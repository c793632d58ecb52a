"""Puts recordings of a run into one file: pack.py RUN FILE..."""
import lzma
import pathlib
import sys


def main(run, files):
    texts = [pathlib.Path(file).read_text().splitlines() for file in files]
    head = [line for text in texts for line in text if line.startswith("#")]
    rows = [[line for line in text if not line.startswith("#")] for text in texts]
    out = pathlib.Path(__file__).resolve().parent / f"recordings/{run}.txt.xz"
    out.parent.mkdir(exist_ok=True)
    with lzma.open(out, "wt", preset=9) as file:
        file.write("\n".join(head + [" ".join(row) for row in zip(*rows, strict=True)]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
