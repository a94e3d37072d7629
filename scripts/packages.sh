# Sourced by scripts/run and scripts/test: installs system packages that are missing, saying what and why.

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "Please run as root: $*"
        return 1
    fi
}

# need DEBIAN_PACKAGE FEDORA_PACKAGE WHY...   ("-" where a system needs none)
missing=()
need() {
    local debian=$1 fedora=$2 package
    shift 2
    case $packager in
        apt) package=$debian ;;
        dnf) package=$fedora ;;
        *) return 0 ;;
    esac
    [ "$package" = - ] && return 0
    case $packager in
        apt) dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && return 0 ;;
        dnf) rpm -q --whatprovides "$package" >/dev/null 2>&1 && return 0 ;;
    esac
    say "Missing: $package ($*)"
    missing+=("$package")
}

packager=none
if [ "$(uname -s)" = Linux ]; then
    if command -v apt-get >/dev/null; then packager=apt; elif command -v dnf >/dev/null; then packager=dnf; fi
fi

need_build_packages() {
    need gcc gcc "links the program"
    need libc6-dev glibc-devel "links the program"
    need g++ gcc-c++ "builds the video encoder"
    need libclang1 clang-libs "reads the headers of the camera driver"
}

need_window_packages() {
    need libx11-6 libX11 "opens the window on X11"
    need libx11-xcb1 libX11-xcb "opens the window on X11"
    need libxcursor1 libXcursor "shows the pointer on X11"
    need libxi6 libXi "mouse and touch on X11"
    need libxkbcommon-x11-0 libxkbcommon-x11 "keyboard on X11"
    need libvulkan1 vulkan-loader "draws in 3D"
    need mesa-vulkan-drivers mesa-vulkan-drivers "draws in 3D, on the processor where there is no graphics card"
}

need_video_packages() {
    # Fedora's own build has another name than the full one, which may be there instead.
    command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null && return 0
    need ffmpeg ffmpeg-free "reads and writes videos"
}

install_missing() {
    [ ${#missing[@]} -eq 0 ] && return 0
    say "Installing: ${missing[*]}"
    case $packager in
        apt)
            as_root apt-get update -qq
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
            ;;
        dnf) as_root dnf install -y -q "${missing[@]}" >&2 ;;
    esac
}

need_rust() {
    command -v cargo >/dev/null && return 0
    [ -x "$HOME/.cargo/bin/cargo" ] && { PATH="$HOME/.cargo/bin:$PATH"; return 0; }
    say "Rust is missing. Get it from https://rustup.rs (one command, no root needed), then run this again."
    exit 1
}
