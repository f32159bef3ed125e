"""Each constraint of the shapes has a record that passes it and one that fails it, and it alone.

`inventory` lists the constraints, `fixtures` reads the valid records and the changes written by
hand, `values`, `mutations` and `nested` derive a change for every constraint from the shapes
themselves, `trial` asks pySHACL what each changed record breaks, and `gate` says what is missing.
Nothing here writes, and nothing looks at rooms other than the ones it is given.
"""

from practicegraph.vocabulary.constraints.gate import faults

__all__ = ["faults"]
