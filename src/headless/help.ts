// What `capstan --help` and the help of its verbs say.
import type { HelpTopic } from './arguments.ts';

export function help(topic: HelpTopic): string {
  return { capstan: CAPSTAN, context: CONTEXT, permissions: PERMISSIONS, sessions: SESSIONS }[topic];
}

const CAPSTAN = `Capstan, a coding agent.

  capstan -p "prompt"            do what the prompt says, print the answer, end
  echo "prompt" | capstan -p     the same from standard input
  capstan sessions               list, show, export and check conversations
                                 (capstan sessions --help)
  capstan context                what the model is told before the first message,
                                 part by part, in tokens (capstan context --help)
  capstan permissions check      what would be allowed, asked or denied, and by
                                 which rule (capstan permissions --help)

Input and output
  -p, --print                    run without a terminal; needed for all of these
  --output-format FORMAT         text (default): the answer
                                 json: one object with the answer, usage and cost
                                 stream-json: a JSON line for each step
  --input-format FORMAT          text (default), or stream-json: messages as JSON
                                 lines, until the input ends
  --include-partial-messages     with stream-json: the answer as it streams
  --model NAME                   the model that answers
  --fallback-model NAME          another that answers for the rest of a message
                                 when that one stays overloaded or failing
  --effort LEVEL                 low, medium, high, xhigh or max: how much work an
                                 answer may take (not every model takes it)
  --thinking MODE                adaptive: the model thinks as it sees fit;
                                 disabled: it does not
  --append-system-prompt TEXT    added to the system prompt

Where
  --cwd FOLDER                   work there instead of here
  --add-dir FOLDER               another folder that counts as the workspace
                                 (repeat for more)

What may run (nobody is there to ask: what is not allowed is denied)
  --allowed-tools RULES          run these, e.g. "Edit, Bash(npm test:*)"
  --disallowed-tools RULES       never run these
  --permission-mode MODE         default: reads in the workspace, and what rules
                                 allow; acceptEdits: edits in the workspace too;
                                 plan: only look around; dontAsk: as default;
                                 bypassPermissions: all but what rules forbid
                                 or ask about (for a machine of its own)
  --approve STRATEGY             decide what no rule speaks about: read-only,
                                 deny-all, risk:0 to risk:10, allow:Edit|Write,
                                 deny:Bash, all(…), any(…), majority(…)
  --sandbox MODE                 off (default), on, or required: commands write
                                 only here, read no keys, have no network
  --sandbox-allow-host HOST      but this one (repeat for more)
  --settings FILE|JSON           more settings: {"model": …, "permissions":
                                 {"allow": [], "ask": [], "deny": []}}
  --trust                        let the folder's own settings allow things
                                 and its instructions count, for this run

Limits
  --max-turns N                  most requests for one message (default 100)
  --max-budget-usd AMOUNT        stop when the run has cost more
  --max-retries N                most retries of a failing request (default 4)

Conversation
  -c, --continue                 go on with the newest one of this folder
  -r, --resume ID                go on with that one (the start of an id is enough)
  --fork-session                 with either: go on in a copy
  --session-id ID                start one, or the copy, under this id
  --no-session                   keep nothing of it on disk

Other
  -h, --help                     this page
  -v, --version                  the version

Environment
  ANTHROPIC_API_KEY              the key; or ANTHROPIC_AUTH_TOKEN, a bearer token
  ANTHROPIC_BASE_URL             another endpoint; one on this machine needs no key
  CAPSTAN_HOME                   where conversations and compiled code are kept
                                 (default ~/.capstan); trusted-folders.json there,
                                 a list of folders, trusts them for good
  CAPSTAN_STREAM_IDLE_MS         milliseconds of silence after which a request is
                                 given up (default 90000)

Standard output carries only the format asked for; all else is on standard error.
Exit status: 0 done, 1 failed, 2 wrong command line, 130 interrupted.
`;

const CONTEXT = `What the model is told before the first message, and what each part of it costs.

  capstan context                each part with its tokens, and the files or tools in it
    --cwd FOLDER                 of that folder instead of this one
    --model NAME                 as that model is told
    --trust                      as with capstan -p --trust: with the folder's own
                                 instructions
    --json                       the same as one object

Tokens are estimates. Nothing is sent, so no key is needed; nothing is written.
Exit status: 0 done, 1 failed, 2 wrong command line.
`;

const SESSIONS = `Conversations on disk, under CAPSTAN_HOME/sessions (default ~/.capstan/sessions).

  capstan sessions list          all of them, newest first: id, last change,
                                 title and folder, with tabs between
  capstan sessions show ID       read one as text
  capstan sessions export ID     print one as Markdown
    --format md|json|html        or as the panel's data, or as a page without scripts
  capstan sessions verify ID     check each line: says at which line and byte the
                                 log stops being whole, if it does

The start of an ID is enough where it is the only one. All verbs only read; except for
verify they pass over what cannot be read, and say so.
Exit status: 0 done, 1 not whole or failed, 2 wrong command line.
`;

const PERMISSIONS = `What the permission rules decide. Nothing is run, asked or written.

  capstan permissions check --tool Bash --command "git push"
  capstan permissions check --tool Edit --path src/a.ts
  capstan permissions check --tool WebFetch --url https://example.org
                                 by the settings of this folder, in words
  capstan permissions check < questions.jsonl
                                 a JSON line for each question: id, decision,
                                 reason, rule, scope, parts

  --mode MODE                    as --permission-mode of a run
  --cwd FOLDER                   in that folder instead of here
  --trust                        let the folder's own settings allow things

A question on standard input is a JSON object: tool, and command, path or url;
allow, ask and deny as lists of rules (they stand for the project's settings,
nothing else is read); cwd, workspace, additional, home, mode, platform; and
fs {files, symlinks, caseInsensitive, normalizationInsensitive} to judge paths
in a file system that exists only in the question.
`;
