// The rooms without an editor see this instead of the editor's typings, so an import of 'vscode' there does not compile.
export {};
