// The results as a table for a terminal, beside the targets that the project has set itself.
import type { Agent } from './bench-types.ts';
import { median, quantile } from './statistics.ts';

/** One figure of one agent over all runs. */
export interface Row {
  readonly scenario: string;
  readonly figure: string;
  readonly agent: string;
  readonly runs: readonly number[];
  readonly median: number | undefined;
  readonly min: number | undefined;
  readonly p95: number | undefined;
  /** Median of the ratios to the floor, run by run. */
  readonly toFloor: number | undefined;
  readonly target: string | undefined;
  /** Whether our median meets the target; undefined for others and where there is none. */
  readonly met: boolean | undefined;
}

interface Target {
  readonly atMost?: number;
  readonly atLeast?: number;
}

const TARGETS: Readonly<Record<string, Target>> = {
  'reads-10/start': { atMost: 130 },
  'reads-10/turn': { atMost: 3 },
  'reads-10/turn p95': { atMost: 10 },
  'reads-10/first turn': { atMost: 15 },
  'reads-10/exit': { atMost: 20 },
  'burst/turn': { atMost: 60 },
  'slow-stream/after the answer': { atMost: 8 },
  'slow-stream/first command': { atMost: 10 },
  'slow-stream/begun before the end': { atLeast: 5 },
  'reads-100/whole run': { atMost: 800 },
  'reads-100/growth': { atMost: 1.1 },
  'reads-100/memory MB': { atMost: 120 },
  'reads-100/prefix kept %': { atLeast: 100 },
  'reads-100/cache serves %': { atLeast: 98.6 },
  'long-input/processor ms': { atMost: 100 },
  'open-log/open': { atMost: 150 },
  'large-search/Grep, files with a rare word: × rg': { atMost: 1.3 },
  'large-search/Grep, lines with a common word: × rg': { atMost: 1.3 },
  'large-search/Grep, every file matches: × rg': { atMost: 1.3 },
  'large-search/Grep, counts by glob: × rg': { atMost: 1.3 },
  'large-edit/edit': { atMost: 100 },
  'large-edit/edit of other endings': { atMost: 100 },
  'big-output/most memory MB over idle': { atMost: 50 },
  'panel/open 10,000 messages': { atMost: 300 },
  'panel/scroll, frame p95': { atMost: 16.7 },
  'panel/stream, frame p95': { atMost: 16.7 },
  'panel/stream of code, frame p95': { atMost: 16.7 },
  'panel/most nodes': { atMost: 3000 },
  'panel/memory MB': { atMost: 80 },
  'panel/idle, work ms a second': { atMost: 1 },
  'panel-workbench/open to first words': { atMost: 300 },
  'panel-workbench/stream, frame p95': { atMost: 16.7 },
  'panel-workbench/host, MB over an empty one when idle': { atMost: 25 },
  'panel-workbench/host, MB over an empty one after 200 turns': { atMost: 60 },
  'edit-replay/packages': { atLeast: 5 },
  'edit-replay/files that differ': { atMost: 0 },
};

/** `values[agent][scenario/figure]`, one value a round. */
export type Samples = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

export function rowsOf(samples: Samples, agents: Readonly<Record<string, Agent>>): Row[] {
  const keys = [...new Set(Object.values(samples).flatMap((figures) => Object.keys(figures)))];
  return keys.flatMap((key) => Object.keys(agents).flatMap((agent) => rowOf(samples, key, agent) ?? []));
}

function rowOf(samples: Samples, key: string, agent: string): Row | undefined {
  const runs = samples[agent]?.[key];
  if (!runs || runs.length === 0) return undefined;
  const [scenario = '', figure = ''] = key.split('/');
  const floors = samples['floor']?.[key] ?? [];
  const ratios = agent === 'floor' ? [] : runs.map((run, index) => run / (floors[index] ?? NaN));
  const middle = median(runs)!;
  const target = TARGETS[key];
  return {
    scenario,
    figure,
    agent,
    runs,
    median: middle,
    min: quantile(runs, 0),
    p95: quantile(runs, 0.95),
    toFloor: median(ratios),
    target: target && (target.atMost === undefined ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`),
    met: target && agent === 'capstan' ? meets(middle, target) : undefined,
  };
}

function meets(value: number, { atMost = Infinity, atLeast = -Infinity }: Target): boolean {
  // Shares are compared as they are shown.
  const shown = Number(shorten(value));
  return shown <= atMost && shown >= atLeast;
}

function shorten(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function show(value: number | undefined): string {
  return value === undefined ? '' : shorten(value);
}

export function table(rows: readonly Row[]): string {
  const head = ['scenario', 'figure', 'agent', 'median', 'min', 'p95', '× floor', 'target', ''];
  let last = '';
  const lines = rows.map((row) => {
    const repeated = last === `${row.scenario}/${row.figure}`;
    last = `${row.scenario}/${row.figure}`;
    const mark = row.met === undefined ? '' : row.met ? 'met' : 'MISSED';
    return [
      repeated ? '' : row.scenario,
      repeated ? '' : row.figure,
      row.agent,
      show(row.median),
      show(row.min),
      show(row.p95),
      show(row.toFloor),
      row.met === undefined ? '' : (row.target ?? ''),
      mark,
    ];
  });
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) =>
      line
        .map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
