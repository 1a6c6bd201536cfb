// One answer of any length, of everything that answers are made of: sections of words, a list, a table and code, some of them long.

/** At least so many characters; every section is named by its number. */
export function giantAnswer(characters: number): string {
  const sections: string[] = [];
  for (let length = 0, at = 0; length < characters; at += 1) {
    const section = sectionAt(at);
    sections.push(section);
    length += section.length;
  }
  return sections.join('');
}

function sectionAt(at: number): string {
  const long = at % 7 === 3;
  const rows = (count: number, row: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => row(index)).join('');
  return [
    `## Section ${at}\n\n`,
    `The loop in \`parseList\` ends **one** short, see [the parser](src/parser.ts:${at}). `.repeat(5),
    '\n\n',
    rows(long ? 300 : 5, (index) => `${index + 1}. item *${index}* of section ${at}\n`),
    '\n| name | value | why |\n| --- | ---: | --- |\n',
    rows(long ? 200 : 4, (index) => `| \`n${index}\` | ${index} | of section ${at} |\n`),
    '\n```ts\n',
    rows(long ? 400 : 8, (index) => `export const value${index} = read(${at}, "it"); // one\n`),
    '```\n\n',
  ].join('');
}
