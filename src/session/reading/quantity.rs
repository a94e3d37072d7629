//! What can be measured, its name and its unit.

use serde::{Deserialize, Serialize};

use super::LengthUnit;
use crate::data::skeleton::H36M_17;
use crate::data::{H36M_JOINTS, JointIndex, Side};
use crate::motion::angles::Angle;

/// A direction of space; which way it points is said by the [`LengthUnit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    X,
    Y,
    Z,
}

impl Axis {
    pub const ALL: [Self; 3] = [Self::X, Self::Y, Self::Z];

    pub fn name(self) -> &'static str {
        ["x", "y", "z"][self as usize]
    }
}

/// Kinds of quantities; those of one kind make one group of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    Angle,
    Position,
    Speed,
    Confidence,
}

impl Dimension {
    pub const ALL: [Self; 4] = [Self::Angle, Self::Position, Self::Speed, Self::Confidence];

    pub fn label(self) -> &'static str {
        match self {
            Self::Angle => "Angles",
            Self::Position => "Position",
            Self::Speed => "Speed",
            Self::Confidence => "Confidence",
        }
    }
}

/// Something that has a value in every frame of a person. Joints are those of H36M-17.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    Angle(Angle),
    /// The angle of the left side less that of the right; the angle is the left one.
    Difference(Angle),
    /// Left or right.
    AnkleInPicture(Side),
    Position(JointIndex, Axis),
    /// Height of the hips over the floor, metres.
    RootHeight,
    Speed(JointIndex),
    Confidence(JointIndex),
}

impl Quantity {
    /// Every quantity, group by group.
    pub fn all() -> impl Iterator<Item = Self> {
        let joints = || (0..H36M_JOINTS).map(JointIndex);
        let angles = Angle::ALL.into_iter().map(Self::Angle);
        let ankles = [Side::Left, Side::Right].map(Self::AnkleInPicture);
        let left = Angle::ALL.into_iter().filter(|angle| angle.side() == Side::Left);
        let positions = joints().flat_map(|joint| Axis::ALL.map(|axis| Self::Position(joint, axis)));
        angles
            .chain(ankles)
            .chain(left.map(Self::Difference))
            .chain([Self::RootHeight])
            .chain(positions)
            .chain(joints().map(Self::Speed))
            .chain(joints().map(Self::Confidence))
    }

    pub fn dimension(self) -> Dimension {
        match self {
            Self::Angle(_) | Self::Difference(_) | Self::AnkleInPicture(_) => Dimension::Angle,
            Self::Position(..) | Self::RootHeight => Dimension::Position,
            Self::Speed(_) => Dimension::Speed,
            Self::Confidence(_) => Dimension::Confidence,
        }
    }

    /// "Left knee flexion", "Right wrist speed".
    pub fn label(self) -> String {
        match self {
            Self::Angle(angle) => angle.label().to_owned(),
            Self::Difference(left) => format!("{}, left − right", capitalised(side_free(left.label()))),
            Self::AnkleInPicture(side) => {
                format!("{} ankle (picture)", if side == Side::Left { "Left" } else { "Right" })
            }
            Self::Position(joint, axis) => format!("{} {}", joint_label(joint), axis.name()),
            Self::RootHeight => "Height of the hips".to_owned(),
            Self::Speed(joint) => format!("{} speed", joint_label(joint)),
            Self::Confidence(joint) => format!("{} confidence", joint_label(joint)),
        }
    }

    /// What it is, in one sentence.
    pub fn definition(self) -> String {
        match self {
            Self::Angle(angle) => angle.definition().to_owned(),
            Self::Difference(left) => format!("Left less right. {}", left.definition()),
            Self::AnkleInPicture(_) => {
                "Foot against shank, in the image plane: right only for a leg seen from the side. 0° is square; \
                 positive is toes towards the shin. Needs toes and heel in the 2D joints."
                    .to_owned()
            }
            Self::Position(_, axis) => format!(
                "{} In metres: x right, y up from the floor, z towards the camera. In pixels and units: x right, y \
                 down, z away from the camera.",
                match axis {
                    Axis::X => "Where the joint is from side to side.",
                    Axis::Y => "How high the joint is.",
                    Axis::Z => "How near the joint is.",
                }
            ),
            Self::RootHeight => "The middle of the hips over the floor, metres.".to_owned(),
            Self::Speed(_) => "How fast the joint moves, from the frame before to the frame after.".to_owned(),
            Self::Confidence(_) => "How sure the detector is of the joint, 0 to 1.".to_owned(),
        }
    }

    /// Of its values; empty for plain numbers.
    pub fn unit(self, length: LengthUnit) -> &'static str {
        match self {
            Self::Angle(_) | Self::Difference(_) | Self::AnkleInPicture(_) => "°",
            Self::Position(..) => length.symbol(),
            Self::RootHeight => LengthUnit::Metres.symbol(),
            Self::Speed(_) => length.speed_symbol(),
            Self::Confidence(_) => "",
        }
    }

    pub fn side(self) -> Side {
        match self {
            Self::Angle(angle) => angle.side(),
            Self::AnkleInPicture(side) => side,
            Self::Difference(_) | Self::RootHeight => Side::Middle,
            Self::Position(joint, _) | Self::Speed(joint) | Self::Confidence(joint) => H36M_17.side(joint.0),
        }
    }

    /// The joint that it is read at, to show it with that joint.
    pub fn joint(self) -> JointIndex {
        match self {
            Self::Angle(angle) | Self::Difference(angle) => JointIndex(angle.joint()),
            Self::AnkleInPicture(Side::Right) => JointIndex(3),
            Self::AnkleInPicture(_) => JointIndex(6),
            Self::Position(joint, _) | Self::Speed(joint) | Self::Confidence(joint) => joint,
            Self::RootHeight => JointIndex(0),
        }
    }

    /// The same of the other side; itself for the middle.
    #[must_use]
    pub fn mirror(self) -> Self {
        let other = |joint: JointIndex| JointIndex(H36M_17.mirror(joint.0));
        match self {
            Self::Angle(angle) => Self::Angle(angle.mirror().unwrap_or(angle)),
            Self::AnkleInPicture(Side::Left) => Self::AnkleInPicture(Side::Right),
            Self::AnkleInPicture(_) => Self::AnkleInPicture(Side::Left),
            Self::Position(joint, axis) => Self::Position(other(joint), axis),
            Self::Speed(joint) => Self::Speed(other(joint)),
            Self::Confidence(joint) => Self::Confidence(other(joint)),
            Self::Difference(_) | Self::RootHeight => self,
        }
    }
}

/// Decimals that suit a unit.
pub fn decimals(unit: &str) -> usize {
    match unit {
        "°" | "px" => 1,
        "px/s" => 0,
        "m/s" | "" => 2,
        _ => 3,
    }
}

fn joint_label(joint: JointIndex) -> String {
    capitalised(H36M_17.joints.get(joint.0).copied().unwrap_or("joint"))
}

fn side_free(label: &str) -> &str {
    label.trim_start_matches("Left ").trim_start_matches("Right ")
}

fn capitalised(text: &str) -> String {
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    first.to_uppercase() + rest
}
