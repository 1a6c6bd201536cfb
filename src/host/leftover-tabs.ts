// Closes the review tabs of before a window reload: what they were part of has ended with it.
import * as vscode from 'vscode';
import { ORIGINAL_SCHEME, PLAN_SCHEME, PROPOSAL_SCHEME } from '../shared/contributions.ts';

/** Called once when the extension starts, before there can be a review. */
export async function closeLeftoverTabs(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isLeftover);
  for (const document of vscode.workspace.textDocuments) {
    // Saved to memory, so that closing it asks nothing.
    if (document.isDirty && [PLAN_SCHEME, PROPOSAL_SCHEME].includes(document.uri.scheme)) await document.save();
  }
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}

function isLeftover({ input }: vscode.Tab): boolean {
  if (input instanceof vscode.TabInputTextDiff) return input.modified.scheme === PROPOSAL_SCHEME;
  return (
    input instanceof vscode.TabInputText && [ORIGINAL_SCHEME, PLAN_SCHEME, PROPOSAL_SCHEME].includes(input.uri.scheme)
  );
}
