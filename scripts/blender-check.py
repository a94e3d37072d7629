"""Imports exported motion files into Blender and compares joints and surface with truth.json beside them.

    blender --background --factory-startup --python-exit-code 1 --python scripts/blender-check.py -- FOLDER
"""

import builtins
import json
import pathlib
import sys

import bpy
import numpy
from mathutils import Vector

ALLOWED_METRES = 1e-3

# Blender 3.4 opens BVH files in mode "rU" and names numpy.bool, which the Python and numpy beside it in Debian 12 no
# longer know. Later ones do neither.
plain_open = builtins.open
builtins.open = lambda file, mode="r", *rest, **named: plain_open(file, mode.replace("U", ""), *rest, **named)
numpy.bool = bool


def in_blender(point):
    """From metres with y up to Blender's z up."""
    x, y, z = point
    return Vector((x, -z, y))


def empty_scene(fps):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = round(fps)
    bpy.context.scene.render.fps_base = round(fps) / fps


def worst_joint(armature, names, joints, first_frame):
    """How far the heads of the bones are from the truth over all frames, metres."""
    worst = 0.0
    for offset, wanted in enumerate(joints):
        bpy.context.scene.frame_set(first_frame + offset)
        for name, point in zip(names, wanted):
            head = armature.matrix_world @ armature.pose.bones[name].head
            worst = max(worst, (head - in_blender(point)).length)
    return worst


def worst_vertex(body, person, step, first_frame):
    worst = 0.0
    for moment in person["surface"]:
        bpy.context.scene.frame_set(first_frame + moment["frame"])
        seen = body.evaluated_get(bpy.context.evaluated_depsgraph_get())
        mesh = seen.to_mesh()
        assert len(range(0, len(mesh.vertices), step)) == len(moment["vertices"]), "vertices are missing"
        for vertex, point in zip(list(mesh.vertices)[::step], moment["vertices"]):
            worst = max(worst, (seen.matrix_world @ vertex.co - in_blender(point)).length)
        seen.to_mesh_clear()
    return worst


def main():
    folder = pathlib.Path(sys.argv[sys.argv.index("--") + 1])
    truth = json.loads((folder / "truth.json").read_text())
    names, fps = truth["names"], truth["fps"]
    failed = []

    def judge(what, worst):
        verdict = "ok" if worst < ALLOWED_METRES else "FAILED"
        print(f"{verdict}: {what}: {worst * 1000:.4f} mm at most")
        if worst >= ALLOWED_METRES:
            failed.append(what)

    for person in truth["people"]:
        kinds = [
            ("", dict(global_scale=0.01, axis_forward="-Z", axis_up="Y")),
            ("-z-up", dict(global_scale=1.0, axis_forward="Y", axis_up="Z")),
        ]
        for kind, axes in kinds:
            empty_scene(fps)
            path = folder / f"{person['name']}{kind}.bvh"
            bpy.ops.import_anim.bvh(filepath=str(path), frame_start=1, rotate_mode="NATIVE", **axes)
            armature = bpy.context.object
            judge(f"joints of {path.name}", worst_joint(armature, names, person["joints"], 1))

    empty_scene(fps)
    bpy.ops.import_scene.gltf(filepath=str(folder / "people.glb"))
    armatures = [it for it in bpy.data.objects if it.type == "ARMATURE"]
    assert len(armatures) == len(truth["people"]), f"{len(armatures)} armatures"
    for person in truth["people"]:
        bodies = [it for it in bpy.data.objects if it.type == "MESH" and it.name.startswith(person["name"])]
        armature = bodies[0].find_armature()
        joints = worst_joint(armature, names, person["joints"], person["first_frame"])
        judge(f"joints of {person['name']} in people.glb", joints)
        judge(f"surface of {person['name']} in people.glb", worst_vertex(bodies[0], person, truth["vertex_step"], 0))
    assert not failed, f"too far off: {', '.join(failed)}"


main()
