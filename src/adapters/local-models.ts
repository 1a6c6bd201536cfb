// Which models a server on this machine has, as common local servers tell it.

/** A longer list is cut: a person picks from it. */
const MAX_MODELS = 200;

/** Their names in the server's order; undefined where nobody answers, or something else does. Never rejects. */
export async function listModels(baseUrl: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    const response = await fetch(`${baseUrl}/v1/models`, { redirect: 'error', signal });
    const list = response.ok ? ((await response.json()) as { data?: unknown } | null) : undefined;
    if (!Array.isArray(list?.data)) return undefined;
    const names = list.data.map((entry: unknown) => (entry as { id?: unknown } | null)?.id);
    return names.filter((name) => typeof name === 'string').slice(0, MAX_MODELS);
  } catch {
    return undefined;
  }
}
