//! The body in the layout of SMPL's .npz files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use glam::DVec3;
use npyz::{AutoSerialize, DType, TypeStr, WriterBuilder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use motionbert::data::body::BODY_PARENTS;

use crate::body::Body;
use crate::shape;

/// Bytes of one name in `shape_names`.
const NAME_BYTES: usize = 24;

pub fn write(body: &Body, path: &Path) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = Arrays { zip: ZipWriter::new(BufWriter::new(file)) };
    let vertices = body.mesh.points.len();
    let metres = |p: &DVec3| p.to_array().map(|value| value as f32);
    out.add("v_template", &[vertices, 3], body.mesh.points.iter().flat_map(metres))?;
    out.add(
        "shapedirs",
        &[vertices, 3, body.shapes.len()],
        (0..vertices * 3).flat_map(|at| body.shapes.iter().map(move |direction| metres(&direction[at / 3])[at % 3])),
    )?;
    let dense = |rows: &[Vec<f64>]| rows.concat().into_iter().map(|value| value as f32);
    out.add("J_regressor", &[body.tree.len(), vertices], dense(&body.tree))?;
    out.add("J_regressor_h36m", &[body.h36m.len(), vertices], dense(&body.h36m))?;
    out.add("weights", &[vertices, BODY_PARENTS.len()], body.skin.iter().flatten().map(|weight| *weight as f32))?;
    let corners = body.mesh.triangles.iter().flatten().map(|i| *i as u32);
    out.add("f", &[body.mesh.triangles.len(), 3], corners)?;
    let parents = BODY_PARENTS.iter().map(|parent| parent.map_or(u32::MAX, |parent| parent as u32));
    out.add("kintree_table", &[2, BODY_PARENTS.len()], parents.chain(0..BODY_PARENTS.len() as u32))?;
    out.add_names("shape_names", &shape::NAMES)?;
    out.zip.finish()?.flush().with_context(|| format!("cannot finish {}", path.display()))
}

struct Arrays {
    zip: ZipWriter<BufWriter<File>>,
}

impl Arrays {
    fn start(&mut self, name: &str) -> anyhow::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::default());
        Ok(self.zip.start_file(format!("{name}.npy"), options)?)
    }

    fn add<T: AutoSerialize>(
        &mut self,
        name: &str,
        shape: &[usize],
        values: impl Iterator<Item = T>,
    ) -> anyhow::Result<()> {
        self.start(name)?;
        let shape: Vec<u64> = shape.iter().map(|axis| *axis as u64).collect();
        let mut writer = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(&mut self.zip).begin_nd()?;
        writer.extend(values)?;
        Ok(writer.finish()?)
    }

    /// Text as NumPy's fixed-length byte strings.
    fn add_names(&mut self, name: &str, names: &[&str]) -> anyhow::Result<()> {
        self.start(name)?;
        let kind: TypeStr = format!("|S{NAME_BYTES}").parse()?;
        let shape = [names.len() as u64];
        let options = npyz::WriteOptions::<Vec<u8>>::new().dtype(DType::Plain(kind)).shape(&shape);
        let mut writer = options.writer(&mut self.zip).begin_nd()?;
        writer.extend(names.iter().map(|name| name.as_bytes().to_vec()))?;
        Ok(writer.finish()?)
    }
}
