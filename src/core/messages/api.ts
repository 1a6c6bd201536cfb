// The API's own shapes under the names that the core uses: what the model sends and sees.
import type {
  BetaContentBlock,
  BetaContentBlockParam,
  BetaMessageParam,
  BetaRawMessageStreamEvent,
  BetaTextBlockParam,
  BetaTool,
  BetaToolResultBlockParam,
  BetaToolUseBlock,
  BetaWebSearchTool20260318,
} from '@anthropic-ai/sdk/resources/beta/messages';

export type ApiMessage = BetaMessageParam;
export type ApiBlock = BetaContentBlock;
export type ApiBlockParam = BetaContentBlockParam;
export type ApiStreamEvent = BetaRawMessageStreamEvent;
export type ApiSystemBlock = BetaTextBlockParam;
export type ApiToolDefinition = BetaTool;
/** A tool that the API runs by itself. */
export type ApiServerTool = BetaWebSearchTool20260318;
export type ApiToolUse = BetaToolUseBlock;
export type ApiToolResult = BetaToolResultBlockParam;
export type ApiToolResultContent = Exclude<BetaToolResultBlockParam['content'], undefined>;

/** Why the model stopped, as the API says it; unknown reasons are passed through. */
export type StopReason =
  | 'end_turn'
  | 'max_tokens'
  | 'stop_sequence'
  | 'tool_use'
  | 'pause_turn'
  | 'refusal'
  | 'model_context_window_exceeded'
  | (string & {});
