//! Every colour and size of the window. Widgets take them from here and carry none of their own.

use eframe::egui::{
    self, Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Ui, Vec2, Visuals,
    style::{ScrollStyle, WidgetVisuals},
};

use crate::data::Side;
use crate::scene::palette;
use crate::session::Settings;
use crate::session::settings::{ThemeChoice, ZOOMS};

/// Lengths in points, the same in both themes; spacing goes in steps of 4.
pub mod size {
    pub const STEP: f32 = 4.0;
    pub const GAP: f32 = 8.0;
    pub const PANEL_PADDING: f32 = 12.0;
    pub const DIALOG_PADDING: f32 = 20.0;
    pub const CONTROL_HEIGHT: f32 = 26.0;
    pub const COMPACT_HEIGHT: f32 = 22.0;
    pub const ROUNDING: f32 = 6.0;
    pub const ICON: f32 = 16.0;
    pub const ICON_STROKE: f32 = 1.5;
    pub const SWATCH: f32 = 10.0;
    pub const LARGE_ICON: f32 = 40.0;

    pub const SMALL_TEXT: f32 = 12.0;
    pub const BODY_TEXT: f32 = 13.0;
    pub const TITLE_TEXT: f32 = 15.0;
    pub const DIALOG_TEXT: f32 = 20.0;

    pub const LEFT_PANEL: f32 = 240.0;
    pub const RIGHT_PANEL: f32 = 300.0;
    pub const BOTTOM_PANEL: f32 = 168.0;
    /// Height of what opens under the views.
    pub const UNDER_VIEWS: f32 = 190.0;
    /// A side panel folded to its icons.
    pub const FOLDED_PANEL: f32 = 40.0;
    /// Side panels fold below this window width.
    pub const FOLD_BELOW: f32 = 1100.0;
    pub const MENU_BAR: f32 = 28.0;
    /// Titles of panels that share a place.
    pub const TAB_BAR: f32 = 32.0;
    /// No panel gets narrower or lower by dragging.
    pub const MIN_PANE: f32 = 96.0;
    pub const STATUS_BAR: f32 = 24.0;
    /// Share of the centre that the 2D view takes.
    pub const IMAGE_VIEW_SHARE: f32 = 1.0 / 3.0;
    /// Toolbars float this far from the viewport's corners.
    pub const FLOAT_INSET: f32 = 8.0;
    /// Views narrower than this go without a toolbar.
    pub const TOOLBAR_FITS: f32 = 340.0;
    pub const TOAST_WIDTH: f32 = 320.0;
    pub const DIALOG_WIDTH: f32 = 560.0;
    /// Height of the picture in a dialog that shows what will be written.
    pub const THUMBNAIL: f32 = 156.0;
    pub const LABEL_COLUMN: f32 = 84.0;
    pub const NUMBER_FIELD: f32 = 64.0;
    pub const PROGRESS_WIDTH: f32 = 96.0;

    pub const RULER: f32 = 22.0;
    pub const LANE: f32 = 28.0;
    pub const SEGMENT: f32 = 18.0;
    pub const PLAYHEAD: f32 = 1.0;
    /// One part of the body under a lane.
    pub const HEAT_ROW: f32 = 13.0;
    pub const BRACKET: f32 = 5.0;
    pub const MARKER_NAME: f32 = 120.0;
    /// The bar that says where a zoomed timeline is; wider under the pointer.
    pub const OVERVIEW: f32 = 4.0;
    pub const HIT: f32 = 24.0;
    pub const HAIRLINE: f32 = 1.0;

    /// 2D view: bones and joints.
    pub const BONE_STROKE: f32 = 2.0;
    pub const JOINT_RADIUS: f32 = 3.0;
    pub const SCENE_MENU: f32 = 260.0;
    /// Side of what has to be hit with the pointer, at least.
    pub const HIT_TARGET: f32 = 24.0;

    pub const WINDOW: [f32; 2] = [1280.0, 720.0];
    pub const MIN_WINDOW: [f32; 2] = [720.0, 480.0];
}

/// Seconds that a fold or a fade takes.
pub const MOTION_SECS: f32 = 0.12;

/// Extra points between lines of text, for a line height of about 1.4.
const LINE_GAP: f32 = 2.0;

/// Text of dialog titles, 20 points.
pub fn dialog_text() -> TextStyle {
    TextStyle::Name("dialog".into())
}

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    pub is_dark: bool,
    pub window: Color32,
    pub panel: Color32,
    pub raised: Color32,
    /// Separators, outlines, and raised things under the pointer.
    pub line: Color32,
    pub text: Color32,
    pub muted: Color32,
    pub disabled: Color32,
    /// Lines, marks and text in the one accent.
    pub accent: Color32,
    /// Areas in the accent that carry text.
    pub accent_fill: Color32,
    pub accent_text: Color32,
    /// For marks and icons; sentences stay in the text colour.
    pub good: Color32,
    pub warn: Color32,
    pub bad: Color32,
    pub viewport_top: Color32,
    pub viewport_bottom: Color32,
    /// Halves of the body.
    pub left: Color32,
    pub right: Color32,
    pub middle: Color32,
    /// Over frames that are not played.
    pub unplayed: Color32,
    /// Over the window while something is being dropped or asked.
    pub scrim: Color32,
    /// Behind what floats over the viewport.
    pub float: Color32,
    pub shadow: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

fn of_bytes([red, green, blue]: [u8; 3]) -> Color32 {
    Color32::from_rgb(red, green, blue)
}

static DARK: Theme = Theme::dark();
static LIGHT: Theme = Theme::light();

impl Theme {
    pub const fn dark() -> Self {
        Self {
            is_dark: true,
            window: rgb(0x14_16_1A),
            panel: rgb(0x1B_1E_24),
            raised: rgb(0x24_29_33),
            line: rgb(0x31_37_43),
            text: rgb(0xE8_EA_EE),
            muted: rgb(0x9B_A4_B4),
            disabled: rgb(0x5E_67_77),
            accent: rgb(0x5B_8C_FF),
            accent_fill: rgb(0x38_6B_E4),
            accent_text: rgb(0xFF_FF_FF),
            good: rgb(0x4C_C3_8A),
            warn: rgb(0xF2_B8_4B),
            bad: rgb(palette::BAD_ON_DARK),
            viewport_top: rgb(0x20242C),
            viewport_bottom: rgb(0x101216),
            left: rgb(0x3F_A7_FF),
            right: rgb(0xFF_8A_3D),
            middle: rgb(0xD9_DE_E7),
            unplayed: Color32::from_rgba_premultiplied(16, 18, 22, 155),
            scrim: Color32::from_rgba_premultiplied(8, 9, 11, 200),
            float: Color32::from_rgba_premultiplied(24, 27, 32, 230),
            shadow: Color32::from_black_alpha(110),
        }
    }

    pub const fn light() -> Self {
        Self {
            is_dark: false,
            window: rgb(0xF4_F5_F7),
            panel: rgb(0xFF_FF_FF),
            raised: rgb(0xEE_F0_F4),
            line: rgb(0xD5_DA_E3),
            text: rgb(0x1B_1F_27),
            muted: rgb(0x5A_63_72),
            disabled: rgb(0xA3_AB_B8),
            accent: rgb(0x2F_62_E0),
            accent_fill: rgb(0x2F_62_E0),
            accent_text: rgb(0xFF_FF_FF),
            good: rgb(0x1F_8F_5F),
            warn: rgb(0xB9_7A_0A),
            bad: rgb(palette::BAD_ON_LIGHT),
            viewport_top: rgb(0xF7_F8_FA),
            viewport_bottom: rgb(0xDD_E2_EA),
            left: rgb(0x0A_6F_D1),
            right: rgb(0xD9_59_0A),
            middle: rgb(0x5A_63_72),
            unplayed: Color32::from_rgba_premultiplied(148, 150, 154, 155),
            scrim: Color32::from_rgba_premultiplied(195, 197, 201, 205),
            float: Color32::from_rgba_premultiplied(235, 235, 235, 235),
            shadow: Color32::from_black_alpha(36),
        }
    }

    /// The theme that `ui` is drawn in.
    pub fn of(ui: &Ui) -> &'static Self {
        Self::for_visuals(ui.visuals())
    }

    pub fn of_context(ctx: &egui::Context) -> &'static Self {
        Self::for_visuals(&ctx.global_style().visuals)
    }

    pub fn for_visuals(visuals: &Visuals) -> &'static Self {
        if visuals.dark_mode { &DARK } else { &LIGHT }
    }

    /// The colour of a person; places beyond the list start over.
    pub fn person(place: usize) -> Color32 {
        of_bytes(palette::person(place))
    }

    /// As [`Self::person`], dark enough for thin lines on a light ground.
    pub fn person_line(&self, place: usize) -> Color32 {
        let colour = Self::person(place);
        if self.is_dark { colour } else { colour.lerp_to_gamma(self.text, 0.25) }
    }

    /// The ground of a label, by the place of its class.
    pub fn class(&self, place: usize) -> Color32 {
        of_bytes(palette::class(place, self.is_dark))
    }

    /// Lines and marks in the colour of a class.
    pub fn class_line(&self, place: usize) -> Color32 {
        of_bytes(palette::class_line(place, self.is_dark))
    }

    pub fn side(&self, side: Side) -> Color32 {
        match side {
            Side::Left => self.left,
            Side::Right => self.right,
            Side::Middle => self.middle,
        }
    }

    /// Cividis, 0 dark blue to 1 yellow; other numbers count as the nearer end.
    pub fn confidence(share: f32) -> Color32 {
        of_bytes(palette::share(share))
    }

    pub fn hairline(&self) -> Stroke {
        Stroke::new(size::HAIRLINE, self.line)
    }

    /// Behind 2D keypoints where there is no video frame.
    pub fn image_plane(&self) -> Color32 {
        if self.is_dark { self.viewport_bottom } else { self.panel }
    }

    /// Outline of what is selected or has the keyboard.
    pub fn focus_line(&self) -> Stroke {
        Stroke::new(size::HAIRLINE, self.accent)
    }

    /// A card that floats over the viewport.
    pub fn float_frame(&self) -> egui::Frame {
        egui::Frame::NONE
            .fill(self.float)
            .corner_radius(size::ROUNDING)
            .inner_margin(Margin::same(size::STEP as i8))
            .stroke(self.hairline())
    }

    /// A dialog over the window.
    pub fn dialog_frame(&self) -> egui::Frame {
        egui::Frame::NONE
            .fill(self.panel)
            .corner_radius(size::ROUNDING)
            .inner_margin(Margin::same(size::DIALOG_PADDING as i8))
            .stroke(self.hairline())
    }

    fn visuals(&self) -> Visuals {
        let rounding = CornerRadius::same(size::ROUNDING as u8);
        let small_rounding = CornerRadius::same(size::STEP as u8);
        let widget = |fill: Color32, text: Color32, outline: Stroke| WidgetVisuals {
            bg_fill: fill,
            weak_bg_fill: fill,
            bg_stroke: outline,
            corner_radius: small_rounding,
            fg_stroke: Stroke::new(size::HAIRLINE, text),
            expansion: 0.0,
        };
        let mut visuals = if self.is_dark { Visuals::dark() } else { Visuals::light() };
        visuals.widgets.noninteractive = widget(self.panel, self.text, self.hairline());
        visuals.widgets.inactive = widget(self.raised, self.text, Stroke::NONE);
        visuals.widgets.hovered = widget(self.line, self.text, Stroke::NONE);
        visuals.widgets.active = widget(self.line, self.text, self.focus_line());
        visuals.widgets.open = widget(self.line, self.text, Stroke::NONE);
        visuals.selection.bg_fill = self.accent_fill;
        visuals.selection.stroke = Stroke::new(size::HAIRLINE, self.accent_text);
        visuals.weak_text_color = Some(self.muted);
        visuals.hyperlink_color = self.accent;
        visuals.faint_bg_color = self.raised;
        visuals.extreme_bg_color = self.window;
        visuals.text_edit_bg_color = Some(self.window);
        visuals.code_bg_color = self.raised;
        visuals.warn_fg_color = self.warn;
        visuals.error_fg_color = self.bad;
        visuals.panel_fill = self.panel;
        visuals.window_fill = self.panel;
        visuals.window_stroke = self.hairline();
        visuals.window_corner_radius = rounding;
        visuals.menu_corner_radius = rounding;
        visuals.window_shadow = Shadow { offset: [0, 8], blur: 24, spread: 0, color: self.shadow };
        visuals.popup_shadow = Shadow { offset: [0, 4], blur: 12, spread: 0, color: self.shadow };
        visuals.text_cursor.stroke = Stroke::new(size::BONE_STROKE, self.accent);
        visuals.striped = false;
        visuals.indent_has_left_vline = false;
        visuals.slider_trailing_fill = true;
        visuals
    }

    fn style(&self) -> Style {
        let font = |size: f32| FontId::new(size, FontFamily::Proportional);
        let mut style = Style {
            visuals: self.visuals(),
            animation_time: MOTION_SECS,
            text_styles: [
                (TextStyle::Small, font(size::SMALL_TEXT)),
                (TextStyle::Body, font(size::BODY_TEXT)),
                (TextStyle::Button, font(size::BODY_TEXT)),
                (TextStyle::Monospace, FontId::new(size::SMALL_TEXT, FontFamily::Monospace)),
                (TextStyle::Heading, font(size::TITLE_TEXT)),
                (dialog_text(), font(size::DIALOG_TEXT)),
            ]
            .into(),
            ..Style::default()
        };
        style.drag_value_text_style = TextStyle::Body;
        let spacing = &mut style.spacing;
        spacing.item_spacing = Vec2::new(size::GAP, size::STEP);
        spacing.button_padding = Vec2::new(size::GAP, size::STEP);
        spacing.window_margin = Margin::same(size::PANEL_PADDING as i8);
        spacing.menu_margin = Margin::same(size::STEP as i8);
        spacing.interact_size = Vec2::new(size::CONTROL_HEIGHT, size::CONTROL_HEIGHT);
        spacing.icon_width = size::ICON;
        spacing.icon_width_inner = size::SWATCH;
        spacing.icon_spacing = size::GAP;
        spacing.combo_width = 0.0;
        spacing.extra_text_line_spacing = LINE_GAP;
        spacing.scroll = ScrollStyle { floating_allocated_width: 0.0, bar_width: size::GAP, ..ScrollStyle::thin() };
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.4;
        style
    }
}

/// Gives both themes to egui.
pub fn install(ctx: &egui::Context) {
    ctx.set_style_of(egui::Theme::Dark, DARK.style());
    ctx.set_style_of(egui::Theme::Light, LIGHT.style());
    // The window's own actions do this, and remember it.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

/// Shows the chosen theme, scale and motion from the next frame on; costs nothing while they are shown already.
pub fn show(ctx: &egui::Context, settings: &Settings) {
    ctx.set_zoom_factor(settings.zoom.clamp(ZOOMS[0], ZOOMS[ZOOMS.len() - 1]));
    let motion_secs = if settings.reduced_motion { 0.0 } else { MOTION_SECS };
    if ctx.global_style().animation_time != motion_secs {
        ctx.all_styles_mut(|style| style.animation_time = motion_secs);
    }
    let wanted = match settings.theme {
        ThemeChoice::Dark => egui::ThemePreference::Dark,
        ThemeChoice::Light => egui::ThemePreference::Light,
        ThemeChoice::System => egui::ThemePreference::System,
    };
    if ctx.options(|options| options.theme_preference) != wanted {
        ctx.set_theme(wanted);
        ctx.request_repaint();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{LinearRgba, PersonStyle, SceneStyle};

    fn luminance(colour: Color32) -> f32 {
        let [red, green, blue] = [colour.r(), colour.g(), colour.b()].map(|byte| {
            let encoded = f32::from(byte) / 255.0;
            if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// WCAG 2 contrast ratio.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_surface() {
        for theme in [Theme::dark(), Theme::light()] {
            for surface in [theme.window, theme.panel, theme.raised, theme.viewport_top, theme.viewport_bottom] {
                for text in [theme.text, theme.muted] {
                    assert!(contrast(text, surface) >= 4.5, "{text:?} on {surface:?}");
                }
            }
            assert!(contrast(theme.accent_text, theme.accent_fill) >= 4.5);
            assert!((0..120).all(|class| contrast(theme.text, theme.class(class)) >= 4.5));
            assert!((0..120).all(|class| contrast(theme.class_line(class), theme.panel) >= 3.0));
            assert!(contrast(theme.text, theme.line) >= 4.5);
            for mark in [theme.good, theme.warn, theme.bad, theme.accent, theme.left, theme.right, theme.middle] {
                assert!(contrast(mark, theme.panel) >= 3.0, "{mark:?}");
            }
        }
    }

    /// The renderer's styles serve the command line too, which knows no theme.
    #[test]
    fn the_scene_has_the_theme_s_colours() {
        let linear = |colour: Color32| LinearRgba::from_srgb([colour.r(), colour.g(), colour.b()]);
        for (theme, scene, person) in [
            (Theme::dark(), SceneStyle::dark(), PersonStyle::dark()),
            (Theme::light(), SceneStyle::light(), PersonStyle::light()),
        ] {
            assert_eq!(scene.background.top, linear(theme.viewport_top));
            assert_eq!(scene.background.bottom, linear(theme.viewport_bottom));
            assert_eq!([person.left, person.right, person.middle], [theme.left, theme.right, theme.middle].map(linear));
        }
    }

    #[test]
    fn confidence_grows_brighter_from_end_to_end() {
        let steps: Vec<f32> = (0..=50).map(|i| luminance(Theme::confidence(i as f32 / 50.0))).collect();
        assert!(steps.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn figures_are_tabular() {
        let ctx = egui::Context::default();
        install(&ctx);
        ctx.run_ui(egui::RawInput::default(), |_| {}).textures_delta.clear();
        for style in [TextStyle::Small, TextStyle::Body, TextStyle::Monospace] {
            let font = style.resolve(&ctx.global_style());
            let widths: Vec<f32> = ctx.fonts_mut(|fonts| ('0'..='9').map(|d| fonts.glyph_width(&font, d)).collect());
            assert!(widths.iter().all(|width| (width - widths[0]).abs() < 1e-3), "{style:?}: {widths:?}");
        }
    }
}
