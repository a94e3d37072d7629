//! Menus, and what each action is called, says of itself, and misses where it cannot be done.

pub const FILE_MENU: &str = "File";
pub const OPEN_FILE: &str = "Open file…";
pub const OPEN_FILE_HELP: &str =
    "Keypoint files of AlphaPose, OpenPose, MMPose, COCO, Ultralytics, DeepLabCut and more";
pub const OPEN_FOLDER: &str = "Open folder…";
pub const OPEN_FOLDER_HELP: &str = "A folder of per-frame files, as OpenPose and Ultralytics write them";
pub const OPEN_PATH: &str = "Open path…";
pub const OPEN_PATH_HELP: &str = "Type or paste the path of a file or folder";
pub const OPEN_DEMO: &str = "Open demo";
pub const OPEN_DEMO_HELP: &str = "A dancer and a boxer, built into the program";
pub const SAVE_PLOT_TABLE: &str = "Save plot values…";
pub const SAVE_PLOT_TABLE_HELP: &str = "The shown curves as a CSV table";
pub const SAVE_PLOT_PICTURE: &str = "Save plots as picture…";
pub const SAVE_PLOT_PICTURE_HELP: &str = "The shown curves with title, axes and legend as PNG";
pub const CLOSE: &str = "Close";
pub const QUIT: &str = "Quit";

pub const EDIT_MENU: &str = "Edit";
pub const UNDO: &str = "Undo";
pub const REDO: &str = "Redo";
pub const COPY_FRAME: &str = "Copy frame values";
pub const COPY_FRAME_HELP: &str = "The joints in the inspector as tab-separated values";
pub const COPY_PLOTS: &str = "Copy plot values";
pub const COPY_PLOTS_HELP: &str = "The shown curves as tab-separated values, from in to out point";
pub const CLEAR_SELECTION: &str = "Clear selection";
pub const SETTINGS: &str = "Settings…";
pub const CANCEL_INFERENCE: &str = "Cancel inference";
pub const CANCEL_INFERENCE_HELP: &str = "Stop the running inference; what is there stays";

pub const PLAYBACK_MENU: &str = "Playback";
pub const PLAY_PAUSE: &str = "Play";
pub const TOGGLE_LOOP: &str = "Loop";
pub const STEP_FORWARD: &str = "Next frame";
pub const STEP_BACK: &str = "Previous frame";
pub const LEAP_FORWARD: &str = "Forward 10 frames";
pub const LEAP_BACK: &str = "Back 10 frames";
pub const FIRST_FRAME: &str = "First frame";
pub const FIRST_FRAME_HELP: &str = "At the in point first, where one is set";
pub const LAST_FRAME: &str = "Last frame";
pub const LAST_FRAME_HELP: &str = "At the out point first, where one is set";
pub const FASTER: &str = "Faster";
pub const SLOWER: &str = "Slower";

pub const MARK_MENU: &str = "Mark";
pub const SET_IN: &str = "Set in point";
pub const SET_IN_HELP: &str = "Playback and loop start at this frame";
pub const SET_OUT: &str = "Set out point";
pub const SET_OUT_HELP: &str = "Playback and loop end with this frame";
pub const CLEAR_IN: &str = "Clear in point";
pub const CLEAR_OUT: &str = "Clear out point";
pub const CLEAR_IN_OUT: &str = "Clear in and out";
pub const ADD_MARKER: &str = "Add marker";
pub const ADD_MARKER_HELP: &str = "A named moment";
pub const RENAME_MARKER: &str = "Rename marker";
pub const REMOVE_MARKER: &str = "Delete marker";
pub const PREVIOUS_MARK: &str = "Previous mark";
pub const PREVIOUS_MARK_HELP: &str = "The marker, in or out point or end before this frame";
pub const NEXT_MARK: &str = "Next mark";
pub const NEXT_MARK_HELP: &str = "The marker, in or out point or end after this frame";
pub const PREVIOUS_GAP: &str = "Previous gap";
pub const GAP_HELP: &str = "Where the selected person, or anyone shown, was not seen";
pub const NEXT_GAP: &str = "Next gap";
pub const WORST_CONFIDENCE: &str = "Lowest confidence";
pub const WORST_CONFIDENCE_HELP: &str =
    "Where the selected person, or anyone shown, was seen worst; again for the next worst";
pub const ZOOM_TIMELINE_IN: &str = "Zoom in on the timeline";
pub const ZOOM_TIMELINE_OUT: &str = "Zoom out of the timeline";
pub const ZOOM_TO_IN_OUT: &str = "Zoom to in and out";
pub const FIT_TIMELINE: &str = "Show the whole timeline";
pub const TOGGLE_HEAT: &str = "Confidence by body part";
pub const TOGGLE_HEAT_HELP: &str = "Rows under the selected person's lane: head, trunk, arms and legs";

pub const VIEW_MENU: &str = "View";
pub const FRAME_ALL: &str = "Frame everyone";
pub const FRAME_ALL_HELP: &str = "Move the camera so that everyone is in the picture";
pub const VIEW_FRONT: &str = "Front view";
pub const VIEW_SIDE: &str = "Side view";
pub const VIEW_TOP: &str = "Top view";
pub const VIEW_THREE_QUARTER: &str = "Three-quarter view";
pub const VIEW_CAMERA: &str = "Camera view";
pub const VIEW_CAMERA_HELP: &str = "From where the recording camera stood";
pub const TOGGLE_PERFORMANCE: &str = "Performance";
pub const TOGGLE_PERFORMANCE_HELP: &str = "Frame time, inference time and queue over the 3D view";
pub const ZOOM_IN: &str = "Larger";
pub const ZOOM_HELP: &str = "Scale of the whole window";
pub const ZOOM_OUT: &str = "Smaller";
pub const ZOOM_RESET: &str = "Usual size";
pub const TOGGLE_THEME: &str = "Light theme";

pub const SCENE_MENU: &str = "Scene";
pub const TOGGLE_TRAILS: &str = "Trails";
pub const TOGGLE_TRAILS_HELP: &str = "Where wrists and ankles were in the last second; right click a joint for others";
pub const TOGGLE_ONION_SKINS: &str = "Onion skins";
pub const TOGGLE_ONION_SKINS_HELP: &str = "Ghosts of the frames before and after";
pub const TOGGLE_GHOST: &str = "Before cleaning";
pub const TOGGLE_GHOST_HELP: &str = "A ghost of the pose without cleaning and smoothing";
pub const TOGGLE_FRUSTUM: &str = "Recording camera";
pub const TOGGLE_FRUSTUM_HELP: &str = "Where the camera stood, with the 2D keypoints on its picture";
pub const TOGGLE_GRID: &str = "Floor grid";
pub const TOGGLE_ORTHOGRAPHIC: &str = "Orthographic";
pub const TOGGLE_ORTHOGRAPHIC_HELP: &str = "Parallel projection: near and far have one scale";
pub const TOGGLE_FOLLOW: &str = "Follow person";
pub const TOGGLE_FOLLOW_HELP: &str = "Keep the selected person, or else everyone, in the middle while playing";
pub const SAVE_SCREENSHOT: &str = "Save screenshot";
pub const SAVE_SCREENSHOT_HELP: &str = "The 3D view as a PNG picture";
pub const COPY_SCREENSHOT: &str = "Copy screenshot";
pub const COPY_SCREENSHOT_HELP: &str = "The 3D view as a picture on the clipboard";

pub const PANELS_MENU: &str = "Panels";
pub const PANEL_SCENE: &str = "3D view";
pub const PANEL_KEYPOINTS: &str = "2D keypoints";
pub const PANEL_SOURCES: &str = "Sources and people";
pub const PANEL_INSPECTOR: &str = "Inspector";
pub const PANEL_CLEANING: &str = "Clean up";
pub const PANEL_MODELS: &str = "Models";
pub const PANEL_TIMELINE: &str = "Timeline";
pub const PANEL_PLOTS: &str = "Plots";
pub const PANEL_LOG: &str = "Log";
pub const TOGGLE_LEFT_PANEL: &str = "Left side";
pub const TOGGLE_RIGHT_PANEL: &str = "Right side";
pub const RESET_LAYOUT: &str = "Reset layout";
pub const RESET_LAYOUT_HELP: &str = "All panels back to where they were at first";

pub const CLIPS_MENU: &str = "Clips";
pub const NEXT_CLIP: &str = "Next clip";
pub const PREVIOUS_CLIP: &str = "Previous clip";
pub const SIDE_BY_SIDE: &str = "Side by side";
pub const SIDE_BY_SIDE_HELP: &str = "Up to four open clips beside each other, at the same time";
pub const ALIGN_CLIPS: &str = "Align clips here";
pub const ALIGN_CLIPS_HELP: &str =
    "The frames that clips show side by side, or at which they were left, become the same moment";
pub const MOVE_ALONE: &str = "Move one clip alone";
pub const MOVE_ALONE_HELP: &str = "Side by side, only the active clip plays and scrubs, until the clips are aligned";
pub const LINK_CAMERAS: &str = "Link cameras";
pub const LINK_CAMERAS_HELP: &str = "Turning one view turns all that stand side by side";

pub const HELP_MENU: &str = "Help";
pub const PALETTE: &str = "Command palette…";
pub const PALETTE_HELP: &str = "Find anything that can be done, opened or gone to by its name";
pub const SHORTCUTS: &str = "Keyboard shortcuts";
pub const FIRST_STEPS: &str = "First steps";
pub const FIRST_STEPS_HELP: &str = "Three hints beside the things they name";

pub const PAUSE: &str = "Pause";
pub const PLAY_OR_PAUSE: &str = "Play or pause";

pub const NO_IN_POINT: &str = "There is no in point";
pub const NO_OUT_POINT: &str = "There is no out point";
pub const NO_IN_OR_OUT_POINT: &str = "There is no in or out point";
pub const NO_MARKER_HERE: &str = "There is no marker at this frame";
pub const ONLY_ONE_CLIP: &str = "Only one clip is open";
pub const NOT_SIDE_BY_SIDE: &str = "Clips are not side by side";
pub const LARGEST: &str = "This is the largest";
pub const SMALLEST: &str = "This is the smallest";
pub const NOTHING_TO_UNDO: &str = "Nothing to undo";
pub const NOTHING_TO_REDO: &str = "Nothing to redo";
pub const NOTHING_SELECTED: &str = "Nothing is selected";
pub const NOTHING_PLOTTED: &str = "Nothing is plotted";
pub const NO_INFERENCE: &str = "No inference is running";
pub const HIGHEST_SPEED: &str = "This is the highest speed";
pub const LOWEST_SPEED: &str = "This is the lowest speed";

pub const KEY_RIGHT: &str = "Right";
pub const KEY_LEFT: &str = "Left";
pub const KEY_UP: &str = "Up";
pub const KEY_DOWN: &str = "Down";
