//! Work on many files at once.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Room for the deepest expression that is read, of which most is never touched.
const STACK_BYTES: usize = 16 << 20;

/// `work` for every number below `count`, on all cores, in order.
pub fn side_by_side<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    if count < 2 || cores == 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return done;
            }
            done.push((at, work(at)));
        }
    };
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let start = |_| {
            let worker = std::thread::Builder::new().stack_size(STACK_BYTES);
            worker.spawn_scoped(scope, take)
        };
        let workers: Vec<_> = (0..cores.min(count)).map(start).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        // A thread that the system does not give takes no work from the others; without any, the work is done here.
        let mut done: Vec<(usize, T)> = workers
            .into_iter()
            .filter_map(Result::ok)
            .flat_map(join)
            .collect();
        done.extend(take());
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, value)| value).collect()
}
