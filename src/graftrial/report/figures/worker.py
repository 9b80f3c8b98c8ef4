"""A process that draws: one JSON request a line on standard input, one JSON answer a line on standard output.

It runs as a script of its own and imports nothing of the package, so that it is ready while the data are still read.
"""

import json
import sys


def serve() -> None:
    """Answers until standard input ends."""
    import vl_convert

    warm_up = '{"data": {"values": [{}]}, "mark": "point"}'
    is_warm = False
    for line in sys.stdin:
        request = json.loads(line)
        if not is_warm:
            vl_convert.vegalite_to_svg(warm_up, vl_version=request["version"], allowed_base_urls=[])
            is_warm = True
        svg = ""
        if request["spec"]:
            svg = vl_convert.vegalite_to_svg(
                request["spec"], vl_version=request["version"], config=request["config"], allowed_base_urls=[]
            )
        sys.stdout.write(json.dumps({"svg": svg}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
