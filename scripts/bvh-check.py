"""Reads BVH files with bvhio and bvh-converter and compares all joints in all frames with truth.json beside them.

    python bvh-check.py FOLDER
"""

import json
import pathlib
import sys

import bvhio
from bvh_converter.bvhplayer_skeleton import process_bvhfile, process_bvhkeyframe

ALLOWED_METRES = 1e-3


def y_up_centimetres(x, y, z):
    return x / 100, y / 100, z / 100


def z_up_metres(x, y, z):
    return x, z, -y


def positions_bvhio(path, names):
    root = bvhio.readAsHierarchy(str(path))
    joints = {joint.Name: joint for joint, _, _ in root.layout()}
    first, last = root.getKeyframeRange()
    for frame in range(first, last + 1):
        root.loadPose(frame)
        yield [tuple(joints[name].PositionWorld) for name in names]


def positions_bvh_converter(path, names):
    skeleton = process_bvhfile(str(path))
    for frame in range(skeleton.frames):
        process_bvhkeyframe(skeleton.keyframes[frame], skeleton.root, skeleton.dt * frame)
    header, frames = skeleton.get_frames_worldpos()
    columns = [[header.index(f"{name}.{axis}") for axis in "XYZ"] for name in names]
    for frame in frames:
        yield [tuple(float(frame[column]) for column in triple) for triple in columns]


def distance(a, b):
    return sum((p - q) ** 2 for p, q in zip(a, b)) ** 0.5


def main():
    folder = pathlib.Path(sys.argv[1])
    truth = json.loads((folder / "truth.json").read_text())
    failed = 0
    for person in truth["people"]:
        for kind, to_metres in [("", y_up_centimetres), ("-z-up", z_up_metres)]:
            path = folder / f"{person['name']}{kind}.bvh"
            for reader in (positions_bvhio, positions_bvh_converter):
                frames = list(reader(path, truth["names"]))
                same_length = len(frames) == len(person["joints"])
                worst = max(
                    distance(to_metres(*found), wanted)
                    for joints, wanted_joints in zip(frames, person["joints"])
                    for found, wanted in zip(joints, wanted_joints)
                )
                is_good = same_length and worst < ALLOWED_METRES
                failed += not is_good
                verdict = "ok" if is_good else "FAILED"
                print(f"{verdict}: {path.name} in {reader.__name__}: {len(frames)} frames, {worst * 1000:.4f} mm at most")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
