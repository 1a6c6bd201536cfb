// The machine's kind, in the few ways in which it matters.

export function hostPlatform(): 'linux' | 'darwin' | 'win32' {
  const { platform } = process;
  return platform === 'win32' || platform === 'darwin' ? platform : 'linux';
}

/** What commands are written in here. */
export function shellLanguage(): 'bash' | 'powershell' {
  return process.platform === 'win32' ? 'powershell' : 'bash';
}
