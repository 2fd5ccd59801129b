//! The runtime that a run asks in.

use std::ops::Deref;

use tokio::runtime::{Builder, Runtime};

use super::run::SourceError;

/// A runtime. When it is dropped it ends in the background: a name that nobody resolves
/// blocks a thread for as long as the system likes, and is not waited for.
pub(super) struct Background(Option<Runtime>);

impl Background {
    /// The runtime that `builder` makes.
    pub fn of(builder: &mut Builder) -> Result<Background, SourceError> {
        let runtime = builder.build().map_err(SourceError::Runtime)?;
        Ok(Background(Some(runtime)))
    }
}

impl Deref for Background {
    type Target = Runtime;

    fn deref(&self) -> &Runtime {
        let runtime = self.0.as_ref();
        runtime.expect("it is taken when this is dropped")
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
