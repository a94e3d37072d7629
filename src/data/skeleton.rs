//! Joint sets of the detectors and of the model, as constant tables.

use serde::{Deserialize, Serialize};

/// Joints of the model's skeleton.
pub const H36M_JOINTS: usize = 17;

/// The joint sets we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkeletonId {
    H36m17,
    Coco17,
    Halpe26,
    Body25,
    Body25b,
    Coco18,
    Mpi15,
    PoseTrack17,
    MediaPipe33,
}

/// Which half of the body a joint or bone belongs to, seen from the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Left,
    Right,
    Middle,
}

/// A named joint set: joints, bones between them and mirrored pairs.
#[derive(Debug, PartialEq, Eq)]
pub struct Skeleton {
    pub id: SkeletonId,
    /// Name for people and the command line, e.g. "BODY_25B".
    pub name: &'static str,
    pub joints: &'static [&'static str],
    /// Pairs of joints that are drawn connected, nearer to the pelvis first where that means something.
    pub bones: &'static [(usize, usize)],
    /// (left, right) joints that swap when the image is flipped.
    pub mirror_pairs: &'static [(usize, usize)],
}

impl Skeleton {
    pub fn len(&self) -> usize {
        self.joints.len()
    }

    pub fn is_empty(&self) -> bool {
        self.joints.is_empty()
    }

    pub fn side(&self, joint: usize) -> Side {
        if self.mirror_pairs.iter().any(|(left, _)| *left == joint) {
            Side::Left
        } else if self.mirror_pairs.iter().any(|(_, right)| *right == joint) {
            Side::Right
        } else {
            Side::Middle
        }
    }

    /// A bone is on a side when its far end is, or when its near end is and the far end is in the middle.
    pub fn bone_side(&self, bone: (usize, usize)) -> Side {
        match self.side(bone.1) {
            Side::Middle => self.side(bone.0),
            side => side,
        }
    }

    /// The same joint of the other side; itself in the middle.
    pub fn mirror(&self, joint: usize) -> usize {
        let other = self.mirror_pairs.iter().find_map(|(left, right)| match joint {
            _ if joint == *left => Some(*right),
            _ if joint == *right => Some(*left),
            _ => None,
        });
        other.unwrap_or(joint)
    }

    pub fn joint_named(&self, name: &str) -> Option<usize> {
        self.joints.iter().position(|joint| *joint == name)
    }
}

impl SkeletonId {
    pub const ALL: [Self; 9] = [
        Self::H36m17,
        Self::Coco17,
        Self::Halpe26,
        Self::Body25,
        Self::Body25b,
        Self::Coco18,
        Self::Mpi15,
        Self::PoseTrack17,
        Self::MediaPipe33,
    ];

    pub fn skeleton(self) -> &'static Skeleton {
        match self {
            Self::H36m17 => &H36M_17,
            Self::Coco17 => &COCO_17,
            Self::Halpe26 => &HALPE_26,
            Self::Body25 => &BODY_25,
            Self::Body25b => &BODY_25B,
            Self::Coco18 => &COCO_18,
            Self::Mpi15 => &MPI_15,
            Self::PoseTrack17 => &POSETRACK_17,
            Self::MediaPipe33 => &MEDIAPIPE_33,
        }
    }

    /// The skeletons with this many joints.
    pub fn with_joint_count(count: usize) -> Vec<Self> {
        Self::ALL.into_iter().filter(|id| id.skeleton().len() == count).collect()
    }
}

impl std::str::FromStr for SkeletonId {
    type Err = String;

    /// Case, dashes and underscores do not matter: "BODY_25B", "body25b", "coco-17".
    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |name: &str| {
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect::<String>()
        };
        Self::ALL.into_iter().find(|id| plain(id.skeleton().name) == plain(text)).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|id| id.skeleton().name).collect();
            format!("unknown skeleton '{text}'; known are {}", names.join(", "))
        })
    }
}

impl std::fmt::Display for SkeletonId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.skeleton().name)
    }
}

/// Human3.6M, the model's own order. Bones are the 16 (parent, child) limbs of the published code.
#[rustfmt::skip]
pub static H36M_17: Skeleton = Skeleton {
    id: SkeletonId::H36m17,
    name: "H36M_17",
    joints: &[
        "root", "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle", "belly", "neck", "nose",
        "head", "left shoulder", "left elbow", "left wrist", "right shoulder", "right elbow", "right wrist",
    ],
    bones: &[
        (0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6), (0, 7), (7, 8), (8, 9), (9, 10), (8, 11), (11, 12), (12, 13),
        (8, 14), (14, 15), (15, 16),
    ],
    mirror_pairs: &[(4, 1), (5, 2), (6, 3), (11, 14), (12, 15), (13, 16)],
};

/// COCO keypoints.
#[rustfmt::skip]
pub static COCO_17: Skeleton = Skeleton {
    id: SkeletonId::Coco17,
    name: "COCO_17",
    joints: &[
        "nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder", "left elbow",
        "right elbow", "left wrist", "right wrist", "left hip", "right hip", "left knee", "right knee", "left ankle",
        "right ankle",
    ],
    bones: &[
        (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (7, 9), (6, 8), (8, 10), (11, 13), (13, 15), (12, 14), (14, 16),
        (0, 1), (0, 2), (1, 3), (2, 4),
    ],
    mirror_pairs: &[(1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16)],
};

/// Halpe full body without face and hands; the first 17 are COCO's.
#[rustfmt::skip]
pub static HALPE_26: Skeleton = Skeleton {
    id: SkeletonId::Halpe26,
    name: "HALPE_26",
    joints: &[
        "nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder", "left elbow",
        "right elbow", "left wrist", "right wrist", "left hip", "right hip", "left knee", "right knee", "left ankle",
        "right ankle", "head", "neck", "hip", "left big toe", "right big toe", "left small toe", "right small toe",
        "left heel", "right heel",
    ],
    bones: &[
        (19, 11), (19, 12), (19, 18), (18, 17), (18, 0), (18, 5), (18, 6), (5, 7), (7, 9), (6, 8), (8, 10), (11, 13),
        (13, 15), (12, 14), (14, 16), (15, 24), (15, 20), (15, 22), (16, 25), (16, 21), (16, 23), (0, 1), (0, 2), (1, 3),
        (2, 4),
    ],
    mirror_pairs: &[
        (1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16), (20, 21), (22, 23), (24, 25),
    ],
};

/// OpenPose BODY_25.
#[rustfmt::skip]
pub static BODY_25: Skeleton = Skeleton {
    id: SkeletonId::Body25,
    name: "BODY_25",
    joints: &[
        "nose", "neck", "right shoulder", "right elbow", "right wrist", "left shoulder", "left elbow", "left wrist",
        "mid hip", "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle", "right eye",
        "left eye", "right ear", "left ear", "left big toe", "left small toe", "left heel", "right big toe",
        "right small toe", "right heel",
    ],
    bones: &[
        (8, 1), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11), (8, 12), (12, 13), (13, 14),
        (1, 0), (0, 15), (15, 17), (0, 16), (16, 18), (14, 19), (14, 20), (14, 21), (11, 22), (11, 23), (11, 24),
    ],
    mirror_pairs: &[
        (5, 2), (6, 3), (7, 4), (12, 9), (13, 10), (14, 11), (16, 15), (18, 17), (19, 22), (20, 23), (21, 24),
    ],
};

/// OpenPose's experimental BODY_25B: as many joints as BODY_25 in another order, and no mid-hip.
#[rustfmt::skip]
pub static BODY_25B: Skeleton = Skeleton {
    id: SkeletonId::Body25b,
    name: "BODY_25B",
    joints: &[
        "nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder", "left elbow",
        "right elbow", "left wrist", "right wrist", "left hip", "right hip", "left knee", "right knee", "left ankle",
        "right ankle", "neck", "head", "left big toe", "left small toe", "left heel", "right big toe", "right small toe",
        "right heel",
    ],
    bones: &[
        (11, 12), (5, 11), (6, 12), (17, 5), (17, 6), (17, 18), (17, 0), (5, 7), (7, 9), (6, 8), (8, 10), (11, 13),
        (13, 15), (12, 14), (14, 16), (15, 19), (15, 20), (15, 21), (16, 22), (16, 23), (16, 24), (0, 1), (0, 2), (1, 3),
        (2, 4),
    ],
    mirror_pairs: &[
        (1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16), (19, 22), (20, 23), (21, 24),
    ],
};

/// OpenPose's COCO model: 17 COCO joints in its own order plus a neck.
#[rustfmt::skip]
pub static COCO_18: Skeleton = Skeleton {
    id: SkeletonId::Coco18,
    name: "COCO_18",
    joints: &[
        "nose", "neck", "right shoulder", "right elbow", "right wrist", "left shoulder", "left elbow", "left wrist",
        "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle", "right eye", "left eye",
        "right ear", "left ear",
    ],
    bones: &[
        (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13), (1, 0),
        (0, 14), (14, 16), (0, 15), (15, 17),
    ],
    mirror_pairs: &[(5, 2), (6, 3), (7, 4), (11, 8), (12, 9), (13, 10), (15, 14), (17, 16)],
};

/// OpenPose's MPI model (15 joints).
#[rustfmt::skip]
pub static MPI_15: Skeleton = Skeleton {
    id: SkeletonId::Mpi15,
    name: "MPI_15",
    joints: &[
        "head", "neck", "right shoulder", "right elbow", "right wrist", "left shoulder", "left elbow", "left wrist",
        "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle", "chest",
    ],
    bones: &[
        (14, 1), (1, 0), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (14, 8), (8, 9), (9, 10), (14, 11), (11, 12),
        (12, 13),
    ],
    mirror_pairs: &[(5, 2), (6, 3), (7, 4), (11, 8), (12, 9), (13, 10)],
};

/// PoseTrack 2018.
#[rustfmt::skip]
pub static POSETRACK_17: Skeleton = Skeleton {
    id: SkeletonId::PoseTrack17,
    name: "POSETRACK_17",
    joints: &[
        "nose", "head bottom", "head top", "left ear", "right ear", "left shoulder", "right shoulder", "left elbow",
        "right elbow", "left wrist", "right wrist", "left hip", "right hip", "left knee", "right knee", "left ankle",
        "right ankle",
    ],
    bones: &[
        (11, 12), (5, 11), (6, 12), (1, 5), (1, 6), (1, 0), (0, 2), (5, 7), (7, 9), (6, 8), (8, 10), (11, 13), (13, 15),
        (12, 14), (14, 16),
    ],
    mirror_pairs: &[(3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16)],
};

/// MediaPipe Pose landmarks.
#[rustfmt::skip]
pub static MEDIAPIPE_33: Skeleton = Skeleton {
    id: SkeletonId::MediaPipe33,
    name: "MEDIAPIPE_33",
    joints: &[
        "nose", "left eye inner", "left eye", "left eye outer", "right eye inner", "right eye", "right eye outer",
        "left ear", "right ear", "mouth left", "mouth right", "left shoulder", "right shoulder", "left elbow",
        "right elbow", "left wrist", "right wrist", "left pinky", "right pinky", "left index", "right index",
        "left thumb", "right thumb", "left hip", "right hip", "left knee", "right knee", "left ankle", "right ankle",
        "left heel", "right heel", "left foot index", "right foot index",
    ],
    bones: &[
        (23, 24), (11, 23), (12, 24), (11, 12), (11, 13), (13, 15), (12, 14), (14, 16), (23, 25), (25, 27), (24, 26),
        (26, 28), (27, 29), (29, 31), (27, 31), (28, 30), (30, 32), (28, 32), (15, 17), (15, 19), (15, 21), (16, 18),
        (16, 20), (16, 22), (0, 2), (0, 5), (2, 7), (5, 8), (9, 10),
    ],
    mirror_pairs: &[
        (1, 4), (2, 5), (3, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16), (17, 18), (19, 20), (21, 22), (23, 24),
        (25, 26), (27, 28), (29, 30), (31, 32),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_consistent() {
        for id in SkeletonId::ALL {
            let skeleton = id.skeleton();
            assert_eq!(skeleton.id, id);
            assert_eq!(skeleton.name.parse::<SkeletonId>().as_ref(), Ok(&id));
            for (a, b) in skeleton.bones {
                assert!(*a < skeleton.len() && *b < skeleton.len() && a != b, "{}", skeleton.name);
            }
            for (left, right) in skeleton.mirror_pairs {
                let (left, right) = (skeleton.joints[*left], skeleton.joints[*right]);
                assert_eq!(left.replace("left", "right"), right, "{}", skeleton.name);
            }
            let mut names = skeleton.joints.to_vec();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), skeleton.len(), "{}", skeleton.name);
        }
    }

    #[test]
    fn model_limbs_are_the_published_ones() {
        assert_eq!(H36M_17.len(), H36M_JOINTS);
        assert_eq!(H36M_17.bones.len(), 16);
        assert_eq!(H36M_17.bone_side((0, 1)), Side::Right);
        assert_eq!(H36M_17.bone_side((8, 11)), Side::Left);
        assert_eq!(H36M_17.bone_side((7, 8)), Side::Middle);
    }

    #[test]
    fn names_are_forgiving() {
        assert_eq!("body25b".parse(), Ok(SkeletonId::Body25b));
        assert_eq!("coco-17".parse(), Ok(SkeletonId::Coco17));
        assert!("coco-99".parse::<SkeletonId>().is_err());
    }
}
