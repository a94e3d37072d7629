//! Icons drawn as strokes on a grid of 16 by 16, so that no font has to hold them.

use eframe::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2};

use super::theme::size;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Icon {
    Play,
    Pause,
    StepForward,
    StepBack,
    First,
    Last,
    Loop,
    Eye,
    EyeOff,
    File,
    Folder,
    Person,
    Cross,
    Plus,
    Check,
    Copy,
    Undo,
    Redo,
    Camera,
    FrameAll,
    PanelLeft,
    PanelRight,
    Gauge,
    Contrast,
    Cube,
    Gear,
    List,
    Heat,
    Info,
    Warning,
    Error,
    Chart,
    Table,
    Picture,
    ChevronDown,
    ChevronRight,
    Drop,
    Sliders,
    Columns,
    Search,
    Pin,
}

/// Draws on the 16-grid inside `rect`, whatever its size.
struct Pen<'a> {
    painter: &'a Painter,
    origin: Pos2,
    scale: f32,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.origin + Vec2::new(x, y) * self.scale
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points: Vec<Pos2> = points.iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.painter.add(Shape::line(points, self.stroke));
    }

    fn outline(&self, points: &[(f32, f32)]) {
        let points: Vec<Pos2> = points.iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.painter.add(Shape::closed_line(points, self.stroke));
    }

    fn fill(&self, points: &[(f32, f32)]) {
        let points: Vec<Pos2> = points.iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.painter.add(Shape::convex_polygon(points, self.stroke.color, Stroke::NONE));
    }

    fn circle(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_stroke(self.at(x, y), radius * self.scale, self.stroke);
    }

    fn dot(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_filled(self.at(x, y), radius * self.scale, self.stroke.color);
    }

    fn rect(&self, left: f32, top: f32, right: f32, bottom: f32) {
        self.outline(&[(left, top), (right, top), (right, bottom), (left, bottom)]);
    }

    fn bar(&self, left: f32, top: f32, right: f32, bottom: f32) {
        self.fill(&[(left, top), (right, top), (right, bottom), (left, bottom)]);
    }

    /// Part of a circle; degrees, clockwise from the right.
    fn arc(&self, x: f32, y: f32, radius: f32, from: f32, to: f32) {
        const STEPS: usize = 16;
        let points: Vec<(f32, f32)> = (0..=STEPS)
            .map(|step| {
                let angle = (from + (to - from) * step as f32 / STEPS as f32).to_radians();
                (x + radius * angle.cos(), y + radius * angle.sin())
            })
            .collect();
        self.line(&points);
    }
}

impl Icon {
    /// Draws it centred in `rect`, 16 points wide.
    pub fn paint(self, painter: &Painter, rect: Rect, colour: Color32) {
        self.paint_sized(painter, rect.center(), size::ICON, colour);
    }

    pub fn paint_sized(self, painter: &Painter, centre: Pos2, width: f32, colour: Color32) {
        let scale = width / 16.0;
        let pen = Pen {
            painter,
            origin: centre - Vec2::splat(width / 2.0),
            scale,
            stroke: Stroke::new(size::ICON_STROKE * scale.max(1.0), colour),
        };
        self.draw(&pen);
    }

    fn draw(self, pen: &Pen<'_>) {
        match self {
            Self::Play => pen.fill(&[(5.0, 3.0), (13.0, 8.0), (5.0, 13.0)]),
            Self::Pause => {
                pen.bar(4.0, 3.0, 6.5, 13.0);
                pen.bar(9.5, 3.0, 12.0, 13.0);
            }
            Self::StepForward => {
                pen.bar(4.0, 3.5, 6.0, 12.5);
                pen.fill(&[(7.5, 3.5), (13.0, 8.0), (7.5, 12.5)]);
            }
            Self::StepBack => {
                pen.bar(10.0, 3.5, 12.0, 12.5);
                pen.fill(&[(8.5, 3.5), (8.5, 12.5), (3.0, 8.0)]);
            }
            Self::First => {
                pen.bar(2.5, 3.5, 4.0, 12.5);
                pen.fill(&[(8.75, 3.5), (8.75, 12.5), (4.25, 8.0)]);
                pen.fill(&[(13.5, 3.5), (13.5, 12.5), (9.0, 8.0)]);
            }
            Self::Last => {
                pen.bar(12.0, 3.5, 13.5, 12.5);
                pen.fill(&[(7.25, 3.5), (11.75, 8.0), (7.25, 12.5)]);
                pen.fill(&[(2.5, 3.5), (7.0, 8.0), (2.5, 12.5)]);
            }
            Self::Loop => {
                pen.line(&[(2.5, 9.0), (2.5, 5.5), (12.5, 5.5)]);
                pen.line(&[(10.0, 3.0), (12.5, 5.5), (10.0, 8.0)]);
                pen.line(&[(13.5, 7.0), (13.5, 10.5), (3.5, 10.5)]);
                pen.line(&[(6.0, 8.0), (3.5, 10.5), (6.0, 13.0)]);
            }
            Self::Eye => {
                eye(pen);
                pen.dot(8.0, 8.0, 2.0);
            }
            Self::EyeOff => {
                eye(pen);
                pen.line(&[(3.0, 13.0), (13.0, 3.0)]);
            }
            Self::File => {
                pen.outline(&[(3.5, 2.0), (9.5, 2.0), (12.5, 5.0), (12.5, 14.0), (3.5, 14.0)]);
                pen.line(&[(9.0, 2.5), (9.0, 5.5), (12.0, 5.5)]);
            }
            Self::Folder => {
                pen.outline(&[(2.0, 3.5), (6.0, 3.5), (7.5, 5.5), (14.0, 5.5), (14.0, 12.5), (2.0, 12.5)]);
            }
            Self::Person => {
                pen.circle(8.0, 5.0, 2.75);
                pen.arc(8.0, 14.0, 5.0, 180.0, 360.0);
            }
            Self::Cross => {
                pen.line(&[(4.0, 4.0), (12.0, 12.0)]);
                pen.line(&[(12.0, 4.0), (4.0, 12.0)]);
            }
            Self::Plus => {
                pen.line(&[(8.0, 3.0), (8.0, 13.0)]);
                pen.line(&[(3.0, 8.0), (13.0, 8.0)]);
            }
            Self::Check => pen.line(&[(3.0, 8.5), (6.5, 12.0), (13.0, 4.5)]),
            Self::Copy => {
                pen.rect(5.5, 5.5, 13.0, 13.5);
                pen.line(&[(3.0, 10.5), (3.0, 2.5), (10.5, 2.5)]);
            }
            Self::Undo => {
                pen.line(&[(6.0, 2.5), (3.0, 5.5), (6.0, 8.5)]);
                pen.line(&[(3.0, 5.5), (9.5, 5.5)]);
                pen.arc(9.5, 9.25, 3.75, -90.0, 90.0);
                pen.line(&[(9.5, 13.0), (6.0, 13.0)]);
            }
            Self::Redo => {
                pen.line(&[(10.0, 2.5), (13.0, 5.5), (10.0, 8.5)]);
                pen.line(&[(13.0, 5.5), (6.5, 5.5)]);
                pen.arc(6.5, 9.25, 3.75, 270.0, 90.0);
                pen.line(&[(6.5, 13.0), (10.0, 13.0)]);
            }
            Self::Camera => {
                pen.rect(2.0, 4.5, 10.0, 11.5);
                pen.outline(&[(10.0, 7.5), (14.0, 5.0), (14.0, 11.0), (10.0, 8.5)]);
            }
            Self::FrameAll => {
                pen.line(&[(2.5, 5.5), (2.5, 2.5), (5.5, 2.5)]);
                pen.line(&[(10.5, 2.5), (13.5, 2.5), (13.5, 5.5)]);
                pen.line(&[(13.5, 10.5), (13.5, 13.5), (10.5, 13.5)]);
                pen.line(&[(5.5, 13.5), (2.5, 13.5), (2.5, 10.5)]);
                pen.dot(8.0, 8.0, 2.0);
            }
            Self::PanelLeft => {
                pen.rect(2.0, 3.0, 14.0, 13.0);
                pen.bar(3.0, 4.0, 6.0, 12.0);
            }
            Self::PanelRight => {
                pen.rect(2.0, 3.0, 14.0, 13.0);
                pen.bar(10.0, 4.0, 13.0, 12.0);
            }
            Self::Gauge => {
                pen.arc(8.0, 10.0, 6.0, 180.0, 360.0);
                pen.line(&[(8.0, 10.0), (11.0, 6.5)]);
                pen.line(&[(2.0, 13.0), (14.0, 13.0)]);
            }
            Self::Contrast => {
                pen.circle(8.0, 8.0, 5.5);
                let half: Vec<(f32, f32)> = (0..=12)
                    .map(|step| {
                        let angle = (90.0 + 15.0 * step as f32).to_radians();
                        (8.0 + 5.5 * angle.cos(), 8.0 + 5.5 * angle.sin())
                    })
                    .collect();
                pen.fill(&half);
            }
            Self::Cube => {
                pen.outline(&[(8.0, 2.0), (13.5, 5.0), (13.5, 11.0), (8.0, 14.0), (2.5, 11.0), (2.5, 5.0)]);
                pen.line(&[(2.5, 5.0), (8.0, 8.0), (13.5, 5.0)]);
                pen.line(&[(8.0, 8.0), (8.0, 14.0)]);
            }
            Self::Gear => {
                for (y, knob) in [(4.0, 10.5), (8.0, 5.5), (12.0, 9.0)] {
                    pen.line(&[(2.0, y), (14.0, y)]);
                    pen.dot(knob, y, 2.0);
                }
            }
            Self::List => {
                for y in [4.0, 8.0, 12.0] {
                    pen.dot(3.0, y, 1.0);
                    pen.line(&[(6.0, y), (14.0, y)]);
                }
            }
            Self::Heat => {
                for (y, spans) in [
                    (4.0, [(2.0, 5.0), (7.5, 14.0)]),
                    (8.0, [(2.0, 9.0), (11.5, 14.0)]),
                    (12.0, [(2.0, 3.5), (6.0, 14.0)]),
                ] {
                    for (from, to) in spans {
                        pen.line(&[(from, y), (to, y)]);
                    }
                }
            }
            Self::Info => {
                pen.circle(8.0, 8.0, 6.0);
                pen.dot(8.0, 5.0, 1.0);
                pen.line(&[(8.0, 7.5), (8.0, 11.5)]);
            }
            Self::Warning => {
                pen.outline(&[(8.0, 2.0), (14.5, 13.5), (1.5, 13.5)]);
                pen.line(&[(8.0, 6.0), (8.0, 9.5)]);
                pen.dot(8.0, 11.5, 0.9);
            }
            Self::Error => {
                pen.circle(8.0, 8.0, 6.0);
                pen.line(&[(8.0, 4.5), (8.0, 8.75)]);
                pen.dot(8.0, 11.0, 1.0);
            }
            Self::Columns => {
                pen.rect(2.0, 3.0, 14.0, 13.0);
                pen.line(&[(8.0, 3.0), (8.0, 13.0)]);
            }
            Self::Search => {
                pen.circle(7.0, 7.0, 4.5);
                pen.line(&[(10.5, 10.5), (14.0, 14.0)]);
            }
            Self::Pin => {
                pen.circle(8.0, 5.5, 3.0);
                pen.line(&[(8.0, 8.5), (8.0, 14.0)]);
            }
            Self::Chart => {
                pen.line(&[(2.5, 2.5), (2.5, 13.5), (14.0, 13.5)]);
                pen.line(&[(4.5, 10.5), (7.5, 6.0), (10.0, 8.5), (13.5, 3.5)]);
            }
            Self::Table => {
                pen.rect(2.0, 3.0, 14.0, 13.0);
                pen.line(&[(2.0, 6.5), (14.0, 6.5)]);
                pen.line(&[(6.5, 3.0), (6.5, 13.0)]);
            }
            Self::Picture => {
                pen.rect(2.0, 3.0, 14.0, 13.0);
                pen.line(&[(2.5, 12.0), (6.5, 7.5), (9.0, 10.0), (11.0, 8.5), (13.5, 11.0)]);
                pen.dot(11.0, 5.75, 1.0);
            }
            Self::ChevronDown => pen.line(&[(4.0, 6.0), (8.0, 10.0), (12.0, 6.0)]),
            Self::ChevronRight => pen.line(&[(6.0, 4.0), (10.0, 8.0), (6.0, 12.0)]),
            Self::Sliders => {
                for (y, knob) in [(4.0, 10.5), (8.0, 5.5), (12.0, 9.0)] {
                    pen.line(&[(2.5, y), (13.5, y)]);
                    pen.dot(knob, y, 1.9);
                }
            }
            Self::Drop => {
                pen.line(&[(8.0, 2.0), (8.0, 10.0)]);
                pen.line(&[(4.5, 6.5), (8.0, 10.0), (11.5, 6.5)]);
                pen.line(&[(2.5, 10.5), (2.5, 13.5), (13.5, 13.5), (13.5, 10.5)]);
            }
        }
    }
}

fn eye(pen: &Pen<'_>) {
    let lid = |sign: f32| -> Vec<(f32, f32)> {
        (0..=12)
            .map(|step| {
                let t = step as f32 / 12.0;
                (1.5 + 13.0 * t, 8.0 + sign * 4.5 * (std::f32::consts::PI * t).sin())
            })
            .collect()
    };
    pen.line(&lid(-1.0));
    pen.line(&lid(1.0));
}
