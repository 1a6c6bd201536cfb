// Writes an icon's path data in fewer characters: hundredths at most, each command as the shorter of absolute and relative.

/**
 * What each value of a command is: on an axis, or neither.
 * @type {Readonly<Record<string, string>>}
 */
const KINDS = { M: 'xy', L: 'xy', T: 'xy', H: 'x', V: 'y', C: 'xyxyxy', S: 'xyxy', Q: 'xyxy', A: '-----xy', Z: '' };
const NUMBER = /[+-]?(?:\d*\.\d+|\d+\.?)(?:e[+-]?\d+)?/gi;

/** @typedef {{ text: string, letter: string, number: string }} Written what there is so far, with its last command and number */

/**
 * The same shape as `d`: each of its points is rounded by itself, so that nothing adds up.
 * @param {string} d
 * @returns {string}
 */
export function shortPath(d) {
  /** @type {Record<string, number>} */
  const pen = { x: 0, y: 0 };
  let start = { ...pen };
  /** @type {Written} */
  let written = { text: '', letter: '', number: '' };
  for (const { letter, values } of commandsOf(d)) {
    const upper = letter.toUpperCase();
    const kinds = KINDS[upper] ?? '';
    const isRelative = letter !== upper;
    const points = values.map((value, at) => (isRelative ? value + (pen[kinds.charAt(at)] ?? 0) : value));
    /** @type {Record<string, number>} */
    const here = { x: round(pen['x'] ?? 0), y: round(pen['y'] ?? 0) };
    const steps = points.map((point, at) => round(round(point) - (here[kinds.charAt(at)] ?? 0)));
    const [stepped, placed] = [add(written, upper.toLowerCase(), steps), add(written, upper, points.map(round))];
    written = stepped.text.length <= placed.text.length ? stepped : placed;
    if (upper === 'Z') Object.assign(pen, start);
    for (const [at, point] of points.entries()) if (kinds[at] !== '-') pen[kinds.charAt(at)] = point;
    if (upper === 'M') start = { ...pen };
  }
  return written.text;
}

/** @param {string} d */
function* commandsOf(d) {
  for (const [, letter = '', rest = ''] of d.matchAll(/([a-df-z])([^a-df-z]*)/gi)) {
    const upper = letter.toUpperCase();
    const size = (KINDS[upper] ?? '').length;
    const numbers = upper === 'A' ? arcNumbers(rest) : (rest.match(NUMBER) ?? []).map(Number);
    if (size === 0) yield { letter, values: [] };
    for (let at = 0; size > 0 && at < numbers.length; at += size) {
      yield { letter: at > 0 ? followerOf(letter) : letter, values: numbers.slice(at, at + size) };
    }
  }
}

/**
 * What a command without a letter is: more pairs after a move are lines.
 * @param {string} letter
 */
function followerOf(letter) {
  if (letter === 'M') return 'L';
  return letter === 'm' ? 'l' : letter;
}

/**
 * The two flags of an arc may stand without anything between them.
 * @param {string} text
 */
function arcNumbers(text) {
  const number = String.raw`[\s,]*(${NUMBER.source})`;
  const flag = String.raw`[\s,]*([01])`;
  const arc = new RegExp(number.repeat(3) + flag.repeat(2) + number.repeat(2), 'gi');
  return [...text.matchAll(arc)].flatMap((match) => match.slice(1, 8).map(Number));
}

/**
 * @param {Written} written
 * @param {string} letter
 * @param {readonly number[]} numbers
 * @returns {Written}
 */
function add(written, letter, numbers) {
  let text = written.text;
  let last = '';
  // A line after a line needs no letter, and none after a move.
  if (letter === 'z' || letter === 'Z' || letter !== followerOf(written.letter)) text += letter;
  else last = written.number;
  for (const number of numbers) {
    const next = String(number).replace(/^(-?)0\./, '$1.');
    const needsSpace = last !== '' && !next.startsWith('-') && !(next.startsWith('.') && last.includes('.'));
    text += needsSpace ? ` ${next}` : next;
    last = next;
  }
  return { text, letter, number: last };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100 || 0;
}
