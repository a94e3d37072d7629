//! MP4 without other programs: H.264 by the encoder that is built in.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use image::RgbaImage;
use openh264::encoder::{
    BitRate, Encoder, EncoderConfig, FrameRate as EncoderRate, FrameType, IntraFramePeriod, QpRange, RateControlMode,
    VuiConfig,
};
use openh264::formats::YUVSlices;
use openh264::{OpenH264API, Timestamp};
use shiguredo_mp4::TrackKind;
use shiguredo_mp4::bitstream::h264::{
    H264SampleEntryConfig, LengthSize, annexb_to_length_prefixed, build_avc1_box_from_annexb,
};
use shiguredo_mp4::boxes::SampleEntry;
use shiguredo_mp4::mux::{Mp4FileMuxer, Sample};
use tempfile::NamedTempFile;

use crate::data::FrameRate;
use crate::support::CancelToken;
use crate::support::files::temporary_beside;

use super::super::FrameError;
use super::ClipSink;

/// The longer and the shorter side that the encoder takes at most.
const LARGEST: [u32; 2] = [3840, 2160];
/// Either side at least.
const SMALLEST: u32 = 16;
/// Quantiser, of 0 (no loss) to 51: pictures look like the original.
const QUANTISER: u8 = 20;
/// Players jump to the beginning of such stretches.
const SECS_BETWEEN_KEY_FRAMES: f64 = 2.0;

/// Writes H.264 in an MP4 file, on this thread.
pub struct BuiltInVideoWriter {
    path: PathBuf,
    temporary: NamedTempFile,
    file: BufWriter<File>,
    encoder: Encoder,
    muxer: Mp4FileMuxer,
    planes: Planes,
    size: [u32; 2],
    rate: FrameRate,
    /// Pictures taken so far.
    taken: usize,
    /// Where the next picture goes in the file.
    position: u64,
}

impl BuiltInVideoWriter {
    /// Pictures of `size` (width, height in pixels) at `rate`. Odd sides get a row or column of black: the format has
    /// only even ones.
    ///
    /// # Errors
    /// The encoder takes no pictures of this size; the folder cannot be written to.
    pub fn create(path: &Path, size: [u32; 2], rate: FrameRate) -> Result<Self, FrameError> {
        let [width, height] = size;
        let (longer, shorter) = (width.max(height), width.min(height));
        if longer > LARGEST[0] || shorter > LARGEST[1] || shorter < SMALLEST {
            let why = format!(
                "the built-in encoder takes {SMALLEST} x {SMALLEST} to {} x {} pixels, not {width} x {height}. Choose \
                 another size, or install ffmpeg",
                LARGEST[0], LARGEST[1]
            );
            return Err(FrameError::encode(path, why));
        }
        let key_frames = (rate.fps() * SECS_BETWEEN_KEY_FRAMES).round().max(1.0) as u32;
        let config = EncoderConfig::new()
            .rate_control_mode(RateControlMode::Off)
            .qp(QpRange::new(QUANTISER, QUANTISER))
            // Not kept to, but asked for.
            .bitrate(BitRate::from_bps(20_000_000))
            .max_frame_rate(EncoderRate::from_hz(rate.fps() as f32))
            .intra_frame_period(IntraFramePeriod::from_num_frames(key_frames))
            .skip_frames(false)
            .scene_change_detect(false)
            .vui(VuiConfig::bt709());
        let refused = |error: openh264::Error| FrameError::encode(path, error.to_string());
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(refused)?;
        let muxer = Mp4FileMuxer::new().map_err(|error| FrameError::encode(path, error.to_string()))?;
        let failed = FrameError::write(path);
        let temporary = temporary_beside(path).map_err(&failed)?;
        let mut file = BufWriter::with_capacity(1 << 16, temporary.reopen().map_err(&failed)?);
        file.write_all(muxer.initial_boxes_bytes()).map_err(&failed)?;
        Ok(Self {
            path: path.to_owned(),
            temporary,
            file,
            encoder,
            position: muxer.initial_boxes_bytes().len() as u64,
            muxer,
            planes: Planes::new(size),
            size,
            rate,
            taken: 0,
        })
    }

    fn encode_error(&self, error: impl std::fmt::Display) -> FrameError {
        FrameError::encode(&self.path, error.to_string())
    }
}

impl ClipSink for BuiltInVideoWriter {
    fn write(&mut self, picture: RgbaImage, cancel: &CancelToken) -> Result<(), FrameError> {
        cancel.check()?;
        super::check_size(&self.path, &picture, self.size)?;
        self.planes.fill(&picture);
        let shown_millis = (self.rate.time_of(self.taken) * 1000.0).round() as u64;
        let stream = self.encoder.encode_at(&self.planes.slices(), Timestamp::from_millis(shown_millis));
        let (bytes, is_key_frame) = match stream {
            Ok(stream) => (stream.to_vec(), matches!(stream.frame_type(), FrameType::IDR)),
            Err(error) => return Err(self.encode_error(error)),
        };
        let config = H264SampleEntryConfig { length_size: LengthSize::FourBytes };
        let sample_entry = match self.taken {
            0 => Some(build_avc1_box_from_annexb(&bytes, &config).map_err(|error| self.encode_error(error))?),
            _ => None,
        };
        let data =
            annexb_to_length_prefixed(&bytes, LengthSize::FourBytes).map_err(|error| self.encode_error(error))?;
        self.file.write_all(&data).map_err(FrameError::write(&self.path))?;
        let sample = Sample {
            track_kind: TrackKind::Video,
            sample_entry: sample_entry.map(SampleEntry::Avc1),
            keyframe: is_key_frame,
            timescale: NonZeroU32::new(self.rate.numerator()).unwrap_or(NonZeroU32::MIN),
            duration: self.rate.denominator(),
            composition_time_offset: None,
            data_offset: self.position,
            data_size: data.len(),
        };
        self.muxer.append_sample(&sample).map_err(|error| self.encode_error(error))?;
        self.position += data.len() as u64;
        self.taken += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>, cancel: &CancelToken) -> Result<(), FrameError> {
        cancel.check()?;
        let boxes = match self.muxer.finalize() {
            Ok(boxes) => boxes,
            Err(error) => return Err(FrameError::encode(&self.path, error.to_string())),
        };
        let failed = FrameError::write(&self.path);
        for (offset, bytes) in boxes.offset_and_bytes_pairs() {
            self.file.seek(SeekFrom::Start(offset)).map_err(&failed)?;
            self.file.write_all(bytes).map_err(&failed)?;
        }
        self.file.flush().map_err(&failed)?;
        self.temporary.as_file().sync_all().map_err(&failed)?;
        self.temporary.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// A picture as the encoder takes it: brightness of every pixel, colour of every two by two.
struct Planes {
    /// Even.
    width: usize,
    height: usize,
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
}

impl Planes {
    fn new(size: [u32; 2]) -> Self {
        let [width, height] = size.map(|side| side.next_multiple_of(2) as usize);
        // Black, which the padding stays.
        let colour = vec![128; width * height / 4];
        Self { width, height, luma: vec![16; width * height], blue: colour.clone(), red: colour }
    }

    fn slices(&self) -> YUVSlices<'_> {
        let half = self.width / 2;
        YUVSlices::new((&self.luma, &self.blue, &self.red), (self.width, self.height), (self.width, half, half))
    }

    /// From sRGB bytes to BT.709 with its limited range (ITU-R BT.709-6, section 3), in 1/65536ths; alpha is left out.
    fn fill(&mut self, picture: &RgbaImage) {
        const HALF: i32 = 1 << 15;
        let columns = picture.width() as usize;
        let row_bytes = columns * 4;
        let pixels = picture.as_raw();
        for (row, luma) in pixels.chunks_exact(row_bytes).zip(self.luma.chunks_exact_mut(self.width)) {
            for (pixel, luma) in row.chunks_exact(4).zip(luma) {
                let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(i32::from);
                *luma = (16 + ((11_966 * red + 40_254 * green + 4_064 * blue + HALF) >> 16)) as u8;
            }
        }
        let half = self.width / 2;
        for (pair, rows) in pixels.chunks(2 * row_bytes).enumerate() {
            let (upper, lower) = rows.split_at(row_bytes.min(rows.len()));
            // The last row of an odd number stands for the missing one.
            let lower = if lower.is_empty() { upper } else { lower };
            let reds = &mut self.red[pair * half..(pair + 1) * half];
            let blues = &mut self.blue[pair * half..(pair + 1) * half];
            let quads = upper.chunks(8).zip(lower.chunks(8));
            for ((above, below), (to_red, to_blue)) in quads.zip(reds.iter_mut().zip(blues)) {
                let right = above.len() - 4;
                let sum = |channel: usize| {
                    [above[channel], above[right + channel], below[channel], below[right + channel]]
                        .into_iter()
                        .map(i32::from)
                        .sum::<i32>()
                };
                let [red, green, blue] = [sum(0), sum(1), sum(2)];
                *to_blue = (128 + ((-6_596 * red - 22_189 * green + 28_784 * blue + 4 * HALF) >> 18)) as u8;
                *to_red = (128 + ((28_784 * red - 26_145 * green - 2_639 * blue + 4 * HALF) >> 18)) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_what_the_standard_says() {
        for (rgb, expected) in [
            ([0, 0, 0], [16, 128, 128]),
            ([255, 255, 255], [235, 128, 128]),
            ([255, 0, 0], [63, 102, 240]),
            ([0, 255, 0], [173, 42, 26]),
            ([0, 0, 255], [32, 240, 118]),
        ] {
            let [red, green, blue] = rgb;
            let mut planes = Planes::new([3, 3]);
            planes.fill(&RgbaImage::from_pixel(3, 3, image::Rgba([red, green, blue, 255])));
            assert_eq!([planes.luma[0], planes.blue[3], planes.red[3]], expected, "{rgb:?}");
            assert_eq!((planes.luma[3], planes.luma[15]), (16, 16), "what was added is black");
        }
    }
}
