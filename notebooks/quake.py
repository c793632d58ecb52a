"""What the notebooks share: the program, its results files as tables of pandas, and the look of the figures.

The program is the launcher `mailquake` of this checkout, or what the environment variable MAILQUAKE names. Results files go
to a temporary folder that is removed when the notebook ends, so that every execution runs everything anew.
"""
import io
import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile

import matplotlib
import matplotlib.pyplot as plt
import pandas as pd

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ.get("MAILQUAKE") or str(HERE.parent / "mailquake")
_folder = tempfile.TemporaryDirectory(prefix="mailquake-notebook-")

# Okabe and Ito's colours, which the colour-blind can tell apart; for heat there is cividis.
BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7", "#666666"


def mailquake(*words):
    """Runs the program and returns its standard output; an exit code other than 0 is an exception with what it said."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, cwd=HERE)
    if done.returncode != 0:
        raise RuntimeError(f"mailquake {' '.join(map(str, words))}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def as_json(*words):
    """What a verb prints with --json."""
    return json.loads(mailquake(*words, "--json", "--quiet"))


def sweep(*words):
    """The tidy table of a sweep: a row for each point, replication and metric."""
    return pd.read_csv(io.StringIO(mailquake("sweep", *words, "--csv", "--quiet")))


class Results:
    """A results file. `run` fills a new one; `table` asks it by SQL (its tables: models/results/store.hpp)."""

    def __init__(self, name):
        self.path = pathlib.Path(_folder.name) / f"{name}.db"

    def run(self, *words):
        mailquake("run", *words, "--results", self.path, "--quiet")
        return self

    def table(self, sql, **values):
        file = sqlite3.connect(self.path)
        try:
            return pd.read_sql_query(sql, file, params=values)
        finally:
            file.close()

    def figures(self, metric):
        """A figure of the whole run, by replication."""
        return self.table("SELECT replication, value FROM figure JOIN unit ON unit.id = figure.unit WHERE metric = :metric"
                          " ORDER BY replication", metric=metric).set_index("replication").value

    def series(self, name, of="", replication=0):
        """Time [s] and the greatest value of each stretch. A point equal to both its neighbours is left out of the file."""
        return self.table('SELECT time, max AS value FROM series JOIN unit ON unit.id = series.unit WHERE name = :name AND "of" = :of'
                          " AND replication = :replication ORDER BY time", name=name, of=of, replication=replication)


def look():
    """The look of all figures: white, thin grid, letters large enough for a page of half the width."""
    matplotlib.rcParams.update({
        "figure.figsize": (9, 4.5), "figure.dpi": 80, "savefig.bbox": "tight", "figure.facecolor": "white",
        "font.size": 11, "axes.grid": True, "grid.color": "#dddddd", "grid.linewidth": 0.6, "axes.axisbelow": True,
        "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False, "axes.titlesize": 12,
        "axes.titlelocation": "left"})


def label(ax, x, y, title=None):
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    if title:
        ax.set_title(title)
