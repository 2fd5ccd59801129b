//! The four blocks, each of which pays for what it does; the library's own would loop for ever and pass over what is missing.

use handlebars::{
    BlockContext, Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender, JsonTruthy,
    Output, PathAndJson, RenderContext, RenderError, RenderErrorReason, Renderable, Template,
    no_escape, to_json,
};
use serde_json::Value;

use super::bounded::charge;

/// Helpers that the library brings and templates do not have.
const FOREIGN: &[&str] = &[
    "lookup", "raw", "log", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not", "len",
];

/// Blocks and nothing else.
pub(super) fn registry() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(no_escape);
    for name in FOREIGN {
        registry.unregister_helper(name);
    }
    registry.register_helper("if", Box::new(Choice { positive: true }));
    registry.register_helper("unless", Box::new(Choice { positive: false }));
    registry.register_helper("with", Box::new(With));
    registry.register_helper("each", Box::new(Each));
    registry
}

/// The value that a block is about.
fn subject<'h, 'rc>(helper: &'h Helper<'rc>) -> Result<&'h PathAndJson<'rc>, RenderError> {
    let value = helper
        .param(0)
        .ok_or(RenderErrorReason::BlockContentRequired)?;
    match value.is_value_missing() {
        true => Err(RenderError::strict_error(value.relative_path())),
        false => Ok(value),
    }
}

/// Renders a part of a block and pays for each of its pieces.
fn part<'reg: 'rc, 'rc>(
    part: Option<&'rc Template>,
    registry: &'reg Handlebars<'reg>,
    context: &'rc Context,
    state: &mut RenderContext<'reg, 'rc>,
    out: &mut dyn Output,
) -> HelperResult {
    let Some(part) = part else {
        return Ok(charge(out, 1)?);
    };
    charge(out, 1 + part.elements.len())?;
    part.render(registry, context, state, out)
}

/// A context for what stands in a block.
fn block<'rc>(value: &PathAndJson<'rc>) -> BlockContext<'rc> {
    let mut block = BlockContext::new();
    match value.context_path() {
        Some(path) => block.base_path_mut().clone_from(path),
        None => block.set_base_value(value.value().clone()),
    }
    block
}

/// `if` and `unless`.
struct Choice {
    positive: bool,
}

impl HelperDef for Choice {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        state: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let holds = subject(helper)?.value().is_truthy(false);
        let chosen = match holds == self.positive {
            true => helper.template(),
            false => helper.inverse(),
        };
        part(chosen, registry, context, state, out)
    }
}

/// `with`.
struct With;

impl HelperDef for With {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        state: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = subject(helper)?;
        if !value.value().is_truthy(false) {
            return part(helper.inverse(), registry, context, state, out);
        }
        state.push_block(block(value));
        part(helper.template(), registry, context, state, out)?;
        state.pop_block();
        Ok(())
    }
}

/// `each`.
struct Each;

impl HelperDef for Each {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        state: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = subject(helper)?;
        let keys: Vec<String> = match value.value() {
            Value::Array(items) => (0..items.len()).map(|at| at.to_string()).collect(),
            Value::Object(entries) => entries.keys().cloned().collect(),
            Value::Null => Vec::new(),
            other => {
                let what = format!("`{}` is no list", other.render());
                return Err(RenderErrorReason::Other(what).into());
            }
        };
        if keys.is_empty() {
            return part(helper.inverse(), registry, context, state, out);
        }
        let path = value
            .context_path()
            .cloned()
            .ok_or(RenderErrorReason::InvalidParamType("path"))?;
        state.push_block(block(value));
        for (at, key) in keys.iter().enumerate() {
            if let Some(block) = state.block_mut() {
                block.set_local_var("first", to_json(at == 0));
                block.set_local_var("last", to_json(at + 1 == keys.len()));
                block.set_local_var("index", to_json(at));
                block.set_local_var("key", to_json(key));
                let mut own = path.clone();
                own.push(key.clone());
                *block.base_path_mut() = own;
            }
            part(helper.template(), registry, context, state, out)?;
        }
        state.pop_block();
        Ok(())
    }
}
