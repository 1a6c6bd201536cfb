// The JSON Schema of a tool's input, as the model is told it. The kinds of values that tools take are written here: the library's own way,
// made for every schema there may be, is a twentieth of a run's start. What is not known here goes that way; a test holds the two together.
import * as z from 'zod/mini';

export type JsonSchema = Record<string, unknown>;

/** Equal to what `z.toJSONSchema` gives for inputs, but for its `$schema`. */
export function jsonSchema(schema: z.core.$ZodType): JsonSchema {
  const written = write(schema as z.core.$ZodTypes);
  if (!written) return byLibrary(schema);
  const { description } = z.globalRegistry.get(schema) ?? {};
  return description === undefined ? written : { ...written, description };
}

/** Undefined: a kind, or a condition on it, that is not known here. */
function write(schema: z.core.$ZodTypes): JsonSchema | undefined {
  const { def } = schema._zod;
  const limits = limitsOf(def.checks ?? []);
  if (!limits) return undefined;
  const { least, most } = limits;
  const bounded = least !== undefined || most !== undefined;
  switch (def.type) {
    case 'unknown':
      return {};
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      return bounded || 'format' in def ? undefined : { type: 'string' };
    case 'number':
      if (!('format' in def) || def.format !== 'safeint') return undefined;
      return {
        type: 'integer',
        minimum: least ?? Number.MIN_SAFE_INTEGER,
        maximum: most ?? Number.MAX_SAFE_INTEGER,
      };
    case 'enum':
      return { type: 'string', enum: Object.values(def.entries) };
    case 'optional':
      return jsonSchema(def.innerType);
    case 'array': {
      const items = jsonSchema(def.element);
      return {
        ...(least === undefined ? {} : { minItems: least }),
        ...(most === undefined ? {} : { maxItems: most }),
        type: 'array',
        items,
      };
    }
    case 'object':
      return writeObject(def);
    case 'record': {
      const propertyNames = jsonSchema(def.keyType);
      // Names out of a list are required ones too.
      if (propertyNames['type'] !== 'string' || 'enum' in propertyNames) return undefined;
      return { type: 'object', propertyNames, additionalProperties: jsonSchema(def.valueType) };
    }
    default:
      return undefined;
  }
}

interface Limits {
  readonly least?: number;
  readonly most?: number;
}

/** Of a length or a whole number, both included. Undefined: there is another condition, or the same one twice. */
function limitsOf(checks: readonly z.core.$ZodCheck[]): Limits | undefined {
  let limits: Limits = {};
  for (const check of checks) {
    const found = limitOf(check._zod.def as z.core.$ZodChecks['_zod']['def'] | { readonly check: 'describe' });
    if (!found || Object.keys(found).some((name) => name in limits)) return undefined;
    limits = { ...limits, ...found };
  }
  return limits;
}

function limitOf(def: z.core.$ZodChecks['_zod']['def'] | { readonly check: 'describe' }): Limits | undefined {
  switch (def.check) {
    case 'describe':
      return {};
    case 'min_length':
      return { least: def.minimum };
    case 'max_length':
      return { most: def.maximum };
    case 'greater_than':
      return def.inclusive && typeof def.value === 'number' ? { least: def.value } : undefined;
    case 'less_than':
      return def.inclusive && typeof def.value === 'number' ? { most: def.value } : undefined;
    default:
      return undefined;
  }
}

function writeObject({ shape, catchall }: z.core.$ZodObjectDef): JsonSchema | undefined {
  // Only those that take their fields and no other.
  if (catchall?._zod.def.type !== 'never') return undefined;
  const fields = Object.entries(shape);
  const required = fields.flatMap(([name, field]) => (field._zod.optin === undefined ? [name] : []));
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, jsonSchema(field)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function byLibrary(schema: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...written } = z.toJSONSchema(schema, { io: 'input' });
  return written;
}
