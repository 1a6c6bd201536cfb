// Applies a patch to a view without changing it: what did not change keeps its identity, so that the panel repaints only the rest.
import type { Item, Patch, SessionView, Turn, View } from './view-model.ts';

/** A patch for a turn or an item that the view does not hold (outside its window) leaves it as it is. */
export function applyPatch(view: View, patch: Patch): View {
  switch (patch.op) {
    case 'session':
      // Fields that JSON carried are defined, whatever the schema's type says.
      return { ...view, session: { ...view.session, ...patch.fields } as SessionView };
    case 'environment':
      return { ...view, environment: patch.environment };
    case 'outside': {
      const { op: _, ...outside } = patch;
      return { ...view, ...outside };
    }
    case 'turn':
      return { ...view, turns: upsertTurn(view.turns, patch.turn) };
    case 'item':
      return changeItems(view, patch.turnId, (items) => upsertItem(items, patch.item));
    case 'removeItem':
      return changeItems(view, patch.turnId, (items) => items.filter((item) => item.id !== patch.itemId));
    case 'append':
      return changeItems(view, patch.turnId, (items) =>
        replaceItem(items, patch.itemId, (item) => appendText(item, patch.text)),
      );
    default:
      return patch satisfies never;
  }
}

export function applyPatches(view: View, patches: readonly Patch[]): View {
  return patches.reduce(applyPatch, view);
}

function upsertTurn(turns: Turn[], head: Omit<Turn, 'items'>): Turn[] {
  const at = turns.findLastIndex((turn) => turn.id === head.id);
  if (at < 0) return [...turns, { ...head, items: [] }];
  return turns.with(at, { ...head, items: turns[at]!.items });
}

function changeItems(view: View, turnId: string, change: (items: Item[]) => Item[]): View {
  // The turn that changes is nearly always the last one.
  const at = view.turns.findLastIndex((turn) => turn.id === turnId);
  const turn = view.turns[at];
  if (!turn) return view;
  return { ...view, turns: view.turns.with(at, { ...turn, items: change(turn.items) }) };
}

function upsertItem(items: Item[], item: Item): Item[] {
  const at = items.findLastIndex((other) => other.id === item.id);
  return at < 0 ? [...items, item] : items.with(at, item);
}

function replaceItem(items: Item[], id: string, change: (item: Item) => Item): Item[] {
  const at = items.findLastIndex((item) => item.id === id);
  return at < 0 ? items : items.with(at, change(items[at]!));
}

function appendText(item: Item, text: string): Item {
  if (item.kind === 'tool') return { ...item, output: item.output + text };
  if (item.kind === 'notice' || item.kind === 'person') return item;
  return { ...item, text: item.text + text };
}
