//! What Bedrock is asked.

use aws_sdk_bedrockruntime::{
    error::BuildError,
    operation::converse_stream::builders::ConverseStreamFluentBuilder,
    types::{
        AnyToolChoice, AutoToolChoice, ContentBlock, ConversationRole, InferenceConfiguration, Message,
        SpecificToolChoice, SystemContentBlock, Tool, ToolChoice, ToolConfiguration, ToolInputSchema,
        ToolSpecification,
    },
};
use aws_smithy_types::{Document, Number};
use momentum_core::ports::{AnswerSchema, Speaker, TextError, TextErrorKind, TextRequest};
use serde_json::Value;

use crate::text::{draft::instructed, errors::error};

/// What a model knows of the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manner {
    choice: Choice,
    temperature: bool,
}

/// How the form of the answer is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// It has to call the tool.
    Tool,
    /// It has to call any tool; there is one.
    Any,
    /// It may call the tool, and is told the form in words, too.
    Auto,
    /// Only in words.
    Words,
}

impl Manner {
    pub(super) fn first() -> Self {
        Self { choice: Choice::Tool, temperature: true }
    }

    pub(super) fn has_tool(self) -> bool {
        self.choice != Choice::Words
    }

    /// How to ask after this answer, or nothing when asking differently wouldn't help.
    pub(super) fn instead(mut self, denied: &TextError, request: &TextRequest) -> Option<Self> {
        let said = denied.message.to_lowercase();
        if self.temperature && request.temperature.is_some() && said.contains("temperature") {
            self.temperature = false;
            return Some(self);
        }
        request.schema.as_ref()?;
        let about_choice = said.contains("toolchoice") || said.contains("tool_choice");
        self.choice = match self.choice {
            Choice::Tool if about_choice => Choice::Any,
            Choice::Any if about_choice => Choice::Auto,
            Choice::Auto if about_choice => Choice::Words,
            Choice::Tool | Choice::Any | Choice::Auto
                if said.contains("tool use") || said.contains("toolconfig") =>
            {
                Choice::Words
            }
            _ => return None,
        };
        Some(self)
    }
}

/// The question, ready to send.
pub(super) fn question(
    empty: ConverseStreamFluentBuilder,
    model: &str,
    request: &TextRequest,
    manner: Manner,
) -> Result<ConverseStreamFluentBuilder, TextError> {
    let limit = i32::try_from(request.max_output_tokens).unwrap_or(i32::MAX);
    let inference = InferenceConfiguration::builder()
        .max_tokens(limit)
        .set_temperature(request.temperature.filter(|_| manner.temperature))
        .build();
    let mut question = empty.model_id(model).inference_config(inference);
    let in_words = matches!(manner.choice, Choice::Auto | Choice::Words);
    let system = instructed(&request.system, request.schema.as_ref().filter(|_| in_words));
    if !system.is_empty() {
        question = question.system(SystemContentBlock::Text(system));
    }
    for message in &request.messages {
        let role = match message.speaker {
            Speaker::User => ConversationRole::User,
            Speaker::Model => ConversationRole::Assistant,
        };
        let content = ContentBlock::Text(message.text.clone());
        question = question.messages(Message::builder().role(role).content(content).build().map_err(wrong)?);
    }
    match &request.schema {
        Some(schema) if manner.has_tool() => Ok(question.tool_config(tool(schema, manner.choice)?)),
        _ => Ok(question),
    }
}

fn tool(schema: &AnswerSchema, choice: Choice) -> Result<ToolConfiguration, TextError> {
    let tool = ToolSpecification::builder()
        .name(&schema.name)
        .description(&schema.description)
        .input_schema(ToolInputSchema::Json(document(&schema.schema)))
        .build()
        .map_err(wrong)?;
    let choice = match choice {
        Choice::Tool => {
            ToolChoice::Tool(SpecificToolChoice::builder().name(&schema.name).build().map_err(wrong)?)
        }
        Choice::Any => ToolChoice::Any(AnyToolChoice::builder().build()),
        Choice::Auto | Choice::Words => ToolChoice::Auto(AutoToolChoice::builder().build()),
    };
    ToolConfiguration::builder().tools(Tool::ToolSpec(tool)).tool_choice(choice).build().map_err(wrong)
}

fn wrong(what: BuildError) -> TextError {
    error(TextErrorKind::Rejected, what.to_string())
}

/// JSON as the SDK has it.
fn document(value: &Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(value) => Document::Bool(*value),
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(value), _) => Number::PosInt(value),
            (None, Some(value)) => Number::NegInt(value),
            (None, None) => Number::Float(number.as_f64().unwrap_or_default()),
        }),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(values) => Document::Array(values.iter().map(document).collect()),
        Value::Object(fields) => {
            Document::Object(fields.iter().map(|(name, value)| (name.clone(), document(value))).collect())
        }
    }
}

#[cfg(test)]
mod unit {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_model_that_cannot_be_made_to_call_is_told() {
        let request = TextRequest {
            model: "m".into(),
            system: String::new(),
            messages: Vec::new(),
            schema: Some(AnswerSchema { name: "a".into(), description: "b".into(), schema: json!({}) }),
            max_output_tokens: 1,
            temperature: Some(0.5),
        };
        let rejected = |message: &str| error(TextErrorKind::Rejected, message);
        let choice = "This model doesn't support the toolConfig.toolChoice.tool field.";
        let mut manner = Manner::first();
        for next in [Choice::Any, Choice::Auto, Choice::Words] {
            manner = manner.instead(&rejected(choice), &request).unwrap();
            assert_eq!(manner.choice, next);
        }
        assert_eq!(manner.instead(&rejected(choice), &request), None);
        let none =
            Manner::first().instead(&rejected("This model doesn't support tool use."), &request).unwrap();
        assert!(!none.has_tool());
        let cold =
            manner.instead(&rejected("`temperature` is deprecated for this model."), &request).unwrap();
        assert!(!cold.temperature);
        assert_eq!(cold.instead(&rejected("`temperature` is deprecated"), &request), None);
        assert_eq!(Manner::first().instead(&rejected("Input is too long"), &request), None);
    }
}
