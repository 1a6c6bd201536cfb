// How control sequences of terminals look: whole ones, and the beginning of one.

const ESCAPE = String.raw`\u001b`;
const STRING_START = String.raw`(?:${ESCAPE}[\]PX^_]|[\u0090\u0098\u009d-\u009f])`;
/** No string goes on past one of these: each is looked at once, however many there are. */
const IN_STRING = String.raw`[^\u0007\u001b\u0080-\u009f]`;
const CSI = String.raw`(?:${ESCAPE}\[|\u009b)`;

/** Global. Each match is one whole sequence. */
export const SEQUENCES = new RegExp(
  [
    // Operating system commands (titles, links) and other strings up to their terminator, or to the line's end where there is none.
    String.raw`${STRING_START}(?:${IN_STRING}*(?:\u0007|${ESCAPE}\\|\u009c)|(?:(?!\n)${IN_STRING})*)`,
    // Colours, cursor movement.
    String.raw`${CSI}[0-?]*[ -/]*[@-~]`,
    String.raw`${ESCAPE}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);

/** A sequence at the end of a text that may go on in the next. */
export const UNFINISHED_SEQUENCE = new RegExp(
  [
    String.raw`${STRING_START}${IN_STRING}*${ESCAPE}?$`,
    String.raw`${CSI}[0-?]*[ -/]*$`,
    String.raw`${ESCAPE}[ -/]*$`,
  ].join('|'),
);

/** Moves within a line, and erases in it: right, left, to a column; what is erased. For use in a pattern; names its groups. */
export const MOVE_IN_LINE = String.raw`${CSI}(?<count>\d*)(?<move>[CDGK])`;
